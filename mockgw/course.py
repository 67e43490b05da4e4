"""What goes with a request beside its meaning: how it was asked, and what became of its answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite

from msgspec import Struct

from mockgw.canonical import digest

_REFUSED = 400
_DIGITS = 16
# How an answer ended. Until then nobody knows.
WHOLE, LEFT, CUT, STOPPED = "whole", "left", "cut", "stopped"


# How a request was asked: which retry it is, a digest of its idempotency key, how it shows a key.
Manner = tuple[int | None, str, str]


def _standing() -> float:
    return 0.0


class Spoken(Struct, frozen=True, gc=False):
    """What went over the wire, to be written down later: both bodies, and the headers kept of them.

    `answered` is what the answer's body was, or what makes it again.
    """

    asked: bytes
    asked_headers: Mapping[str, str]
    headers: tuple[tuple[str, str], ...]
    answered: bytes | Callable[[], bytes]

    @property
    def size(self) -> int:
        """How many bytes it keeps in memory, not counting what others keep as well."""
        return len(self.asked) + (len(self.answered) if isinstance(self.answered, bytes) else 0)


class Course(Struct, eq=False, gc=False):
    """The companion of a journal entry, which those who answer go on writing.

    All times are seconds of `now`, which only goes forward: `arrived` is when the request was
    read, `begun` and `ended` when the first byte and the last one went out, 0 before. `outcome` is
    `whole`, `left` (the client was gone before the end), `cut` (broken off on purpose, or by the
    upstream), `stopped` (the gateway was) or "" as long as it is written. `events` and `size` count
    what was written of the body; `status` is what a fault put in place of the answer's own, or 0.

    Of the request: `retry` is what an SDK counts in `x-stainless-retry-count`, None without it;
    `idempotency` a digest of `idempotency-key`; `scheme` how the caller shows a key (`bearer`,
    `basic`, `twice`, `other`, `header` for a header of another API, or "" for none), never the key.
    Of the answer: `should_retry` and `retry_after` (seconds) are what its headers advise, `delay`
    the seconds that it was to wait.

    `connection` numbers the connection, `opened` is when it was, `idle` how many others of the
    session had lain idle for a second by then. `spoken` is None once the journal needs the room.
    """

    now: Callable[[], float] = _standing
    session: str | None = None
    arrived: float = 0.0
    begun: float = 0.0
    ended: float = 0.0
    outcome: str = ""
    status: int = 0
    events: int = 0
    size: int = 0
    retry: int | None = None
    idempotency: str = ""
    scheme: str = ""
    should_retry: bool | None = None
    retry_after: float | None = None
    delay: float = 0.0
    connection: int = 0
    opened: float = 0.0
    idle: int = 0
    spoken: Spoken | None = None

    @property
    def manner(self) -> Manner:
        """How the request was asked."""
        return self.retry, self.idempotency, self.scheme

    @manner.setter
    def manner(self, manner: Manner) -> None:
        """Take over how a request like this one was asked."""
        self.retry, self.idempotency, self.scheme = manner

    def asked(self, headers: Mapping[str, str]) -> None:
        """Take note of how the request was asked; nothing secret is kept of it."""
        told = headers.get("authorization")
        # Nearly everybody says it in this way.
        usual = told is not None and told[:7] == "Bearer " and " " not in told[7:]
        self.scheme = "bearer" if usual and told != "Bearer " else _scheme(headers)
        count = headers.get("x-stainless-retry-count")
        if count is not None and count.isdecimal():
            self.retry = int(count[:_DIGITS])
        key = headers.get("idempotency-key")
        if key:
            self.idempotency = digest(key)[:_DIGITS]

    def advised(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """Take note of what the headers of an answer that is an error advise."""
        if status < _REFUSED:
            return
        told = dict(headers)
        should = told.get("x-should-retry")
        self.should_retry = None if should is None else should == "true"
        after = _number(told.get("retry-after-ms"))
        self.retry_after = _number(told.get("retry-after")) if after is None else after / 1000

    @property
    def spent(self) -> float:
        """The seconds since the request was read."""
        return self.now() - self.arrived

    def begins(self) -> None:
        """Take note that the head goes out now."""
        self.begun = self.now()

    def wrote(self, size: int, events: int = 0) -> None:
        """Take note of a part of the body, in bytes and in events, that went out."""
        self.size += size
        self.events += events

    def counting(self, events: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the events, and take note of as many as were asked for."""
        size = count = 0
        try:
            for event in events:
                size += len(event)
                count += 1
                yield event
        finally:
            self.wrote(size, count)

    def ends(self, outcome: str) -> None:
        """Take note of how the answer ended; what is said first holds."""
        if not self.outcome:
            self.outcome, self.ended = outcome, self.now()


def _scheme(headers: Mapping[str, str]) -> str:
    told = headers.get("authorization")
    if not told:
        foreign = headers.get("api-key") or headers.get("x-api-key")
        return "header" if foreign else ""
    word, _, rest = told.partition(" ")
    if word.lower() == "bearer" and rest:
        return "twice" if rest.lower().startswith("bearer ") else "bearer"
    return "basic" if word.lower() == "basic" and rest else "other"


def _number(text: str | None) -> float | None:
    """Return the number of a header, None for a date and for nothing."""
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None
