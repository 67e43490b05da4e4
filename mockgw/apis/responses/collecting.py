"""A stream of Responses events, read back into the object it brought."""

from mockgw import sse
from mockgw.errors import ApiError
from mockgw.model import Json

_TERMINALS = frozenset({"response.completed", "response.incomplete", "response.failed"})


def collect(stream: bytes) -> Json:
    """Return the Response object that the stream's last event carries.

    A stream that ends with an `error` event raises that error; one that has no end raises
    ApiError 502, for nothing whole can be made of it.
    """
    error: Json | None = None
    for event in sse.objects(stream):
        if event.get("type") in _TERMINALS:
            response: Json = event["response"]
            return response
        if event.get("type") == "error":
            error = event.get("error") or event
    if error is not None:
        raise ApiError(
            500,
            str(error.get("message")),
            type=str(error.get("type") or "server_error"),
            param=error.get("param"),
            code=error.get("code"),
        )
    raise sse.torn("The recorded stream ends before its response does")
