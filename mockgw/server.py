"""The edge: aiohttp's low-level server in front of the road.

No router and no Response object stand between: a request's answer is written as prepared bytes,
every event of a stream as one HTTP chunk, so that no reader ever sees half an event.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

from aiohttp import web
from aiohttp.client_exceptions import ClientConnectionResetError
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from mockgw import framing
from mockgw.admin import PREFIX, Admin
from mockgw.connection import Connection, Connections, Written
from mockgw.errors import ApiError
from mockgw.model import Frames, Raw, Wire
from mockgw.pipeline import Road

_HTTP_1_1 = (1, 1)
_LOOPBACK = ("127.", "::1", "::ffff:127.")


class Edge:
    """Takes HTTP requests, and writes what the road answers."""

    def __init__(self, road: Road, admin: Admin, max_body: int) -> None:
        self._road = road
        self._admin = admin
        self._max_body = max_body

    def server(self) -> web.Server:
        """Return the aiohttp server that speaks HTTP on our behalf."""
        return Connections(
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
        return Written(keep_alive=False)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        alive = request.keep_alive
        try:
            raw, error = await self._read(request)
            if error is not None:
                alive = False
                wire = self._road.refuse(raw, error)
            elif raw.path.startswith(PREFIX):
                wire = self._admin.answer(raw)
            else:
                wire = self._road.travel(raw)
            await _write(request, wire, alive=alive)
        except (ConnectionError, ClientConnectionResetError):
            # The client left in the middle of its request or of our answer, which clients do.
            alive = False
        return Written(keep_alive=_end(request) and alive)

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
        path, _, query = _origin_form(request.raw_path).partition("?")
        local = (request.remote or "127.").startswith(_LOOPBACK)
        return Raw(request.method, path, query, request.headers, body, local), error

    def _too_large(self) -> ApiError:
        message = f"The request body is larger than {self._max_body} bytes."
        return ApiError(413, message, code="request_too_large", origin="gateway")


def _encourage(request: web.BaseRequest) -> None:
    """Tell a client that waits for it to go on and send its body."""
    waits = request.headers.get("Expect")
    if waits is None or waits.lower() != "100-continue" or request.version < _HTTP_1_1:
        return
    if request.transport is not None:
        request.transport.write(framing.CONTINUE)


async def _write(request: web.BaseRequest, wire: Wire, *, alive: bool) -> None:
    chunks = request.version >= _HTTP_1_1
    if wire.timing is not None and wire.timing.delay:
        await asyncio.sleep(wire.timing.delay)
    if isinstance(wire.body, bytes):
        head = framing.head(wire, f"content-length: {len(wire.body)}{_stay(request, alive)}")
        _send(request, head if request.method == "HEAD" else head + wire.body)
        await request.writer.drain()
        return
    ends = f"transfer-encoding: chunked{_stay(request, alive)}" if chunks else "connection: close"
    head = framing.head(wire, ends)
    if chunks and isinstance(wire.body, Frames):
        _send(request, head + wire.body.prepared(framing.chunked))
        await request.writer.drain()
        return
    pace = wire.timing.pace if wire.timing is not None else 0.0
    batches = framing.batches(wire.body, chunks=chunks, single=pace > 0)
    await _stream(request, head, batches, pace)
    if not chunks and request.transport is not None:
        request.transport.close()


async def _stream(
    request: web.BaseRequest, head: bytes, batches: Iterator[bytes], pace: float
) -> None:
    _send(request, head + next(batches))
    for batch in batches:
        await request.writer.drain()
        # Without a pace, a long stream still leaves the others their turn.
        await asyncio.sleep(pace)
        _send(request, batch)
    await request.writer.drain()


def _send(request: web.BaseRequest, data: bytes) -> None:
    transport = request.transport
    if transport is None or transport.is_closing():
        raise ConnectionResetError("the client is gone")
    transport.write(data)


def _stay(request: web.BaseRequest, alive: bool) -> str:
    """Return the header that says what becomes of the connection, when it is not what is usual."""
    if not alive:
        return "\r\nconnection: close"
    return "" if request.version >= _HTTP_1_1 else "\r\nconnection: keep-alive"


def _end(request: web.BaseRequest) -> bool:
    """Note that the request has its answer; tell whether the connection takes another."""
    protocol = request.protocol
    if request.content.exception() is not None:
        # aiohttp would go on reading a body that cannot be read.
        protocol.force_close()
    if not isinstance(protocol, Connection):
        return True
    protocol.body = None
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
