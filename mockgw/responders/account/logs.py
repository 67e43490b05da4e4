"""The logs of a gateway: listed and filtered, read one by one, rated, and deleted.

Any gateway may be asked for, made or not: whatever called through it has left logs.
"""

import json
from collections.abc import Sequence
from typing import Any

from mockgw.apis.cloudflare import logs
from mockgw.apis.cloudflare.page import absent, invalid, paged, whole
from mockgw.model import Call, Json
from mockgw.responders.account.desk import Desk, enveloped

_MOST_DELETED = 10_000
_EDITS = frozenset({"feedback", "metadata", "score"})


def listed(desk: Desk, call: Call) -> Json:
    """Return a page of the logs that the query asks for, the newest first by default."""
    found = logs.selected(call.query, _all(desk, call))
    rows, info = paged(call.query, found)
    return enveloped([logs.shown(one) for one in rows], info)


def clear(desk: Desk, call: Call) -> Json:
    """Delete the logs that the query asks for, at most its `limit`."""
    found = logs.selected(call.query, _all(desk, call))
    most = whole(call.query, "limit", _MOST_DELETED, most=_MOST_DELETED)
    if desk.logs is not None:
        chosen = [one["id"] for one in found[:most]]
        desk.logs.drop(call.session, call.params["gateway"], chosen)
    return enveloped(None)


def retrieve(desk: Desk, call: Call) -> Json:
    """Return a log without its whole bodies; raises ApiError 404 when it is not there."""
    return enveloped(logs.alone(_found(desk, call)))


def edit(desk: Desk, call: Call) -> Json:
    """Put score, feedback and metadata into a log; raises ApiError for what is none of them."""
    found = _found(desk, call)
    for name in ("feedback", "score"):
        value = call.body.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            invalid("Expected number, received another type", "body", name)
    metadata = call.body.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        invalid("Expected object, received another type", "body", "metadata")
    told = {name: value for name, value in call.body.items() if name in _EDITS}
    if metadata is not None:
        told["metadata"] = json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))
    if desk.logs is not None:
        desk.logs.change(call.session, call.params["gateway"], found["id"], told)
    return enveloped({})


def request(desk: Desk, call: Call) -> Json:
    """Return the body that was sent, without an envelope."""
    return _kept(desk, call, "request")


def response(desk: Desk, call: Call) -> Json:
    """Return the body that was answered, without an envelope."""
    return _kept(desk, call, "response")


def _kept(desk: Desk, call: Call, name: str) -> Json:
    """Return a whole body of a log; raises ApiError 404 when only what is told of it was kept."""
    value: Any = _found(desk, call).get(name)
    if value is None:
        raise absent("Log not found")
    return {"kept": value}


def _all(desk: Desk, call: Call) -> Sequence[Json]:
    return () if desk.logs is None else desk.logs.listed(call.session, call.params["gateway"])


def _found(desk: Desk, call: Call) -> Json:
    gateway, identifier = call.params["gateway"], call.params["id"]
    found = None if desk.logs is None else desk.logs.find(call.session, gateway, identifier)
    if found is None:
        raise absent("Log not found")
    return found
