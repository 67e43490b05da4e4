"""What a large cassette costs: until the server is ready, in memory, per look-up, per addition.

    python benchmarks/cassettes.py [--count 10000]

The server is a process of its own. Cold is without a sidecar, warm is with it. Look-ups and
additions are timed at three lengths and printed as ratios to the shortest: 1.0 means that the
length does not matter.
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.sidecar import Sidecars
from mockgw.cassette.writer import Writer
from mockgw.model import Call, Raw
from mockgw.recordings import Index, Shelf
from mockgw.routes import parse, route

PATH = "/v1/responses"
WORDS = (
    "snow fell over the harbour while two boats waited for light and nobody spoke of the winter"
).split()
ROUNDS = 400


def text(chance: random.Random, count: int) -> str:
    words = chance.choices(WORDS, k=count)
    if chance.random() < 0.3:
        words[count // 2] = "“tide” 🌊"
    return " ".join(words)


def body(number: int) -> dict[str, object]:
    asked = f"{number}: {text(random.Random(number), 150)}"
    return {"model": "gpt-5.5", "input": asked, "temperature": 0.5, "stream": number % 2 == 1}


def interaction(number: int) -> Interaction:
    """Return a call with its answer, 4 kB together; every other one is a stream."""
    chance, stream = random.Random(-number), number % 2 == 1
    said = text(chance, 70 if stream else 330)
    part = {"type": "output_text", "annotations": [], "text": said}
    answer = {
        "id": f"resp_{number:032x}",
        "object": "response",
        "status": "completed",
        "output": [{"id": f"msg_{number}", "type": "message", "content": [part]}],
        "usage": {"input_tokens": 160, "output_tokens": 66, "total_tokens": 226},
    }
    kind, told = "application/json", json.dumps(answer, ensure_ascii=False)
    extra: dict[str, object] = {"v": 1, "at": "2026-11-22T01:25:24.123Z", "ttfb_ms": 87}
    if stream:
        delta = {"type": "response.output_text.delta", "item_id": "msg", "content_index": 0}
        events = [{**delta, "delta": f"{word} "} for word in said.split()[:16]]
        events.append({"type": "response.completed", "response": answer})
        frames = [f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events]
        kind, told = "text/event-stream", "".join(frames)
        extra["sse_ms"] = " ".join(["20"] * len(frames))
    return Interaction(
        method="POST",
        uri=f"https://api.openai.com{PATH}",
        request_headers={"content-type": ("application/json",)},
        request_body=json.dumps(body(number), ensure_ascii=False).encode(),
        status=200,
        reason="OK",
        response_headers={"content-type": (kind,), "x-request-id": (f"req_{number}",)},
        response_body=told.encode(),
        extra=extra,
    )


def written(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(item(interaction(number)) for number in range(count))
    return path


def call(number: int) -> Call:
    raw = Raw("POST", PATH, "", {}, json.dumps(body(number)).encode())
    return parse(raw, route("POST", PATH))


def imported() -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import aiohttp.web"], check=True)
    return time.perf_counter() - begin


def served(path: Path, cache: Path) -> tuple[float, float, float]:
    """Return the seconds until a server is ready, those of the processor, and its most MB."""
    ready = path.with_suffix(".url")
    command = [sys.executable, "-m", "mockgw", "serve", "--port", "0", "--mode", "replay"]
    command += ["--quiet", "--cassettes", str(path), "--ready-file", str(ready)]
    begin = time.perf_counter()
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    while not ready.exists():
        assert server.poll() is None, "the server has ended"
        time.sleep(0.005)
    seconds = time.perf_counter() - begin
    server.send_signal(signal.SIGTERM)
    _, _, usage = os.wait4(server.pid, 0)
    server.returncode = 0
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def each(action: Callable[[int], object]) -> float:
    """Return the median of the seconds that the action takes."""
    taken = []
    for number in range(ROUNDS):
        begin = time.perf_counter()
        action(number)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def lengths(folder: Path, most: int) -> None:
    print(f"\n{'length':>14}  {'exact':>8}  {'normalized':>10}  {'append':>8}  {'read':>8}")
    first: list[float] = []
    for count in (10, 1000, most):
        path = written(folder / f"{count}.yaml", count)
        index = Shelf([path], None, Sidecars(folder / "cache" / "mockgw")).open().index
        *taken, read = measured(index, path, count)
        first = first or taken
        exact, normal, append = (now / before for now, before in zip(taken, first, strict=True))
        print(f"{count:>14}  {exact:>8.2f}  {normal:>10.2f}  {append:>8.2f}", end="")
        print(f"  {read * 1e6:>5.0f} µs   ({', '.join(f'{one * 1e6:.0f} µs' for one in taken)})")


def measured(index: Index, path: Path, count: int) -> list[float]:
    """Return the seconds of a look-up by either level, of an addition, and of reading one."""
    calls = [number * 7919 % count for number in range(ROUNDS)]
    index.normalized(call(0))
    writer, made = Writer(path), [interaction(count + n) for n in range(ROUNDS + 1)]
    writer.append(made.pop())
    return [
        each(lambda number: index.exact(call(calls[number]))[0].key),
        each(lambda number: index.normalized(call(calls[number]))[0].key),
        each(lambda number: (writer.append(made[number]), index.add(made[number]))),
        each(lambda number: index.recordings[calls[number]].kept("exact").body),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="interactions (default: 10000)")
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = written(folder / "large.yaml", count)
        empty = written(folder / "small.yaml", 1)
        print(f"{count} interactions, {path.stat().st_size / 1e6:.1f} MB")
        base = statistics.median(imported() for _ in range(3))
        print(
            f"{'':>14}  {'ready':>8}  {'processor':>9}  {'÷ import aiohttp.web':>20}  {'memory':>8}"
        )
        for what, file in (("one recording", empty), ("cold", path), ("warm", path)):
            seconds, worked, memory = served(file, folder / "cache")
            print(f"{what:>14}  {seconds:>6.2f} s  {worked:>7.2f} s  ", end="")
            print(f"{seconds / base:>20.2f}  {memory:>5.0f} MB")
            (file.with_suffix(".url")).unlink(missing_ok=True)
        lengths(folder, count)


if __name__ == "__main__":
    main()
