"""One request as several: the steps of the universal endpoint, the models of a dynamic route."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from mockgw.canonical import decode, encode
from mockgw.doors.universal import UNIVERSAL
from mockgw.errors import ApiError
from mockgw.faults.named import named
from mockgw.gateways.rules import Rules
from mockgw.model import Json, Raw
from mockgw.routes import SESSION, Route, route

_DYNAMIC, _SIGN = "dynamic/", b'"dynamic/'
# The only path that takes the model of a dynamic route.
_COMPAT = "/compat/chat/completions"
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


def is_dynamic(raw: Raw, found: Route) -> bool:
    """Tell whether a request may ask for the model of a dynamic route."""
    return found.door.name == "gateway" and raw.path.endswith(_COMPAT) and _SIGN in raw.body


def steps(raw: Raw, found: Route, rules: Rules) -> tuple[Step, ...]:
    """Return the steps of a request, none for one that is a request by itself.

    Raises ApiError 400 for a body in which there are none.
    """
    claim = found.claim
    assert claim is not None  # noqa: S101 - what leads nowhere has no steps
    trusted, gateway = "account" not in claim.params, claim.params["gateway"]
    if is_universal(found):
        made = [(one, False) for one in _universal(raw, found)]
    else:
        made = [(raw, False)]
    whole = [
        (one, dynamic or again)
        for asked, dynamic in made
        for one, again in _dynamic(asked, gateway, rules)
    ]
    if not is_universal(found) and not whole[0][1]:
        return ()
    return tuple(
        Step(one, route(one.method, one.path), number, number == len(whole) - 1, dynamic, trusted)
        for number, (one, dynamic) in enumerate(whole)
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
    place = quote(f"{given['provider']}/{endpoint}", safe="/@%:,")
    return replace(
        raw,
        path=f"{session}/v1/{account}/{gateway}/{place}",
        query=query,
        headers=_Merged({**_lower(raw.headers), **_configured(config), **_lower(headers)}),
        body=encode(given.get("query", {})),
    )


class _Merged(dict[str, str]):
    """Headers by their lower-case names, whatever case they are asked by."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


def _lower(headers: Mapping[str, Any]) -> Mapping[str, str]:
    return {str(name).lower(): _text(value) for name, value in headers.items()}


def _configured(config: Json) -> Mapping[str, str]:
    """Return the headers that say what a step's `config` says."""
    return {f"cf-aig-{_CONFIG[key]}": _text(config[key]) for key in config if key in _CONFIG}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else encode(value).decode()


def _dynamic(raw: Raw, gateway: str, rules: Rules) -> list[tuple[Raw, bool]]:
    """Return a request once for each model of the dynamic route that it names."""
    if _SIGN not in raw.body or not raw.path.endswith(_COMPAT):
        return [(raw, False)]
    body = decode(raw.body)
    model = body.get("model") if isinstance(body, dict) else None
    if not isinstance(model, str) or not model.startswith(_DYNAMIC):
        return [(raw, False)]
    name = model.removeprefix(_DYNAMIC)
    if name not in rules.routes:
        error = named("gateway.2005")
        known = ", ".join(rules.routes) or "none"
        error.note = f"gateway {gateway} has no route {name}; known: {known}"
        raise error
    return [(replace(raw, body=encode({**body, "model": one})), True) for one in rules.routes[name]]


def _invalid(what: str) -> ApiError:
    return ApiError(400, f"Invalid request body: {what}", origin="gateway")
