"""What is known of one request while it is on the road."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

from msgspec.structs import replace

from mockgw.course import Course
from mockgw.encoding import source_of
from mockgw.errors import ApiError
from mockgw.faults.fault import Fault
from mockgw.gateways import Step, Visit
from mockgw.limits.allowance import Admitted
from mockgw.model import Answer, Call, Forward, Json, Raw, Reply, Timing, Wire
from mockgw.routes import Route

Headers = tuple[tuple[str, str], ...]
_MISS = "no_recording"
_BY_RULE = "fault"
_REFUSED = 400


@dataclass(slots=True)
class Trip:
    """What is known of one request while it is on the road."""

    raw: Raw
    found: Route
    course: Course
    call: Call | None = None
    heard: Call | None = None
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

    @property
    def asks(self) -> Call:
        """The call; only for a request that has been understood."""
        assert self.call is not None  # noqa: S101 - see above
        return self.call

    def take(self, step: Step) -> None:
        """Go on with the next of several requests; what was asked at first is still told."""
        self.asked = self.asked or self.raw
        self.raw, self.found, self.step = step.raw, step.found, step

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
    def fault(self) -> Fault | None:
        """What goes wrong with the answer on its way."""
        if self.error is not None:
            return self.error.fault
        return self.reply.fault if self.reply is not None else None

    @property
    def told_fault(self) -> str:
        """What went wrong on purpose: a fault, or an error that a rule answered with."""
        if self.fault is None and self.error is not None and self.error.source == _BY_RULE:
            return self.error.name or str(self.error.status)
        return "" if self.fault is None else str(self.fault)

    @property
    def timing(self) -> Timing | None:
        """When the answer comes, with what its gateway has waited before."""
        told: Timing | None = None
        if self.error is not None:
            told = Timing(self.error.delay) if self.error.delay else None
        elif self.reply is not None:
            told = self.reply.timing
        spent = self.visit.spent if self.visit is not None else self.before
        if not spent:
            return told
        return Timing(spent) if told is None else replace(told, delay=told.delay + spent)

    @property
    def source(self) -> tuple[str, str, str]:
        """Where the answer comes from; a recorded error keeps its place in any form."""
        if self.reply is not None:
            return source_of(self.reply)
        if self.error is None:
            return "live", "", ""
        missed = self.error.code == _MISS
        return ("missing" if missed else self.error.source or "refused"), "", self.error.where

    @property
    def model(self) -> str:
        """The model as Cloudflare spells it."""
        return f"openai/{self.call.model}" if self.call and self.call.model else "openai/"


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

    def heard(self, headers: Headers) -> None:
        """Take over headers of the upstream's answer, in place of the door's own."""
        self._trip.headers = headers

    def measured(self, waited: float, size: int) -> None:
        """Take note of how long the upstream took to begin, and of how much it said."""
        self._trip.waited, self._trip.size = waited, size


def over(own: Headers, others: Headers) -> Headers:
    """Return the headers of a door with others in place of its own; an empty one takes it away."""
    if not others:
        return own
    told = {name for name, _ in others}
    return (*(one for one in own if one[0] not in told), *(one for one in others if one[1]))


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
