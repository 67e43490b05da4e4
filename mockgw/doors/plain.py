"""What the doors share that pass the provider's bodies on as they are."""

from mockgw.doors import forms
from mockgw.model import Call, Json, Raw
from mockgw.ports import Claim, Peeled


class Plain:
    """Adds nothing to a body and takes nothing away."""

    run_path = False
    stream_type = "text/event-stream; charset=utf-8"
    error_forms = frozenset({"openai"})

    def peel(self, raw: Raw, claim: Claim, body: Json) -> Peeled:
        """Return the body as it is; the model is in it."""
        return Peeled(body, named_model(body))

    def dress(self, answer: Json, call: Call) -> Json:
        """Return the provider's object unchanged."""
        return answer

    def envelope(self, body: bytes) -> bytes:
        """Return the body unchanged."""
        return body


def named_model(body: Json) -> str:
    """Return the model that a provider's body names, "" when it names none."""
    model = body.get("model")
    return forms.model_name(model) if isinstance(model, str) else ""


def provider_headers(trace: str) -> tuple[tuple[str, str], ...]:
    """Return OpenAI's own headers; the processing time (milliseconds) is drawn from the trace."""
    return (
        ("x-request-id", f"req_{trace}"),
        ("openai-version", "2020-10-01"),
        ("openai-organization", "mockgw"),
        ("openai-processing-ms", str(40 + int(trace[:3], 16))),
    )
