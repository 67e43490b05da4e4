"""aiohttp's side of a connection, bent to our ways: what it refuses, and how it ends."""

from collections.abc import Callable
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

Refuse = Callable[[web.BaseRequest, HttpProcessingError], web.StreamResponse]


class Written(web.StreamResponse):
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


class Connection(RequestHandler):
    """A connection to a client that may speak bad HTTP, or stop speaking before it is answered.

    `body` is that of the request being answered, None between requests.
    """

    __slots__ = ("_ended", "_refuse", "body")

    def __init__(self, refuse: Refuse, *arguments: Any, **options: Any) -> None:
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


class Connections(web.Server):
    """aiohttp's server with connections of ours; `refuse` answers what is no HTTP."""

    def __init__(self, refuse: Refuse, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._refuse = refuse

    def __call__(self) -> RequestHandler:
        """Return what speaks to a new client."""
        return Connection(self._refuse, self, loop=self._loop, **self._kwargs)
