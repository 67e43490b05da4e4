"""A small load generator: keep-alive connections, one request in flight on each."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from itertools import count, repeat
from pathlib import Path

# The smallest processor time that the system tells apart, in seconds.
TICK = 1 / os.sysconf("SC_CLK_TCK")


class Connection(asyncio.Protocol):
    """Sends one request after the other, and counts the answers."""

    def __init__(self, requests: Iterator[bytes], rounds: int, done: asyncio.Future[None]) -> None:
        self.requests = requests
        self.left = rounds
        self.done = done
        self.waiting = b""
        self.last = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        if not _whole(self.waiting):
            return
        self.last, self.waiting = self.waiting, b""
        self.left -= 1
        if self.left:
            self.transport.write(next(self.requests))
        else:
            self.transport.close()
            self.done.set_result(None)


def _whole(answer: bytes) -> bool:
    head, border, body = answer.partition(b"\r\n\r\n")
    if not border:
        return False
    lower = head.lower()
    place = lower.find(b"content-length: ")
    if place < 0:
        return body.endswith(b"0\r\n\r\n")
    length = int(lower[place + 16 :].split(b"\r\n", 1)[0])
    return len(body) >= length


def request(path: str, body: bytes) -> bytes:
    """Return the bytes of a POST."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def requests(path: str, body: object, mark: str = "") -> Iterator[bytes]:
    """Yield requests without end: all the same, or each with a number in place of the mark."""
    said = json.dumps(body)
    if not mark:
        yield from repeat(request(path, said.encode()))
    for number in count():
        yield request(path, said.replace(mark, f"{number:0{len(mark)}}").encode())


async def once(port: int, wires: Iterator[bytes]) -> bytes:
    """Return the whole answer to one request."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    _, protocol = await loop.create_connection(
        lambda: Connection(wires, 1, done), "127.0.0.1", port
    )
    await done
    return protocol.last


async def load(port: int, wires: Iterator[bytes], connections: int, rounds: int) -> float:
    """Return the seconds that `connections * rounds` requests took."""
    loop = asyncio.get_running_loop()
    ends: list[asyncio.Future[None]] = [loop.create_future() for _ in range(connections)]
    begun = time.perf_counter()
    for done in ends:
        await loop.create_connection(
            lambda done=done: Connection(wires, rounds, done),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
    await asyncio.gather(*ends)
    return time.perf_counter() - begun


def cpu(process: int) -> float:
    """Return the processor seconds that the first thread of a process has used."""
    exact = Path(f"/proc/{process}/schedstat")
    if exact.exists():
        return int(exact.read_text().split()[0]) / 1e9
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def waited(*processes: int) -> float:
    """Return the seconds that the first threads of processes stood in line, 0 if nobody knows."""
    files = [Path(f"/proc/{process}/schedstat") for process in processes]
    return sum(int(one.read_text().split()[1]) for one in files if one.exists()) / 1e9
