"""Answers that say nothing: a caller readies what it will continue."""

from mockgw.draft import Draft
from mockgw.model import Answer, Call
from mockgw.responders.saying import Origin, Saying
from mockgw.script import Scripted

_ORIGIN = Origin("warm-up", "of a warm-up", note="generate: false")


class Warming:
    """Answers what comes by WebSocket with `generate: false`; uses up nothing that was queued."""

    def __init__(self, saying: Saying) -> None:
        self._saying = saying

    def respond(self, call: Call) -> Answer | None:
        """Return a response without output, or None for any other call.

        Raises ApiError for what the real API would refuse.
        """
        if call.newest is None or not call.newest.warms:
            return None
        before = self._saying.heard(call)
        return self._saying.answer(call, Scripted(drafts=(Draft(),)), before, _ORIGIN)
