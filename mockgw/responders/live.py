"""Sends on to the upstream what nobody before has answered."""

from mockgw.model import Call, Forward


class Live:
    """Answers every call with the wish to ask the upstream; `keep` adds its answer to the tape."""

    def __init__(self, *, keep: bool) -> None:
        self._forward = Forward(keep)

    def respond(self, call: Call) -> Forward:
        """Return the wish; the edge carries it out, for it alone may wait."""
        return self._forward
