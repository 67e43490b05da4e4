"""aiohttp's side of a connection, bent to our ways: what it refuses, and how it ends."""

import asyncio
from collections.abc import Callable
from itertools import count, islice
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from mockgw.course import Course

# The connections of a session that wait for their next request, and since when.
_Idle = dict[str, dict["Connection", float]]
# Seconds; who lay idle for less may still be on the way to its next request.
_LONG = 1.0
_MOST = 100
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

    `body` is that of the request being answered, None between requests; `waiting` is what its
    answer waits for, which ends when the client leaves; `endless` says that nothing else ends it.
    """

    __slots__ = (
        "_ended",
        "_idle",
        "_number",
        "_opened",
        "_refuse",
        "_session",
        "body",
        "endless",
        "waiting",
    )

    def __init__(
        self, refuse: Refuse, idle: _Idle, number: int, *arguments: Any, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._refuse = refuse
        self._idle = idle
        self._number = number
        self._opened = self._loop.time()
        self._session: str | None = None
        self._ended = False
        self.body: StreamReader | None = None
        self.waiting: asyncio.Future[None] | None = None
        self.endless = False

    def connection_lost(self, exc: BaseException | None) -> None:
        """Wake the answer that waits for its moment: nobody waits for it."""
        super().connection_lost(exc)
        self._wakes()
        self._wake()

    def carries(self, course: Course) -> None:
        """Take note that a request came in, and tell its course by which connection it did."""
        self._wakes()
        if course.session is None:
            return
        course.connection = self._number
        now = self._loop.time()
        course.opened = course.arrived - (now - self._opened)
        if self._session is None:
            since = self._opened - _LONG
            others = islice(self._idle.get(course.session, {}).values(), _MOST)
            course.idle = sum(1 for began in others if began < since)
        self._session = course.session

    def rests(self) -> None:
        """Take note that the request has its answer."""
        if self._session is not None and self.transport is not None:
            self._idle.setdefault(self._session, {})[self] = self._loop.time()

    def _wakes(self) -> None:
        """Lie idle no longer."""
        if self._session is not None and self._session in self._idle:
            others = self._idle[self._session]
            others.pop(self, None)
            if not others:
                del self._idle[self._session]

    def _wake(self) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(None)

    @property
    def over(self) -> bool:
        """Whether the client has said all it had to say, and all of it is being answered."""
        return self._ended and not self._messages

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio asks for a bool here
        """Keep the way back open while a request that came in whole waits for its answer."""
        self._ended = True
        if self.endless:
            # Who has nothing to say any more may still listen, but not for ever.
            self._wake()
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
        self._idle: _Idle = {}
        self._numbers = count(1)

    def __call__(self) -> RequestHandler:
        """Return what speaks to a new client."""
        number = next(self._numbers)
        return Connection(self._refuse, self._idle, number, self, loop=self._loop, **self._kwargs)
