"""The Cloudflare REST door: `/client/v4/accounts/{account}/ai/…` of api.cloudflare.com."""

from mockgw.doors import forms
from mockgw.doors.dress import dress
from mockgw.doors.plain import named_model
from mockgw.errors import ApiError
from mockgw.model import Call, Json, Raw
from mockgw.ports import Claim, Peeled

# The live API refuses every method of `models`, and has more that runs other models than ours.
_OPENAI_STYLE = {
    ("chat", "completions"): "/chat/completions",
    ("responses",): "/responses",
    ("models",): "/models",
}
_FOR_OTHERS = frozenset({("audio",), ("embeddings",), ("images",), ("messages",)})


class Rest:
    """What all ways into the REST API share."""

    run_path = True
    stream_type = "text/event-stream"
    error_forms = frozenset({"rest"})

    def key(self, raw: Raw) -> str | None:
        """Return the bearer of `Authorization`, or the older key that comes with an address."""
        older = raw.headers.get("x-auth-key") if raw.headers.get("x-auth-email") else None
        return forms.bearer(raw.headers.get("authorization")) or older or ""

    def dress(self, answer: Json, call: Call) -> Json:
        """Return the object as the catalogue's callers see it."""
        return dress(answer, call)

    def refuse(self, error: ApiError, model: str, trace: str) -> tuple[int, bytes]:
        """Return the envelope with `errors`."""
        error = forms.native(error, model)
        return error.status, forms.rest(error, model)

    def headers(self, trace: str, at: float) -> tuple[tuple[str, str], ...]:
        """Return Cloudflare's ids of the request."""
        return (
            ("cf-ray", f"{trace[:16]}-LHR"),
            ("cf-ai-req-id", forms.as_uuid(trace)),
            ("cf-aig-event-id", forms.as_uuid(trace)),
        )


class RestRun(Rest):
    """`ai/run` with the model in the body, `ai/run/{model}` with it in the path."""

    name = "rest-run"

    def claim(self, segments: list[str]) -> Claim | None:
        """Take `…/ai/run` and what stands behind it, and refuse any other path of the API."""
        if segments[:2] != ["client", "v4"]:
            return None
        if segments[2:3] != ["accounts"] or segments[4:6] != ["ai", "run"]:
            raise forms.no_route("/" + "/".join(segments))
        return Claim("", {"account": segments[3], "model": "/".join(segments[6:])})

    def peel(self, raw: Raw, claim: Claim, body: Json) -> Peeled:
        """Return the inputs: the whole body, or what stands under `input` beside `model`."""
        options = {"gateway": {"id": raw.headers.get("cf-aig-gateway-id") or "default"}}
        if claim.params["model"]:
            return Peeled(body, forms.model_name(claim.params["model"]), options)
        model = named_model(body)
        if isinstance(body.get("input"), str | list) or "messages" in body:
            # Not the documented form, but what a caller who forgets the wrapping means is clear.
            return Peeled(body, model, options)
        return Peeled(forms.inputs_of(body, "input"), model, options)

    def envelope(self, body: bytes) -> bytes:
        """Return the body as `result` of a successful envelope."""
        return b'{"result":%b,"success":true,"errors":[],"messages":[]}' % body


class RestOpenAI(Rest):
    """`ai/v1/chat/completions` and `ai/v1/responses`: OpenAI's shapes without an envelope."""

    name = "rest-openai"

    def claim(self, segments: list[str]) -> Claim | None:
        """Take `…/ai/v1/…`."""
        if segments[:3] != ["client", "v4", "accounts"] or segments[4:6] != ["ai", "v1"]:
            return None
        path = _OPENAI_STYLE.get(tuple(segments[6:]))
        if tuple(segments[6:7]) in _FOR_OTHERS:
            raise forms.not_here("/".join(segments[4:]))
        if path is None:
            raise forms.no_route("/" + "/".join(segments))
        return Claim(path, {"account": segments[3]})

    def peel(self, raw: Raw, claim: Claim, body: Json) -> Peeled:
        """Return the body as it is; the model is in it."""
        options = {"gateway": {"id": raw.headers.get("cf-aig-gateway-id") or "default"}}
        return Peeled(body, named_model(body), options)

    def envelope(self, body: bytes) -> bytes:
        """Return the body unchanged."""
        return body
