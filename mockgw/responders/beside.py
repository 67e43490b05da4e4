"""Answers from a tape, and asks the upstream whether it would still say so."""

from mockgw.model import Call, Forward, Kept
from mockgw.ports import Responder

_UNTAPED = "not recorded: no recording answers this call"


class Beside:
    """Answers every call with the wish to ask the upstream beside what `taped` answers."""

    def __init__(self, taped: Responder) -> None:
        self._taped = taped

    def respond(self, call: Call) -> Forward:
        """Return the wish; a call that is not on the tape is passed through, and that is noted."""
        found = self._taped.respond(call)
        if isinstance(found, Kept):
            return Forward(keep=False, beside=found)
        return Forward(keep=False, note=_UNTAPED)
