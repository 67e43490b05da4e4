"""The stream of an upstream that goes wrong on purpose on its way to the client."""

import asyncio

from aiohttp import web

from mockgw import framing
from mockgw.course import CUT, LEFT
from mockgw.faults.going import Going
from mockgw.faults.growing import Growing
from mockgw.model import Wire
from mockgw.ports import Timer
from mockgw.sse import split
from mockgw.writing import leave
from mockgw.writing.playing import asleep
from mockgw.writing.sending import send
from mockgw.writing.spoiling import head_of

_HTTP_1_1 = (1, 1)


class Spoilt:
    """Hands a stream on with its fault in it, in a task of its own.

    The upstream never waits for the client, who may be kept waiting for ever. `gone` says that the
    client takes no more.
    """

    def __init__(self, request: web.BaseRequest, wire: Wire, timer: Timer, *, alive: bool) -> None:
        assert wire.fault is not None  # noqa: S101 - any other stream has a plain outlet
        self._request = request
        self._wire = wire
        self._timer = timer
        self._alive = alive
        self._growing = Growing(wire.fault, wire.status, wire.headers)
        self._news = asyncio.Event()
        self._rest = b""
        self._task: asyncio.Task[None] | None = None
        self.gone = False

    def open(self) -> None:
        """Begin; the head goes out with the first event."""
        self._task = asyncio.create_task(self._write())

    async def take(self, part: bytes) -> None:
        """Take in what came, and give the task its turn."""
        events, self._rest = split(self._rest + part)
        if events:
            self._growing.grow(events)
            self._news.set()
            await asyncio.sleep(0)

    async def close(self) -> bool:
        """Wait until all of it is out or the client is gone; tell whether the connection stays."""
        assert self._task is not None  # noqa: S101 - `open` came before
        if self._rest:
            self._growing.grow([self._rest])
        self._growing.end()
        self._news.set()
        try:
            await self._task
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        return self._alive and not self.gone

    def cut(self) -> None:
        """Break off: the upstream has."""
        if self._task is not None:
            self._task.cancel()
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _write(self) -> None:
        try:
            await self._written()
        except ConnectionError:
            self.gone = True
            self._wire.course.ends(LEFT)

    async def _written(self) -> None:
        request, course = self._request, self._wire.course
        told = await self._told(0)
        old = told.version == "1.0" or request.version < _HTTP_1_1
        self._alive = self._alive and not old and told.ending == "whole"
        await asleep(request, self._timer, self._timer.now() + told.wait)
        if told.status != self._wire.status:
            course.status = told.status
        if told.head:
            course.begins()
            send(request, head_of(request, told, old=old, alive=self._alive))
        await self._parts(chunks=told.streamed and not old)
        if told.ending != "whole":
            course.ends(CUT)
            self.gone = True
        if not self._alive:
            await leave(request, reset=told.ending == "reset")

    async def _parts(self, *, chunks: bool) -> None:
        request, growing, number = self._request, self._growing, 0
        while True:
            told = await self._told(number + 1)
            await self._pause(told, number)
            if number == growing.sure:
                break
            part = told.parts[number]
            send(request, framing.chunk(part) if chunks and part else part)
            self._wire.course.wrote(len(part), int(told.streamed))
            await request.writer.drain()
            number += 1
        if chunks and told.ending == "whole":
            send(request, framing.LAST_CHUNK)
        await request.writer.drain()

    async def _pause(self, told: Going, number: int) -> None:
        seconds = dict(told.pauses).get(number, 0.0)
        await asleep(self._request, self._timer, self._timer.now() + seconds)

    async def _told(self, parts: int) -> Going:
        """Return the answer as soon as so many of its parts are certain, or all that there are."""
        growing = self._growing
        while growing.told is None or not (growing.over or growing.sure >= parts):
            self._news.clear()
            await self._news.wait()
        return growing.told
