"""An answer as messages: the data of each event, when it is due."""

from collections.abc import Awaitable, Callable, Iterable

from aiohttp import WSMsgType, web

from mockgw import sse
from mockgw.faults.going import Going, going
from mockgw.model import Timing, Wire
from mockgw.ports import Timer
from mockgw.sockets.talk import Voice, streams
from mockgw.writing.playing import asleep
from mockgw.writing.sending import leave

_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")
Send = Callable[[bytes], Awaitable[None]]


async def tell(
    request: web.BaseRequest, send: Send, wire: Wire, voice: Voice, timer: Timer
) -> bool:
    """Hand the messages of an answer to `send`, and wait between them as its timing says.

    Tells whether the connection is whole still, which a fault may break off. Raises ConnectionError
    when the client is gone.
    """
    told = _going(wire)
    timing, pauses = wire.timing or Timing(), dict(told.pauses)
    gaps = iter(timing.gaps[1:])
    due = timer.ago(wire.course.spent)
    due += 0.0 if told.at_once else timing.delay + told.wait
    heard, number = b"", 0
    wire.course.begins()
    for number, part in enumerate(_parts(wire, told), 1):
        gap = next(gaps, timing.pace) if number > 1 else 0.0
        due += timing.beat(part) if timing.beat is not None else gap
        due += pauses.get(number - 1, 0.0)
        if due > timer.now():
            await asleep(request, timer, due)
        if number == 1:
            await _all(send, voice.begins(told))
        events, heard = _whole(heard + part) if streams(told) else ((), heard + part)
        await _all(send, map(voice.says, events))
        wire.course.wrote(len(part), int(told.streamed))
    await asleep(request, timer, due + pauses.get(number, 0.0))
    if told.ending != "whole":
        await leave(request, reset=told.ending == "reset")
        return False
    await _all(send, voice.ends(told, heard))
    return True


async def _all(send: Send, messages: Iterable[bytes]) -> None:
    for message in messages:
        await send(message)


def _whole(heard: bytes) -> tuple[Iterable[bytes], bytes]:
    """Return the data of the events that are whole, and what is left of the last one."""
    frames = list(sse.frames(heard))
    left = b"" if not frames or frames[-1].endswith(_ENDS) else frames.pop()
    return sse.data(b"".join(frames)), left


def _going(wire: Wire) -> Going:
    """Return the answer with its fault in it; without one its parts are taken as they come."""
    streamed = not isinstance(wire.body, bytes)
    if wire.fault is None:
        return going(wire.status, wire.headers, (), streamed=streamed)
    parts = (wire.body,) if isinstance(wire.body, bytes) else tuple(wire.body)
    return wire.fault.apply(going(wire.status, wire.headers, parts, streamed=streamed))


def _parts(wire: Wire, told: Going) -> Iterable[bytes]:
    if wire.fault is not None:
        return told.parts
    return (wire.body,) if isinstance(wire.body, bytes) else wire.body


async def say(socket: web.WebSocketResponse, message: bytes) -> None:
    """Send one message; raises ConnectionError when the client is gone."""
    if socket.closed:
        raise ConnectionResetError("the client is gone")
    await socket.send_frame(message, WSMsgType.TEXT)
