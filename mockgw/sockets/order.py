"""What a client says by WebSocket, and how it is told what came of it."""

from typing import Any

import msgspec
from msgspec.structs import replace

from mockgw.canonical import decode, encode
from mockgw.errors import ApiError
from mockgw.model import Json, Raw
from mockgw.state.newest import Newest

CREATE, STEER = "response.create", "response.steer"
# What belongs to the frame alone; `stream` goes without saying.
_ENVELOPE = frozenset({"generate", "stream", "stream_id", "type"})
_GOES = 400


class Order(msgspec.Struct, frozen=True):
    """One message of a client: what kind it is, and the body of what it orders.

    `lane` is the client's own name for what belongs together, "" without one; `warms` says that
    nothing is to be generated.
    """

    kind: str
    body: Json
    lane: str = ""
    warms: bool = False

    @property
    def steers(self) -> str:
        """The id of the response that is to be steered, or continued."""
        return str(self.body.get("previous_response_id") or "")

    def raw(self, opened: Raw, newest: Newest) -> Raw:
        """Return the request that it means, on a connection that was opened by `opened`."""
        body = encode({**self.body, "stream": True})
        return replace(opened, method="POST", body=body, newest=newest)

    def tagged(self, event: bytes) -> bytes:
        """Return an event, a JSON object, with the name of the lane in it."""
        if not self.lane:
            return event
        return event[:-1] + b',"stream_id":' + encode(self.lane) + b"}"


def order(text: str) -> Order:
    """Return what a message orders; raises ApiError for what is no order."""
    told: Any = decode(text.encode("utf-8", "surrogatepass"))
    if not isinstance(told, dict):
        raise ApiError(_GOES, "Invalid event: expected an object, but got something else instead.")
    kind = told.get("type")
    if kind is None:
        code = "missing_required_parameter"
        raise ApiError(_GOES, "Missing required parameter: 'type'.", param="type", code=code)
    if kind not in {CREATE, STEER}:
        raise ApiError(
            _GOES,
            f"Invalid value: {kind!r}. Supported values are: '{CREATE}' and '{STEER}'.",
            param="type",
            code="invalid_value",
        )
    lane = told.get("stream_id") or ""
    if not isinstance(lane, str):
        raise _unfit("stream_id", "a string")
    if not isinstance(told.get("generate", True), bool):
        raise _unfit("generate", "a boolean")
    body = {name: value for name, value in told.items() if name not in _ENVELOPE}
    if body.get("background"):
        raise ApiError(
            _GOES,
            "Unsupported parameter: 'background' is not supported over WebSocket.",
            param="background",
            code="unsupported_parameter",
        )
    return Order(str(kind), body, lane, warms=told.get("generate") is False)


def _unfit(name: str, wanted: str) -> ApiError:
    message = f"Invalid type for '{name}': expected {wanted}."
    return ApiError(_GOES, message, param=name, code="invalid_type")


def failed(status: int, body: bytes) -> bytes:
    """Return the event that tells an error, from its body as HTTP would have it in any form."""
    try:
        told: Any = decode(body)
    except ApiError:
        told = {"error": {"message": body.decode("utf-8", "replace"), "type": "server_error"}}
    error = told.get("error") if isinstance(told, dict) else None
    if not isinstance(error, dict):
        listed = error or (told.get("errors") if isinstance(told, dict) else None)
        first = listed[0] if isinstance(listed, list) and listed else {}
        error = {"message": str(first.get("message")), "type": "invalid_request_error"}
        error |= {"param": None, "code": str(first.get("code"))}
    return encode({"type": "error", "status": status, "error": error})


def refused(error: ApiError) -> bytes:
    """Return the event that tells an error that no request met."""
    told = {"message": error.message, "type": error.type, "param": error.param, "code": error.code}
    return encode({"type": "error", "status": error.status, "error": told})


def unsteered(asked: Order, *, known: bool) -> bytes:
    """Return the event that gives back what was to steer a response, which is over by then."""
    named = asked.steers
    code = "response_already_completed" if known else "response_not_found"
    words = "has already completed" if known else "is not on this connection"
    error = {"type": "invalid_request_error", "code": code}
    error["message"] = f"The response '{named}' {words}."
    steer = {"previous_response_id": named, "input": asked.body.get("input")}
    told = {"type": "response.steer.failed", "error": error, "sequence_number": 0, "steer": steer}
    return encode(told)
