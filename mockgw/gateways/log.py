"""What a gateway remembers of one call."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, field

from mockgw.canonical import decode, encode
from mockgw.errors import ApiError
from mockgw.gateways.place import Place
from mockgw.gateways.prices import tokens
from mockgw.gateways.spending import PROVIDER
from mockgw.model import Json

_HEAD, _MOST_TOLD = 2048, 80
_REFUSED = 400
_FEEDBACK = (-1, 0, 1)


class Log(Struct):
    """One call: how it was asked and answered, and what people think of it since.

    `at` is a unix second, `seconds` those until the answer began. `price` gives the dollars it
    cost, `response` the body that went out; without `payload` neither body is told.
    """

    identifier: str
    place: Place
    at: float
    model: str
    path: str
    status: int
    request: bytes
    response: Callable[[], bytes]
    request_type: str = ""
    response_type: str = ""
    seconds: float = 0.0
    cached: bool = False
    step: int = 0
    usage: Json = field(default_factory=dict)
    price: Callable[[], float | None] = float
    custom_cost: bool = False
    metadata: Json = field(default_factory=dict)
    payload: bool = True
    event_id: str = ""
    byok: bool = False
    dlp: str = ""
    score: float | None = None
    feedback: int | None = None

    def told(self) -> Json:
        """Return the log as Cloudflare's API tells it, and both bodies whole."""
        into, out = tokens(self.usage)
        moment = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds")
        further: Json = {
            "event_id": self.event_id or None,
            "dlp_action": self.dlp or None,
            "score": self.score,
            "feedback": self.feedback,
        }
        return {
            "id": self.identifier,
            "provider": PROVIDER,
            "model": self.model,
            "model_type": "",
            "path": self.path,
            "duration": round(self.seconds * 1000),
            "request_content_type": self.request_type,
            "status_code": self.status,
            "response_content_type": self.response_type,
            "success": self.success,
            "cached": self.cached,
            "tokens_in": into,
            "tokens_out": out,
            "metadata": encode(self.metadata).decode(),
            "step": self.step,
            "cost": self.price() if self.usage else 0.0,
            "custom_cost": self.custom_cost,
            "byok": self.byok,
            "wholesale": not self.byok,
            **self._bodies(),
            "created_at": moment.replace("+00:00", "Z"),
            **{key: value for key, value in further.items() if value is not None},
        }

    def _bodies(self) -> Json:
        told: Json = {}
        for name, body in (("request", self.request), ("response", self.response())):
            told[f"{name}_size"] = len(body)
            if self.payload:
                told[name] = _value(body)
                told[f"{name}_head"] = body[:_HEAD].decode("utf-8", "replace")
            told[f"{name}_head_complete"] = self.payload and len(body) <= _HEAD
        return told

    @property
    def success(self) -> bool:
        """Whether the call was answered well."""
        return self.status < _REFUSED

    def patch(self, given: Json) -> None:
        """Take over `score`, `feedback` (-1, 0 or 1) and `metadata`; raises ApiError 400."""
        held = {"score": self.score, "feedback": self.feedback, "metadata": self.metadata}
        told = opinion(held, given)
        self.score, self.feedback, self.metadata = (told[name] for name in held)


def opinion(held: Json, given: Json) -> Json:
    """Return score, feedback and metadata, of which those that are given are taken over.

    Raises ApiError 400 for what they cannot be.
    """
    score, feedback = given.get("score", held["score"]), given.get("feedback", held["feedback"])
    metadata = given.get("metadata", held["metadata"])
    if isinstance(metadata, str):
        # As the log tells it.
        metadata = _value(metadata.encode())
    if not _is_number(score):
        raise _invalid("score", "number", score)
    if feedback is not None and (isinstance(feedback, bool) or feedback not in _FEEDBACK):
        raise _invalid("feedback", "-1, 0 or 1", feedback)
    if not isinstance(metadata or {}, dict):
        raise _invalid("metadata", "object", metadata)
    return {"score": score, "feedback": feedback, "metadata": metadata or {}}


def _value(body: bytes) -> Any:
    """Return the JSON value that a body is, else its text."""
    try:
        return decode(body)
    except ApiError:
        return body.decode("utf-8", "replace")


def _is_number(given: Any) -> bool:
    return given is None or (isinstance(given, int | float) and not isinstance(given, bool))


def _invalid(name: str, wanted: str, given: Any) -> ApiError:
    told = encode(given).decode("utf-8", "replace")[:_MOST_TOLD]
    message = f"Invalid value at {name}: expected {wanted}, received {told}"
    return ApiError(400, message, param=f"body.{name}", code="7001", origin="gateway")
