"""Answers that are given again, as long as they live."""

from msgspec import Struct

from mockgw.canonical import digest
from mockgw.gateways.place import Place
from mockgw.model import Call, Reply

_MOST = 1000


class _Cached(Struct, frozen=True):
    reply: Reply
    until: float


class Cache:
    """Keeps the newest thousand answers of all gateways; moments are unix seconds."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Place, str], _Cached] = {}

    def get(self, place: Place, key: str, now: float) -> Reply | None:
        """Return the answer that lives under the key, or None."""
        found = self._kept.get((place, key))
        if found is None or found.until <= now:
            return None
        return found.reply

    def put(self, place: Place, key: str, reply: Reply, until: float) -> None:
        """Keep an answer until a moment."""
        self._kept.pop((place, key), None)
        self._kept[place, key] = _Cached(reply, until)
        if len(self._kept) > _MOST:
            del self._kept[next(iter(self._kept))]

    def forget(self, session: str | None) -> None:
        """Drop the answers of a session, or all of them."""
        for key in [one for one in self._kept if session in {None, one[0].session}]:
            del self._kept[key]


def key_of(call: Call, custom: str) -> str:
    """Return what an answer is kept under: the caller's own key, or what makes the request.

    That is API, model, body and the provider key that was sent; metadata and other headers of the
    gateway are no part of it.
    """
    if custom:
        return f"custom:{call.operation}:{custom}"
    shown = call.headers.get("authorization") or ""
    return digest(call.operation, call.model, call.key, shown)
