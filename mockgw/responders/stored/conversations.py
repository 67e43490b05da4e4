"""Conversations and their items."""

from mockgw import ids
from mockgw.apis import paging
from mockgw.apis.conversations.keeping import new_items
from mockgw.apis.conversations.request import APPEND, CREATE, UPDATE
from mockgw.apis.responses.further import INCLUDE
from mockgw.errors import ApiError
from mockgw.model import Call, Json
from mockgw.responders.stored.shelf import Shelf
from mockgw.state import CONVERSATION, ITEM
from mockgw.state.past import no_conversation
from mockgw.state.record import within


def create(shelf: Shelf, call: Call) -> Json:
    """Return a new conversation."""
    CREATE.check(call.body, "")
    at, digits = shelf.clock.now(), shelf.digits(call)
    identifier = ids.conversation(digits, at)
    # A store that outlives the process may have had the same call before.
    while shelf.store.get(call.session, CONVERSATION, identifier) is not None:
        identifier = ids.conversation(digits, at)
    return {
        "id": identifier,
        "object": "conversation",
        "created_at": int(at),
        "metadata": call.body.get("metadata") or {},
    }


def retrieve(shelf: Shelf, call: Call) -> Json:
    """Return the conversation."""
    found = shelf.store.get(call.session, CONVERSATION, call.params["id"])
    if found is None:
        raise no_conversation(call.params["id"])
    return found


def update(shelf: Shelf, call: Call) -> Json:
    """Return the conversation with its new metadata."""
    UPDATE.check(call.body, "")
    return {**retrieve(shelf, call), "metadata": call.body["metadata"]}


def delete(shelf: Shelf, call: Call) -> Json:
    """Return the deletion of the conversation."""
    retrieve(shelf, call)
    return {"id": call.params["id"], "object": "conversation.deleted", "deleted": True}


def append(shelf: Shelf, call: Call) -> Json:
    """Return the items as they are filed in the conversation."""
    APPEND.check(call.body, "")
    _check_include(call)
    place = retrieve(shelf, call)
    kept = _kept(shelf, call)
    there = {one["id"] for one in kept}
    last = str(kept[-1]["id"]) if kept else ""
    items = new_items(place, call.body["items"], call.key, str(call.repetition), last)
    for item in items:
        if item["id"] in there:
            raise _twice(str(item["id"]))
        there.add(item["id"])
    return _list(items)


def items(shelf: Shelf, call: Call) -> Json:
    """Return a page of the conversation, its newest items first unless asked otherwise."""
    retrieve(shelf, call)
    _check_include(call)
    return paging.asked(call.query, "desc").of(_kept(shelf, call))


def item(shelf: Shelf, call: Call) -> Json:
    """Return one item of the conversation."""
    retrieve(shelf, call)
    _check_include(call)
    place, name = call.params["id"], call.params["item"]
    found = shelf.store.get(call.session, ITEM, within(place, name))
    if found is None:
        raise ApiError(404, f"Item with id '{name}' not found in conversation.")
    kept: Json = found["item"]
    return kept


def remove(shelf: Shelf, call: Call) -> Json:
    """Return the conversation that the item is taken out of."""
    item(shelf, call)
    return retrieve(shelf, call)


def _kept(shelf: Shelf, call: Call) -> list[Json]:
    kept = shelf.store.listed(call.session, ITEM, call.params["id"])
    return [one["item"] for one in kept]


def _list(items: list[Json]) -> Json:
    return paging.Page(len(items), "asc").of(items)


def _check_include(call: Call) -> None:
    if "include" in call.query:
        INCLUDE.check(list(call.query["include"]), "include")


def _twice(name: str) -> ApiError:
    message = (
        f"Duplicate item found with id {name}. Remove duplicate items from your input and try "
        "again."
    )
    return ApiError(400, message, param="items")
