"""What is kept, and the port of those who keep it."""

from collections.abc import Callable
from typing import Protocol

from mockgw.model import Json

RESPONSE, CONVERSATION, ITEM, COMPLETION = "response", "conversation", "item", "completion"


class Record:
    """One thing that is kept, under an id that no other of its kind has in the session.

    `parent` is the response that a response continues, or the conversation that an item is in. The
    value of a response has `said` and `response`, that of an item `item`. It may be given as what
    makes it: most of what is kept is never asked for.
    """

    __slots__ = ("_made", "identifier", "kind", "parent")

    def __init__(
        self, kind: str, identifier: str, value: Json | Callable[[], Json], parent: str = ""
    ) -> None:
        self.kind = kind
        self.identifier = identifier
        self.parent = parent
        self._made = value

    @property
    def value(self) -> Json:
        """What is kept."""
        if not isinstance(self._made, dict):
            self._made = self._made()
        return self._made

    @property
    def holds(self) -> tuple[str, ...]:
        """The ids of the items inside, by which the record is found too."""
        value = self.value
        if self.kind == ITEM:
            return (str(value["item"].get("id")),)
        if self.kind != RESPONSE:
            return ()
        items = (*value["said"], *(value["response"].get("output") or ()))
        return tuple(str(item.get("id")) for item in items)


def within(conversation: str, item: str) -> str:
    """Return the id under which an item of a conversation is kept."""
    return f"{conversation}/{item}"


class Store(Protocol):
    """Keeps records apart for each session, the newest ones of all sessions together.

    An item lives and dies with its conversation. A response that is deleted stays the past of
    those that continue it.
    """

    def put(self, session: str, *records: Record) -> None:
        """Keep all of the records or, when that fails, none; an equal id is replaced."""
        ...

    def get(self, session: str, kind: str, identifier: str) -> Json | None:
        """Return what is kept under the id, or None."""
        ...

    def delete(self, session: str, kind: str, identifier: str) -> bool:
        """Forget the record; tell whether there was one."""
        ...

    def listed(self, session: str, kind: str, parent: str = "") -> list[Json]:
        """Return everything of the kind, or of it in the parent, in the order it came."""
        ...

    def lineage(self, session: str, identifier: str) -> list[Json]:
        """Return the response and those that it continues, oldest first; empty if there is none."""
        ...

    def holder(self, session: str, item: str) -> Record | None:
        """Return the newest record that holds an item of that id, or None."""
        ...

    def clear(self, session: str | None = None) -> None:
        """Forget everything of the session, or of all sessions."""
        ...

    def close(self) -> None:
        """Let go of what keeping takes."""
        ...
