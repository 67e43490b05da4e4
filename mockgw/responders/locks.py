"""Refuses a response in a conversation that has another one under way."""

from mockgw import apis
from mockgw.faults.named import named
from mockgw.model import Call
from mockgw.ports import Clock
from mockgw.state import Store
from mockgw.state.turns import Turns


class Locks:
    """Answers a call that comes too early with the provider's error, and no other."""

    def __init__(self, turns: Turns, store: Store, clock: Clock) -> None:
        self._turns = turns
        self._store = store
        self._clock = clock

    def respond(self, call: Call) -> None:
        """Raise ApiError 400 `conversation_locked` (OpenAI's words) for such a call."""
        if call.operation != apis.RESPONSES.creates or not call.body.get("conversation"):
            return
        if self._turns.busy(self._store, call.session, call.body, self._clock.now()):
            raise named("conversation_locked")
