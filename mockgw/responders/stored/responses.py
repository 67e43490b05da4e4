"""Stored responses: retrieved, deleted, cancelled, looked into; and prompts counted, compacted."""

from mockgw.apis import paging
from mockgw.apis.responses import compacting, usage
from mockgw.apis.responses.further import COMPACT, COUNT, INCLUDE
from mockgw.apis.responses.resolving import check_one_past, past, resolved
from mockgw.apis.tools_request import known_model
from mockgw.errors import ApiError
from mockgw.model import Call, Json
from mockgw.responders.stored.shelf import Shelf
from mockgw.shape import Flag, Whole
from mockgw.state import RESPONSE, context

_FLAG, _SEEN = Flag(), Whole(minimum=0)
_OVER = frozenset({"completed", "failed", "incomplete"})


def retrieve(shelf: Shelf, call: Call) -> Json:
    """Return the response; only one that was made in the background can be streamed again."""
    response = _stored(shelf, call)["response"]
    _check_include(call)
    paging.check(
        call.query, {"stream": _FLAG, "include_obfuscation": _FLAG, "starting_after": _SEEN}
    )
    if call.stream and not response.get("background"):
        message = (
            "This response cannot be streamed because it was not created with background=true."
        )
        raise ApiError(400, message, param="stream")
    return dict(response)


def delete(shelf: Shelf, call: Call) -> Json:
    """Return the deletion of the response."""
    _stored(shelf, call)
    return {"id": call.params["id"], "object": "response", "deleted": True}


def cancel(shelf: Shelf, call: Call) -> Json:
    """Return the response as cancelled, which only one that runs in the background can be."""
    response: Json = _stored(shelf, call)["response"]
    if not response.get("background"):
        raise ApiError(400, "Cannot cancel a synchronous response.")
    if response.get("status") in _OVER:
        raise ApiError(400, f"Cannot cancel a {response['status']} response.")
    return {**response, "status": "cancelled"}


def input_items(shelf: Shelf, call: Call) -> Json:
    """Return a page of what the model was given: what came before, and the input."""
    value = _stored(shelf, call)
    _check_include(call)
    page = paging.asked(call.query, "desc")
    before = context(shelf.store, call.session, {"previous_response_id": call.params["id"]})
    output = len(value["response"].get("output") or ())
    return page.of(before.items[: len(before.items) - output])


def _stored(shelf: Shelf, call: Call) -> Json:
    identifier = call.params["id"]
    value = shelf.store.get(call.session, RESPONSE, identifier)
    if value is None:
        raise ApiError(404, f"Response with id '{identifier}' not found.")
    return value


def _check_include(call: Call) -> None:
    if "include" in call.query:
        INCLUDE.check(list(call.query["include"]), "include")


def input_tokens(shelf: Shelf, call: Call) -> Json:
    """Return what the input would cost, what it continues included."""
    COUNT.check(call.body, "")
    if call.model:
        known_model(call.model)
    check_one_past(call.body)
    before = past(shelf.store, call)
    counted = usage.input_tokens(resolved(call, before), before)
    return {"object": "response.input_tokens", "input_tokens": counted}


def compact(shelf: Shelf, call: Call) -> Json:
    """Return what is left of a conversation that has grown too long."""
    COMPACT.check(call.body, "")
    known_model(call.model)
    before = past(shelf.store, call)
    at = shelf.clock.now()
    return compacting.compacted(resolved(call, before), before, shelf.digits(call), at)
