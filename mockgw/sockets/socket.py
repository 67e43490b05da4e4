"""One WebSocket: messages come in, and those of their answers go out."""

import asyncio
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from mockgw.connection import Connection
from mockgw.course import CUT, LEFT, STOPPED, WHOLE
from mockgw.errors import ApiError
from mockgw.model import Raw, Wire
from mockgw.ports import Timer
from mockgw.sockets.talk import Answering, Talk, Voice
from mockgw.sockets.telling import say, tell

_MOST_WAITING = 64
_GOING, _TOO_LONG, _BROKEN = "going", "too long", "broken"


class Socket:
    """Answers what is said on one connection, in the language of its `talk`.

    `most` is the size in bytes of the largest message that is taken.
    """

    def __init__(self, talk: Talk, timer: Timer, most: int) -> None:
        self._talk = talk
        self._timer = timer
        protocols = (talk.protocol,) if talk.protocol else ()
        self._socket = web.WebSocketResponse(max_msg_size=most, timeout=1.0, protocols=protocols)
        self._orders: asyncio.Queue[str | None] = asyncio.Queue()
        self._room = asyncio.Semaphore(_MOST_WAITING)
        self._under_way: set[asyncio.Task[None]] = set()
        self._ends = ""

    async def serve(self, request: web.BaseRequest, opened: Raw) -> None:
        """Answer until the client leaves, its time is over, or the server stops.

        Raises ApiError, with nothing written, for a handshake that is none, and for one that a page
        of another host asks for: browsers let pages open any WebSocket.
        """
        origin = opened.headers.get("origin")
        if origin and urlsplit(origin).netloc != opened.headers.get("host"):
            raise ApiError(403, f"A page of {origin} may not open this.", origin="mockgw")
        ends = self._timer.now() + self._talk.longest
        try:
            await self._socket.prepare(request)
        except web.HTTPException as problem:
            message = f"The WebSocket could not be opened: {problem.text}"
            raise ApiError(400, message, origin="mockgw") from None
        protocol: Any = request.protocol
        if isinstance(protocol, Connection):
            # A client that stops speaking has left: there is no half of a WebSocket.
            protocol.body, protocol.leaves = None, lambda: self._end(_GOING)
        reader = asyncio.create_task(self._read())
        limit = self._timer.at(ends)
        limit.add_done_callback(lambda _: self._end(_TOO_LONG))
        try:
            await self._answer(request)
        finally:
            limit.cancel()
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    def _end(self, reason: str) -> None:
        """Come to an end once what is being answered is answered."""
        self._ends = self._ends or reason
        self._orders.put_nowait(None)

    async def _read(self) -> None:
        """Take in messages, pings among them, while others are answered."""
        async for message in self._socket:
            await self._room.acquire()
            text = message.data if message.type is WSMsgType.TEXT else ""
            self._orders.put_nowait(text)
        self._orders.put_nowait(None)
        # The client is gone; who waits to answer it need not wait any more.
        for task in self._under_way:
            task.cancel()

    async def _answer(self, request: web.BaseRequest) -> None:
        lanes: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as others:
            while not self._ends:
                text = await self._orders.get()
                if text is None:
                    break
                lane, answering = self._talk.take(text)
                before = None if lane is None else lanes.get(lane)
                task = others.create_task(self._beside(request, answering, before))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
                if lane is not None:
                    lanes[lane] = task
                    task.add_done_callback(partial(_leaves, lanes, lane))
        if self._ends == _BROKEN:
            return
        if self._ends == _TOO_LONG:
            await say(self._socket, self._talk.farewell())
        going = self._ends == _GOING
        await self._socket.close(code=1001 if going else 1000, message=b"")

    async def _beside(
        self, request: web.BaseRequest, answering: Answering, before: asyncio.Task[None] | None
    ) -> None:
        """Answer one message after the one before it, if there is one, and beside all others.

        Those learn by themselves that the client is gone.
        """
        if before is not None:
            await asyncio.wait({before})
            if self._ends:
                return
        try:
            await self._obey(request, answering)
        except ConnectionError:
            self._end(_BROKEN)

    async def _obey(self, request: web.BaseRequest, answering: Answering) -> None:
        """Answer one message."""
        try:
            told = answering()
            if isinstance(told, bytes):
                await say(self._socket, told)
            elif not await self._told(request, *told):
                self._end(_BROKEN)
        finally:
            self._room.release()

    async def _told(self, request: web.BaseRequest, wire: Wire, voice: Voice) -> bool:
        """Tell an answer; tell whether the connection is whole still."""
        if isinstance(request.protocol, Connection):
            request.protocol.carries(wire.course)
        outcome, send = STOPPED, partial(say, self._socket)
        try:
            whole = await tell(request, send, wire, voice, wire.timer or self._timer)
            outcome = WHOLE if whole else CUT
        except ConnectionError:
            outcome = LEFT
            raise
        except asyncio.CancelledError:
            outcome = LEFT if self._socket.closed else STOPPED
            raise
        finally:
            wire.course.ends(outcome)
            if wire.over is not None:
                wire.over()
        return whole


def _leaves(lanes: dict[str, asyncio.Task[None]], lane: str, task: asyncio.Task[None]) -> None:
    """Forget a lane whose last message is answered."""
    if lanes.get(lane) is task:
        del lanes[lane]
