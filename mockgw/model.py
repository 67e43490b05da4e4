"""The frozen nouns of the road: Raw → Call → Reply → Wire, and the Entry that remembers them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from mockgw.course import Course
from mockgw.faults.fault import Fault
from mockgw.mould import Mould, Stencil

if TYPE_CHECKING:
    from mockgw.ports import Timer
    from mockgw.state.newest import Newest

# What is `gc=False` below is in no cycle: the collector need not look for one.
Json = dict[str, Any]


class Raw(Struct, frozen=True, eq=False):
    """A request as it came in; compare by identity.

    `path` is still percent-encoded and has no query; `headers` is looked up without regard to
    case; `local` says that the peer is on this host; `newest` is what the connection remembers,
    None for one of plain HTTP.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    local: bool = True
    newest: "Newest | None" = None


class Call(Struct, frozen=True, gc=False):
    """What a request means, whichever door it came in by.

    `operation` is the API's own word (`responses.create`); `body` is the provider's body without
    the door's wrapping; `model` has no `openai/` prefix; `run_path` is true for the doors that run
    a model through Cloudflare's catalogue (REST and the Workers binding), where other defaults
    hold; `params` are the ids in the path; `key` is the digest of operation and canonical body;
    `repetition` counts the calls of that key in the session, from 1. `headers` are the request's
    own, for templates to ask: they may hold keys, and are kept nowhere. `query` holds the values
    that follow the path, by name; `newest` is what the connection remembers, where it does.
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
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    newest: "Newest | None" = None


class Timing(Struct, frozen=True):
    """When an answer comes, in seconds: before its first byte, and between two events.

    `gaps` are the times between its events one by one, in place of an even `pace`; `beat` tells
    the time before an event from the event itself. After `keep_alive` seconds without an event a
    comment is sent, so that nobody on the way takes the stream for dead; 0 sends none.
    """

    delay: float = 0.0
    pace: float = 0.0
    gaps: tuple[float, ...] = ()
    beat: Callable[[bytes], float] | None = None
    keep_alive: float = 0.0


class Answer(Struct, frozen=True):
    """An answer by its meaning: the provider's object in the provider's own key order.

    `fault` is what goes wrong with it on its way; `where` is who said it, for people. `mould` is
    what it has in common with others, whose `ids` are in its place. `shown` is what is told in
    place of the object while that is not due, `run` what is kept of how it becomes due;
    `replaced` gives what has taken the object's place while it is streamed, if anything has.
    """

    object: Json
    source: str
    notes: tuple[str, ...] = ()
    timing: Timing | None = None
    fault: Fault | None = None
    where: str = ""
    shown: Json | None = None
    run: Json | None = None
    replaced: Callable[[], Json | None] | None = None
    mould: Mould | None = None
    ids: tuple[str, ...] = ()


class Kept(Struct, frozen=True):
    """An answer as a cassette keeps it: status, form (`json` or `sse`) and the exact bytes.

    `read` gives the final provider object that the bytes hold, decoded once for all who ask;
    `match` is the level that found it; `where` names file and position for people. With a
    `content_type` the bytes go out as they are, whatever form was asked for; `run` is what is kept
    of how an answer becomes due that is not told yet.
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
    fault: Fault | None = None
    content_type: str = ""
    run: Json | None = None


class Forward(Struct, frozen=True):
    """The wish to ask the upstream; `keep` adds its answer to the tape.

    With `beside` the client gets that recorded answer, and the upstream's is compared with it.
    `note` is for the journal; `fault` is what goes wrong with the answer on its way to the client.
    """

    keep: bool
    beside: Kept | None = None
    note: str = ""
    fault: Fault | None = None


Reply = Answer | Kept


class Frames:
    """The events of a stream that are all known beforehand, and what an edge made of them."""

    __slots__ = ("_events", "_prepared", "_stencil", "count", "size")

    def __init__(self, events: Iterable[bytes]) -> None:
        self._events = tuple(events)
        self.count = len(self._events)
        self.size = sum(map(len, self._events))
        self._prepared: bytes | None = None
        self._stencil: Stencil | None = None

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._events)

    def prepared(self, make: Callable[[Iterable[bytes]], bytes]) -> bytes:
        """Return what `make` makes of the events; it is asked only once."""
        if self._prepared is None:
            self._prepared = make(self)
        return self._prepared

    def stencil(self, make: Callable[[Iterable[bytes]], bytes], ids: tuple[str, ...]) -> Stencil:
        """Return what `make` makes of the events, cut where the ids are; it is asked only once."""
        if self._stencil is None:
            self._stencil = Stencil(make(self), ids)
        return self._stencil


class Recast(Frames):
    """The events of another stream with other ids in them."""

    __slots__ = ("_first", "_ids", "_own")

    def __init__(self, first: Frames, ids: tuple[str, ...], own: tuple[str, ...]) -> None:
        self._first, self._ids, self._own = first, ids, own
        self.count, self.size = first.count, first.size

    def __iter__(self) -> Iterator[bytes]:
        for event in self._first:
            yield Stencil(event, self._ids).filled(self._own)

    def prepared(self, make: Callable[[Iterable[bytes]], bytes]) -> bytes:
        """Return what `make` makes of the events, of which the length of none has changed."""
        return self._first.stencil(make, self._ids).filled(self._own)


class Wire(Struct, frozen=True, gc=False):
    """An answer as it goes out: `body` is bytes, or events, one per item.

    `fault` is what the writer does to it; `over`, when given, is called once it is out or the
    client is gone; `timer` is how time passes meanwhile, where that is not as everywhere. The
    writer tells the `course` how it went.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | Frames | Iterator[bytes]
    timing: Timing | None = None
    fault: Fault | None = None
    over: Callable[[], None] | None = None
    timer: "Timer | None" = None
    course: Course = field(default_factory=Course)


class Entry(Struct, frozen=True, gc=False):
    """One line of the journal: what was asked, and how it was answered. Holds no header.

    `key` is the call's digest, "" for what was no call; `query` is the URL's. `waited` are the
    seconds until the upstream's answer began, `size` the bytes of its body; both are 0 when the
    upstream gave none. `course` is how it was asked and how the answer went out, of which more is
    written after the entry.
    """

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
    fault: str = ""
    waited: float = 0.0
    size: int = 0
    key: str = ""
    query: str = ""
    course: Course = field(default_factory=Course)
