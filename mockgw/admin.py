"""The gateway's own paths below `/_mockgw`: health, journal, reset, OpenAPI."""

from collections.abc import Callable
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

from mockgw import __version__
from mockgw.canonical import encode
from mockgw.doors import forms
from mockgw.errors import ApiError
from mockgw.journal import Journal
from mockgw.keys import Keys
from mockgw.model import Json, Raw, Wire
from mockgw.openapi import description
from mockgw.settings import Settings, loopback

PREFIX = "/_mockgw"
_HEADERS = (("content-type", "application/json"), ("cache-control", "no-store"))


class Admin:
    """Answers what is asked of the gateway itself."""

    def __init__(self, settings: Settings, journal: Journal, keys: Keys) -> None:
        self._settings = settings
        self._journal = journal
        self._keys = keys
        self._paths: dict[tuple[str, str], Callable[[Raw], Json]] = {
            ("GET", "/health"): self._health,
            ("GET", "/journal"): self._told,
            ("GET", "/openapi.json"): lambda _: self._description,
        }

    def answer(self, raw: Raw) -> Wire:
        """Return the answer of one of the paths below the prefix, errors in OpenAI's form."""
        path = raw.path.removeprefix(PREFIX).rstrip("/") or "/health"
        try:
            self._guard(raw)
            wanted = self._paths.get((raw.method, path))
            return Wire(200, _HEADERS, encode((wanted or self._unknown)(raw)))
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

    def _health(self, _: Raw) -> Json:
        return {
            "status": "ok",
            "version": __version__,
            "mode": self._settings.mode,
            **self._journal.counts(),
        }

    def _told(self, raw: Raw) -> Json:
        session = parse_qs(raw.query).get("session", [None])[0]
        return {"counts": self._journal.counts(), "entries": self._journal.told(session)}

    @cached_property
    def _description(self) -> Json:
        return description()


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
