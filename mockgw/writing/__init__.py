"""Writes answers to a connection."""

import asyncio

from aiohttp import web

from mockgw import framing
from mockgw.model import Frames, Timing, Wire
from mockgw.ports import Timer
from mockgw.writing.playing import asleep, play
from mockgw.writing.sending import leave, send, stay
from mockgw.writing.spoiling import spoiled
from mockgw.writing.timer import LoopTimer

__all__ = ["leave", "send", "stay", "write"]

_HTTP_1_1 = (1, 1)
_REAL = LoopTimer()


async def write(request: web.BaseRequest, wire: Wire, timer: Timer = _REAL, *, alive: bool) -> bool:
    """Write a whole answer; tell whether the connection may stay.

    Raises ConnectionError when the client is gone.
    """
    if wire.fault is not None:
        return await spoiled(request, wire, timer, alive=alive)
    chunks, course = request.version >= _HTTP_1_1, wire.course
    due = timer.now()
    if wire.timing is not None:
        # What it took to find the answer is a part of the delay, and does not come on top of it.
        due = timer.ago(course.spent) + wire.timing.delay
        await asleep(request, timer, due)
    if isinstance(wire.body, bytes):
        head = framing.head(wire, f"content-length: {len(wire.body)}{stay(request, alive)}")
        course.begins()
        send(request, head if request.method == "HEAD" else head + wire.body)
        course.wrote(len(wire.body))
        await request.writer.drain()
        return alive
    ends = f"transfer-encoding: chunked{stay(request, alive)}" if chunks else "connection: close"
    head = framing.head(wire, ends)
    if chunks and isinstance(wire.body, Frames) and wire.timing is None:
        course.begins()
        send(request, head + wire.body.prepared(framing.chunked))
        course.wrote(wire.body.size, wire.body.count)
        await request.writer.drain()
        return alive
    await _stream(request, head, wire, timer, due)
    if not chunks and request.transport is not None:
        request.transport.close()
    return alive


async def _stream(
    request: web.BaseRequest, head: bytes, wire: Wire, timer: Timer, due: float
) -> None:
    assert not isinstance(wire.body, bytes)  # noqa: S101 - the other branch of the caller
    chunks, timing = request.version >= _HTTP_1_1, wire.timing or Timing()
    if timing.pace or timing.gaps or timing.beat is not None:
        await play(request, head, wire, timer, due)
        return
    batches = framing.batches(wire.course.counting(wire.body), chunks=chunks)
    wire.course.begins()
    send(request, head + next(batches))
    for batch in batches:
        await request.writer.drain()
        # Even at once, a long stream leaves the others their turn.
        await asyncio.sleep(0)
        send(request, batch)
    await request.writer.drain()
