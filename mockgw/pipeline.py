"""The road: a request goes down it once, and comes back as an answer and one journal entry."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from msgspec.structs import replace

from mockgw import apis
from mockgw.canonical import digest
from mockgw.course import Course, Spoken
from mockgw.encoding import JSON_TYPE, Encoded, Encoder, source_of
from mockgw.errors import ApiError
from mockgw.faults.fault import Fault
from mockgw.journal import Journal
from mockgw.keys import Keys
from mockgw.limits.allowance import Admitted
from mockgw.memo import Memo
from mockgw.model import Answer, Call, Entry, Forward, Json, Kept, Raw, Reply, Timing, Wire
from mockgw.occurrences import Occurrences
from mockgw.ports import Clock
from mockgw.routes import HEADERS, Route, parse, route
from mockgw.sessions import Sessions
from mockgw.state import Store

_LOG = logging.getLogger("mockgw")
Headers = tuple[tuple[str, str], ...]
_MISS = "no_recording"
_BY_RULE = "fault"
_REFUSED = 400
_LONGEST_KEPT = 262_144
_LONGEST_HEARD = 16_384
# The headers of a request without which its meaning is lost.
_SHAPING = ("content-type", *HEADERS)


def _standing(_: str) -> Callable[[], float]:
    """Return what tells no time: that of a road without a machine."""
    return float


@dataclass(slots=True)
class _Trip:
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


class Passage:
    """A request that waits for the upstream: what came in, its meaning, whether to keep it.

    `beside` is the recorded answer that the client gets meanwhile, if any.
    """

    def __init__(self, trip: _Trip, call: Call, forward: Forward) -> None:
        self._trip = trip
        self.raw = trip.raw
        self.call = call
        self.keep = forward.keep
        self.beside = forward.beside
        if forward.note:
            trip.notes.append(forward.note)

    @property
    def trip(self) -> _Trip:
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


class Road:
    """Takes requests to the responders and their replies back to the door."""

    def __init__(  # noqa: PLR0913 - the one place where everything meets
        self,
        *,
        seed: int,
        keys: Keys,
        sessions: Sessions,
        encoder: Encoder,
        store: Store,
        journal: Journal,
        clock: Clock,
        passed: Callable[[str], Callable[[], float]] = _standing,
    ) -> None:
        self._seed = str(seed)
        self._keys = keys
        self._sessions = sessions
        self._encoder = encoder
        self._store = store
        self._journal = journal
        self._clock = clock
        self._passed = passed
        self._seen = Occurrences()
        self._heard: Memo[tuple[object, ...], Call] = Memo()
        self._strays = Occurrences()

    def travel(self, raw: Raw) -> Wire | Passage:
        """Return the answer to a request, or a passage when the upstream is to give it."""
        trip = self._trip(raw)
        try:
            trip.course.asked(raw.headers)
            self._keys.check(raw, trip.found.door)
            trip.call = call = self._call(trip)
            trip.admitted = self._sessions.admit(raw, trip.found.door, call)
            reply = self._first(call)
            if isinstance(reply, Forward):
                return Passage(trip, call, reply)
            return self._end(trip, reply)
        except ApiError as error:
            return self._refuse(trip, error)
        except Exception as problem:  # noqa: BLE001 - logged in full, and the caller is told
            _LOG.exception("%s %s met a defect", raw.method, raw.path)
            return self._refuse(trip, defect(problem))

    def forget(self, session: str | None) -> None:
        """Take the calls of a session, or of all of them, for the first of their kind again."""
        self._seen.forget(lambda place: session in {None, place[0]})

    def refuse(self, raw: Raw, error: ApiError) -> Wire:
        """Return the refusal of a request that cannot go down the road."""
        return self._refuse(self._trip(raw), error)

    def arrive(self, passage: Passage, answer: Kept, note: str) -> Wire:
        """Return the upstream's whole answer as the door that was asked gives it."""
        trip = passage.trip
        try:
            return self._end(trip, answer, note)
        except ApiError as error:
            return self._refuse(trip, error)

    def open(self, passage: Passage, status: int) -> Wire:
        """Return the head of a stream that the upstream has begun; its body is still to come."""
        trip = passage.trip
        return self._wire(trip, Encoded(status, trip.found.door.stream_type, b""))

    def shut(self, passage: Passage, answer: Kept, note: str) -> None:
        """Take note of a stream that went through whole."""
        self._hear(passage.trip, answer, note)
        self._note(passage.trip, answer.status)

    def ahead(self, passage: Passage) -> Wire:
        """Return the recorded answer while the upstream is asked too; `settle` ends the request."""
        trip = passage.trip
        assert passage.beside is not None  # noqa: S101 - only such a passage has an answer
        try:
            self._hear(trip, passage.beside, "")
            return self._wire(
                trip, self._encoder.encode(passage.call, passage.beside, trip.found.door)
            )
        except ApiError as error:
            trip.error = error
            return self._wire(trip, None)

    def settle(self, passage: Passage, status: int, notes: Iterable[str]) -> None:
        """Take note of a request that was answered ahead, and of what the upstream said then."""
        passage.trip.notes.extend(notes)
        self._note(passage.trip, status)

    def fail(self, passage: Passage, error: ApiError) -> Wire:
        """Return the refusal of a request that the upstream did not answer."""
        return self._refuse(passage.trip, error)

    def _trip(self, raw: Raw) -> _Trip:
        found = route(raw.method, raw.path)
        now = self._passed(found.session)
        return _Trip(raw, found, Course(now, found.session, now()))

    def _end(self, trip: _Trip, reply: Reply, note: str = "") -> Wire:
        self._hear(trip, reply, note)
        assert trip.call is not None  # noqa: S101 - a reply answers a call
        wire = self._wire(trip, self._encoder.encode(trip.call, reply, trip.found.door))
        self._note(trip, wire.status)
        return wire

    def _refuse(self, trip: _Trip, error: ApiError) -> Wire:
        trip.error = error
        if error.note:
            trip.notes.append(error.note)
        if trip.admitted is not None:
            trip.admitted.settle(0)
        wire = self._wire(trip, None)
        self._note(trip, wire.status)
        return wire

    def _hear(self, trip: _Trip, reply: Reply, note: str) -> None:
        """Take in what a reply says: its notes, its object, what it leaves in the store."""
        trip.reply = reply
        trip.notes.extend(reply.notes)
        if note:
            trip.notes.append(note)
        trip.object = _object(reply)
        if trip.admitted is not None and trip.object.get("usage"):
            trip.admitted.settle(int(trip.object["usage"].get("total_tokens") or 0))
        if trip.call is not None:
            apis.keep(self._store, trip.call, trip.object)

    def _call(self, trip: _Trip) -> Call:
        """Return the call, which for a request that is heard again is not worked out again."""
        raw, found = trip.raw, trip.found
        if len(raw.body) > _LONGEST_HEARD:
            call = parse(raw, found)
        else:
            told = (raw.path, raw.query, *map(raw.headers.get, HEADERS), raw.method, raw.body)
            call = self._heard.get(told, lambda: parse(raw, found))
        trip.heard = call
        count = self._seen.next(call.session, call.key)
        return replace(call, repetition=count, headers=raw.headers)

    def _first(self, call: Call) -> Reply | Forward:
        for responder in self._sessions.responders(call.session):
            reply = responder.respond(call)
            if reply is not None:
                return reply
        raise ApiError(404, f"Nothing answers {call.operation}.", origin="mockgw")

    def _wire(self, trip: _Trip, encoded: Encoded | None) -> Wire:
        door, at = trip.found.door, self._clock.now()
        trace = self._trace(trip)
        source, match, _ = _source(trip)
        own = [("x-mockgw-source", source)]
        if match:
            own.append(("x-mockgw-match", match))
        if encoded is None:
            error = trip.error or ApiError(500, "Nothing was answered.")
            status, body = door.refuse(error, _model(trip), trace)
            encoded = Encoded(status, JSON_TYPE, body)
            own += _advice(error)
        fault, over = _fault(trip), None
        allowed: Headers = ()
        if trip.admitted is not None:
            allowed, over = trip.admitted.headers, trip.admitted.leave
        if fault is not None:
            own.append(("x-mockgw-fault", str(fault)))
        fixed = _with(_with(door.headers(trace, at), allowed), trip.headers)
        headers = _with((("content-type", encoded.content_type), *fixed), tuple(own))
        timer = self._sessions.time(trip.found.session)
        said, timing = encoded.body, _timing(trip)
        trip.wire = Wire(encoded.status, headers, said, timing, fault, over, timer, trip.course)
        return trip.wire

    def _trace(self, trip: _Trip) -> str:
        """Return 32 hex digits of this request: the same in every run with the same seed."""
        if trip.call is not None:
            call = trip.call
            return digest(self._seed, call.session, call.key, str(call.repetition))
        stray = digest(trip.raw.method, trip.raw.path, trip.raw.body)
        return digest(self._seed, stray, str(self._strays.next(stray)))

    def _note(self, trip: _Trip, status: int) -> None:
        call, raw = trip.call, trip.raw
        source, match, where = _source(trip)
        body = call.body if call else {}
        if len(raw.body) > _LONGEST_KEPT:
            trip.notes.append(f"a body of {len(raw.body)} bytes is not kept here")
            body = {}
        error = trip.error
        self._accompany(trip, status)
        entry = Entry(
            number=len(self._journal) + 1,
            at=self._clock.now(),
            method=raw.method,
            path=raw.path,
            session=trip.found.session,
            door=trip.found.door.name,
            operation=call.operation if call else "",
            model=call.model if call else "",
            stream=call.stream if call else False,
            status=status,
            source=source,
            match=match,
            where=where,
            notes=tuple(trip.notes),
            error=error.message if error else "",
            code=(error.code or "") if error else "",
            body=body,
            usage=trip.object.get("usage") or {},
            waited=trip.waited,
            size=trip.size,
            fault=_told_fault(trip),
            key=call.key if call else "",
            query=raw.query,
            course=trip.course,
        )
        self._journal.add(entry)
        self._sessions.note(entry)

    def _accompany(self, trip: _Trip, status: int) -> None:
        """Take note of what was said, for who wants to know it later."""
        course, raw, wire = trip.course, trip.raw, trip.wire
        if wire is None:
            return
        course.advised(status, wire.headers)
        course.delay = wire.timing.delay if wire.timing is not None else 0.0
        if trip.heard is None or len(raw.body) > _LONGEST_KEPT:
            return
        told = {name: raw.headers[name] for name in _SHAPING if name in raw.headers}
        body: bytes | Callable[[], bytes] = b""
        if isinstance(wire.body, bytes) and (wire.body or trip.reply is None):
            body = wire.body
        elif trip.reply is not None:
            body = partial(self._again, trip.heard, trip.reply, trip.found)
        course.spoken = Spoken(raw.body, told, wire.headers, body)

    def _again(self, call: Call, reply: Reply, found: Route) -> bytes:
        """Return the bytes of an answer once more: the same reply is always the same bytes."""
        body = self._encoder.encode(call, reply, found.door).body
        return body if isinstance(body, bytes) else b"".join(body)


def _with(own: Headers, others: Headers) -> Headers:
    """Return the headers of a door with those of the upstream in place of its own."""
    if not others:
        return own
    told = {name for name, _ in others}
    return (*(one for one in own if one[0] not in told), *others)


def defect(problem: Exception) -> ApiError:
    """Return what the caller is told of a fault of ours, which is logged in full."""
    return ApiError(
        500,
        f"mockgw itself failed on this request ({type(problem).__name__}). The traceback is in its "
        "log; please report it.",
        type="server_error",
        code="mockgw_defect",
        origin="mockgw",
    )


def _advice(error: ApiError) -> Iterator[tuple[str, str]]:
    """Yield the headers that say what the caller may do about an error."""
    if error.allow:
        yield "allow", ", ".join(error.allow)
    if error.retry_after is not None:
        yield "retry-after", f"{error.retry_after:g}"
        yield "retry-after-ms", str(round(error.retry_after * 1000))
    if error.origin == "mockgw" or error.should_retry is not None:
        yield "x-should-retry", "true" if error.should_retry else "false"
    yield from error.headers


def _fault(trip: _Trip) -> Fault | None:
    """Return what goes wrong with the answer on its way."""
    if trip.error is not None:
        return trip.error.fault
    return trip.reply.fault if trip.reply is not None else None


def _told_fault(trip: _Trip) -> str:
    """Return what went wrong on purpose: a fault, or an error that a rule answered with."""
    fault = _fault(trip)
    if fault is None and trip.error is not None and trip.error.source == _BY_RULE:
        return trip.error.name or str(trip.error.status)
    return "" if fault is None else str(fault)


def _timing(trip: _Trip) -> Timing | None:
    if trip.error is not None:
        return Timing(trip.error.delay) if trip.error.delay else None
    return trip.reply.timing if trip.reply is not None else None


def _object(reply: Reply) -> Json:
    """Return the final object of a reply, empty when it has none."""
    if isinstance(reply, Answer):
        return reply.object
    try:
        return reply.read() if reply.status < _REFUSED else {}
    except ApiError:
        # A recorded stream that is torn goes out as it is, and leaves nothing behind.
        return {}


def _source(trip: _Trip) -> tuple[str, str, str]:
    """Return where the answer comes from; a recorded error keeps its place in any form."""
    if trip.reply is not None:
        return source_of(trip.reply)
    if trip.error is None:
        return "live", "", ""
    missed = trip.error.code == _MISS
    return ("missing" if missed else trip.error.source or "refused"), "", trip.error.where


def _model(trip: _Trip) -> str:
    """Return the model as Cloudflare spells it."""
    return f"openai/{trip.call.model}" if trip.call and trip.call.model else "openai/"
