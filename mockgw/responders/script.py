"""Answers that somebody queued, in their order."""

from collections import deque
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from mockgw.asked import Asked
from mockgw.context import EMPTY
from mockgw.errors import MockgwError
from mockgw.model import Answer, Call
from mockgw.responders.saying import Origin, Saying, creates, unfit
from mockgw.script import Scripted, reply

SOURCE = "script"


class Script:
    """Answers calls from a queue, one each; declines when it is empty and nothing is standing.

    A call that is refused uses up no answer. The newest `standing` answer is never used up.
    """

    def __init__(
        self, queue: deque[Scripted], saying: Saying, standing: Sequence[Scripted] = ()
    ) -> None:
        self._queue = queue
        self._saying = saying
        self._standing = standing

    def respond(self, call: Call) -> Answer | None:
        """Return the next queued answer, or the standing one.

        Raises the ApiError that was queued, or one that says why an answer does not fit the call.
        """
        waiting = self._queue or self._standing
        if not waiting or not creates(call):
            return None
        queued = waiting[0]
        before = EMPTY if queued.error is not None else self._saying.heard(call)
        if self._queue:
            self._queue.popleft()
        place = f"queued at {queued.where}" if queued.where else "queued"
        origin = Origin(SOURCE, place, note=place)
        return self._saying.answer(call, _made(queued, call, origin), before, origin)


def _made(scripted: Scripted, call: Call, origin: Origin) -> Scripted:
    """Return what the queued function makes of the call, or the answer itself."""
    if scripted.make is None:
        return scripted
    try:
        made: Any = scripted.make(Asked(call))
        answer = made if isinstance(made, Scripted) else reply(made)
    except MockgwError as problem:
        raise unfit(origin, str(problem)) from None
    except Exception as problem:  # noqa: BLE001 - it is the caller's code: what it raised is told
        raise unfit(origin, f"its function raised {type(problem).__name__}: {problem}") from None
    if answer.make is not None:
        raise unfit(origin, "its function returned a function")
    return replace(answer, where=scripted.where)
