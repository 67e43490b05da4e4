"""What calls of the Conversations API leave behind, whoever answered them."""

from collections.abc import Callable, Mapping

from mockgw.apis.responses.filing import filed
from mockgw.apis.responses.keeping import inside
from mockgw.digits import Digits
from mockgw.ids import Ids, partition_of
from mockgw.model import Call, Json
from mockgw.state import CONVERSATION, ITEM, Record, Store
from mockgw.state.record import within

Keep = Callable[[Store, Call, Json], None]


def new_items(conversation: Json, items: object, *place: str) -> list[Json]:
    """Return items as they are filed in a conversation; `place` makes their ids their own."""
    identifier = str(conversation.get("id"))
    at = conversation.get("created_at")
    moment = float(at) if isinstance(at, int | float) else 0.0
    digits = Digits(identifier, *place)
    ids = Ids(digits, moment, stored=True, partition=partition_of(identifier))
    given = items if isinstance(items, list) else []
    return list(filed([item for item in given if isinstance(item, dict)], ids))


def created(store: Store, call: Call, answer: Json) -> None:
    """Keep a conversation with the items that it begins with."""
    if isinstance(answer.get("id"), str):
        identifier = str(answer["id"])
        items = new_items(answer, call.body.get("items"), "begun")
        first = Record(CONVERSATION, identifier, answer)
        store.put(call.session, first, *inside(identifier, items, {}))


def updated(store: Store, call: Call, answer: Json) -> None:
    """Keep the new metadata of a conversation."""
    if isinstance(answer.get("id"), str):
        store.put(call.session, Record(CONVERSATION, str(answer["id"]), answer))


def deleted(store: Store, call: Call, answer: Json) -> None:
    """Forget the conversation and its items."""
    if answer.get("deleted"):
        store.delete(call.session, CONVERSATION, call.params.get("id", ""))


def appended(store: Store, call: Call, answer: Json) -> None:
    """Keep the items that the answer lists."""
    place, items = call.params.get("id", ""), answer.get("data")
    if isinstance(items, list):
        told = [item for item in items if isinstance(item, dict)]
        store.put(call.session, *inside(place, told, {}))


def removed(store: Store, call: Call, answer: Json) -> None:
    """Forget the item; the answer is the conversation that it was in."""
    place, item = call.params.get("id", ""), call.params.get("item", "")
    if answer.get("id") == place:
        store.delete(call.session, ITEM, within(place, item))


KEEPS: Mapping[str, Keep] = {
    "conversations.create": created,
    "conversations.update": updated,
    "conversations.delete": deleted,
    "conversations.items.create": appended,
    "conversations.items.delete": removed,
}
