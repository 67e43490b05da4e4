"""Dynamic routes: a name that stands for models, of which the first good one answers.

Cloudflare's pages show them at compat, by HTTP and in a step. They were seen to work in runs too:
by the binding with a gateway, and by REST.
"""

from typing import Any
from urllib.parse import quote, unquote

from msgspec.structs import replace

from mockgw.canonical import decode, encode
from mockgw.errors import ApiError
from mockgw.faults.named import named
from mockgw.gateways.merged import merged
from mockgw.gateways.rules import Rules
from mockgw.model import Call, Json, Raw
from mockgw.ports import Peeled
from mockgw.routes import Route

_PREFIX, _SIGN = "dynamic/", b'"dynamic/'
# The only path of the provider's doors that takes the model of a dynamic route.
_COMPAT = "/compat/chat/completions"
_MODEL = "cf-consn-model-id"
_RUNS = frozenset({"binding", "rest-run", "rest-openai"})

_NOTHING = Peeled({}, "")


def is_dynamic(raw: Raw, found: Route) -> bool:
    """Tell whether a request may ask for the model of a dynamic route."""
    if found.claim is None or raw.method != "POST":
        return False
    if found.door.name == "gateway":
        return _SIGN in raw.body and raw.path.endswith(_COMPAT)
    if found.door.name not in _RUNS:
        return False
    in_head = _PREFIX in (raw.headers.get(_MODEL) or "")
    return in_head or _SIGN in raw.body or _PREFIX in unquote(found.claim.params.get("model", ""))


def asked(raw: Raw, found: Route) -> tuple[str, str]:
    """Return the gateway that a request goes through and the route that it names, "" for none."""
    claim = found.claim
    if claim is None or not is_dynamic(raw, found):
        return "", ""
    try:
        body: Any = decode(raw.body)
        told = found.door.peel(raw, claim, body) if isinstance(body, dict) else _NOTHING
    except ApiError:
        # It is refused on its way, in the words of who reads it first.
        told = _NOTHING
    own = told.options.get("gateway")
    gateway = claim.params.get("gateway") or (own.get("id") if isinstance(own, dict) else None)
    if not told.model.startswith(_PREFIX):
        return "", ""
    return str(gateway or ""), told.model.removeprefix(_PREFIX)


def asking(raw: Raw, found: Route, rules: Rules) -> tuple[Raw, ...]:
    """Return a request once for each model of the route that it names, none when it names none.

    A route that the gateway does not have is a model like any other: a recording, a template or an
    upstream may know it.
    """
    models = rules.routes.get(asked(raw, found)[1], ())
    return tuple(_with(raw, found, model) for model in models)


def _with(raw: Raw, found: Route, model: str) -> Raw:
    """Return the request with another model, in the place where its door has it."""
    claim = found.claim
    assert claim is not None  # noqa: S101 - `asked` has seen it
    if found.door.name == "binding":
        return replace(raw, headers=merged(raw.headers, {_MODEL: model}))
    if claim.params.get("model"):
        base = raw.path.removesuffix("/").removesuffix(claim.params["model"])
        return replace(raw, path=base + quote(model))
    body: Json = decode(raw.body)
    return replace(raw, body=encode({**body, "model": model}))


def told(error: ApiError, raw: Raw, call: Call, gateway: str, rules: Rules) -> ApiError:
    """Return the error with what is known of a route that is not there.

    Compat says that nobody answered (2005), runs say that there is no such model.
    """
    if error.code != "model_not_found" or not call.model.startswith(_PREFIX):
        return error
    if call.door not in _RUNS and not raw.path.endswith(_COMPAT):
        return error
    made = error if call.run_path else named("gateway.2005")
    known = ", ".join(rules.routes) or "none"
    name = call.model.removeprefix(_PREFIX)
    made.note = f"gateway {gateway} has no route {name}; known: {known}"
    return made
