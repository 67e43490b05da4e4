"""Answers from the recordings."""

from msgspec.structs import replace

from mockgw.errors import ApiError
from mockgw.model import Answer, Call, Forward, Kept, Reply
from mockgw.ports import Responder
from mockgw.responders.miss import report
from mockgw.responders.speed import Speed, timed
from mockgw.tapes import Tapes


class Replay:
    """Answers a call that was recorded, `speed` times as fast as it came; 0 means at once."""

    def __init__(self, tapes: Tapes, speed: Speed = 0.0) -> None:
        self._tapes = tapes
        self._speed = speed

    def respond(self, call: Call) -> Kept | None:
        """Return the recorded answer, or None when there is none."""
        found = self._tapes.find(call)
        if found is None:
            return None
        timing = timed(found.timing, self._speed)
        return found if timing is found.timing else replace(found, timing=timing)


class Missing:
    """Refuses what nobody answered, and says why: what was asked, and what came nearest."""

    def __init__(self, tapes: Tapes) -> None:
        self._tapes = tapes

    def respond(self, call: Call) -> None:
        """Raise the ApiError that explains the miss."""
        raise ApiError(
            404,
            report(self._tapes, call),
            type="mockgw_error",
            code="no_recording",
            origin="mockgw",
        )


class Beyond:
    """Lets `other` answer, and notes it when all recordings of the call have been played."""

    def __init__(self, tapes: Tapes, other: Responder) -> None:
        self._tapes = tapes
        self._other = other

    def respond(self, call: Call) -> Reply | Forward | None:
        """Return what the other answers."""
        reply = self._other.respond(call)
        if not isinstance(reply, Answer):
            return reply
        played = len(self._tapes.exhausted(call))
        if not played:
            return reply
        times = "once" if played == 1 else f"{played} times"
        note = f'synthesized: recorded {times}, and played (repeats = "error")'
        return replace(reply, notes=(*reply.notes, note))
