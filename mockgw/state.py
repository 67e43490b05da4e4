"""Stored responses: what `store` keeps and `previous_response_id` continues."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mockgw.context import EMPTY, Context
from mockgw.errors import ApiError
from mockgw.ids import partition_of
from mockgw.model import Json


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored response, with everything said up to it: its own output is the end of `items`."""

    response: Json
    items: tuple[Json, ...]
    reasoning: Mapping[str, int] = field(default_factory=dict)


class ResponseStore(Protocol):
    """Where responses are kept, apart for each session."""

    def put(self, session: str, stored: Stored) -> None:
        """Keep a response under its id."""
        ...

    def get(self, session: str, identifier: str) -> Stored | None:
        """Return the stored response of that id, or None."""
        ...

    def delete(self, session: str, identifier: str) -> bool:
        """Forget the response; tell whether there was one."""
        ...


class MemoryStore:
    """Keeps the newest responses in memory, at most `size` of all sessions together."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[str, str], Stored] = OrderedDict()

    def put(self, session: str, stored: Stored) -> None:
        """Keep a response; the oldest gives way when there are too many."""
        self._kept[session, str(stored.response.get("id"))] = stored
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def get(self, session: str, identifier: str) -> Stored | None:
        """Return the stored response of that id, or None."""
        return self._kept.get((session, identifier))

    def delete(self, session: str, identifier: str) -> bool:
        """Forget the response; tell whether there was one."""
        return self._kept.pop((session, identifier), None) is not None


def context(store: ResponseStore, session: str, body: Json) -> Context:
    """Return what came before a call that names a previous response.

    Raises ApiError 400 `previous_response_not_found` when nothing is stored under that id.
    """
    identifier = body.get("previous_response_id")
    if identifier is None:
        return EMPTY
    stored = store.get(session, str(identifier))
    if stored is None:
        raise ApiError(
            400,
            f"Previous response with id '{identifier}' not found.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    return Context(stored.items, stored.reasoning, partition_of(str(identifier)))


def remember(before: Context, said: list[Json], response: Json) -> Stored:
    """Return the response as it is stored: with what came before it, and what its thinking cost."""
    output = response.get("output") or []
    usage = response.get("usage") or {}
    thought = (usage.get("output_tokens_details") or {}).get("reasoning_tokens") or 0
    thinking = [str(item.get("id")) for item in output if item.get("type") == "reasoning"]
    costs = {identifier: thought // len(thinking) for identifier in thinking}
    items = (*before.items, *said, *output)
    return Stored(response, items, {**before.reasoning, **costs})
