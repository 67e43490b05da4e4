"""The gateway's own paths below `/_mockgw`: whom they are open to, and where each leads."""

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from mockgw.canonical import encode
from mockgw.doors import forms
from mockgw.errors import ApiError
from mockgw.keys import Keys
from mockgw.model import Json, Raw, Wire
from mockgw.settings import Settings, loopback

PREFIX = "/_mockgw"
_HEADERS = (("content-type", "application/json"), ("cache-control", "no-store"))
# What a part of the gateway answers of itself: method and path below the prefix, and the answer.
Paths = Mapping[tuple[str, str], Callable[[Raw], Json | Wire]]


class Admin:
    """Answers what is asked of the gateway itself."""

    def __init__(self, settings: Settings, keys: Keys, parts: Iterable[Paths]) -> None:
        self._settings = settings
        self._keys = keys
        self._paths = {place: answer for paths in parts for place, answer in paths.items()}

    def answer(self, raw: Raw) -> Wire:
        """Return the answer of one of the paths below the prefix, errors in OpenAI's form."""
        path = raw.path.removeprefix(PREFIX).rstrip("/") or "/health"
        try:
            self._guard(raw)
            wanted = self._paths.get((raw.method, path))
            told = (wanted or self._unknown)(raw)
            return told if isinstance(told, Wire) else Wire(200, _HEADERS, encode(told))
        except ApiError as error:
            return Wire(error.status, _HEADERS, forms.openai(error))

    def _guard(self, raw: Raw) -> None:
        """Keep other web pages and other hosts' names out, and callers without a key."""
        host = _host(f"//{raw.headers.get('host') or 'localhost'}")
        if loopback(self._settings.host) and not loopback(host):
            raise ApiError(403, f"{host} is not a name that this server answers to.")
        origin = raw.headers.get("origin")
        if origin and _host(origin) != host:
            raise ApiError(403, f"A page of {origin} may not ask this.")
        shown = forms.bearer(raw.headers.get("authorization"))
        if not self._keys.opens(shown) and not raw.path.endswith("/health"):
            raise ApiError(401, "The journal is open only to a caller with an API key.")

    def _unknown(self, raw: Raw) -> Json:
        known = ", ".join(f"{method} {PREFIX}{name}" for method, name in self._paths)
        raise ApiError(404, f"There is no {raw.method} {raw.path} here. Known: {known}.")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
