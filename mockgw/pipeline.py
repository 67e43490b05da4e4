"""The road: a request goes down it once, and comes back as an answer and one journal entry."""

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache, partial

from msgspec.structs import replace

from mockgw import apis
from mockgw.canonical import digest
from mockgw.course import Course, Spoken
from mockgw.digits import seed
from mockgw.encoding import JSON_TYPE, Encoded, Encoder
from mockgw.errors import ApiError
from mockgw.gateways import Gateways
from mockgw.gateways.attempts import failed
from mockgw.journal import Journal
from mockgw.keys import Keys
from mockgw.memo import Memo
from mockgw.model import Call, Forward, Kept, Raw, Reply, Wire
from mockgw.occurrences import Occurrences
from mockgw.ports import Clock, Timer
from mockgw.routes import HEADERS, parse, route
from mockgw.sessions import Sessions
from mockgw.state import Store
from mockgw.state.turns import Turns
from mockgw.trip import Headers, Passage, Plan, Trip, advice, object_of, over, without

_LOG = logging.getLogger("mockgw")
_LONGEST_KEPT = 262_144
_LONGEST_HEARD = 16_384
# The headers of a request without which its meaning is lost.
_SHAPING = ("content-type", *HEADERS)


def _standing(_: str) -> Callable[[], float]:
    """Return what tells no time: that of a road without a machine."""
    return float


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
        gateways: Gateways | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._seed = str(seed)
        self._keys = keys
        self._sessions = sessions
        self._encoder = encoder
        self._store = store
        self._journal = journal
        self._clock = clock
        self._passed = passed
        self._gateways = gateways or Gateways(lambda _: clock.now())
        self._turns = turns or Turns()
        self._seen = Occurrences()
        self._heard: Memo[tuple[object, ...], Call] = Memo()
        self._plans: Memo[Raw, Plan] = Memo()
        self._strays = Occurrences()

    def travel(self, raw: Raw) -> Wire | Passage:
        """Return the answer to a request, or a passage when the upstream is to give it."""
        trip = self._trip(raw)
        try:
            if trip.plan is None:
                trip.course.asked(raw.headers)
                self._keys.check(raw, trip.found.door)
            reply = self._answer(trip)
            if isinstance(reply, Forward):
                return Passage(trip, trip.asks, reply)
            return self._end(trip, reply)
        except ApiError as error:
            return self._refuse(trip, error)
        except Exception as problem:  # noqa: BLE001 - logged in full, and the caller is told
            _LOG.exception("%s %s met a defect", raw.method, raw.path)
            return self._refuse(trip, defect(problem))

    def greet(self, raw: Raw) -> Wire | None:
        """Return the refusal of a connection that is to stay open, None when it may be opened."""
        trip = self._trip(raw)
        try:
            self._keys.check(raw, trip.found.door)
            self._gateways.greet(raw, trip.found)
            self._sessions.responders(trip.found.session)
        except ApiError as error:
            return self._refuse(trip, error)
        return None

    def forget(self, session: str | None) -> None:
        """Take the calls of a session, or of all of them, for the first of their kind again."""
        self._seen.forget(lambda place: session in {None, place[0]})
        self._gateways.forget(session)

    def refuse(self, raw: Raw, error: ApiError) -> Wire:
        """Return the refusal of a request that cannot go down the road."""
        return self._refuse(self._trip(raw), error)

    def time(self, passage: Passage) -> Timer | None:
        """Return the time of the session that asks, None when it has that of the gateway."""
        return self._sessions.time(passage.call.session)

    def arrive(self, passage: Passage, answer: Kept, note: str) -> Wire:
        """Return the upstream's whole answer as the door that was asked gives it."""
        trip = passage.trip
        try:
            if trip.visit is not None:
                trip.visit.take(answer)
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

    def _trip(self, raw: Raw) -> Trip:
        plan = self._plans.find(raw)
        found = route(raw.method, raw.path) if plan is None else plan.found
        now = self._passed(found.session)
        course = Course(now, found.session, now())
        if plan is not None:
            course.manner = plan.manner
        return Trip(raw, found, course, plan)

    def _answer(self, trip: Trip) -> Reply | Forward:
        """Return the first good answer of the requests that one is made of: mostly itself."""
        steps = () if trip.plan is not None else self._gateways.steps(trip.raw, trip.found)
        for step in steps:
            trip.take(step)
            try:
                reply = self._through(trip)
                if step.last or not failed(reply):
                    return reply
                assert not isinstance(reply, Forward)  # noqa: S101 - that is not known to fail
                trip.reply = reply
                encoded = self._encoder.encode(trip.asks, reply, trip.found.door)
            except ApiError as error:
                if step.last or error.origin == "mockgw":
                    raise
                trip.error, encoded = error, None
            wire = self._wire(trip, encoded)
            self._leave(trip, wire)
            trip.fall(wire)
        return self._through(trip)

    def _through(self, trip: Trip) -> Reply | Forward:
        """Return what answers a call, by way of the gateway that it goes through, if any."""
        trip.call = call = self._call(trip)
        trip.admitted = self._sessions.admit(trip.raw, trip.found.door, call)
        trip.visit = self._gateways.visit(trip.raw, trip.found, call, trip.step, trip.before)
        if trip.visit is None:
            return self._first(call)
        trip.call = trip.visit.call
        return trip.visit.ask(lambda again: self._first(self._repeated(trip, again=again)))

    def _repeated(self, trip: Trip, *, again: bool) -> Call:
        """Return the call of a trip; one that is asked again is one more of its kind."""
        call = trip.asks
        if again:
            count = self._seen.next(call.session, call.key)
            trip.call = call = replace(call, repetition=count)
        return call

    def _end(self, trip: Trip, reply: Reply, note: str = "") -> Wire:
        self._hear(trip, reply, note)
        wire = self._wire(trip, self._encoder.encode(trip.asks, reply, trip.found.door))
        self._note(trip, wire.status)
        if trip.asks.operation == apis.RESPONSES.creates and (wire.timing or wire.fault):
            course = trip.course
            self._turns.begins(trip.asks.session, trip.asks.body, lambda: not course.outcome)
        return wire

    def _refuse(self, trip: Trip, error: ApiError) -> Wire:
        trip.error = error
        if error.note:
            trip.notes.append(error.note)
        if trip.admitted is not None:
            trip.admitted.settle(0)
        wire = self._wire(trip, None)
        self._note(trip, wire.status)
        return wire

    def _hear(self, trip: Trip, reply: Reply, note: str) -> None:
        """Take in what a reply says: its notes, its object, what it leaves in the store."""
        trip.reply = reply
        trip.notes.extend(reply.notes)
        if note:
            trip.notes.append(note)
        trip.object = object_of(reply)
        if trip.admitted is not None and trip.object.get("usage"):
            trip.admitted.settle(int(trip.object["usage"].get("total_tokens") or 0))
        if trip.call is not None:
            apis.keep(self._store, trip.call, trip.object, reply.run)

    def _call(self, trip: Trip) -> Call:
        """Return the call, which for a request that is heard again is not worked out again."""
        if trip.plan is None:
            trip.plan = self._planned(trip)
        call, raw = trip.plan.call, trip.raw
        count = self._seen.next(call.session, call.key)
        return replace(call, repetition=count, headers=raw.headers, newest=raw.newest)

    def _planned(self, trip: Trip) -> Plan:
        """Return what can be known of a request beforehand, and keep it for when it comes again."""
        raw, found = trip.raw, trip.found
        shaping = _SHAPING if found.door.run_path else _SHAPING[:1]
        told = {name: raw.headers[name] for name in shaping if name in raw.headers}
        if len(raw.body) > _LONGEST_HEARD:
            return Plan(found, parse(raw, found), trip.course.manner, told)
        place = (raw.path, raw.query, *map(raw.headers.get, HEADERS), raw.method, raw.body)
        call = self._heard.get(place, lambda: parse(raw, found))
        plan = Plan(found, call, trip.course.manner, told)
        if trip.step is None and self._gateways.single(raw, found):
            self._plans.keep(raw, plan)
        return plan

    def _first(self, call: Call) -> Reply | Forward:
        for responder in self._sessions.responders(call.session):
            reply = responder.respond(call)
            if reply is not None:
                return reply
        raise ApiError(404, f"Nothing answers {call.operation}.", origin="mockgw")

    def _wire(self, trip: Trip, encoded: Encoded | None) -> Wire:
        door, at = trip.found.door, self._clock.now()
        trace = self._trace(trip)
        source, match, _ = trip.source
        own = _origin(source, match)
        if encoded is None:
            error = trip.error or ApiError(500, "Nothing was answered.")
            status, body = door.refuse(error, trip.model, trace)
            encoded = Encoded(status, JSON_TYPE, body)
            own = (*own, *advice(error))
        fault, left = trip.fault, None
        allowed: Headers = ()
        if trip.admitted is not None:
            allowed, left = trip.admitted.headers, trip.admitted.leave
        if trip.visit is not None:
            allowed = (*allowed, *self._visited(trip, trace, at, encoded))
        if fault is not None:
            own = (*own, ("x-mockgw-fault", str(fault)))
        # Limits that were asked for here are told in place of those of the upstream.
        theirs = without(trip.headers, trip.limited) if trip.headers else ()
        fixed = door.headers(trace, at)
        if allowed or theirs:
            fixed = over(over(fixed, allowed), theirs)
        kind = ("content-type", encoded.content_type)
        # Nobody else gives headers of the names that a good answer of ours has.
        plain = trip.error is None and not trip.headers
        headers = (kind, *fixed, *own) if plain else over((kind, *fixed), own)
        timer = self._sessions.time(trip.found.session)
        said, timing = encoded.body, trip.timing
        trip.wire = Wire(encoded.status, headers, said, timing, fault, left, timer, trip.course)
        return trip.wire

    def _visited(self, trip: Trip, trace: str, at: float, encoded: Encoded) -> Headers:
        """Return what the call's gateway says in headers; it keeps a stream to be resumed."""
        visit, reply = trip.visit, trip.reply
        assert visit is not None  # noqa: S101 - the caller has seen it
        told = visit.headers(trace, at, encoded.status, trip.fallen)
        if isinstance(encoded.body, bytes) or reply is None or trip.asks.door != "binding":
            return told
        again = partial(self._encoder.events, trip.asks, reply, trip.found.door)
        return (*told, *visit.run(trace, again, trip.timing))

    def _leave(self, trip: Trip, wire: Wire) -> None:
        """Let the gateway count the call and leave its log."""
        if trip.visit is None:
            return
        said = wire.body if isinstance(wire.body, bytes) else b""
        body: Callable[[], bytes] = partial(bytes, said)
        if not said and trip.reply is not None:
            body = partial(self._encoder.again, trip.asks, trip.reply, trip.found.door)
        trip.visit.leave(trip.found, wire, body, trip.object.get("usage") or {})
        if trip.visit.note:
            trip.notes.append(trip.visit.note)

    def _trace(self, trip: Trip) -> str:
        """Return 32 hex digits of this request: the same in every run with the same seed."""
        if trip.call is not None:
            call = trip.call
            return seed((self._seed, call.session, call.key), str(call.repetition))
        stray = digest(trip.raw.method, trip.raw.path, trip.raw.body)
        return digest(self._seed, stray, str(self._strays.next(stray)))

    def _note(self, trip: Trip, status: int) -> None:
        raw = trip.asked or trip.raw
        if trip.wire is not None and trip.visit is not None:
            self._leave(trip, trip.wire)
        if len(raw.body) > _LONGEST_KEPT:
            trip.notes.append(f"a body of {len(raw.body)} bytes is not kept here")
        self._accompany(trip, status)
        kept = len(raw.body) <= _LONGEST_KEPT
        entry = trip.entry(len(self._journal) + 1, self._clock.now(), status, whole=kept)
        self._journal.add(entry)
        self._sessions.note(entry)

    def _accompany(self, trip: Trip, status: int) -> None:
        """Take note of what was said, for who wants to know it later."""
        course, raw, wire = trip.course, trip.raw, trip.wire
        if wire is None:
            return
        course.advised(status, wire.headers)
        course.delay = wire.timing.delay if wire.timing is not None else 0.0
        if trip.plan is None or len(raw.body) > _LONGEST_KEPT:
            return
        body: bytes | Callable[[], bytes] = b""
        if isinstance(wire.body, bytes) and (wire.body or trip.reply is None):
            body = wire.body
        elif trip.reply is not None:
            # Not by the road itself, which holds the journal: nothing in it is in a cycle.
            call, door = trip.plan.call, trip.found.door
            body = partial(self._encoder.again, call, trip.reply, door)
        course.spoken = Spoken(raw.body, trip.plan.shaping, wire.headers, body)


@lru_cache
def _origin(source: str, match: str) -> Headers:
    """Return the headers that say where an answer comes from."""
    found = (("x-mockgw-match", match),) if match else ()
    return ("x-mockgw-source", source), *found


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
