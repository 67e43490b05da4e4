"""One request on its way through to the upstream, and what has come back of it so far."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web

from mockgw import apis
from mockgw.canonical import decode
from mockgw.course import CUT
from mockgw.errors import ApiError
from mockgw.model import Json, Kept, Wire
from mockgw.outgoing import Outgoing
from mockgw.passing.outlet import Outlet
from mockgw.passing.spoilt import Spoilt
from mockgw.pipeline import Road
from mockgw.ports import Timer
from mockgw.recorder import Recorder
from mockgw.recorder.arrived import Arrived
from mockgw.trip import Passage
from mockgw.upstream import Arriving, failed
from mockgw.writing import write

_MOVED, _REFUSED = 300, 400
_TELLING = frozenset({"x-request-id", "retry-after", "retry-after-ms", "x-should-retry", "cf-ray"})
_TELLING_FAMILIES = ("openai-", "x-ratelimit-", "cf-aig-", "cf-ai-")
_TORN = "torn_recording"
_DONE = b"[DONE]"


@dataclass(slots=True)
class Crossing:
    """A request under way: `head`, `body` and `whole` follow each other, or `broken` ends it."""

    road: Road
    request: web.BaseRequest
    passage: Passage
    sent: Outgoing
    recorder: Recorder | None
    timer: Timer
    alive: bool
    arriving: Arriving | None = None
    at: float = 0.0
    waited: float = 0.0
    begun: float = 0.0
    outlet: Outlet | Spoilt | None = None
    noted: bool = False
    parts: list[bytes] = field(default_factory=list)
    times: list[tuple[float, int]] = field(default_factory=list)

    def head(self, arriving: Arriving, at: float, waited: float) -> None:
        """Take note of the answer's head, and hand that of a stream on at once.

        Raises ApiError 502 for an answer that only says where to ask.
        """
        if _MOVED <= arriving.status < _REFUSED:
            raise failed(self.sent, _moved(arriving), 502)
        self.arriving, self.at, self.waited, self.begun = arriving, at, waited, _time()
        self.passage.heard(_passed_on(arriving), streamed=arriving.streamed)
        if not arriving.streamed:
            return
        wire = self.road.open(self.passage, arriving.status)
        if wire.fault is None:
            self.outlet = Outlet(self.request, wire, alive=self.alive)
        else:
            timer = wire.timer or self.timer
            self.outlet = Spoilt(self.request, wire, timer, alive=self.alive)
        self.outlet.open()

    async def body(self, arriving: Arriving, patience: float) -> None:
        """Take what comes, and hand that of a stream on as it comes.

        Once the client has left, the rest has `patience` seconds: then raises ApiError 504.
        """
        try:
            async with asyncio.timeout(None) as limit:
                async for part in arriving.content:
                    self.parts.append(part)
                    self.times.append((_time() - self.begun, len(part)))
                    if self.outlet is not None:
                        await self.outlet.take(part)
                    if self.gone and limit.when() is None:
                        self.passage.over()
                        limit.reschedule(_time() + patience)
        except TimeoutError:
            if not self.gone:
                raise
            reason = f"had not ended {patience:g} s after the client left"
            raise failed(self.sent, reason, 504) from None

    async def whole(self) -> bool:
        """End the answer, keep it, and tell whether the connection may stay."""
        arriving, body = self.arriving, b"".join(self.parts)
        assert arriving is not None  # noqa: S101 - `head` came before
        self.passage.measured(self.waited, len(body))
        answer = Arrived(
            arriving.status, arriving.reason, arriving.headers, body, self.at, self.waited,
            self.times,
        )  # fmt: skip
        form = "sse" if arriving.streamed else "json"
        where = self.sent.url.partition("?")[0]
        kept = Kept(arriving.status, form, body, self._read, "", where, source="live")
        note = ""
        if self.recorder is not None and self.passage.keep:
            # Redaction and the file take their time, which other requests need not wait for.
            note = await asyncio.to_thread(self._keep, self.recorder, answer, kept)
        self.noted = True
        if self.outlet is None:
            return await self.write(self.road.arrive(self.passage, kept, note))
        self.road.shut(self.passage, kept, note)
        return await self.outlet.close()

    async def broken(self, error: ApiError) -> bool:
        """Tell the client that the upstream failed; a stream that has begun is cut off."""
        if self.recorder is not None and self.passage.keep:
            self.recorder.lose("the upstream failed")
        self.passage.measured(self.waited, sum(map(len, self.parts)))
        wire = self.road.fail(self.passage, error)
        if self.outlet is not None:
            self.passage.course.ends(CUT)
            self.outlet.cut()
            return False
        return await self.write(wire)

    def stopped(self) -> None:
        """Take note that mockgw stops before the answer is whole."""
        if self.outlet is not None:
            self.outlet.cut()
        if self.noted:
            return
        if self.recorder is not None and self.passage.keep:
            self.recorder.lose("mockgw stopped before it was whole")
        self.road.fail(self.passage, failed(self.sent, "had not ended when mockgw stopped", 504))

    def _keep(self, recorder: Recorder, answer: Arrived, kept: Kept) -> str:
        if not recorder.wants(answer.status):
            return recorder.lose(f"status {answer.status}")
        flaw = _flaw(kept, self.passage.call.operation)
        return recorder.lose(flaw) if flaw else recorder.keep(self.sent, answer)

    def _read(self) -> Json:
        body = b"".join(self.parts)
        if self.arriving is not None and self.arriving.streamed:
            return apis.creator(self.passage.call.operation).collect(body)
        return apis.object_of(body)

    async def write(self, wire: Wire) -> bool:
        """Write a whole answer to the client; tell whether the connection may stay."""
        return await write(self.request, wire, wire.timer or self.timer, alive=self.alive)

    @property
    def gone(self) -> bool:
        """Whether the client takes no more of a stream."""
        return self.outlet is not None and self.outlet.gone


def _flaw(kept: Kept, operation: str) -> str:
    """Return what a successful answer lacks to be whole, "" when it lacks nothing."""
    if kept.status >= _REFUSED:
        return ""
    if kept.form == "json":
        try:
            whole = isinstance(decode(kept.body), dict)
        except ApiError:
            whole = False
        return "" if whole else "its body is no JSON object"
    try:
        kept.read()
    except ApiError as problem:
        return "the stream has no end" if problem.code == _TORN else "the stream ends in an error"
    # Whoever streams chat says that it is over; nothing in the chunks themselves does.
    over = operation != apis.CHAT.creates or _DONE in kept.body[-64:]
    return "" if over else "the stream has no end"


def _moved(arriving: Arriving) -> str:
    """Return what to say of a redirection, which is not followed: a key would go along."""
    place = urlsplit(arriving.headers.get("location", ("",))[0])
    where = f" to {place.scheme}://{place.netloc.rpartition('@')[2]}" if place.netloc else ""
    return f"leads elsewhere{where} (status {arriving.status}); name the right one by --upstream"


def _passed_on(arriving: Arriving) -> tuple[tuple[str, str], ...]:
    """Return the upstream's headers that tell of its answer."""
    return tuple(
        (name, value)
        for name, values in arriving.headers.items()
        if name in _TELLING or name.startswith(_TELLING_FAMILIES)
        for value in values
    )


def _time() -> float:
    return asyncio.get_running_loop().time()
