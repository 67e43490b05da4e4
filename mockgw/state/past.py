"""What a call continues: read from the store, or refused in the API's words."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from mockgw.context import EMPTY, Context
from mockgw.errors import ApiError
from mockgw.ids import partition_of
from mockgw.model import Json
from mockgw.state.newest import Newest
from mockgw.state.record import CONVERSATION, ITEM, Record, Store


def context(store: Store, session: str, body: Json, newest: Newest | None = None) -> Context:
    """Return what came before a call that continues a response or a conversation.

    What the caller's connection remembers need not be stored.

    Raises ApiError 400 `previous_response_not_found`, and 404 for a conversation or an item that
    is not there.
    """
    previous, conversation = body.get("previous_response_id"), named(body.get("conversation"))
    before = EMPTY
    if previous is not None:
        before = _continued(store, session, str(previous), newest)
    elif conversation:
        before = _conversed(store, session, conversation)
    referred = {name: _item(store, session, name) for name in references(body)}
    return replace(before, referred=referred) if referred else before


def named(conversation: Any) -> str:
    """Return the id in `conversation`, which is a string or an object with an id; "" if none."""
    given = conversation.get("id") if isinstance(conversation, dict) else conversation
    return given if isinstance(given, str) else ""


def references(body: Json) -> Iterator[str]:
    """Yield the ids of the items that the input names by their id alone."""
    given = body.get("input")
    for item in given if isinstance(given, list) else ():
        if isinstance(item, dict) and is_reference(item):
            yield str(item.get("id"))


def is_reference(item: Json) -> bool:
    """Tell whether an input item is an `item_reference`, whose type may be left out."""
    kind = item.get("type")
    return kind == "item_reference" or (kind is None and "role" not in item and "id" in item)


def told(value: Json, conversation: Mapping[str, Json] | None = None) -> Iterator[Json]:
    """Yield the items of a stored response: what it found in its conversation, input, output."""
    for name in value.get("found") or ():
        if conversation and name in conversation:
            yield conversation[name]
    yield from value["said"]
    yield from value["response"].get("output") or ()


def _continued(store: Store, session: str, identifier: str, newest: Newest | None) -> Context:
    line = lineage(store, session, identifier, newest)
    if not line:
        raise ApiError(
            400,
            f"Previous response with id '{identifier}' not found.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    items = [item for value in line for item in told(value, _place(store, session, value))]
    costs = {name: cost for value in line for name, cost in value["reasoning"].items()}
    return Context(tuple(items), costs, partition_of(identifier))


def lineage(store: Store, session: str, identifier: str, newest: Newest | None) -> list[Json]:
    """Return the response and those that it continues, oldest first; empty if there is none."""
    known = newest.line(identifier) if newest is not None else []
    return known or store.lineage(session, identifier)


def _place(store: Store, session: str, value: Json) -> Mapping[str, Json] | None:
    """Return the items of the conversation in which a response was made, by id."""
    if not value.get("found"):
        return None
    place = named(value["response"].get("conversation"))
    return {str(one["item"].get("id")): one["item"] for one in store.listed(session, ITEM, place)}


def _conversed(store: Store, session: str, identifier: str) -> Context:
    if store.get(session, CONVERSATION, identifier) is None:
        raise no_conversation(identifier)
    kept = store.listed(session, ITEM, identifier)
    costs = {str(one["item"].get("id")): one["cost"] for one in kept if one.get("cost")}
    return Context(tuple(one["item"] for one in kept), costs, partition_of(identifier))


def no_conversation(identifier: str) -> ApiError:
    """Return the refusal of a conversation that is not there."""
    return ApiError(404, f"Conversation with id '{identifier}' not found.")


def _item(store: Store, session: str, name: str) -> Json:
    record = store.holder(session, name)
    for item in _held(record) if record is not None else ():
        if item.get("id") == name:
            return item
    raise ApiError(
        404,
        f"Item with id '{name}' not found. Items are not persisted when `store` is set to false. "
        "Try again with `store` set to true, or remove this item from your input.",
        param="input",
    )


def _held(record: Record) -> Iterator[Json]:
    if record.kind == ITEM:
        yield record.value["item"]
    else:
        yield from told(record.value)
