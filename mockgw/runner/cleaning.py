"""Secrets taken out of what is told, compared and kept: by the settings, and by the environment."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from mockgw.canonical import encode
from mockgw.model import Json
from mockgw.settings import Settings
from mockgw.sources import load

# What a command needs of the settings that runs no server.
_NO_SERVER = {"mode": "auto", "host": "127.0.0.1"}


class Cleaning:
    """Takes secrets out by the rules of the settings; one for a gateway and all that it tells.

    `settings` are those that say so. The secrets of the environment are those of the moment. Called
    with a text it returns it without them, and raises MockgwError for rules that cannot be.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._known: tuple[tuple[tuple[str, str], ...], Any] | None = None

    def __call__(self, text: str, /) -> str:
        """Return the text without its secrets."""
        return str(self.redactor.text(text))

    @property
    def redactor(self) -> Any:
        """The redactor that knows the environment as it is now, and the keys in the settings."""
        environment = tuple(os.environ.items())
        if self._known is None or self._known[0] != environment:
            self._known = environment, self._made(dict(environment))
        return self._known[1]

    def _made(self, environment: dict[str, str]) -> Any:
        # Loaded when a call is first compared by its meaning: most are found letter by letter.
        from mockgw.redaction.redactor import redactor  # noqa: PLC0415
        from mockgw.redaction.rules import ruled  # noqa: PLC0415

        own = self.settings
        secrets = [own.upstream_key or "", own.redact_salt or "", *own.api_keys]
        return redactor(environment, own.redact_salt or "", ruled(own)).knowing(secrets)

    @property
    def seal(self) -> str:
        """A digest of all that decides what a text becomes: it tells none of the secrets."""
        return str(self.redactor.seal)

    def hide(self, body: Json, /) -> Json:
        """Return a provider's body without the values at the project's paths."""
        if not self.settings.redact_paths:
            return body
        hidden: Json = self.redactor.hide(body)
        return hidden

    def scan(self, data: bytes) -> Sequence[Any]:
        """Return the secrets that are left in bytes."""
        found: Sequence[Any] = self.redactor.scan(data)
        return found

    @property
    def rules(self) -> dict[str, Any]:
        """The settings by which others find the same secrets: plain data, none of it secret."""
        own = self.settings
        return {
            "redact_patterns": dict(own.redact_patterns),
            "redact_paths": list(own.redact_paths),
            "redact_query": list(own.redact_query),
            "redact_people": own.redact_people,
        }

    def check(self) -> None:
        """Raise MockgwError for rules that cannot be."""
        own = self.settings
        if own.redact_paths or own.keep_headers:
            _ = self.redactor

    def entry(self, entry: Json) -> Json:
        """Return a journal entry with secrets taken out of what it holds, its addresses too."""
        body = encode(entry["body"])
        redactor = self.redactor.hearing(body)
        path, mark, query = redactor.uri(f"{entry['path']}?{entry['query']}").partition("?")
        plain = {
            "path": path,
            "query": query if mark else "",
            "where": redactor.uri(entry["where"]),
            "body": self.hide(entry["body"]),
        }
        told: Json = msgspec.json.decode(redactor.body(encode({**entry, **plain})))
        return told


def cleaning_here(arguments: Mapping[str, Any] | None = None) -> Cleaning:
    """Return what takes secrets out by the settings that hold in this folder.

    `arguments` are those of the command line, `config` among them. Raises MockgwError for settings
    and rules that cannot be.
    """
    given = {**(arguments or {}), **_NO_SERVER}
    found = Cleaning(load(given, os.environ, Path.cwd()))
    found.check()
    return found
