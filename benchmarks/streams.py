"""How punctual many streams at once are.

    python benchmarks/streams.py [--streams 500] [--rate 40] [--seconds 10]

Every stream is asked at the same rate of tokens without jitter, so that each token has a moment at
which it is due: that of the stream's most punctual token, and so many gaps before or after it.
Printed are the server's processor time for each token, the mean gap against the one that was asked
for, and how late the tokens come. The client runs on the same computer, and its own lateness is in
the numbers; so is what either of them waited for a processor that others had, which is printed too.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
from itertools import pairwise

import load
from gateway import start

MARK = b'"delta":'
SPREAD = 1.0


class Stream(asyncio.Protocol):
    """Asks once, and notes when each token comes."""

    def __init__(self, request: bytes, done: asyncio.Future[None]) -> None:
        self.request = request
        self.done = done
        self.rest = b""
        self.times: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        whole = self.rest + data
        self.times += [now] * whole.count(MARK)
        self.rest = whole[-len(MARK) + 1 :]
        if data.endswith(b"\r\n0\r\n\r\n") and not self.done.done():
            self.done.set_result(None)


async def ask(port: int, wire: bytes, wait: float) -> list[float]:
    await asyncio.sleep(wait)
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    transport, stream = await loop.create_connection(lambda: Stream(wire, done), "127.0.0.1", port)
    await done
    transport.close()
    return stream.times


async def measure(port: int, streams: int, rate: float, seconds: float) -> list[list[float]]:
    words = " ".join(["snow"] * int(rate * seconds))
    order = {"session": "b", "replies": [{"text": words}] * streams}
    posted = json.dumps(order).encode()
    await load.once(port, iter([load.request("/_mockgw/script", posted)]))
    body = {"model": "gpt-5.5", "input": "Hello", "stream": True}
    wire = load.request("/_s/b/v1/responses", json.dumps(body).encode())
    waits = [number * SPREAD / streams for number in range(streams)]
    return list(await asyncio.gather(*(ask(port, wire, wait) for wait in waits)))


def late(times: list[float], gap: float) -> list[float]:
    """Return by how many seconds each token came after its moment."""
    due = [at - number * gap for number, at in enumerate(times)]
    return [one - min(due) for one in due]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--rate", type=float, default=40)
    parser.add_argument("--seconds", type=float, default=10)
    chosen = parser.parse_args()
    command = ["-m", "mockgw", "serve", "--port", "0", "--mode", "synth", "--quiet"]
    process, port = start(*command, "--timing", f"rate={chosen.rate}")
    try:
        before, stood = load.cpu(process.pid), load.waited(process.pid, os.getpid())
        all_times = asyncio.run(measure(port, chosen.streams, chosen.rate, chosen.seconds))
        spent = load.cpu(process.pid) - before
        stood = load.waited(process.pid, os.getpid()) - stood
    finally:
        process.kill()
        process.wait()
    gap = 1 / chosen.rate
    gaps = [b - a for times in all_times for a, b in pairwise(times)]
    lateness = sorted(one for times in all_times for one in late(times, gap))
    tokens = len(lateness)
    print(f"{chosen.streams} streams, {tokens} tokens, {spent / tokens * 1e6:.0f} us each")
    print(f"mean gap {statistics.fmean(gaps) * 1e3:.3f} ms, asked for {gap * 1e3:.3f} ms")
    print(f"waited {stood:.2f} s for a processor")
    for name, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99)):
        print(f"{name:<7}lateness {lateness[int(tokens * share)] * 1e3:7.2f} ms")


if __name__ == "__main__":
    main()
