"""The edge: aiohttp's low-level server in front of the road.

No router and no Response object stand between: a request's answer is written as prepared bytes,
every event of a stream as one HTTP chunk, so that no reader ever sees half an event.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from aiohttp import StreamReader, web
from aiohttp.client_exceptions import ClientConnectionResetError
from aiohttp.http import RawRequestMessage
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from mockgw import framing
from mockgw.admin import PREFIX, Admin
from mockgw.connection import Connection, Connections, Written
from mockgw.course import LEFT, STOPPED, WHOLE, Course
from mockgw.doors.miniflare import NO_CHANNEL, probes, unwrapped
from mockgw.errors import ApiError
from mockgw.model import Raw, Wire
from mockgw.pipeline import Road
from mockgw.ports import Timer
from mockgw.sockets import Socket, authorized, talk, wants
from mockgw.trip import Passage
from mockgw.writing import write
from mockgw.writing.timer import LoopTimer

_HTTP_1_1 = (1, 1)


class Through(Protocol):
    """The way through to an upstream."""

    async def take(
        self, road: Road, request: web.BaseRequest, passage: Passage, timer: Timer, *, alive: bool
    ) -> bool:
        """Write the upstream's answer to the client; tell whether the connection may stay."""
        ...

    async def close(self) -> None:
        """End the connections to the upstream, and the recording."""
        ...


class Edge:
    """Takes HTTP requests, and writes what the road answers.

    `through` gives the way to the upstream that a session has, None when it has none.
    """

    def __init__(
        self,
        road: Road,
        admin: Admin,
        max_body: int,
        through: Callable[[str], Through | None] = lambda _: None,
        timer: Timer | None = None,
    ) -> None:
        self._road = road
        self._admin = admin
        self._max_body = max_body
        self._through = through
        self._timer = timer or LoopTimer()

    def server(self) -> web.Server:
        """Return the aiohttp server that speaks HTTP on our behalf."""
        return Connections(
            self._malformed,
            self._whole,
            self._at_once,
            self._serve,
            request_factory=self._request,
            access_log=None,
            max_field_size=65_536,
            max_line_size=65_536,
            lingering_time=2.0,
        )

    def _request(
        self,
        message: Any,
        payload: Any,
        protocol: RequestHandler,
        writer: Any,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        loop = asyncio.get_running_loop()
        size = self._max_body
        if isinstance(protocol, Connection):
            protocol.body = payload
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=size)

    def _malformed(self, request: web.BaseRequest, problem: HttpProcessingError) -> Written:
        raw = Raw(request.method, "/", "", request.headers, b"")
        error = ApiError(400, f"The request could not be read: {_reason(problem)}")
        wire = self._road.refuse(raw, error)
        if isinstance(wire.body, bytes) and request.transport is not None:
            ends = f"content-length: {len(wire.body)}\r\nconnection: close"
            request.transport.write(framing.head(wire, ends) + wire.body)
            wire.course.begins()
            wire.course.wrote(len(wire.body))
            wire.course.ends(WHOLE)
        return Written(keep_alive=False)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        alive = request.keep_alive
        wire: Wire | Passage | None = None
        outcome = STOPPED
        try:
            wire = _known(request)
            if wire is None:
                raw, error = await self._read(request)
                if error is not None:
                    alive = False
                    wire = self._road.refuse(raw, error)
                elif wants(raw):
                    wire = await self._hold(request, raw)
                    if wire is None:
                        return Written(keep_alive=False)
                else:
                    wire = self._answer(raw)
            _carried(request, wire.course)
            if isinstance(wire, Passage):
                alive = await self._pass(request, wire, alive=alive)
            else:
                alive = await self._write(request, wire, alive=alive)
            outcome = WHOLE
        except (ConnectionError, ClientConnectionResetError):
            # The client left in the middle of its request or of our answer, which clients do.
            alive, outcome = False, LEFT
        finally:
            _over(request.protocol, wire, outcome)
        return Written(keep_alive=_end(request) and alive)

    def _answer(self, raw: Raw) -> Wire | Passage:
        if raw.path.startswith(PREFIX):
            return self._admin.answer(raw)
        return NO_CHANNEL if probes(raw) else self._road.travel(raw)

    def _whole(
        self, connection: Connection, message: RawRequestMessage, body: StreamReader
    ) -> Raw | None:
        """Return a request that came in whole, None where a task is to read it."""
        plain = message.method == "POST" and message.version == _HTTP_1_1
        plain = plain and PREFIX not in message.path
        if not plain or body.total_bytes > self._max_body or "Expect" in message.headers:
            return None
        said = body.read_nowait()
        return _raw("POST", message.path, message.headers, said, connection.local)

    def _at_once(self, connection: Connection, raw: Raw) -> bool:
        """Answer a request that came in whole, if all of its answer can go out now.

        What another waits for is left to its task.
        """
        wire = self._answer(raw)
        whole = framing.whole(wire) if isinstance(wire, Wire) else None
        if not isinstance(wire, Wire) or whole is None or connection.transport is None:
            connection.answer = wire
            return False
        told, size, events = whole
        connection.carries(wire.course)
        wire.course.begins()
        connection.transport.write(told)
        wire.course.wrote(size, events)
        _over(connection, wire, WHOLE)
        connection.rests()
        return True

    async def _hold(self, request: web.BaseRequest, raw: Raw) -> Wire | None:
        """Hold a WebSocket until its end, or return the refusal of one that may not be opened."""
        raw = authorized(raw)
        refusal = self._road.greet(raw)
        if refusal is None:
            try:
                said = talk(self._road, raw)
                await Socket(said, self._timer, self._max_body).serve(request, raw)
            except ApiError as error:
                refusal = self._road.refuse(raw, error)
        return refusal

    async def _pass(self, request: web.BaseRequest, passage: Passage, *, alive: bool) -> bool:
        through = self._through(passage.call.session)
        if through is None:
            error = ApiError(502, "There is no upstream to ask.", origin="mockgw")
            await write(request, self._road.fail(passage, error), alive=alive)
            return alive
        protocol, timer = request.protocol, self._road.time(passage) or self._timer
        if not isinstance(protocol, Connection):
            return await through.take(self._road, request, passage, timer, alive=alive)
        with _held(protocol, passage.over):
            return await through.take(self._road, request, passage, timer, alive=alive)

    async def _write(self, request: web.BaseRequest, wire: Wire, *, alive: bool) -> bool:
        timer = wire.timer or self._timer
        if wire.over is None or not isinstance(request.protocol, Connection):
            return await write(request, wire, timer, alive=alive)
        with _held(request.protocol, wire.over):
            return await write(request, wire, timer, alive=alive)

    async def _read(self, request: web.BaseRequest) -> tuple[Raw, ApiError | None]:
        body, error = b"", None
        try:
            if (request.content_length or 0) > self._max_body:
                error = self._too_large()
            elif request.can_read_body:
                _encourage(request)
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            error = self._too_large()
        except (HttpProcessingError, web.RequestPayloadError) as problem:
            error = ApiError(400, f"The request body could not be read: {_reason(problem)}")
        local = not isinstance(request.protocol, Connection) or request.protocol.local
        return _raw(request.method, request.raw_path, request.headers, body, local), error

    def _too_large(self) -> ApiError:
        message = f"The request body is larger than {self._max_body} bytes."
        return ApiError(413, message, code="request_too_large", origin="gateway")


def _raw(method: str, target: str, headers: Mapping[str, str], body: bytes, local: bool) -> Raw:
    path, _, query = _origin_form(target).partition("?")
    return unwrapped(Raw(method, path, query, headers, body, local))


@contextmanager
def _held(connection: Connection, over: Callable[[], None]) -> Iterator[None]:
    """Have what is held for the answer freed as soon as the client has said all it had to say."""
    connection.holds(over)
    try:
        yield
    finally:
        connection.holds(None)


def _known(request: web.BaseRequest) -> Wire | Passage | None:
    """Return the answer of a request that was found before its task began."""
    if not isinstance(request.protocol, Connection):
        return None
    known, request.protocol.answer = request.protocol.answer, None
    return known


def _carried(request: web.BaseRequest, course: Course) -> None:
    """Note by which connection the request came."""
    if isinstance(request.protocol, Connection):
        request.protocol.carries(course)


def _over(protocol: RequestHandler, wire: Wire | Passage | None, outcome: str) -> None:
    """Note how the answer ended, and free what was held for it."""
    if wire is None:
        return
    if outcome == WHOLE and isinstance(protocol, Connection) and protocol.deaf(wire.course):
        outcome = LEFT
    wire.course.ends(outcome)
    if wire.over is not None:
        wire.over()


def _encourage(request: web.BaseRequest) -> None:
    """Tell a client that waits for it to go on and send its body."""
    waits = request.headers.get("Expect")
    if waits is None or waits.lower() != "100-continue" or request.version < _HTTP_1_1:
        return
    if request.transport is not None:
        request.transport.write(framing.CONTINUE)


def _end(request: web.BaseRequest) -> bool:
    """Note that the request has its answer; tell whether the connection takes another."""
    protocol = request.protocol
    if request.content.exception() is not None:
        # aiohttp would go on reading a body that cannot be read.
        protocol.force_close()
    if not isinstance(protocol, Connection):
        return True
    protocol.body = None
    protocol.rests()
    return not protocol.over


def _origin_form(target: str) -> str:
    """Return path and query of a target, which clients of a proxy write as a whole URL."""
    if target.startswith("/"):
        return target
    _, whole, rest = target.partition("://")
    return "/" + rest.partition("/")[2] if whole else target


def _reason(problem: Exception) -> str:
    """Return what aiohttp says of a request, without the status and the bytes it says it of."""
    lines = [line.strip() for line in str(problem).splitlines()]
    told = [line for line in lines if line and not line.endswith("message:")]
    return told[0].rstrip(":") if told else type(problem).__name__
