"""An answer that is written wrong on purpose."""

from aiohttp import web

from mockgw import framing
from mockgw.course import CUT
from mockgw.faults.going import Going, going
from mockgw.model import Timing, Wire
from mockgw.ports import Timer
from mockgw.writing.playing import asleep
from mockgw.writing.sending import leave, send, stay

_HTTP_1_1 = (1, 1)


async def spoiled(request: web.BaseRequest, wire: Wire, timer: Timer, *, alive: bool) -> bool:
    """Write an answer with its fault in it; tell whether the connection may stay.

    Raises ConnectionError when the client is gone.
    """
    assert wire.fault is not None  # noqa: S101 - the caller has seen it
    parts = (wire.body,) if isinstance(wire.body, bytes) else tuple(wire.body)
    streamed = not isinstance(wire.body, bytes)
    told = wire.fault.apply(going(wire.status, wire.headers, parts, streamed=streamed))
    timing = wire.timing or Timing()
    old = told.version == "1.0" or request.version < _HTTP_1_1
    alive = alive and not old and told.ending == "whole"
    due = timer.ago(wire.course.spent) + timing.delay + told.wait
    if not told.at_once:
        await asleep(request, timer, due)
    if told.status != wire.status:
        wire.course.status = told.status
    if told.head:
        wire.course.begins()
        send(request, head_of(request, told, old=old, alive=alive))
    await _parts(request, told, wire, timer, chunks=told.streamed and not old)
    if told.ending != "whole":
        wire.course.ends(CUT)
    if not alive:
        await leave(request, reset=told.ending == "reset")
    return alive


def head_of(request: web.BaseRequest, told: Going, *, old: bool, alive: bool) -> bytes:
    """Return the head of such an answer.

    `old` says that it is one of HTTP/1.0, `alive` that the connection stays.
    """
    if told.streamed:
        ends = "connection: close" if old else f"transfer-encoding: chunked{stay(request, alive)}"
    else:
        # What is broken off looks whole at first.
        keeps = alive or (told.ending != "whole" and not old)
        ends = f"content-length: {told.announced}{stay(request, keeps)}"
    return framing.head(told, ends, told.version)


async def _parts(
    request: web.BaseRequest, told: Going, wire: Wire, timer: Timer, *, chunks: bool
) -> None:
    timing = wire.timing or Timing()
    pauses, gaps = dict(told.pauses), iter(timing.gaps[1:])
    due = timer.now()
    for number, part in enumerate(told.parts):
        gap = next(gaps, timing.pace) if number and told.streamed else 0.0
        due += timing.beat(part) if timing.beat is not None else gap
        due += pauses.get(number, 0.0)
        if due > timer.now():
            await request.writer.drain()
            await asleep(request, timer, due)
        send(request, framing.chunk(part) if chunks and part else part)
        wire.course.wrote(len(part), int(told.streamed))
    await asleep(request, timer, due + pauses.get(len(told.parts), 0.0))
    if chunks and told.ending == "whole":
        send(request, framing.LAST_CHUNK)
    await request.writer.drain()
