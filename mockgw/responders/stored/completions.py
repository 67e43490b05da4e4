"""Stored chat completions."""

from collections.abc import Iterator

from mockgw.apis import paging
from mockgw.apis.request_parts import METADATA
from mockgw.errors import ApiError
from mockgw.model import Call, Json
from mockgw.responders.stored.shelf import Shelf
from mockgw.shape import Struct
from mockgw.state import COMPLETION

_UPDATE = Struct({"metadata": METADATA}, required=("metadata",), closed=True)


def listed(shelf: Shelf, call: Call) -> Json:
    """Return a page of the stored completions, of a model and with metadata when asked for."""
    page = paging.asked(call.query, "asc")
    kept = shelf.store.listed(call.session, COMPLETION)
    wanted = dict(_metadata(call))
    model = paging.last(call.query, "model")
    return page.of(
        [
            one["completion"]
            for one in kept
            if _has(one["completion"], wanted) and (model is None or _is_of(one, model))
        ]
    )


def _metadata(call: Call) -> Iterator[tuple[str, str]]:
    """Yield what `metadata[KEY]=VALUE` asks for."""
    for name, values in call.query.items():
        if name.startswith("metadata[") and name.endswith("]"):
            yield name[len("metadata[") : -1], values[-1]


def _has(completion: Json, wanted: Json) -> bool:
    metadata = completion.get("metadata") or {}
    return all(metadata.get(name) == value for name, value in wanted.items())


def _is_of(kept: Json, model: str) -> bool:
    """Tell whether a completion is of the model, by its dated name or by the one asked for."""
    return model in {kept["completion"].get("model"), kept.get("model")}


def retrieve(shelf: Shelf, call: Call) -> Json:
    """Return the completion with what its request said."""
    completion: Json = _stored(shelf, call)["completion"]
    return completion


def update(shelf: Shelf, call: Call) -> Json:
    """Return the completion with its new metadata."""
    _UPDATE.check(call.body, "")
    return {**retrieve(shelf, call), "metadata": call.body["metadata"]}


def delete(shelf: Shelf, call: Call) -> Json:
    """Return the deletion of the completion."""
    _stored(shelf, call)
    return {"object": "chat.completion.deleted", "id": call.params["id"], "deleted": True}


def messages(shelf: Shelf, call: Call) -> Json:
    """Return a page of the messages that the completion was given."""
    kept = _stored(shelf, call)["messages"]
    return paging.asked(call.query, "asc").of(kept)


def _stored(shelf: Shelf, call: Call) -> Json:
    identifier = call.params["id"]
    value = shelf.store.get(call.session, COMPLETION, identifier)
    if value is None:
        raise ApiError(404, f"Chat completion with id '{identifier}' not found.")
    return value
