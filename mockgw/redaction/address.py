"""Addresses without whose account they are and without the secrets of their query."""

import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote

from mockgw.redaction.span import Span

_QUERY = frozenset(
    "access_key access_token api-key api_key apikey auth auth_token authorization client_secret "
    "code cookie credential id_token jwt key pass passwd password pwd refresh_token secret "
    "session_token sig signature subscription-key token x-amz-credential x-amz-security-token "
    "x-amz-signature x-goog-credential x-goog-signature".split()
)
_PAIR = re.compile(r"(?P<name>[^?&#=;]+)=(?P<value>[^&#;]*)")
_ID = r"(?P<account>[0-9A-Za-z_.%~-]+)"
_GATEWAY = r"(?P<gateway>[0-9A-Za-z_.%~-]+)"
_HEX = r"(?P<account>[0-9a-f]{32})"
_PROVIDERS = r"(?:openai|compat|anthropic|azure-openai|google-ai-studio|workers-ai)"
_PATHS = (
    re.compile(rf"/client/v4/accounts/{_ID}(?:/ai-gateway/gateways/{_GATEWAY})?"),
    re.compile(rf"gateway\.ai\.cloudflare\.com/v1/{_ID}(?:/{_GATEWAY})?"),
    re.compile(rf"(?<=/v1/){_HEX}/{_GATEWAY}"),
    re.compile(rf"(?<=/v1/)(?!chat/|responses/){_ID}/{_GATEWAY}(?=/{_PROVIDERS}(?:/|\?|$))"),
    re.compile(rf"/ai-gateway/gateways/{_GATEWAY}"),
)
# In running text only what cannot be anything else.
_IN_TEXT = (
    re.compile(rf"/accounts/{_HEX}(?:/ai-gateway/gateways/{_GATEWAY})?"),
    re.compile(rf"gateway\.ai\.cloudflare\.com/v1/{_HEX}(?:/{_GATEWAY})?"),
)


def accounts(text: str) -> Iterator[Span]:
    """Yield the account ids and gateway names in the addresses that a text holds."""
    if "/accounts/" in text or "gateway.ai.cloudflare.com" in text:
        yield from _owners(text, _IN_TEXT)


def owners(uri: str) -> Iterator[Span]:
    """Yield the account ids and gateway names in the path of one address."""
    yield from _owners(uri.partition("?")[0], _PATHS)


def _owners(text: str, patterns: Collection[re.Pattern[str]]) -> Iterator[Span]:
    for pattern in patterns:
        for found in pattern.finditer(text):
            for kind, value in found.groupdict().items():
                if value is not None:
                    yield Span(*found.span(kind), value, kind)


def key_in(path: str, query: str) -> str:
    """Return where an address shows a key: `query`, `path`, or "" for nowhere.

    That is a parameter named like one, or a text that looks like one.
    """
    # Its patterns take their time: only who asks this pays for them.
    from mockgw.redaction.shapes import shaped  # noqa: PLC0415

    named = (pair["value"] and pair["name"].lower() in _QUERY for pair in _PAIR.finditer(query))
    if query and (any(named) or any(shaped(unquote(query)))):
        return "query"
    return "path" if any(shaped(unquote(path))) else ""


def without_keys(uri: str, more: Collection[str] = ()) -> str:
    """Return the address with `REDACTED` for the values of keys that name a secret."""
    path, mark, query = uri.partition("?")

    def hidden(found: re.Match[str]) -> str:
        name = found["name"].lower()
        secret = found["value"] and (name in _QUERY or name in more)
        return f"{found['name']}=REDACTED" if secret else found[0]

    return path + mark + _PAIR.sub(hidden, query)
