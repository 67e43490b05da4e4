"""A stream in its own time: each event when it is due."""

from math import inf
from typing import Any

from aiohttp import web

from mockgw import framing
from mockgw.model import Timing, Wire
from mockgw.ports import Timer
from mockgw.writing.sending import send

_HTTP_1_1 = (1, 1)
_COMMENT = b": keep-alive\n\n"
_MUCH = 16_384


async def play(request: web.BaseRequest, head: bytes, wire: Wire, timer: Timer) -> None:
    """Write the head at once, and the events and the end of the body as the wire's timing says.

    An event is due some time after the one before was due, not after it was written, so that what
    is late does not make the rest later. Raises ConnectionError when the client is gone.
    """
    assert not isinstance(wire.body, bytes)  # noqa: S101 - the caller has seen it
    chunks, timing = request.version >= _HTTP_1_1, wire.timing or Timing()
    gaps = iter(timing.gaps[1:])
    due = timer.now()
    ready = head
    size = count = 0
    first = True
    wire.course.begins()
    for event in wire.body:
        gap = timing.beat(event) if timing.beat is not None else 0.0
        if not first and timing.beat is None:
            gap = next(gaps, timing.pace)
        first = False
        if gap > 0 or len(ready) > _MUCH:
            send(request, ready)
            wire.course.wrote(size, count)
            ready, size, count = b"", 0, 0
            await request.writer.drain()
            due += gap
            await _silence(request, due, timing.keep_alive, timer)
        ready += framing.chunk(event) if chunks else event
        size, count = size + len(event), count + 1
    send(request, ready + framing.LAST_CHUNK if chunks else ready)
    wire.course.wrote(size, count)
    await request.writer.drain()


async def _silence(request: web.BaseRequest, due: float, most: float, timer: Timer) -> None:
    """Wait until something is due, with a comment whenever the silence gets too long."""
    while most and due - timer.now() > most:
        await asleep(request, timer, timer.now() + most)
        send(request, framing.chunk(_COMMENT) if request.version >= _HTTP_1_1 else _COMMENT)
    await asleep(request, timer, due)


async def asleep(request: web.BaseRequest, timer: Timer, moment: float) -> None:
    """Wait for a moment, or until the client is gone.

    Raises ConnectionResetError where the moment never comes.
    """
    if moment <= timer.now():
        return
    reached = timer.at(moment)
    protocol: Any = request.protocol
    if protocol is not None:
        # The connection wakes whoever waits when the client leaves.
        protocol.waiting, protocol.endless = reached, moment == inf
    await reached
    if moment == inf:
        raise ConnectionResetError("nobody waits any more")
