"""From a request to what it means: session, door, operation, Call."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from urllib.parse import parse_qsl, unquote

import msgspec

from mockgw import apis
from mockgw.canonical import decode, digest, ordered
from mockgw.doors import DOORS, FALLBACK, forms
from mockgw.doors.account import RestAccount
from mockgw.doors.remembered import PATCH
from mockgw.errors import ApiError
from mockgw.model import Call, Json, Raw
from mockgw.ports import Claim, Door, Operation

SESSION = "_s"
# The headers that a call may depend on.
HEADERS = ("cf-consn-model-id", "cf-aig-gateway-id")
# What changes only the form of an answer is no part of its key.
_FORM = frozenset({"model", "stream", "stream_options"})


class Route(msgspec.Struct, frozen=True):
    """Where a request leads: always a door, and an operation unless `error` says why not.

    `operation` is None when the body decides which API is meant.
    """

    session: str
    door: Door
    claim: Claim | None = None
    operation: Operation | None = None
    params: Mapping[str, str] = msgspec.field(default_factory=dict)
    error: ApiError | None = None


@lru_cache(maxsize=4096)
def route(method: str, path: str) -> Route:
    """Return where method and path (percent-encoded, without query) lead."""
    session, segments = _session([part for part in path.split("/") if part])
    for door in DOORS:
        try:
            claim = door.claim(segments)
        except ApiError as error:
            return Route(session, door, error=error)
        if claim is not None:
            return _operation(Route(session, door, claim), method, "/" + "/".join(segments))
    return Route(session, FALLBACK, error=_no_url(method, "/" + "/".join(segments)))


def _session(segments: list[str]) -> tuple[str, list[str]]:
    if segments[:1] == [SESSION] and len(segments) > 1:
        return unquote(segments[1]), segments[2:]
    return "", segments


def _operation(found: Route, method: str, path: str) -> Route:
    session, door, claim = found.session, found.door, found.claim
    cloudflare = door.run_path
    if claim is not None and claim.own and (claim.path or method != "POST"):
        return _own(found, claim, method)
    if claim is None or claim.path == "":
        if method == "POST":
            return found
        return Route(session, door, claim, error=forms.no_method(method))
    by_method = apis.methods(claim.path)
    if claim.creates:
        by_method = {name: one for name, one in by_method.items() if name == "POST"}
    if method in by_method and (not cloudflare or method == "POST"):
        operation, params = by_method[method]
        return Route(session, door, claim, operation, params)
    if cloudflare:
        error = forms.no_method(method) if by_method else forms.no_route(path)
    else:
        # The provider speaks of its own path, which the gateway's stands for.
        path = f"/v1{claim.path}".rstrip("/")
        error = _no_method(method, path, by_method) if by_method else _no_url(method, path)
    return Route(session, door, claim, error=error)


def _own(found: Route, claim: Claim, method: str) -> Route:
    """Return where a path of the door itself leads."""
    by_method = {one.method: one for one in claim.own}
    if method in by_method:
        return msgspec.structs.replace(found, operation=by_method[method], params=claim.params)
    error = forms.no_method(method)
    if claim.path:
        error = replace(error, allow=tuple(sorted(by_method)))
    return msgspec.structs.replace(found, error=error)


def _no_url(method: str, path: str) -> ApiError:
    return ApiError(404, f"Invalid URL ({method} {path})")


def _no_method(method: str, path: str, allowed: Iterable[str]) -> ApiError:
    hint = "Perhaps you meant to use a different HTTP method?"
    return ApiError(
        405,
        f"Not allowed to {method} on {path} (HINT: {hint})",
        code="method_not_supported",
        allow=tuple(sorted(allowed)),
    )


def parse(raw: Raw, found: Route) -> Call:
    """Return the call that the request means, as if it were the first of its kind.

    Raises ApiError when the path leads nowhere or the body is not what the door takes.
    """
    if found.error is not None:
        # Routes are remembered: one error raised again and again would collect tracebacks.
        raise replace(found.error)
    if found.claim is None:
        raise _no_url(raw.method, raw.path)
    if found.operation is not None and not found.operation.body:
        return _bodiless(found, found.operation, raw)
    peeled = found.door.peel(raw, found.claim, _read(raw, found))
    operation = found.operation.name if found.operation else _meant(peeled.body, peeled.model)
    return Call(
        operation=operation,
        door=found.door.name,
        run_path=found.door.run_path,
        session=found.session,
        model=peeled.model,
        body=peeled.body,
        stream=peeled.body.get("stream") is True,
        key=key(operation, peeled.model, peeled.body, found.params),
        params={**found.claim.params, **found.params},
        options=peeled.options,
        query=_query(raw.query),
    )


def key(operation: str, model: str, body: Json, params: Mapping[str, str] | None = None) -> str:
    """Return the digest that two requests of the same meaning share, letter by letter.

    `params` are the ids in the provider's path.
    """
    meaning = {name: value for name, value in body.items() if name not in _FORM}
    place = [ordered(dict(params))] if params else []
    return digest(operation, model, ordered(meaning), *place)


def _bodiless(found: Route, operation: Operation, raw: Raw) -> Call:
    query = _query(raw.query)
    return Call(
        operation=operation.name,
        door=found.door.name,
        run_path=found.door.run_path,
        session=found.session,
        model="",
        body={},
        stream=query.get("stream", ("",))[-1] == "true",
        key=digest(operation.name, ordered(dict(found.params)), raw.query),
        params=found.params,
        query=query,
    )


def _query(text: str) -> Mapping[str, tuple[str, ...]]:
    """Return the parameters of the URL; a list may be written `name[]=…` or `name=…`, repeated."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True) if text else ():
        name = name.removesuffix("[]")  # noqa: PLW2901 - both spellings mean the same
        found[name] = (*found.get(name, ()), value)
    return found


def _read(raw: Raw, found: Route) -> Json:
    """Return the object that the body holds; raises ApiError in the words of who reads it first."""
    try:
        return _body(raw.body, found.operation)
    except ApiError:
        if found.door.name == RestAccount.name or found.operation is PATCH:
            message = "The request body is no JSON object."
            raise ApiError(400, message, param="body", code="7001", origin="gateway") from None
        if found.door.run_path and raw.headers.get("cf-aig-gateway-id"):
            # Where a gateway is named, the body never gets as far as the provider. The real one
            # answers 500, which a double gives only to whoever asked for it.
            message = "Invalid request body"
            raise ApiError(400, message, code="7000", origin="gateway") from None
        raise


def _body(body: bytes, operation: Operation | None) -> Json:
    return {} if not body and operation is not None and operation.optional else _object(body)


def _object(body: bytes) -> Json:
    value = decode(body)
    if isinstance(value, dict):
        return value
    raise ApiError(400, "Invalid request body: expected an object, but got something else instead.")


def _meant(body: Json, model: str) -> str:
    """Decide by the body: `input` means Responses, else it is chat where the model has chat."""
    if "input" in body or model.endswith("-pro"):
        return apis.RESPONSES.creates
    return apis.CHAT.creates
