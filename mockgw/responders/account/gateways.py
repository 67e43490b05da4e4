"""The gateways of an account: made, listed, changed and deleted. What is set here, they obey.

`default` is always there, as the live one is made with the first call; so is a gateway that the
settings name.
"""

from urllib.parse import quote

import msgspec

from mockgw.apis.cloudflare import gateways
from mockgw.apis.cloudflare.logs import told_at
from mockgw.apis.cloudflare.page import absent, invalid, last, paged
from mockgw.errors import ApiError, MockgwError
from mockgw.gateways import Place
from mockgw.model import Call, Json
from mockgw.responders.account.desk import Desk, enveloped
from mockgw.state import Record

KIND = "gateway"
_ANY = "*"


def listed(desk: Desk, call: Call) -> Json:
    """Return a page of the gateways; `search` asks for a part of their names."""
    kept = [one["id"] for one in desk.store.listed(call.session, KIND)]
    names = dict.fromkeys([gateways.DEFAULT, *desk.gateways.table(call.session), *kept])
    words = last(call.query, "search") or ""
    found = (_find(desk, call, name) for name in names if words in name and name != _ANY)
    return enveloped(*paged(call.query, [one for one in found if one is not None]))


def create(desk: Desk, call: Call) -> Json:
    """Return a new gateway; raises ApiError for settings that are none, and for a taken name."""
    gateways.check(call.body, named=True)
    name = call.body["id"]
    if _find(desk, call, name) is not None and name != gateways.DEFAULT:
        raise ApiError(409, "Gateway already exists", code="7001", origin="gateway")
    return _keep(desk, call, gateways.made(name, call.body, _now(desk)))


def retrieve(desk: Desk, call: Call) -> Json:
    """Return the gateway; raises ApiError 404 when there is none of that name."""
    return enveloped(_found(desk, call))


def update(desk: Desk, call: Call) -> Json:
    """Return the gateway as it is now set; raises ApiError for settings that are none."""
    gateways.check(call.body, named=False)
    return _keep(desk, call, gateways.changed(_found(desk, call), call.body, _now(desk)))


def delete(desk: Desk, call: Call) -> Json:
    """Return the gateway that was deleted, with its logs; raises ApiError 404 for none."""
    found = _found(desk, call)
    place = Place(call.session, found["id"])
    desk.store.delete(call.session, KIND, place.gateway)
    table = dict(desk.gateways.table(call.session))
    if table.pop(place.gateway, None) is not None:
        desk.gateways.put(call.session, table)
    logs = desk.gateways.logs.listed(*place)
    desk.gateways.logs.drop(*place, [one["id"] for one in logs])
    return enveloped(found)


def url(desk: Desk, call: Call) -> Json:
    """Return where the gateway is, as the caller has found this server, for one provider."""
    found = _found(desk, call)["id"]
    session = f"/_s/{quote(call.session, safe='')}" if call.session else ""
    provider = call.params["provider"]
    ending = "" if provider == "universal" else provider
    base = f"http://{call.headers.get('host') or 'localhost'}{session}"
    return enveloped(f"{base}/v1/{call.params['account']}/{found}/{ending}")


def _found(desk: Desk, call: Call) -> Json:
    found = _find(desk, call, call.params["gateway"])
    if found is None:
        raise absent("Gateway not found")
    return found


def _find(desk: Desk, call: Call, name: str) -> Json | None:
    """Return a gateway as it is kept, and as its rules are, which may be set elsewhere too."""
    kept = desk.store.get(call.session, KIND, name)
    own = desk.gateways.table(call.session).get(name)
    if own is not None and not own.exists:
        return None
    if kept is None and own is None and name != gateways.DEFAULT:
        return None
    gateway = kept or gateways.made(name, {}, _now(desk))
    rules = desk.gateways.rules(Place(call.session, name))
    return gateways.ruled(gateway, msgspec.to_builtins(rules))


def _keep(desk: Desk, call: Call, gateway: Json) -> Json:
    name = gateway["id"]
    before = msgspec.to_builtins(desk.gateways.rules(Place(call.session, name)))
    rules = {**gateways.rules_of(before, gateway), "exists": True}
    try:
        desk.gateways.put(call.session, {**desk.gateways.table(call.session), name: rules})
    except MockgwError as problem:
        invalid(problem.message, "body")
    desk.store.put(call.session, Record(KIND, name, gateway))
    return enveloped(gateway)


def _now(desk: Desk) -> str:
    return told_at(desk.clock.now())
