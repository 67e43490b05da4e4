"""A small load generator: keep-alive connections, one request in flight on each."""

import asyncio
import os
import time
from pathlib import Path

# The smallest processor time that the system tells apart, in seconds.
TICK = 1 / os.sysconf("SC_CLK_TCK")


class Connection(asyncio.Protocol):
    """Sends one request again and again, and counts the answers."""

    def __init__(self, request: bytes, rounds: int, done: asyncio.Future[None]) -> None:
        self.request = request
        self.left = rounds
        self.done = done
        self.waiting = b""
        self.last = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        if not _whole(self.waiting):
            return
        self.last, self.waiting = self.waiting, b""
        self.left -= 1
        if self.left:
            self.transport.write(self.request)
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


async def once(port: int, wire: bytes) -> bytes:
    """Return the whole answer to one request."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    _, protocol = await loop.create_connection(lambda: Connection(wire, 1, done), "127.0.0.1", port)
    await done
    return protocol.last


async def load(port: int, wire: bytes, connections: int, rounds: int) -> float:
    """Return the seconds that `connections * rounds` requests took."""
    loop = asyncio.get_running_loop()
    ends: list[asyncio.Future[None]] = [loop.create_future() for _ in range(connections)]
    begun = time.perf_counter()
    for done in ends:
        await loop.create_connection(
            lambda done=done: Connection(wire, rounds, done),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
    await asyncio.gather(*ends)
    return time.perf_counter() - begun


def cpu(process: int) -> float:
    """Return the processor seconds that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK
