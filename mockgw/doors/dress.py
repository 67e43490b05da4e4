"""What Cloudflare's catalogue makes of a provider's object before its callers see it."""

from typing import Any

from mockgw.model import Call, Json

_FIRST = ("id", "object", "created_at", "model", "output", "status", "usage")
_USAGE = ("input_tokens", "output_tokens", "total_tokens")
_UNIFIED = "Unified"


def dress(answer: Json, call: Call) -> Json:
    """Return the object in the catalogue's form: its key order, and `gatewayMetadata` last."""
    if call.operation != "responses.create":
        return {**answer, "gatewayMetadata": _metadata(call)}
    first = {key: answer[key] for key in _FIRST if key in answer}
    rest = {key: _plain(value) for key, value in answer.items() if key not in first}
    if isinstance(first.get("usage"), dict):
        first["usage"] = _usage(first["usage"])
    return {**first, **rest, "gatewayMetadata": _metadata(call)}


def _metadata(call: Call) -> Json:
    """Return whose key the provider was shown: Cloudflare's own, or one that is stored there."""
    return {"keySource": call.options.get("keySource", _UNIFIED)}


def _usage(usage: Json) -> Json:
    """Put counts before details, and leave out what the catalogue's model did not know yet."""
    details = usage.get("input_tokens_details") or {}
    known = {key: value for key, value in details.items() if key != "cache_write_tokens"}
    counts = {key: usage[key] for key in _USAGE if key in usage}
    return {**counts, **usage, "input_tokens_details": known}


def _plain(value: Any) -> Any:
    """Write a whole number as one, as JavaScript does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
