"""The OpenAI door: `/v1/…`, as api.openai.com answers it."""

from mockgw.doors import forms
from mockgw.errors import ApiError
from mockgw.model import Call, Json, Raw
from mockgw.ports import Claim, Peeled


class OpenAI:
    """Takes everything below `/v1`, and refuses in OpenAI's form whatever no other door takes."""

    name = "openai"
    run_path = False
    stream_type = "text/event-stream; charset=utf-8"

    def claim(self, segments: list[str]) -> Claim | None:
        """Take what begins with `v1`."""
        return Claim("/" + "/".join(segments[1:])) if segments[:1] == ["v1"] else None

    def key(self, raw: Raw) -> str | None:
        """Return the bearer of `Authorization`."""
        return forms.bearer(raw.headers.get("authorization"))

    def peel(self, raw: Raw, claim: Claim, body: Json) -> Peeled:
        """Return the body as it is; the model is in it."""
        return Peeled(body, named_model(body))

    def dress(self, answer: Json, call: Call) -> Json:
        """Return the provider's object unchanged."""
        return answer

    def envelope(self, body: bytes) -> bytes:
        """Return the body unchanged."""
        return body

    def refuse(self, error: ApiError, model: str, trace: str) -> tuple[int, bytes]:
        """Return OpenAI's error object."""
        return error.status, forms.openai(error)

    def headers(self, trace: str, at: float) -> tuple[tuple[str, str], ...]:
        """Return what api.openai.com sends with every answer."""
        return provider_headers(trace)


def named_model(body: Json) -> str:
    """Return the model that a provider's body names, "" when it names none."""
    model = body.get("model")
    return forms.model_name(model) if isinstance(model, str) else ""


def provider_headers(trace: str) -> tuple[tuple[str, str], ...]:
    """Return OpenAI's own headers; the processing time is drawn from the trace."""
    return (
        ("x-request-id", f"req_{trace}"),
        ("openai-version", "2020-10-01"),
        ("openai-organization", "mockgw"),
        ("openai-processing-ms", str(40 + int(trace[:3], 16))),
    )
