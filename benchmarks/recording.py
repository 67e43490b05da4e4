"""What recording costs: the first byte, the file, and how true the pace of a stream stays.

    python benchmarks/recording.py [--requests 300] [--events 200]

The upstream and the recorder are processes of their own. The upstream is asked directly and through
the recorder in turns, so that whatever else runs here slows both.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from mockgw.cassette.interaction import Interaction
from mockgw.cassette.writer import Writer, replace

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
DELTA = (
    b"event: response.output_text.delta\n"
    b'data: {"type":"response.output_text.delta","delta":"a"}\n\n'
)
LAST = (
    b'event: response.completed\ndata: {"type":"response.completed","response":'
    b'{"id":"resp_1","object":"response","status":"completed"}}\n\n'
)
LENGTHS = (0, 1_000, 10_000)


def body(text: str) -> bytes:
    return b'{"model": "gpt-5.5", "stream": true, "input": "%b"}' % text.encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def request(reader: asyncio.StreamReader) -> bytes:
    """Return the head of the next request, empty when there is none."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


async def upstream(gaps: Sequence[float]) -> None:
    """Serve one stream again and again, its events after these gaps, and print the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await request(reader):
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            asked = await reader.readexactly(int(length))
            writer.write(HEAD + chunk(DELTA))
            # Only the last measurement is about pace.
            for gap in gaps if b"pace" in asked else ():
                await asyncio.sleep(gap)
                writer.write(chunk(DELTA))
            writer.write(chunk(LAST) + b"0\r\n\r\n")

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def started(*command: str) -> tuple[asyncio.subprocess.Process, int]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    return process, int(line.rsplit(":", 1)[-1])


class Line:
    """One kept connection on which streams are asked for."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        await self.writer.wait_closed()

    async def ask(self, text: str) -> list[float]:
        """Return the seconds after which each event came."""
        data = body(text)
        head = b"POST /v1/responses HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        begun = time.perf_counter()
        self.writer.write(head + b"content-length: %d\r\n\r\n" % len(data) + data)
        heard = b""
        times: list[float] = []
        while not heard.endswith(b"\r\n0\r\n\r\n"):
            heard += await self.reader.read(65536)
            now = time.perf_counter() - begun
            times += [now] * (heard.count(b"data: ") - len(times))
        return times


async def first_bytes(real: int, through: int, requests: int) -> tuple[list[float], list[float]]:
    direct, passed = [], []
    async with Line(real) as plain, Line(through) as recorded:
        for number in range(-20, requests):
            one = (await plain.ask(f"call {number}"))[0]
            other = (await recorded.ask(f"call {number}"))[0]
            if number >= 0:
                direct.append(one)
                passed.append(other)
    return direct, passed


def interaction(number: int) -> Interaction:
    return Interaction(
        "POST", "https://api.openai.com/v1/responses", {"content-type": ("application/json",)},
        body(f"call {number}"), 200, "OK", {"content-type": ("text/event-stream",)},
        DELTA * 30 + LAST, {"v": 1, "sse_ms": "0 " * 31},
    )  # fmt: skip


def appending(length: int, folder: Path) -> list[float]:
    path = folder / f"{length}.yaml"
    if length:
        replace(path, (interaction(number) for number in range(length)))
    writer = Writer(path)
    writer.append(interaction(-1))
    taken = []
    for number in range(300):
        begun = time.perf_counter()
        writer.append(interaction(length + number))
        taken.append(time.perf_counter() - begun)
    return taken


def p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def told(name: str, values: Sequence[float]) -> None:
    median = statistics.median(values)
    print(f"{name:<40}{median * 1000:>9.2f} ms{p95(values) * 1000:>9.2f} ms")


async def measure(requests: int, events: int, folder: Path) -> None:
    tape = str(folder / "tape.yaml")
    real, port = await started(__file__, "--upstream", str(events))
    command = ("-m", "mockgw", "record", "--port", "0", "--quiet", "--cassette", tape)
    recorder, through = await started(*command, "--upstream", f"http://127.0.0.1:{port}/v1")
    try:
        direct, passed = await first_bytes(port, through, requests)
        told("first byte, directly", direct)
        told("first byte, through the recorder", passed)
        told(
            "added by the recorder, pair by pair",
            [b - a for a, b in zip(direct, passed, strict=True)],
        )
        async with Line(port) as line:
            once, twice = await line.ask("pace"), await line.ask("pace")
        async with Line(through) as line:
            recorded = await line.ask("pace")
    finally:
        recorder.terminate()
        await recorder.wait()
        real.kill()
        await real.wait()
    for length in LENGTHS:
        told(f"append to a file of {length:,}", appending(length, folder))
    again = await replayed(tape)
    # What the computer itself makes of a pace: no recording can be truer.
    told(f"event of {len(twice)}, directly, asked twice", apart(once, twice))
    told(f"event of {len(again)}, recorded and replayed", apart(recorded, again))


async def replayed(tape: str) -> list[float]:
    command = ("-m", "mockgw", "serve", "--port", "0", "--quiet", "--mode", "replay")
    player, port = await started(*command, "--replay-speed", "1", "--cassettes", tape)
    try:
        async with Line(port) as line:
            await line.ask("call 1")  # the first call pays for what is loaded then
            return await line.ask("pace")
    finally:
        player.terminate()
        await player.wait()


def apart(one: Sequence[float], other: Sequence[float]) -> list[float]:
    return [abs(a - b) for a, b in zip(one, other, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--upstream", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.upstream:
        chance = random.Random(7)
        asyncio.run(upstream([chance.uniform(0, 0.04) for _ in range(chosen.upstream)]))
    print(f"{'':<40}{'median':>12}{'p95':>12}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(chosen.requests, chosen.events, Path(folder)))


if __name__ == "__main__":
    main()
