"""`/_mockgw/gateways`: what the gateways are set to do, in a session or in all of them."""

from msgspec import to_builtins

from mockgw.admin import Paths
from mockgw.admin.asking import body_of, made, session_of
from mockgw.gateways import Gateways
from mockgw.model import Json, Raw

_KEYS = ("session", "gateways")


def gateways(held: Gateways) -> Paths:
    """Return the paths that tell the rules, put others in their place, and take them away.

    Without a session they are the rules of all sessions that have none of their own.
    """

    def told(name: str | None) -> Json:
        return {"session": name, "gateways": to_builtins(dict(held.table(name)))}

    def put(raw: Raw) -> Json:
        body = body_of(raw, _KEYS)
        name = session_of(raw, body)
        made(lambda: held.put(name, body.get("gateways")), "gateways")
        return told(name)

    def remove(raw: Raw) -> Json:
        name = session_of(raw)
        held.remove(name)
        return told(name)

    place = "/gateways"
    return {
        ("GET", place): lambda raw: told(session_of(raw)),
        ("PUT", place): put,
        ("DELETE", place): remove,
    }
