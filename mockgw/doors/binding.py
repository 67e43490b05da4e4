"""The Workers binding's door: what `env.AI.run(…)` sends to workers-binding.ai.

The binding hands its caller a parsed object only when the content type is exactly
`application/json`, and shows of an error nothing but `internalCode` and `description`.
"""

from mockgw.doors import forms
from mockgw.doors.dress import dress
from mockgw.errors import ApiError
from mockgw.model import Call, Json, Raw
from mockgw.ports import Claim, Operation, Peeled

_PATHS = (["run"], ["ai-gateway", "run"])
# With `websocket: true` the binding asks by GET, inputs and options in the query.
WEBSOCKET = Operation("binding.websocket", "GET", "/run")


class Binding:
    """`POST /run` and `POST /ai-gateway/run`: the model is in a header, the inputs in the body."""

    name = "binding"
    run_path = True
    stream_type = "text/event-stream"
    error_forms = frozenset({"gateway"})

    def claim(self, segments: list[str]) -> Claim | None:
        """Take the two paths of a run."""
        if segments in _PATHS:
            return Claim("", own=(WEBSOCKET,))
        if segments[:1] == ["ai-gateway"]:
            raise forms.no_route("/" + "/".join(segments))
        return None

    def key(self, raw: Raw) -> str | None:
        """Return the key of a caller from another host; the binding itself cannot send one."""
        if raw.local:
            return None
        own = forms.bearer(raw.headers.get("cf-aig-authorization"))
        return own or forms.bearer(raw.headers.get("authorization"))

    def peel(self, raw: Raw, claim: Claim, body: Json) -> Peeled:
        """Return `inputs`, the model of `cf-consn-model-id`, and the caller's options."""
        named = raw.headers.get("cf-consn-model-id")
        if not named:
            # The real gateway says so with a 500; a double that is fuzzed should not.
            raise ApiError(400, "Model ID missing", code="model_id_missing", origin="gateway")
        options = body.get("options")
        return Peeled(
            forms.inputs_of(body, "inputs"),
            # The binding's `prefix` option stands in front of the name with a colon.
            forms.model_name(named.rpartition(":")[2]),
            options if isinstance(options, dict) else {},
        )

    def dress(self, answer: Json, call: Call) -> Json:
        """Return the object as the catalogue's callers see it."""
        return dress(answer, call)

    def envelope(self, body: bytes) -> bytes:
        """Return the body unchanged: the binding's answers have no envelope."""
        return body

    def refuse(self, error: ApiError, model: str, trace: str) -> tuple[int, bytes]:
        """Return the gateway's error form, or that of Workers AI for one of Cloudflare's models."""
        native = forms.native(error, model)
        if native is not error:
            return native.status, forms.workers_ai(native, trace)
        return error.status, forms.gateway(error, model, trace)

    def headers(self, trace: str, at: float) -> tuple[tuple[str, str], ...]:
        """Return the event id; runs of the catalogue carry no log id."""
        return (("cf-aig-event-id", forms.as_uuid(trace)),)
