"""Answers at once what is asked in the background: the answer is known, and told bit by bit."""

from typing import TypeVar

import msgspec
from msgspec.structs import replace

from mockgw import apis
from mockgw.apis.responses import running
from mockgw.canonical import encode
from mockgw.model import Answer, Call, Forward, Kept, Reply, Timing
from mockgw.ports import Clock, Responder
from mockgw.responders.telling import cancelled, telling
from mockgw.state import Store
from mockgw.state.run import OVER, QUEUED, Run

_REFUSED = 400
_WAITING = 0.1
_UNFINISHED = frozenset({"in_progress", "queued"})
_Reply = TypeVar("_Reply", Answer, Kept)


class Lasting(msgspec.Struct, frozen=True):
    """How long a response is queued and then works, in seconds.

    `given` are both times where somebody said so; `stands` says that the clock stands, so that
    each look at a response takes it one status on.
    """

    given: tuple[float, float] | None
    stands: bool

    def run(self, now: float, total: float, *, streamed: bool) -> Run:
        """Return the run of a response that begins now and takes `total` seconds by itself."""
        if self.stands:
            return Run(None, shown=OVER if streamed else QUEUED, streamed=streamed)
        queued, works = self.given or (total * _WAITING, total * (1 - _WAITING))
        return Run(now, queued, works, QUEUED, streamed)


class Background:
    """Lets another answer, and holds back what it says where the call has `background`."""

    def __init__(self, asked: Responder, store: Store, clock: Clock, lasting: Lasting) -> None:
        self._asked = asked
        self._store = store
        self._clock = clock
        self._lasting = lasting

    def respond(self, call: Call) -> Reply | Forward | None:
        """Return the answer, of a response in the background as it stands at its beginning."""
        reply = self._asked.respond(call)
        if call.operation != apis.RESPONSES.creates or call.body.get("background") is not True:
            return reply
        if isinstance(reply, Answer):
            return self._made(call, reply)
        if isinstance(reply, Kept) and reply.status < _REFUSED and not reply.content_type:
            return self._recorded(call, reply)
        return reply

    def _made(self, call: Call, reply: Answer) -> Answer:
        if reply.object.get("status") in _UNFINISHED:
            return reply
        response = {**reply.object, "background": True}
        run = self._run(call, reply, response)
        shown = running.shown(response, QUEUED)
        reply = replace(reply, object=response, shown=shown, run=run.value, mould=None)
        if not call.stream:
            return replace(reply, timing=None)
        timing = telling(response, call, run, run.at or 0.0) or reply.timing
        return replace(reply, timing=timing, replaced=cancelled(self._store, call, response))

    def _recorded(self, call: Call, reply: Kept) -> Kept:
        response = reply.read()
        if response.get("status") in _UNFINISHED:
            # It was recorded as it stood, and so were the looks at it.
            return reply
        if call.stream and reply.form == "sse":
            # It comes as it was recorded, and so it does when it is asked for again.
            run = Run(None, shown=OVER, streamed=True, stream=reply.body.decode())
            return replace(reply, run=run.value)
        response = {**response, "background": True}
        run = self._run(call, reply, response)
        body = encode(response if call.stream else running.shown(response, QUEUED))
        timing = telling(response, call, run, run.at or 0.0) or reply.timing
        return replace(
            reply,
            form="json",
            body=body,
            read=lambda: response,
            run=run.value,
            timing=timing if call.stream else None,
        )

    def _run(self, call: Call, reply: _Reply, response: dict[str, object]) -> Run:
        total = _seconds(reply.timing, call, response)
        return self._lasting.run(self._clock.now(), total, streamed=call.stream)


def _seconds(timing: Timing | None, call: Call, response: dict[str, object]) -> float:
    """Return how long an answer takes by its timing, or else by what it says itself."""
    if timing is None:
        return running.length(response)
    if not call.stream:
        return timing.delay
    events = tuple(apis.RESPONSES.events(response, call, None))
    if timing.beat is not None:
        return timing.delay + sum(map(timing.beat, events))
    return timing.delay + (sum(timing.gaps[1:]) or timing.pace * (len(events) - 1))
