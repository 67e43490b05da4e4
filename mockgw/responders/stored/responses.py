"""Stored responses: retrieved, deleted, cancelled, looked into; and prompts counted, compacted."""

from mockgw import sse
from mockgw.apis import paging
from mockgw.apis.responses import compacting, running, usage
from mockgw.apis.responses.further import COMPACT, COUNT, INCLUDE
from mockgw.apis.responses.resolving import check_one_past, past, resolved
from mockgw.apis.tools_request import known_model
from mockgw.errors import ApiError
from mockgw.model import Answer, Call, Json, Kept, Reply
from mockgw.responders.stored.shelf import SOURCE, Shelf
from mockgw.responders.telling import cancelled, telling
from mockgw.shape import Flag, Whole
from mockgw.state import RESPONSE, context
from mockgw.state.run import OVER, Run, run_of

_FLAG, _SEEN = Flag(), Whole(minimum=0)
_OVER = frozenset({"completed", "failed", "incomplete"})


def retrieve(shelf: Shelf, call: Call) -> Json | Reply:
    """Return the response as far as it is; only one of the background can be streamed again."""
    value = _stored(shelf, call)
    response: Json = value["response"]
    _check_include(call)
    paging.check(
        call.query, {"stream": _FLAG, "include_obfuscation": _FLAG, "starting_after": _SEEN}
    )
    run, now = run_of(value), shelf.clock.now()
    if call.stream:
        return _streamed(shelf, call, response, run)
    return dict(response) if run is None else running.shown(response, run.looked(now))


def _streamed(shelf: Shelf, call: Call, response: Json, run: Run | None) -> Reply:
    """Return the stream of a response anew, as far as the caller has not seen it."""
    for wanted, created in (
        (response.get("background"), "background=true"),
        (run is None or run.streamed, "stream=true"),
    ):
        if not wanted:
            message = f"This response cannot be streamed because it was not created with {created}."
            raise ApiError(400, message, param="stream")
    if run is None or response.get("status") == "cancelled":
        return Answer(response, SOURCE)
    if run.stream:
        events = tuple(sse.frames(run.stream.encode()))[running.seen(call) + 1 :]
        return Kept(200, "sse", b"".join(events), lambda: response, "", "", SOURCE)
    timing = telling(response, call, run, shelf.clock.now())
    watched = cancelled(shelf.store, call, response)
    return Answer(response, SOURCE, timing=timing, replaced=watched)


def delete(shelf: Shelf, call: Call) -> Json:
    """Return the deletion of the response."""
    _stored(shelf, call)
    return {"id": call.params["id"], "object": "response", "deleted": True}


def cancel(shelf: Shelf, call: Call) -> Json:
    """Return the response as cancelled, which only one that runs in the background can be."""
    value = _stored(shelf, call)
    response: Json = value["response"]
    if not response.get("background"):
        raise ApiError(400, "Cannot cancel a synchronous response.")
    run = run_of(value)
    if run is not None and run.status(shelf.clock.now()) != OVER:
        return running.shown(response, "cancelled")
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
