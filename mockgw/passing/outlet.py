"""The stream of an upstream on its way to the client, part by part as it comes."""

import asyncio

from aiohttp import web

from mockgw import framing
from mockgw.course import LEFT
from mockgw.model import Wire
from mockgw.writing import send, stay

_HTTP_1_1 = (1, 1)
_BLANK = b"\n\n"


class Outlet:
    """Hands a stream on as it is; `gone` says that the client takes no more of it."""

    def __init__(self, request: web.BaseRequest, wire: Wire, *, alive: bool) -> None:
        self._request = request
        self._wire = wire
        self._alive = alive
        self._chunks = request.version >= _HTTP_1_1
        self._head = b""
        self.gone = False

    def open(self) -> None:
        """Begin, with the head.

        It goes out with what is here already of the body, and else in the next turn of the loop.
        """
        self._wire.course.begins()
        ends = "transfer-encoding: chunked" if self._chunks else "connection: close"
        self._head = framing.head(self._wire, ends + stay(self._request, self._alive))
        asyncio.get_running_loop().call_soon(self._send, b"")

    async def take(self, part: bytes) -> None:
        """Hand on what came."""
        if self.gone:
            return
        self._send(b"%x\r\n%b\r\n" % (len(part), part) if self._chunks else part)
        try:
            await self._request.writer.drain()
        except ConnectionError:
            self._lose()
        if not self.gone:
            self._wire.course.wrote(len(part), part.count(_BLANK))

    async def close(self) -> bool:
        """End the stream; tell whether the connection may stay."""
        self._send(b"0\r\n\r\n" if self._chunks else b"")
        return self._alive and self._chunks and not self.gone

    def cut(self) -> None:
        """Break off: the upstream has."""
        self._send(b"")
        if self._request.transport is not None:
            self._request.transport.abort()

    def _send(self, data: bytes) -> None:
        data, self._head = self._head + data, b""
        if self.gone or not data:
            return
        try:
            send(self._request, data)
        except ConnectionError:
            self._lose()

    def _lose(self) -> None:
        """Take note that the client is gone; the rest is still read, for it is worth keeping."""
        self.gone = True
        self._wire.course.ends(LEFT)
