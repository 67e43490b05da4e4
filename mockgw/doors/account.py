"""The door to an account: what Cloudflare's REST API tells of models, gateways and logs.

No model runs here. Paths are those of Cloudflare's published clients.
"""

from collections.abc import Mapping
from urllib.parse import unquote

from mockgw.doors import forms
from mockgw.doors.rest import Rest
from mockgw.model import Call, Json, Raw
from mockgw.ports import Claim, Operation, Peeled

_GATEWAYS = "/ai-gateway/gateways"
_GATEWAY = f"{_GATEWAYS}/{{gateway}}"
_LOG = f"{_GATEWAY}/logs/{{id}}"
OPERATIONS: tuple[Operation, ...] = (
    Operation("account.authors", "GET", "/ai/authors/search"),
    Operation("account.catalog.list", "GET", "/ai/catalog/models"),
    # A model's name has a slash, which some callers write as it is and others encode.
    Operation("account.catalog.retrieve", "GET", "/ai/catalog/models/{id}"),
    Operation("account.catalog.retrieve", "GET", "/ai/catalog/models/{author}/{id}"),
    Operation("account.models.schema", "GET", "/ai/models/schema"),
    Operation("account.models.search", "GET", "/ai/models/search"),
    Operation("account.tasks", "GET", "/ai/tasks/search"),
    Operation("account.gateways.list", "GET", _GATEWAYS),
    Operation("account.gateways.create", "POST", _GATEWAYS),
    Operation("account.gateways.retrieve", "GET", _GATEWAY),
    Operation("account.gateways.update", "PUT", _GATEWAY),
    Operation("account.gateways.delete", "DELETE", _GATEWAY),
    Operation("account.gateways.url", "GET", f"{_GATEWAY}/url/{{provider}}"),
    Operation("account.logs.list", "GET", f"{_GATEWAY}/logs"),
    Operation("account.logs.clear", "DELETE", f"{_GATEWAY}/logs"),
    Operation("account.logs.retrieve", "GET", _LOG),
    Operation("account.logs.edit", "PATCH", _LOG),
    Operation("account.logs.request", "GET", f"{_LOG}/request"),
    Operation("account.logs.response", "GET", f"{_LOG}/response"),
)
# What the live API has and mockgw has not: below `ai`, and of the gateways.
_NOT_HERE = frozenset({("ai", name) for name in ("finetunes", "to-markdown", "tomarkdown")})
_NOT_OF_GATEWAYS = frozenset(
    "billing custom-providers datasets evaluation-types evaluations provider_configs routes".split()
)
# /client/v4/accounts/ACCOUNT
_BASE = 4


class RestAccount(Rest):
    """`…/ai/models/…`, `…/ai/catalog/…` and `…/ai-gateway/…`; every answer has its envelope."""

    name = "rest-account"

    def claim(self, segments: list[str]) -> Claim | None:
        """Take the paths of an account; raises ApiError for what the double cannot do."""
        if segments[:3] != ["client", "v4", "accounts"] or len(segments) <= _BASE:
            return None
        account, path = segments[3], segments[_BASE:]
        own, params = _asked(path)
        if own:
            return Claim("/" + "/".join(path), {"account": account, **params}, own=own)
        gateways = path[0] == "ai-gateway" and not _NOT_OF_GATEWAYS.isdisjoint(path)
        if gateways or tuple(path[:2]) in _NOT_HERE:
            raise forms.not_here("/".join(path))
        return None

    def peel(self, raw: Raw, claim: Claim, body: Json) -> Peeled:
        """Return the body as it is; no model is in it."""
        return Peeled(body, "")

    def dress(self, answer: Json, call: Call) -> Json:
        """Return the answer unchanged, and what a log has kept without a wrapping."""
        kept: Json = answer.get("kept", answer)
        return kept

    def envelope(self, body: bytes) -> bytes:
        """Return the body unchanged: it has its envelope already."""
        return body


def _asked(path: list[str]) -> tuple[tuple[Operation, ...], Mapping[str, str]]:
    """Return the operations on a path below the account, with the names in it."""
    for operation in OPERATIONS:
        params = _match(operation.path.split("/")[1:], path)
        if params is not None:
            return tuple(one for one in OPERATIONS if one.path == operation.path), params
    return (), {}


def _match(wanted: list[str], path: list[str]) -> Mapping[str, str] | None:
    if len(wanted) != len(path):
        return None
    params: dict[str, str] = {}
    for name, given in zip(wanted, path, strict=True):
        if name.startswith("{"):
            params[name[1:-1]] = unquote(given)
        elif name != given:
            return None
    return params
