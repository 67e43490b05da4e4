"""Streams that can be taken up again: each has an id, and is kept for some minutes."""

import re
from collections.abc import Callable, Iterable
from copy import deepcopy

from msgspec import Struct

from mockgw.errors import ApiError
from mockgw.faults.named import named
from mockgw.gateways.place import Place
from mockgw.model import Kept, Timing

_MOST = 256
# Seen between 330 and 360 seconds on the live gateway.
_LIVES = 345.0
_RUN_ID = re.compile(r"[0-9a-f]{64}")
_STREAM, _JSON = "text/event-stream", "application/json"


class _Run(Struct, frozen=True):
    again: Callable[[], Iterable[bytes]]
    timing: Timing | None
    began: float


class Runs:
    """Keeps how to make the newest 256 streams of all gateways again.

    `now` tells the seconds of a session.
    """

    def __init__(self, now: Callable[[str], float]) -> None:
        self._now = now
        self._kept: dict[tuple[Place, str], _Run] = {}

    def keep(
        self,
        place: Place,
        run_id: str,
        again: Callable[[], Iterable[bytes]],
        timing: Timing | None,
    ) -> None:
        """Take note of a stream that begins now; `again` gives it from its beginning."""
        # A timing draws its gaps as it is used: the stream and its rests need one each.
        self._kept[place, run_id] = _Run(again, deepcopy(timing), self._now(place.session))
        if len(self._kept) > _MOST:
            del self._kept[next(iter(self._kept))]

    def resume(self, place: Place, run_id: str, start: str) -> Kept:
        """Return the stream from the event `start`, counted from 0, as far as it is told by then.

        The rest of a stream that still goes on comes in its own time. Raises ApiError 2002 for
        an id or a number that is none; a stream that is not there any more is a 404.
        """
        if not _RUN_ID.fullmatch(run_id):
            raise _malformed("Invalid run id")
        if not (start.isascii() and start.isdecimal()):
            raise _malformed("Invalid value at from")
        run = self._kept.get((place, run_id))
        if run is None or self._now(place.session) - run.began >= _LIVES:
            body = b'{"error":"Request not found"}'
            return Kept(404, "json", body, dict, "", run_id, "gateway", content_type=_JSON)
        events = list(run.again())
        first = min(int(start[:9]), len(events))
        timing = _rest(events, first, deepcopy(run.timing), self._now(place.session) - run.began)
        body = b"".join(events[first:])
        return Kept(
            200, "sse", body, dict, "", run_id, "gateway", timing=timing, content_type=_STREAM
        )

    def forget(self, session: str | None) -> None:
        """Drop the streams of a session, or all of them."""
        for key in [one for one in self._kept if session in {None, one[0].session}]:
            del self._kept[key]


def _malformed(message: str) -> ApiError:
    error = named("gateway.2002")
    error.message = message
    return error


def _rest(events: list[bytes], first: int, timing: Timing | None, passed: float) -> Timing | None:
    """Return when the events from `first` on come, so many seconds after the stream began."""
    if timing is None:
        return None
    due = timing.delay
    moments: list[float] = []
    gaps = iter(timing.gaps[1:])
    for number, event in enumerate(events):
        if timing.beat is not None:
            due += timing.beat(event)
        elif number:
            due += next(gaps, timing.pace)
        moments.append(max(due - passed, 0.0))
    left = moments[first:]
    waits = iter([now - before for before, now in zip([0.0, *left], left, strict=False)])
    return Timing(beat=lambda _: next(waits, 0.0)) if any(left) else None
