"""What is known of one request while it is on the road."""

from collections.abc import Iterator, Mapping
from math import ceil

from msgspec import Struct, field
from msgspec.structs import replace

from mockgw import apis
from mockgw.course import Course, Manner
from mockgw.errors import ApiError
from mockgw.faults.fault import Fault
from mockgw.gateways import Step, Visit
from mockgw.limits.allowance import Admitted
from mockgw.model import Answer, Call, Entry, Forward, Json, Kept, Raw, Reply, Timing, Wire
from mockgw.routes import Route

Headers = tuple[tuple[str, str], ...]
_MISS = "no_recording"
_BY_RULE = "fault"
_REFUSED = 400


class Plan(Struct, frozen=True, eq=False):
    """What is known of a request before it goes down the road, since it came by before.

    `call` is what it means, `manner` how it was asked, `shaping` are the headers without which its
    meaning is lost. Its caller was let in, and nobody makes several requests of it.
    """

    found: Route
    call: Call
    manner: Manner
    shaping: Mapping[str, str]


class Trip(Struct, eq=False):
    """What is known of one request while it is on the road."""

    raw: Raw
    found: Route
    course: Course
    plan: Plan | None = None
    call: Call | None = None
    wire: Wire | None = None
    reply: Reply | None = None
    error: ApiError | None = None
    object: Json = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    headers: tuple[tuple[str, str], ...] = ()
    waited: float = 0.0
    size: int = 0
    admitted: Admitted | None = None
    visit: Visit | None = None
    step: Step | None = None
    asked: Raw | None = None
    before: float = 0.0
    fallen: int = 0
    struck: Fault | None = None

    @property
    def asks(self) -> Call:
        """The call; only for a request that has been understood."""
        assert self.call is not None  # noqa: S101 - see above
        return self.call

    def take(self, step: Step) -> None:
        """Go on with the next of several requests; what was asked at first is still told."""
        self.asked = self.asked or self.raw
        self.raw, self.found, self.step, self.plan = step.raw, step.found, step, None

    def fall(self, wire: Wire) -> None:
        """Take note that the step did not succeed, and begin anew for the next."""
        assert self.step is not None  # noqa: S101 - only a step falls
        waited = wire.timing.delay if wire.timing is not None else 0.0
        self.notes.append(f"step {self.step.number} gave {wire.status} after {waited:g} s")
        if self.admitted is not None:
            self.admitted.leave()
        self.before, self.fallen = waited, self.fallen + 1
        self.call = self.reply = self.error = self.visit = self.admitted = self.wire = None
        self.object = {}

    @property
    def limited(self) -> Headers:
        """What the limits say of the call in headers."""
        return () if self.admitted is None else self.admitted.headers

    @property
    def fault(self) -> Fault | None:
        """What goes wrong with the answer on its way."""
        if self.error is not None:
            return self.error.fault
        own = self.reply.fault if self.reply is not None else None
        return own or self.struck

    @property
    def told_fault(self) -> str:
        """What went wrong on purpose: a fault, or an error that a rule answered with."""
        fault, error = self.fault, self.error
        if fault is None and error is not None and error.source == _BY_RULE:
            return error.name or str(error.status)
        return "" if fault is None else str(fault)

    @property
    def timing(self) -> Timing | None:
        """When the answer comes, with what its gateway has waited before."""
        told = self.reply.timing if self.reply is not None else None
        if self.error is not None:
            told = Timing(self.error.delay) if self.error.delay else None
        spent = self.visit.spent if self.visit is not None else self.before
        if not spent:
            return told
        return Timing(spent) if told is None else replace(told, delay=told.delay + spent)

    @property
    def source(self) -> tuple[str, str, str]:
        """Where the answer comes from; a recorded error keeps its place in any form."""
        reply = self.reply
        if reply is not None:
            return reply.source, reply.match if isinstance(reply, Kept) else "", reply.where
        if self.error is None:
            return "live", "", ""
        missed = self.error.code == _MISS
        return ("missing" if missed else self.error.source or "refused"), "", self.error.where

    def entry(self, number: int, at: float, status: int, *, whole: bool) -> Entry:
        """Return the line of the journal; without `whole` the body is left out of it."""
        call, raw, error = self.call, self.asked or self.raw, self.error
        source, match, where = self.source
        # In the order of its fields: by name this would cost eight times as much.
        return Entry(
            number,
            at,
            raw.method,
            raw.path,
            self.found.session,
            self.found.door.name,
            call.operation if call else "",
            call.model if call else "",
            call.stream if call else False,
            status,
            source,
            match,
            where,
            tuple(self.notes),
            error.message if error else "",
            call.body if call and whole else {},
            (error.code or "") if error else "",
            self.object.get("usage") or {},
            self.told_fault,
            self.waited,
            self.size,
            call.key if call else "",
            raw.query,
            self.course,
        )

    @property
    def model(self) -> str:
        """The model as Cloudflare spells it."""
        named = self.call.model if self.call else ""
        return named if named.startswith("dynamic/") else f"openai/{named}"


class Passage:
    """A request that waits for the upstream: what came in, its meaning, whether to keep it.

    `beside` is the recorded answer that the client gets meanwhile, if any.
    """

    def __init__(self, trip: Trip, call: Call, forward: Forward) -> None:
        self._trip = trip
        self.raw = trip.raw
        self.call = call
        self.keep = forward.keep
        self.beside = forward.beside
        trip.struck = forward.fault
        if forward.note:
            trip.notes.append(forward.note)

    @property
    def trip(self) -> Trip:
        """What the road knows of the request."""
        return self._trip

    @property
    def course(self) -> Course:
        """How the answer goes out."""
        return self._trip.course

    def over(self) -> None:
        """Take note that the answer is out, or the client gone."""
        if self._trip.admitted is not None:
            self._trip.admitted.leave()

    def heard(self, headers: Headers, *, streamed: bool) -> None:
        """Take over headers of the upstream's answer, in place of the door's own.

        A fault that an answer of that form cannot have does not come over it.
        """
        self._trip.headers = headers
        struck, chat = self._trip.struck, self.call.operation == apis.CHAT.creates
        if struck is not None and not struck.fits(stream=streamed, chat=chat):
            self._trip.struck = None

    def measured(self, waited: float, size: int) -> None:
        """Take note of how long the upstream took to begin, and of how much it said."""
        self._trip.waited, self._trip.size = waited, size


def over(own: Headers, others: Headers) -> Headers:
    """Return the headers of a door with others in place of its own; an empty one takes it away."""
    if not others:
        return own
    told = {name for name, _ in others}
    return (*(one for one in own if one[0] not in told), *(one for one in others if one[1]))


def without(headers: Headers, others: Headers) -> Headers:
    """Return the headers whose names the others do not have."""
    told = {name for name, _ in others}
    return tuple(one for one in headers if one[0] not in told) if told else headers


def advice(error: ApiError) -> Iterator[tuple[str, str]]:
    """Yield the headers that say what the caller may do about an error."""
    if error.allow:
        yield "allow", ", ".join(error.allow)
    if error.retry_after is not None:
        # HTTP knows whole seconds only (RFC 9110, 10.2.3); the API's own header is exact.
        yield "retry-after", str(ceil(error.retry_after))
        yield "retry-after-ms", str(round(error.retry_after * 1000))
    if error.origin == "mockgw" or error.should_retry is not None:
        yield "x-should-retry", "true" if error.should_retry else "false"
    yield from error.headers


def object_of(reply: Reply) -> Json:
    """Return the final object of a reply, empty when it has none."""
    if isinstance(reply, Answer):
        return reply.object
    try:
        return reply.read() if reply.status < _REFUSED else {}
    except ApiError:
        # A recorded stream that is torn goes out as it is, and leaves nothing behind.
        return {}
