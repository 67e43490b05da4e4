"""The frozen nouns of the road: Raw → Call → Reply → Wire, and the Entry that remembers them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from mockgw.course import Course
from mockgw.faults.fault import Fault

if TYPE_CHECKING:
    from mockgw.ports import Timer

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
    `repetition` counts the calls of that key in the session, from 1. `headers` are the request's
    own, for templates to ask: they may hold keys, and are kept nowhere. `query` holds the values
    that follow the path, by name.
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

    `fault` is what goes wrong with it on its way; `where` is who said it, for people.
    """

    object: Json
    source: str
    notes: tuple[str, ...] = ()
    timing: Timing | None = None
    fault: Fault | None = None
    where: str = ""


class Kept(Struct, frozen=True):
    """An answer as a cassette keeps it: status, form (`json` or `sse`) and the exact bytes.

    `read` gives the final provider object that the bytes hold, decoded once for all who ask;
    `match` is the level that found it; `where` names file and position for people. With a
    `content_type` the bytes go out as they are, whatever form was asked for.
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


class Forward(Struct, frozen=True):
    """The wish to ask the upstream; `keep` adds its answer to the tape.

    With `beside` the client gets that recorded answer, and the upstream's is compared with it.
    `note` is for the journal.
    """

    keep: bool
    beside: Kept | None = None
    note: str = ""


Reply = Answer | Kept


class Frames:
    """The events of a stream that are all known beforehand, and what an edge made of them."""

    __slots__ = ("_prepared", "events", "size")

    def __init__(self, events: Iterable[bytes]) -> None:
        self.events = tuple(events)
        self.size = sum(map(len, self.events))
        self._prepared: bytes | None = None

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.events)

    def prepared(self, make: Callable[[Iterable[bytes]], bytes]) -> bytes:
        """Return what `make` makes of the events; it is asked only once."""
        if self._prepared is None:
            self._prepared = make(self.events)
        return self._prepared


class Wire(Struct, frozen=True):
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


class Entry(Struct, frozen=True):
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
