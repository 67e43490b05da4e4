"""The frozen nouns of the road: Raw → Call → Reply → Wire, and the Entry that remembers them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

Json = dict[str, Any]


class Raw(Struct, frozen=True):
    """A request as it came in.

    `path` is still percent-encoded and has no query; `headers` is looked up without regard to
    case; `local` says that the peer is on this host.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    local: bool = True


class Call(Struct, frozen=True):
    """What a request means, whichever door it came in by.

    `operation` is the API's own word (`responses.create`); `body` is the provider's body without
    the door's wrapping; `model` has no `openai/` prefix; `run_path` is true for the doors that run
    a model through Cloudflare's catalogue (REST and the Workers binding), where other defaults
    hold; `params` are the ids in the path; `key` is the digest of operation and canonical body;
    `repetition` counts the calls of that key in the session, from 1.
    """

    operation: str
    door: str
    run_path: bool
    session: str
    model: str
    body: Json
    stream: bool
    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    repetition: int = 1


class Timing(Struct, frozen=True):
    """When an answer comes, in seconds: before its first byte, and between two events.

    `gaps` are the times between its events one by one, in place of an even `pace`.
    """

    delay: float = 0.0
    pace: float = 0.0
    gaps: tuple[float, ...] = ()


class Answer(Struct, frozen=True):
    """An answer by its meaning: the provider's object in the provider's own key order."""

    object: Json
    source: str
    notes: tuple[str, ...] = ()
    timing: Timing | None = None


class Kept(Struct, frozen=True):
    """An answer as a cassette keeps it: status, form (`json` or `sse`) and the exact bytes.

    `read` gives the final provider object that the bytes hold, decoded once for all who ask;
    `match` is the level that found it; `where` names file and position for people.
    """

    status: int
    form: str
    body: bytes
    read: Callable[[], Json]
    match: str
    where: str
    source: str = "replay"
    notes: tuple[str, ...] = ()
    timing: Timing | None = None


class Forward(Struct, frozen=True):
    """The wish to ask the upstream; `keep` adds its answer to the tape."""

    keep: bool


Reply = Answer | Kept


class Frames:
    """The events of a stream that are all known beforehand, and what an edge made of them."""

    __slots__ = ("_prepared", "events")

    def __init__(self, events: Iterable[bytes]) -> None:
        self.events = tuple(events)
        self._prepared: bytes | None = None

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.events)

    def prepared(self, make: Callable[[Iterable[bytes]], bytes]) -> bytes:
        """Return what `make` makes of the events; it is asked only once."""
        if self._prepared is None:
            self._prepared = make(self.events)
        return self._prepared


class Wire(Struct, frozen=True):
    """An answer as it goes out: `body` is bytes, or events, one per item."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | Frames | Iterator[bytes]
    timing: Timing | None = None


class Entry(Struct, frozen=True):
    """One line of the journal: what was asked, and how it was answered. Holds no header."""

    number: int
    at: float
    method: str
    path: str
    session: str
    door: str
    operation: str
    model: str
    stream: bool
    status: int
    source: str
    match: str
    where: str
    notes: tuple[str, ...]
    error: str
    body: Json
    code: str = ""
    usage: Json = field(default_factory=dict)
