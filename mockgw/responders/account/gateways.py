"""The gateways of an account: made, listed, changed and deleted.

`default` is always there, as the live one is made with the first call.
"""

from urllib.parse import quote

from mockgw.apis.cloudflare import gateways
from mockgw.apis.cloudflare.logs import told_at
from mockgw.apis.cloudflare.page import absent, last, paged
from mockgw.errors import ApiError
from mockgw.model import Call, Json
from mockgw.responders.account.desk import Desk, enveloped
from mockgw.state import Record

KIND = "gateway"


def listed(desk: Desk, call: Call) -> Json:
    """Return a page of the gateways; `search` asks for a part of their names."""
    kept = desk.store.listed(call.session, KIND)
    if all(one["id"] != gateways.DEFAULT for one in kept):
        kept = [_plain(desk), *kept]
    words = last(call.query, "search") or ""
    return enveloped(*paged(call.query, [one for one in kept if words in one["id"]]))


def create(desk: Desk, call: Call) -> Json:
    """Return a new gateway; raises ApiError for settings that are none, and for a taken name."""
    gateways.check(call.body, named=True)
    name = call.body["id"]
    if desk.store.get(call.session, KIND, name) is not None:
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
    desk.store.delete(call.session, KIND, found["id"])
    if desk.logs is not None:
        logs = desk.logs.listed(call.session, found["id"])
        desk.logs.drop(call.session, found["id"], [one["id"] for one in logs])
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
    name = call.params["gateway"]
    kept = desk.store.get(call.session, KIND, name)
    if kept is not None:
        return kept
    if name == gateways.DEFAULT:
        return _plain(desk)
    raise absent("Gateway not found")


def _keep(desk: Desk, call: Call, gateway: Json) -> Json:
    desk.store.put(call.session, Record(KIND, gateway["id"], gateway))
    return enveloped(gateway)


def _plain(desk: Desk) -> Json:
    return gateways.made(gateways.DEFAULT, {}, _now(desk))


def _now(desk: Desk) -> str:
    return told_at(desk.clock.now())
