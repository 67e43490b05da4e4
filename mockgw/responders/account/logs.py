"""The logs of a gateway: listed and filtered, read one by one, rated, and deleted.

Any gateway may be asked for, made or not: whatever called through it has left logs.
"""

from mockgw.apis.cloudflare import logs
from mockgw.apis.cloudflare.page import absent, invalid, paged, whole
from mockgw.model import Call, Json
from mockgw.responders.account.desk import Desk, enveloped

_MOST_DELETED = 10_000
_EDITS = frozenset({"feedback", "metadata", "score"})
_FEEDBACK = (None, -1, 0, 1)


def listed(desk: Desk, call: Call) -> Json:
    """Return a page of the logs that the query asks for, the newest first by default."""
    rows, info = paged(call.query, logs.selected(call.query, _all(desk, call)))
    return enveloped([logs.shown(one) for one in rows], info)


def clear(desk: Desk, call: Call) -> Json:
    """Delete the logs that the query asks for, at most its `limit`."""
    found = logs.selected(call.query, _all(desk, call))
    most = whole(call.query, "limit", _MOST_DELETED, most=_MOST_DELETED)
    chosen = [one["id"] for one in found[:most]]
    desk.gateways.logs.drop(call.session, call.params["gateway"], chosen)
    return enveloped(None)


def retrieve(desk: Desk, call: Call) -> Json:
    """Return a log with the heads of its bodies; raises ApiError 404 when it is not there."""
    return enveloped(logs.alone(_found(desk, call)))


def edit(desk: Desk, call: Call) -> Json:
    """Put score, feedback and metadata into a log; raises ApiError for what is none of them."""
    found = _found(desk, call)
    told = {name: value for name, value in call.body.items() if name in _EDITS}
    for name in ("feedback", "score"):
        value = told.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            invalid("Expected number, received another type", "body", name)
    if told.get("feedback") not in _FEEDBACK:
        invalid("Invalid input", "body", "feedback")
    if not isinstance(told.get("metadata") or {}, dict):
        invalid("Expected object, received another type", "body", "metadata")
    desk.gateways.logs.change(call.session, call.params["gateway"], found["id"], told)
    return enveloped({})


def request(desk: Desk, call: Call) -> Json:
    """Return the body that was sent, without an envelope; ApiError 404 when it was not kept."""
    return _kept(desk, call, "request")


def response(desk: Desk, call: Call) -> Json:
    """Return the body that was answered, in the same way; a stream is one text."""
    return _kept(desk, call, "response")


def _kept(desk: Desk, call: Call, name: str) -> Json:
    found = _found(desk, call)
    if name not in found:
        raise absent("Log not found")
    return {"kept": found[name]}


def _all(desk: Desk, call: Call) -> list[Json]:
    return desk.gateways.logs.listed(call.session, call.params["gateway"])


def _found(desk: Desk, call: Call) -> Json:
    gateway, identifier = call.params["gateway"], call.params["id"]
    found = desk.gateways.logs.find(call.session, gateway, identifier)
    if found is None:
        raise absent("Log not found")
    return found
