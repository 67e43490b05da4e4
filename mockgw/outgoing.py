"""A call as it is sent on to an upstream: where to, and in which form."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from mockgw import apis
from mockgw.canonical import encode
from mockgw.errors import ApiError
from mockgw.model import Call, Raw

# What belongs to one connection or is made anew for the next one.
_OF_THE_HOP = frozenset(
    "accept-encoding connection content-length expect host keep-alive proxy-authorization "
    "proxy-connection te trailer transfer-encoding upgrade".split()
)
_OF_THE_BINDING = frozenset({"cf-consn-model-id", "cf-consn-sdk-version"})
_CREDENTIALS = frozenset("api-key authorization cf-aig-authorization cookie x-api-key".split())
# /v1/ACCOUNT/GATEWAY
_GATEWAYS_SEGMENTS = 3
_AI_GATEWAY = "gateway.ai.cloudflare.com"
_PLAIN = frozenset({"openai", "gateway"})
# The model of a dynamic route is nobody's.
_OF_A_ROUTE = "dynamic/"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to the upstream, as it goes over the wire."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def credentials(self) -> list[str]:
        """The secrets among the headers, without the words that go before them."""
        told = [self.headers[name] for name in sorted(_CREDENTIALS) if name in self.headers]
        cookies = [part.partition("=")[2] for part in self.headers.get("cookie", "").split(";")]
        return [*(value.rpartition(" ")[2] for value in told), *cookies]


def outgoing(upstream: str, raw: Raw, call: Call, key: str | None = None) -> Outgoing:
    """Return the request that asks the upstream what the call asks.

    `upstream` is the base URL of OpenAI (`https://api.openai.com/v1`), of an AI Gateway
    (`…/v1/ACCOUNT/GATEWAY/openai` or `…/compat`), or of Cloudflare's REST API
    (`https://api.cloudflare.com/client/v4/accounts/ACCOUNT`). Where the provider is left away it is
    OpenAI, and where the account is, it is the caller's. Whoever came in by a door of the
    upstream's own form is passed on byte for byte; credentials go with it, or `key` in their place.
    Raises ApiError 400 for a call that is none of OpenAI's.
    """
    base = _base(upstream.rstrip("/"), call)
    path = apis.path(call)
    if path is None:
        raise _not_passed_on(call)
    headers = {
        name.lower(): value
        for name, value in raw.headers.items()
        if name.lower() not in _OF_THE_HOP | _OF_THE_BINDING
    }
    if key is not None:
        headers = {name: value for name, value in headers.items() if name not in _CREDENTIALS}
        headers["authorization"] = f"Bearer {key}"
    prefixed = _is_rest(base) or base.endswith("/compat")
    prefixed = prefixed and not call.model.startswith(_OF_A_ROUTE)
    if _is_rest(base):
        base = f"{base}/ai/v1"
    url = f"{base}{path}{'?' + raw.query if raw.query and not call.run_path else ''}"
    if raw.method != "POST":
        return Outgoing(raw.method, url, headers, b"")
    headers["content-type"] = "application/json"
    headers.pop("content-encoding", None)
    model = f"openai/{call.model}" if prefixed else call.model
    if not call.model or (call.door in _PLAIN and call.body.get("model") == model):
        return Outgoing("POST", url, headers, raw.body)
    return Outgoing("POST", url, headers, encode({"model": model, **_without_model(call)}))


def _not_passed_on(call: Call) -> ApiError:
    return ApiError(
        400,
        f"{call.operation} is not passed on: the upstream is asked for OpenAI's own calls alone.",
        type="mockgw_error",
        code="not_passed_on",
        origin="mockgw",
    )


def _without_model(call: Call) -> dict[str, object]:
    return {name: value for name, value in call.body.items() if name != "model"}


def _base(upstream: str, call: Call) -> str:
    """Return the base with the parts that were left away."""
    parts = urlsplit(upstream)
    if parts.hostname == _AI_GATEWAY and parts.path.count("/") == _GATEWAYS_SEGMENTS:
        return f"{upstream}/openai"
    if parts.path == "/client/v4" and call.params.get("account"):
        return f"{upstream}/accounts/{call.params['account']}"
    return upstream


def _is_rest(base: str) -> bool:
    return "/client/v4/accounts/" in urlsplit(base).path
