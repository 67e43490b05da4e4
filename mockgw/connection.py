"""aiohttp's side of a connection, bent to our ways: what it refuses, and how it ends."""

import asyncio
from collections.abc import Callable
from itertools import count, islice
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.http import HttpRequestParser, RawRequestMessage
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from mockgw.course import Course
from mockgw.heard import Heard, border
from mockgw.model import Raw, Wire
from mockgw.trip import Passage

# The connections of a session that wait for their next request, and since when.
_Idle = dict[str, dict["Connection", float]]
# Seconds; who lay idle for less may still be on the way to its next request.
_LONG = 1.0
_MOST = 100
Refuse = Callable[[web.BaseRequest, HttpProcessingError], web.StreamResponse]
# Returns a request that came in whole, None for one that a task has to look at.
Reads = Callable[["Connection", RawRequestMessage, StreamReader], Raw | None]
# Answers such a request without waiting for anything; tells whether it did.
AtOnce = Callable[["Connection", Raw], bool]
# Bytes of a body that is waited for before a task is woken.
_SHORT, _DIGITS = 65_536, 9
_LOOPBACK = ("127.", "::1", "::ffff:127.")
# What it takes of aiohttp's own to answer before a task is woken; without it, tasks answer all.
_OWN = ("_waiter", "_messages", "_keepalive_timeout", "_next_keepalive_close_time")
_CAN = all(hasattr(RequestHandler, name) for name in _OWN) and hasattr(
    HttpRequestParser, "message_consumed"
)


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
    answer waits for, which ends when the client leaves; `endless` says that nothing else ends it;
    `leaves` asks a WebSocket to come to its end. `answer` is what was found already for the request
    that its task is about to take; `local` says that the peer is on this host.
    """

    __slots__ = (
        "_at_once",
        "_ended",
        "_ended_at",
        "_heard",
        "_held",
        "_idle",
        "_lets_go",
        "_newest",
        "_number",
        "_opened",
        "_reads",
        "_refuse",
        "_said",
        "_session",
        "answer",
        "body",
        "endless",
        "leaves",
        "local",
        "waiting",
    )

    def __init__(
        self,
        refuse: Refuse,
        reads: Reads,
        at_once: AtOnce,
        heard: Heard,
        idle: _Idle,
        number: int,
        *arguments: Any,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._refuse = refuse
        self._reads = reads
        self._at_once = at_once
        self._heard = heard
        # The head of a request that aiohttp has not been given, since its body may be known.
        self._held = b""
        # What it was given of the request that is being read; None when nobody knows any more.
        self._said: bytes | None = b""
        self._newest: tuple[Any, StreamReader] | None = None
        self._idle = idle
        self._number = number
        self._opened = self._loop.time()
        self._session: str | None = None
        self._ended_at = 0.0
        self._ended = False
        self._lets_go: Callable[[], None] | None = None
        self.local = True
        self.body: StreamReader | None = None
        self.waiting: asyncio.Future[None] | None = None
        self.endless = False
        self.leaves: Callable[[], None] | None = None
        self.answer: Wire | Passage | None = None

    def data_received(self, data: bytes) -> None:
        """Take what came, and answer at once a request that came in whole while none is answered.

        That spares it a task and a turn of the event loop, which cost as much as most answers. The
        body often comes behind its head, and for a short one it is waited here. A request whose
        bytes were heard before is not even read.
        """
        if self._held:
            data, self._held = self._held + data, b""
        waiter = self._waiter
        if not _CAN or waiter is None or waiter.done():
            self._feed(data)
            return
        if self._said == b"":
            raw = self._heard.find(data, local=self.local)
            if raw is not None and not self.writing_paused and self._at_once(self, raw):
                return
            if raw is None and self._heard.begins(data):
                self._held = data
                return
        else:
            raw = None
        # Nobody is woken for what is answered here.
        self._waiter = None
        try:
            said = self._feed(data)
        finally:
            self._waiter = waiter
        answered = raw is None and self._messages and self._answered(said)
        if self._messages and not answered and not waiter.done():
            waiter.set_result(None)

    def _feed(self, data: bytes) -> bytes:
        """Have aiohttp read what came; return a request's bytes when it has ended with them."""
        before = len(self._messages)
        super().data_received(data)
        if self._said is None:
            return b""
        said = self._said + data
        new = len(self._messages) - before
        if new:
            self._newest = self._messages[-1]
        if new > 1 or len(said) > _SHORT:
            self._said = None
        elif self._newest is None or not self._newest[1].is_eof():
            self._said = said
        else:
            alone, self._newest = _alone(self._newest[0], said), None
            self._said = b"" if alone else None
            return said if alone else b""
        return b""

    def _answered(self, said: bytes) -> bool:
        """Tell whether the request needs no task: it has its answer, or its body is to come."""
        message, body = self._messages[0]
        if not isinstance(message, RawRequestMessage) or message.should_close:
            return False
        if len(self._messages) > 1 or body.exception() is not None:
            return False
        if not body.is_eof():
            return _follows(message)
        raw = None if message.upgrade or self.writing_paused else self._reads(self, message, body)
        if raw is not None and said:
            self._heard.keep(said, raw)
        if raw is None or not self._at_once(self, raw):
            return False
        self._messages.popleft()
        assert self._parser is not None  # noqa: S101 - it has just made the message
        self._parser.message_consumed()
        return True

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Go on reading, where it was paused: whoever takes a body asks for it each time."""
        if self._reading_paused:
            super().resume_reading(resume_parser)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Look who is there."""
        super().connection_made(transport)
        peer = self.peername
        self.local = not isinstance(peer, list | tuple) or str(peer[0]).startswith(_LOOPBACK)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Wake the answer that waits for its moment: nobody waits for it."""
        super().connection_lost(exc)
        self._wakes()
        self._wake()
        self._free()

    def close(self) -> None:
        """Take no further request; a WebSocket is asked to come to its end."""
        super().close()
        if self.leaves is not None:
            self.leaves()

    def depart(self) -> None:
        """Close at once where no request is being answered, and else when it has its answer."""
        if self._waiter is None:
            self.close()
        else:
            self.force_close()

    def carries(self, course: Course) -> None:
        """Take note that a request came in, and tell its course by which connection it did."""
        self._wakes()
        if course.session is None:
            return
        course.connection = self._number
        course.opened = course.now() - (self._loop.time() - self._opened)
        if self._session is None:
            since = self._opened - _LONG
            others = islice(self._idle.get(course.session, {}).values(), _MOST)
            course.idle = sum(1 for began in others if began < since)
        self._session = course.session

    def deaf(self, course: Course) -> bool:
        """Tell whether the client had closed its side before the answer began: few still listen."""
        if not self._ended:
            return False
        return course.now() - (self._loop.time() - self._ended_at) < course.begun

    def rests(self) -> None:
        """Take note that the request has its answer, and wait for the next one."""
        now = self._loop.time()
        if _CAN:
            self._next_keepalive_close_time = now + self._keepalive_timeout
        if self._session is not None and self.transport is not None:
            self._idle.setdefault(self._session, {})[self] = now

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

    def holds(self, lets_go: Callable[[], None] | None) -> None:
        """Have what is held for the client freed once it has said all it had to say: now, if so.

        Such a client has mostly left.
        """
        self._lets_go = lets_go
        if self._ended or self.transport is None:
            self._free()

    def stalls(self) -> None:
        """Take note that nothing but the client's leaving ends what its answer waits for."""
        self.endless = True
        if self._ended:
            self._wake()

    def _free(self) -> None:
        if self._lets_go is not None:
            self._lets_go()

    @property
    def over(self) -> bool:
        """Whether the client has said all it had to say, and all of it is being answered."""
        return self._ended and not self._messages

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio asks for a bool here
        """Keep the way back open while a request that came in whole waits for its answer."""
        self._ended = True
        self._ended_at = self._loop.time()
        self._free()
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


def _alone(message: Any, said: bytes) -> bool:
    """Tell whether these are all bytes of a request that has come to its end, and no more."""
    if not isinstance(message, RawRequestMessage) or message.upgrade or message.chunked:
        return False
    length = message.headers.get("Content-Length", "0")
    return length.isdecimal() and border(said) + int(length[:_DIGITS]) == len(said)


def _follows(message: RawRequestMessage) -> bool:
    """Tell whether the body is short, and its client waits for nothing before it sends it.

    Of a compressed one nobody knows how long it is: it may be so long that it has to be read on
    its way, which is for a task.
    """
    length = message.headers.get("Content-Length", "")
    return (
        length.isdecimal()
        and int(length[:_DIGITS]) <= _SHORT
        and not message.compression
        and not message.upgrade
        and "Expect" not in message.headers
    )


class Connections(web.Server):
    """aiohttp's server with connections of ours.

    `refuse` answers what is no HTTP, `reads` and `at_once` what needs no task.
    """

    def __init__(
        self, refuse: Refuse, reads: Reads, at_once: AtOnce, *arguments: Any, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._ways = refuse, reads, at_once, Heard()
        self._idle: _Idle = {}
        self._numbers = count(1)

    def __call__(self) -> RequestHandler:
        """Return what speaks to a new client."""
        number = next(self._numbers)
        own = *self._ways, self._idle, number
        return Connection(*own, self, loop=self._loop, **self._kwargs)
