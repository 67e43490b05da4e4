"""Writes answers to a connection."""

import asyncio
from collections.abc import Iterator

from aiohttp import web

from mockgw import framing
from mockgw.model import Frames, Timing, Wire

_HTTP_1_1 = (1, 1)
_AT_ONCE = Timing()


async def write(request: web.BaseRequest, wire: Wire, *, alive: bool) -> None:
    """Write a whole answer; raises ConnectionError when the client is gone."""
    chunks = request.version >= _HTTP_1_1
    if wire.timing is not None and wire.timing.delay:
        await asyncio.sleep(wire.timing.delay)
    if isinstance(wire.body, bytes):
        head = framing.head(wire, f"content-length: {len(wire.body)}{stay(request, alive)}")
        send(request, head if request.method == "HEAD" else head + wire.body)
        await request.writer.drain()
        return
    ends = f"transfer-encoding: chunked{stay(request, alive)}" if chunks else "connection: close"
    head = framing.head(wire, ends)
    if chunks and isinstance(wire.body, Frames) and wire.timing is None:
        send(request, head + wire.body.prepared(framing.chunked))
        await request.writer.drain()
        return
    timing = wire.timing or _AT_ONCE
    single = timing.pace > 0 or bool(timing.gaps)
    batches = framing.batches(wire.body, chunks=chunks, single=single)
    await _stream(request, head, batches, timing)
    if not chunks and request.transport is not None:
        request.transport.close()


async def _stream(
    request: web.BaseRequest, head: bytes, batches: Iterator[bytes], timing: Timing
) -> None:
    send(request, head + next(batches))
    gaps = iter(timing.gaps[1:])
    for batch in batches:
        await request.writer.drain()
        # Without a pace, a long stream still leaves the others their turn.
        await asyncio.sleep(next(gaps, timing.pace))
        send(request, batch)
    await request.writer.drain()


def send(request: web.BaseRequest, data: bytes) -> None:
    """Write bytes; raises ConnectionResetError when the client is gone."""
    transport = request.transport
    if transport is None or transport.is_closing():
        raise ConnectionResetError("the client is gone")
    transport.write(data)


def stay(request: web.BaseRequest, alive: bool) -> str:
    """Return the header that says what becomes of the connection, when it is not what is usual."""
    if not alive:
        return "\r\nconnection: close"
    return "" if request.version >= _HTTP_1_1 else "\r\nconnection: keep-alive"
