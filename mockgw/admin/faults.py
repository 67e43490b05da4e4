"""`/_mockgw/faults`: what goes wrong on purpose, in a session or in all of them."""

from mockgw.admin import Paths
from mockgw.admin.asking import body_of, listed, made, session_of
from mockgw.faults.rule import Rule, rules
from mockgw.model import Json, Raw
from mockgw.sessions import Opens

_KEYS = ("session", "faults")


def faults(everywhere: list[Rule], opens: Opens) -> Paths:
    """Return the paths that tell the rules, put others in their place, and take them away.

    Without a session they are the rules of all sessions, which `everywhere` holds.
    """

    def found(name: str | None) -> list[Rule]:
        return everywhere if name is None else opens(name).faults

    def told(raw: Raw) -> Json:
        name = session_of(raw)
        return _told(name, found(name))

    def put(raw: Raw) -> Json:
        body = body_of(raw, _KEYS)
        name = session_of(raw, body)
        read = made(lambda: rules(listed(body, "faults")), "faults")
        found(name)[:] = read
        return _told(name, found(name))

    def clear(raw: Raw) -> Json:
        name = session_of(raw)
        found(name).clear()
        return _told(name, found(name))

    place = "/faults"
    return {("GET", place): told, ("PUT", place): put, ("DELETE", place): clear}


def _told(name: str | None, found: list[Rule]) -> Json:
    return {"session": name, "faults": [rule.told for rule in found]}
