"""Answers from what earlier answers left behind, and what prepares or ends it."""

from collections.abc import Collection, Mapping

from mockgw.model import Answer, Call, Reply
from mockgw.ports import Clock
from mockgw.responders.stored import completions, conversations, known, responses
from mockgw.responders.stored.shelf import SOURCE, Handler, Shelf
from mockgw.state import Store

_HANDLERS: Mapping[str, Handler] = {
    "chat.delete": completions.delete,
    "chat.list": completions.listed,
    "chat.messages": completions.messages,
    "chat.retrieve": completions.retrieve,
    "chat.update": completions.update,
    "conversations.create": conversations.create,
    "conversations.delete": conversations.delete,
    "conversations.items.create": conversations.append,
    "conversations.items.delete": conversations.remove,
    "conversations.items.list": conversations.items,
    "conversations.items.retrieve": conversations.item,
    "conversations.retrieve": conversations.retrieve,
    "conversations.update": conversations.update,
    "models.list": known.listed,
    "models.retrieve": known.retrieve,
    "responses.cancel": responses.cancel,
    "responses.compact": responses.compact,
    "responses.delete": responses.delete,
    "responses.input_items": responses.input_items,
    "responses.input_tokens": responses.input_tokens,
    "responses.retrieve": responses.retrieve,
}


class State:
    """Answers every call that makes no answer of a model.

    It reads the store and writes nothing: what an answer changes, the road takes in, whoever gave
    it. `models` are further ids to know.
    """

    answers = frozenset(_HANDLERS)

    def __init__(self, store: Store, seed: int, clock: Clock, models: Collection[str] = ()) -> None:
        self._shelf = Shelf(store, str(seed), clock, tuple(models))

    def respond(self, call: Call) -> Reply | None:
        """Return what is stored or what became of it, None for a call that makes an answer.

        Raises ApiError for what is not there and for what the real API would refuse.
        """
        handler = _HANDLERS.get(call.operation)
        if handler is None:
            return None
        told = handler(self._shelf, call)
        return Answer(told, SOURCE) if isinstance(told, dict) else told
