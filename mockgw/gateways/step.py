"""One request as several: the steps of the universal endpoint, the models of a dynamic route."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from mockgw.canonical import decode, encode
from mockgw.doors.universal import UNIVERSAL
from mockgw.errors import ApiError
from mockgw.gateways.dynamic import asking
from mockgw.gateways.merged import merged, text
from mockgw.gateways.rules import Rules
from mockgw.model import Json, Raw
from mockgw.routes import SESSION, Route, route

# Cloudflare's page on dynamic routes writes it so.
_MEANT = {("compat", "chat/completion"): "chat/completions"}
_MOST = 50
_CONFIG = {
    "requestTimeout": "request-timeout",
    "maxAttempts": "max-attempts",
    "retryDelay": "retry-delay",
    "backoff": "backoff",
    "cacheTtl": "cache-ttl",
    "skipCache": "skip-cache",
}


class Step(Struct, frozen=True):
    """One request that may answer for the whole: the first that succeeds does.

    `number` counts from 0; `dynamic` says that the gateway chose its model; `trusted` that the
    caller need not show who it is.
    """

    raw: Raw
    found: Route
    number: int
    last: bool
    dynamic: bool = False
    trusted: bool = False

    @property
    def alone(self) -> bool:
        """Whether there is no other."""
        return self.last and not self.number


def is_universal(found: Route) -> bool:
    """Tell whether a request goes to the universal endpoint."""
    return found.operation is UNIVERSAL


def steps(raw: Raw, found: Route, rules: Rules) -> tuple[Step, ...]:
    """Return the steps of a request, none for one that is a request by itself.

    Raises ApiError 400 for a body in which there are none.
    """
    claim = found.claim
    assert claim is not None  # noqa: S101 - what leads nowhere has no steps
    universal, trusted = is_universal(found), "account" not in claim.params
    whole: list[tuple[Raw, Route, bool]] = []
    for one in _universal(raw, found) if universal else (raw,):
        leads = route(one.method, one.path) if universal else found
        of_route = asking(one, leads, rules)
        whole += [(made, route(made.method, made.path), True) for made in of_route]
        whole += [(one, leads, False)] if universal and not of_route else []
    return tuple(
        Step(one, leads, number, number == len(whole) - 1, dynamic, trusted)
        for number, (one, leads, dynamic) in enumerate(whole)
    )


def _universal(raw: Raw, found: Route) -> Iterator[Raw]:
    given = decode(raw.body)
    listed = given if isinstance(given, list) else [given]
    if not 0 < len(listed) <= _MOST:
        raise _invalid(f"expected 1 to {_MOST} requests, received {len(listed)}")
    for number, one in enumerate(listed):
        yield _request(raw, found, one, f"[{number}]" if isinstance(given, list) else "")


def _request(raw: Raw, found: Route, given: Any, where: str) -> Raw:
    if not isinstance(given, dict):
        raise _invalid(f"{where}: expected object")
    for key in ("provider", "endpoint"):
        if not isinstance(given.get(key), str) or not given[key]:
            raise _invalid(f"{where}.{key}: Required".removeprefix("."))
    headers, config = given.get("headers") or {}, given.get("config") or {}
    if not isinstance(headers, dict) or not isinstance(config, dict):
        raise _invalid(f"{where}: headers and config are objects")
    session = f"/{SESSION}/{quote(found.session, safe='')}" if found.session else ""
    account, gateway = found.params.get("account") or "-", found.params["gateway"]
    endpoint, _, query = given["endpoint"].strip("/").partition("?")
    endpoint = _MEANT.get((given["provider"], endpoint), endpoint)
    place = quote(f"{given['provider']}/{endpoint}", safe="/@%:,")
    return replace(
        raw,
        path=f"{session}/v1/{account}/{gateway}/{place}",
        query=query,
        headers=merged(raw.headers, _configured(config), headers),
        body=encode(given.get("query", {})),
    )


def _configured(config: Json) -> Mapping[str, str]:
    """Return the headers that say what a step's `config` says."""
    return {f"cf-aig-{_CONFIG[key]}": text(config[key]) for key in config if key in _CONFIG}


def _invalid(what: str) -> ApiError:
    return ApiError(400, f"Invalid request body: {what}", origin="gateway")
