"""One stream in its own time, written by whoever wakes it: no task is switched to for an event."""

import asyncio
from itertools import chain, repeat
from math import inf
from typing import Any

from aiohttp import web

from mockgw import framing
from mockgw.model import Timing, Wire
from mockgw.ports import Timer

_HTTP_1_1 = (1, 1)
_COMMENT = b": keep-alive\n\n"
_MUCH = 16_384


class Player:
    """Writes the head at once, and the events and the end of the body as the wire's timing says.

    `due` is the moment of the first event, which may have passed. An event is due some time after
    the one before was due, not after it was written, so that what is late does not make the rest
    later. It is made ready beforehand: where many streams go on at the same moment, none waits for
    the others' next events to be made, and a client of all of them is not put to sleep in between.
    """

    __slots__ = (
        "_chunks",
        "_comment",
        "_course",
        "_due",
        "_events",
        "_full",
        "_gap",
        "_keep_alive",
        "_protocol",
        "_ready",
        "_rest",
        "_size",
        "_timer",
        "_transport",
        "over",
    )

    def __init__(
        self, request: web.BaseRequest, head: bytes, wire: Wire, timer: Timer, due: float
    ) -> None:
        assert not isinstance(wire.body, bytes)  # noqa: S101 - the caller has seen it
        timing = wire.timing or Timing()
        self._protocol: Any = request.protocol
        self._transport: Any = request.transport
        self._chunks = request.version >= _HTTP_1_1
        self._timer = timer
        self._course = wire.course
        gaps = chain((0.0,), timing.gaps[1:], repeat(timing.pace))
        self._gap = timing.beat or (lambda _: next(gaps))
        self._keep_alive = timing.keep_alive
        self._events = iter(wire.body)
        self._due = due
        # What is written when it is due, and how much of it is an event.
        self._ready, self._size = head, 0
        self._comment = inf
        self._full = False
        self._rest: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.over = False

    async def on(self) -> None:
        """Play on to the end, which `over` tells, or until the client has to read first.

        Raises ConnectionError when the client is gone.
        """
        self._full = False
        # Who left while the first event was waited for wakes nobody any more.
        self._stays()
        # The connection wakes whoever waits when the client leaves.
        self._rest = asyncio.get_running_loop().create_future()
        self._protocol.waiting, self._protocol.endless = self._rest, False
        self.rest(self._timer.now())
        await self._rest
        if not (self._full or self.over):
            raise ConnectionResetError("nobody waits any more")

    def done(self) -> bool:
        """Tell whether nothing is to be written for now."""
        return self._rest.done()

    def wake(self, now: float) -> None:
        """Write the event that is due, or a comment."""
        if self._rest.done():
            return
        try:
            if self._due <= now:
                ready, self._ready = self._ready, b""
                self._write(ready, self._size, int(self._size > 0))
            elif self._comment <= now:
                self._write(framing.chunk(_COMMENT) if self._chunks else _COMMENT, 0, 0)
        except Exception as problem:  # noqa: BLE001 - it is the waiting task's
            self._rest.set_exception(problem)

    def rest(self, now: float) -> None:
        """Make the next event ready, write what is due as well, and wait for what is not."""
        if self._rest.done():
            return
        try:
            if self._due <= now:
                self._follow(now)
        except Exception as problem:  # noqa: BLE001 - it is the waiting task's
            self._rest.set_exception(problem)
            return
        if self.over or self._full:
            self._rest.set_result(None)
        else:
            self._sleep(now)

    def _follow(self, now: float) -> None:
        ready, self._ready = self._ready, b""
        size = self._size if ready else 0
        count = 1 if size else 0
        for event in self._events:
            framed = framing.chunk(event) if self._chunks else event
            self._due += self._gap(event)
            if self._due > now:
                self._ready, self._size = framed, len(event)
                break
            ready += framed
            size, count = size + len(event), count + 1
            if len(ready) >= _MUCH:
                self._full = True
                break
        else:
            ready += framing.LAST_CHUNK if self._chunks else b""
            self.over = True
        if ready:
            self._write(ready, size, count)

    def _write(self, ready: bytes, size: int, count: int) -> None:
        self._stays()
        self._transport.write(ready)
        self._course.wrote(size, count)
        if self._protocol.writing_paused:
            self._full = True

    def _stays(self) -> None:
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the client is gone")

    def _sleep(self, now: float) -> None:
        """Wait for the next event, or for a comment where the silence gets too long."""
        moment = self._due
        if self._keep_alive:
            silent = moment - now > self._keep_alive
            self._comment = now + self._keep_alive if silent else inf
            moment = min(moment, self._comment)
        if moment == inf:
            self._protocol.stalls()
        self._timer.wakes(self, moment)
