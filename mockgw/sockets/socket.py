"""One WebSocket: orders come in, and the events of their answers go out."""

import asyncio
from collections import deque
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web
from msgspec import structs

from mockgw.connection import Connection
from mockgw.course import CUT, LEFT, STOPPED, WHOLE
from mockgw.errors import ApiError
from mockgw.model import Raw, Wire
from mockgw.pipeline import Road
from mockgw.ports import Timer
from mockgw.routes import route
from mockgw.sockets.order import CREATE, Order, order, refused, unsteered
from mockgw.sockets.telling import say, tell
from mockgw.state.newest import Newest
from mockgw.trip import Passage

_LONGEST = 3600.0
_MOST_WAITING, _MOST_KNOWN = 64, 1000
_REFUSED = 400
_GOING, _TOO_LONG = "going", "too long"
_NO_WAY = ApiError(
    501,
    "mockgw asks no upstream by WebSocket. Ask by HTTP: what is recorded there answers here too.",
    type="mockgw_error",
    code="no_socket_upstream",
    origin="mockgw",
)
_OPEN_TOO_LONG = ApiError(
    400,
    "Responses websocket connection limit reached (60 minutes). Create a new websocket connection "
    "to continue.",
    code="websocket_connection_limit_reached",
)


def wants(raw: Raw) -> bool:
    """Tell whether a request opens a WebSocket where responses are made."""
    if raw.method != "GET" or raw.headers.get("upgrade", "").lower() != "websocket":
        return False
    found = route("POST", raw.path)
    made = found.operation
    return made is not None and made.name == "responses.create" and not found.door.run_path


class Socket:
    """Takes the orders of one connection down the road, one after the other.

    `most` is the size in bytes of the largest message that is taken.
    """

    def __init__(self, road: Road, timer: Timer, most: int) -> None:
        self._road = road
        self._timer = timer
        self._socket = web.WebSocketResponse(max_msg_size=most, timeout=1.0)
        self._orders: asyncio.Queue[str | None] = asyncio.Queue()
        self._room = asyncio.Semaphore(_MOST_WAITING)
        self._ends = ""
        self._newest = Newest()
        self._known: deque[str] = deque(maxlen=_MOST_KNOWN)

    async def serve(self, request: web.BaseRequest, opened: Raw) -> None:
        """Answer until the client leaves, the hour is over, or the server stops.

        Raises ApiError, with nothing written, for a handshake that is none, and for one that a page
        of another host asks for: browsers let pages open any WebSocket.
        """
        origin = opened.headers.get("origin")
        if origin and urlsplit(origin).netloc != opened.headers.get("host"):
            raise ApiError(403, f"A page of {origin} may not open this.", origin="mockgw")
        ends = self._timer.now() + _LONGEST
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
            await self._answer(request, opened)
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

    async def _answer(self, request: web.BaseRequest, opened: Raw) -> None:
        while not self._ends:
            text = await self._orders.get()
            if text is None:
                break
            self._room.release()
            if not await self._obeyed(request, opened, text):
                return
        if self._ends == _TOO_LONG:
            await say(self._socket, refused(_OPEN_TOO_LONG))
        going = self._ends == _GOING
        await self._socket.close(code=1001 if going else 1000, message=b"")

    async def _obeyed(self, request: web.BaseRequest, opened: Raw, text: str) -> bool:
        """Answer one message; tell whether the connection is whole still."""
        try:
            asked = order(text)
        except ApiError as error:
            raw = structs.replace(opened, method="POST", body=text.encode("utf-8", "replace"))
            return await self._told(request, self._road.refuse(raw, error), Order("", {}))
        if asked.kind == CREATE:
            return await self._told(request, self._travel(opened, asked), asked)
        named = asked.body.get("previous_response_id")
        await say(self._socket, unsteered(asked, known=named in self._known))
        return True

    async def _told(self, request: web.BaseRequest, wire: Wire, asked: Order) -> bool:
        """Tell an answer; tell whether the connection is whole still."""
        if isinstance(request.protocol, Connection):
            request.protocol.carries(wire.course)
        outcome = STOPPED

        async def send(message: bytes) -> None:
            await say(self._socket, asked.tagged(message))

        try:
            whole = await tell(request, send, wire, wire.timer or self._timer)
            outcome = WHOLE if whole else CUT
        except ConnectionError:
            outcome = LEFT
            raise
        finally:
            wire.course.ends(outcome)
            if wire.over is not None:
                wire.over()
        return whole

    def _travel(self, opened: Raw, asked: Order) -> Wire:
        """Return the answer to one order; what fails to continue the newest forgets it."""
        self._newest.warms = asked.warms
        told = self._road.travel(asked.raw(opened, self._newest))
        if isinstance(told, Passage):
            told = self._road.fail(told, replace(_NO_WAY))
        if told.status >= _REFUSED:
            if asked.body.get("previous_response_id") == self._newest.identifier:
                self._newest.forget()
        else:
            self._known.append(self._newest.identifier)
        return told
