"""The road: a request goes down it once, and comes back as an answer and one journal entry."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from mockgw import apis
from mockgw.apis.responses.reading import items
from mockgw.canonical import digest
from mockgw.context import EMPTY
from mockgw.encoding import JSON_TYPE, Encoded, Encoder, source_of
from mockgw.errors import ApiError
from mockgw.journal import Journal
from mockgw.keys import Keys
from mockgw.memo import Memo
from mockgw.model import Answer, Call, Entry, Forward, Json, Kept, Raw, Reply, Wire
from mockgw.occurrences import Occurrences
from mockgw.ports import Clock
from mockgw.routes import HEADERS, Route, parse, route
from mockgw.sessions import Sessions
from mockgw.state import ResponseStore, context, remember

_LOG = logging.getLogger("mockgw")
Headers = tuple[tuple[str, str], ...]
_MISS = "no_recording"
_REFUSED = 400
_LONGEST_KEPT = 262_144
_LONGEST_HEARD = 16_384


@dataclass(slots=True)
class _Trip:
    """What is known of one request while it is on the road."""

    raw: Raw
    found: Route
    call: Call | None = None
    reply: Reply | None = None
    error: ApiError | None = None
    object: Json = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    headers: tuple[tuple[str, str], ...] = ()


class Passage:
    """A request that waits for the upstream: what came in, its meaning, whether to keep it."""

    def __init__(self, trip: _Trip, call: Call, *, keep: bool) -> None:
        self._trip = trip
        self.raw = trip.raw
        self.call = call
        self.keep = keep

    @property
    def trip(self) -> _Trip:
        """What the road knows of the request."""
        return self._trip

    def heard(self, headers: Headers) -> None:
        """Take over headers of the upstream's answer, in place of the door's own."""
        self._trip.headers = headers


class Road:
    """Takes requests to the responders and their replies back to the door."""

    def __init__(  # noqa: PLR0913 - the one place where everything meets
        self,
        *,
        seed: int,
        keys: Keys,
        sessions: Sessions,
        encoder: Encoder,
        store: ResponseStore,
        journal: Journal,
        clock: Clock,
    ) -> None:
        self._seed = str(seed)
        self._keys = keys
        self._sessions = sessions
        self._encoder = encoder
        self._store = store
        self._journal = journal
        self._clock = clock
        self._seen = Occurrences()
        self._heard: Memo[tuple[object, ...], Call] = Memo()
        self._strays = Occurrences()

    def travel(self, raw: Raw) -> Wire | Passage:
        """Return the answer to a request, or a passage when the upstream is to give it."""
        trip = _Trip(raw, route(raw.method, raw.path))
        try:
            self._keys.check(raw, trip.found.door)
            trip.call = call = self._call(trip)
            reply = self._first(call)
            if isinstance(reply, Forward):
                return Passage(trip, call, keep=reply.keep)
            return self._end(trip, reply)
        except ApiError as error:
            return self._refuse(trip, error)
        except Exception as problem:  # noqa: BLE001 - logged in full, and the caller is told
            _LOG.exception("%s %s met a defect", raw.method, raw.path)
            return self._refuse(trip, defect(problem))

    def refuse(self, raw: Raw, error: ApiError) -> Wire:
        """Return the refusal of a request that cannot go down the road."""
        return self._refuse(_Trip(raw, route(raw.method, raw.path)), error)

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

    def fail(self, passage: Passage, error: ApiError) -> Wire:
        """Return the refusal of a request that the upstream did not answer."""
        return self._refuse(passage.trip, error)

    def _end(self, trip: _Trip, reply: Reply, note: str = "") -> Wire:
        self._hear(trip, reply, note)
        assert trip.call is not None  # noqa: S101 - a reply answers a call
        wire = self._wire(trip, self._encoder.encode(trip.call, reply, trip.found.door))
        self._note(trip, wire.status)
        return wire

    def _refuse(self, trip: _Trip, error: ApiError) -> Wire:
        trip.error = error
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
        if trip.call is not None:
            self._remember(trip.call, trip.object)

    def _call(self, trip: _Trip) -> Call:
        """Return the call, which for a request that is heard again is not worked out again."""
        raw, found = trip.raw, trip.found
        if len(raw.body) > _LONGEST_HEARD:
            call = parse(raw, found)
        else:
            told = (raw.path, raw.query, *map(raw.headers.get, HEADERS), raw.method, raw.body)
            call = self._heard.get(told, lambda: parse(raw, found))
        return replace(call, repetition=self._seen.next(call.session, call.key))

    def _first(self, call: Call) -> Reply | Forward:
        for responder in self._sessions.responders(call.session):
            reply = responder.respond(call)
            if reply is not None:
                return reply
        raise ApiError(404, f"Nothing answers {call.operation}.", origin="mockgw")

    def _remember(self, call: Call, answer: Json) -> None:
        if call.operation != apis.RESPONSES.creates:
            return
        if not answer.get("store") or not isinstance(answer.get("id"), str):
            return
        try:
            before = context(self._store, call.session, call.body)
        except ApiError:
            # A recorded answer may continue one that was never recorded.
            before = EMPTY
        self._store.put(call.session, remember(before, items(call.body), answer))

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
        fixed = _with(door.headers(trace, at), trip.headers)
        headers = (("content-type", encoded.content_type), *fixed, *own)
        timing = trip.reply.timing if trip.reply is not None else None
        return Wire(encoded.status, headers, encoded.body, timing)

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
        )
        self._journal.add(entry)
        self._sessions.note(entry)


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
    if error.origin == "mockgw":
        yield "x-should-retry", "false"


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
    return ("missing" if missed else trip.error.source or "refused"), "", ""


def _model(trip: _Trip) -> str:
    """Return the model as Cloudflare spells it."""
    return f"openai/{trip.call.model}" if trip.call and trip.call.model else "openai/"
