"""Passes a request on to the upstream and its answer back, and keeps what is to be kept."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from mockgw import apis, framing
from mockgw.errors import ApiError
from mockgw.model import Json, Kept
from mockgw.outgoing import Outgoing, outgoing
from mockgw.pipeline import Passage, Road, defect
from mockgw.recorder import Arrived, Recorder
from mockgw.upstream import Arriving, Upstream
from mockgw.writing import send, stay, write

_HTTP_1_1 = (1, 1)
_TELLING = frozenset({"x-request-id", "retry-after", "retry-after-ms", "x-should-retry", "cf-ray"})
_TELLING_FAMILIES = ("openai-", "x-ratelimit-", "cf-aig-", "cf-ai-")
_LOG = logging.getLogger("mockgw")
_TORN = "torn_recording"


class Passing:
    """The way through to the upstream at `base`; without a recorder nothing is kept.

    `key` replaces the credentials that callers send; `now` tells the unix second for the tape.
    """

    def __init__(
        self,
        base: str,
        key: str | None,
        recorder: Recorder | None,
        now: Callable[[], float],
    ) -> None:
        self._base = base
        self._key = key
        self._upstream = Upstream()
        self._now = now
        self.recorder = recorder

    async def close(self) -> None:
        """End the connections to the upstream, and the recording."""
        await self._upstream.close()
        if self.recorder is not None:
            self.recorder.close()

    async def take(
        self, road: Road, request: web.BaseRequest, passage: Passage, *, alive: bool
    ) -> bool:
        """Write the upstream's answer to the client; tell whether the connection may stay.

        The answer is read to its end, and kept, even when the client leaves.
        """
        sent = outgoing(self._base, passage.raw, passage.call, self._key)
        trip = _Crossing(self, road, request, passage, sent, alive=alive)
        try:
            begun = _time()
            async with self._upstream.ask(sent) as arriving:
                trip.head(arriving, self._now(), _time() - begun)
                await trip.body(arriving)
            return await trip.whole()
        except ApiError as error:
            return await trip.broken(error)
        except ConnectionError:
            # The client left while its answer was written; the answer is kept all the same.
            return False
        except Exception as problem:  # noqa: BLE001 - logged in full, and the caller is told
            _LOG.exception("%s %s met a defect on its way through", sent.method, sent.url)
            return await trip.broken(defect(problem))


@dataclass(slots=True)
class _Crossing:
    """One request on its way through, and what has come back of it so far."""

    passing: Passing
    road: Road
    request: web.BaseRequest
    passage: Passage
    sent: Outgoing
    alive: bool
    arriving: Arriving | None = None
    at: float = 0.0
    waited: float = 0.0
    begun: float = 0.0
    gone: bool = False
    parts: list[bytes] = field(default_factory=list)
    times: list[tuple[float, int]] = field(default_factory=list)

    def head(self, arriving: Arriving, at: float, waited: float) -> None:
        """Take note of the answer's head, and hand that of a stream on at once."""
        self.arriving, self.at, self.waited, self.begun = arriving, at, waited, _time()
        self.passage.heard(_passed_on(arriving))
        if not arriving.streamed:
            return
        wire = self.road.open(self.passage, arriving.status)
        ends = "transfer-encoding: chunked" if self._chunks else "connection: close"
        self._hand_on(framing.head(wire, ends + stay(self.request, self.alive)))

    async def body(self, arriving: Arriving) -> None:
        """Take what comes, and hand that of a stream on as it comes."""
        async for part in arriving.content:
            self.parts.append(part)
            self.times.append((_time() - self.begun, len(part)))
            if arriving.streamed and not self.gone:
                self._hand_on(b"%x\r\n%b\r\n" % (len(part), part) if self._chunks else part)
                await self._drain()

    async def whole(self) -> bool:
        """End the answer, keep it, and tell whether the connection may stay."""
        arriving, body = self.arriving, b"".join(self.parts)
        assert arriving is not None  # noqa: S101 - `take` calls in this order
        answer = Arrived(
            arriving.status, arriving.reason, arriving.headers, body, self.at, self.waited,
            self.times,
        )  # fmt: skip
        form = "sse" if arriving.streamed else "json"
        kept = Kept(arriving.status, form, body, self._read, "", self.sent.url, source="live")
        # Redaction and the file take their time, which other requests need not wait for.
        note = await asyncio.to_thread(self._keep, answer, kept)
        if not arriving.streamed:
            wire = self.road.arrive(self.passage, kept, note)
            await write(self.request, wire, alive=self.alive)
            return self.alive
        self.road.shut(self.passage, kept, note)
        self._hand_on(b"0\r\n\r\n" if self._chunks else b"")
        return self.alive and self._chunks and not self.gone

    async def broken(self, error: ApiError) -> bool:
        """Tell the client that the upstream failed; a stream that has begun is cut off."""
        if self.passing.recorder is not None:
            self.passing.recorder.lose("the upstream failed")
        wire = self.road.fail(self.passage, error)
        if self.arriving is not None and self.arriving.streamed:
            if self.request.transport is not None:
                self.request.transport.abort()
            return False
        await write(self.request, wire, alive=self.alive)
        return self.alive

    def _keep(self, answer: Arrived, kept: Kept) -> str:
        recorder = self.passing.recorder
        if recorder is None or not self.passage.keep:
            return ""
        if kept.form == "sse":
            try:
                kept.read()
            except ApiError as problem:
                if problem.code == _TORN:
                    return recorder.lose("the stream has no end")
        return recorder.keep(self.sent, answer)

    def _read(self) -> Json:
        body = b"".join(self.parts)
        if self.arriving is not None and self.arriving.streamed:
            return apis.creator(self.passage.call.operation).collect(body)
        return apis.object_of(body)

    @property
    def _chunks(self) -> bool:
        return self.request.version >= _HTTP_1_1

    def _hand_on(self, data: bytes) -> None:
        if self.gone:
            return
        try:
            send(self.request, data)
        except ConnectionError:
            # The rest is still read: what the upstream says is worth keeping.
            self.gone = True

    async def _drain(self) -> None:
        try:
            await self.request.writer.drain()
        except ConnectionError:
            self.gone = True


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
