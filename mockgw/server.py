"""The edge: aiohttp's low-level server in front of the road.

No router and no Response object stand between: a request's answer is written as prepared bytes,
every event of a stream as one HTTP chunk, so that no reader ever sees half an event.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.client_exceptions import ClientConnectionResetError
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from mockgw.admin import PREFIX, Admin
from mockgw.errors import ApiError
from mockgw.model import Frames, Raw, Wire
from mockgw.pipeline import Road

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"
# As many bytes of events as go out together when nothing asks for a pause between them.
_BATCH = 16_384
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_Refuse = Callable[[web.BaseRequest, HttpProcessingError], web.StreamResponse]
_LOOPBACK = ("127.", "::1", "::ffff:127.")


class _Written(web.StreamResponse):
    """An answer that has been written already; aiohttp only asks it what comes next."""

    def __init__(self, *, keep_alive: bool) -> None:
        super().__init__()
        self._alive = keep_alive

    async def prepare(self, request: web.BaseRequest) -> Any:
        """Do nothing: the head is out."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing: the end is out."""

    @property
    def keep_alive(self) -> bool | None:
        """Whether the connection takes another request."""
        return self._alive


class _Protocol(RequestHandler):
    """aiohttp's side of a connection, for clients that speak bad HTTP or stop speaking."""

    __slots__ = ("_ended", "_refuse", "body")

    def __init__(self, refuse: _Refuse, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._refuse = refuse
        self._ended = False
        self.body: StreamReader | None = None

    @property
    def over(self) -> bool:
        """Whether the client has said all it had to say, and all of it is being answered."""
        return self._ended and not self._messages

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio asks for a bool here
        """Keep the way back open while a request that came in whole waits for its answer."""
        self._ended = True
        bodies = [body for _, body in self._messages]
        if self.body is not None:
            bodies.append(self.body)
        return bool(bodies) and all(body.is_eof() for body in bodies)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Note that the request at hand has its answer."""
        self.body = None
        return await super().finish_response(request, resp, start_time)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP without a word in the log; a fault of ours is logged."""
        if isinstance(exc, HttpProcessingError):
            return self._refuse(request, exc)
        return super().handle_error(request, status, exc, message)


class _Server(web.Server):
    """aiohttp's server with our side of a connection."""

    def __init__(self, refuse: _Refuse, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._refuse = refuse

    def __call__(self) -> RequestHandler:
        """Return what speaks to a new client."""
        return _Protocol(self._refuse, self, loop=self._loop, **self._kwargs)


class Edge:
    """Takes HTTP requests, and writes what the road answers."""

    def __init__(self, road: Road, admin: Admin, max_body: int) -> None:
        self._road = road
        self._admin = admin
        self._max_body = max_body

    def server(self) -> web.Server:
        """Return the aiohttp server that speaks HTTP on our behalf."""
        return _Server(
            self._malformed,
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
        if isinstance(protocol, _Protocol):
            protocol.body = payload
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=size)

    def _malformed(self, request: web.BaseRequest, problem: HttpProcessingError) -> _Written:
        raw = Raw(request.method, "/", "", request.headers, b"")
        error = ApiError(400, f"The request could not be read: {_reason(problem)}")
        wire = self._road.refuse(raw, error)
        if isinstance(wire.body, bytes) and request.transport is not None:
            framing = f"content-length: {len(wire.body)}"
            head = self._head(wire, framing, alive=False, request=request)
            request.transport.write(head + wire.body)
        return _Written(keep_alive=False)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            raw, error = await self._read(request)
        except ConnectionError:
            # The client left in the middle of its request, which clients do.
            return _Written(keep_alive=False)
        if error is not None:
            wire = self._road.refuse(raw, error)
        elif raw.path.startswith(PREFIX):
            wire = self._admin.answer(raw)
        else:
            wire = self._road.travel(raw)
        alive = request.keep_alive and error is None
        try:
            await self._write(request, wire, alive=alive)
        except (ConnectionError, ClientConnectionResetError):
            # The client left in mid-answer, which clients do.
            alive = False
        if request.content.exception() is not None:
            # aiohttp would go on reading a body that cannot be read.
            request.protocol.force_close()
        ended = isinstance(request.protocol, _Protocol) and request.protocol.over
        return _Written(keep_alive=alive and not ended)

    async def _read(self, request: web.BaseRequest) -> tuple[Raw, ApiError | None]:
        body, error = b"", None
        try:
            if (request.content_length or 0) > self._max_body:
                error = self._too_large()
            elif request.can_read_body:
                self._encourage(request)
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            error = self._too_large()
        except (HttpProcessingError, web.RequestPayloadError) as problem:
            error = ApiError(400, f"The request body could not be read: {_reason(problem)}")
        path, _, query = _origin_form(request.raw_path).partition("?")
        local = str(request.remote or "127.").startswith(_LOOPBACK)
        return Raw(request.method, path, query, request.headers, body, local), error

    def _encourage(self, request: web.BaseRequest) -> None:
        """Tell a client that waits for it to go on and send its body."""
        waits = request.headers.get("Expect", "").lower() == "100-continue"
        if waits and request.transport is not None and request.version >= (1, 1):
            request.transport.write(_CONTINUE)

    def _too_large(self) -> ApiError:
        message = f"The request body is larger than {self._max_body} bytes."
        return ApiError(413, message, code="request_too_large", origin="gateway")

    async def _write(self, request: web.BaseRequest, wire: Wire, *, alive: bool) -> None:
        send = _sender(request)
        if isinstance(wire.body, bytes):
            head = self._head(wire, f"content-length: {len(wire.body)}", alive, request)
            send(head if request.method == "HEAD" else head + wire.body)
            await request.writer.drain()
            return
        chunked = request.version >= (1, 1)
        framing = "transfer-encoding: chunked" if chunked else "connection: close"
        head = self._head(wire, framing, alive, request)
        if chunked and isinstance(wire.body, Frames):
            send(head + wire.body.prepared(_chunked))
            await request.writer.drain()
            return
        send(head)
        for batch in _batches(wire.body, chunked=chunked):
            send(batch)
            await request.writer.drain()
            # A long stream leaves the others their turn.
            await asyncio.sleep(0)
        if not chunked and request.transport is not None:
            request.transport.close()

    def _head(self, wire: Wire, framing: str, alive: bool, request: web.BaseRequest) -> bytes:
        lines = [f"HTTP/1.1 {wire.status} {_REASONS.get(wire.status, '')}"]
        lines += [f"{name}: {value}" for name, value in wire.headers]
        lines.append(framing)
        if not alive:
            lines.append("connection: close")
        elif request.version < (1, 1):
            lines.append("connection: keep-alive")
        return "\r\n".join([*lines, "\r\n"]).encode()


def _sender(request: web.BaseRequest) -> Callable[[bytes], None]:
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("the client is gone")

    def send(data: bytes) -> None:
        if transport.is_closing():
            raise ConnectionResetError("the client is gone")
        transport.write(data)

    return send


def _origin_form(target: str) -> str:
    """Return path and query of a target, which clients of a proxy write as a whole URL."""
    _, whole, rest = target.partition("://")
    if target.startswith("/") or not whole:
        return target
    return "/" + rest.partition("/")[2]


def _reason(problem: Exception) -> str:
    """Return what aiohttp says of a request, without the status and the bytes it says it of."""
    lines = [line.strip() for line in str(problem).splitlines()]
    told = [line for line in lines if line and not line.endswith("message:")]
    return told[0].rstrip(":") if told else type(problem).__name__


def _chunked(events: Iterable[bytes]) -> bytes:
    return b"".join(_batches(events, chunked=True))


def _batches(events: Iterable[bytes], *, chunked: bool) -> Iterator[bytes]:
    """Yield the events as HTTP chunks, one each, several to a write; at last the end."""
    waiting: list[bytes] = []
    size = 0
    for event in events:
        waiting.append(b"%x\r\n%b\r\n" % (len(event), event) if chunked else event)
        size += len(event)
        if size >= _BATCH:
            yield b"".join(waiting)
            waiting, size = [], 0
    if chunked:
        waiting.append(_LAST_CHUNK)
    yield b"".join(waiting)
