"""Cloudflare's language: requests of the universal endpoint, each with the caller's own id.

Messages and their metadata are those of Cloudflare's page on the WebSockets API. How it tells a
refusal is not known: here it is told as `response`, the body that HTTP would have.
"""

from collections.abc import Iterable
from functools import partial
from math import inf
from typing import Any

from msgspec import structs

from mockgw.canonical import decode, encode
from mockgw.errors import ApiError
from mockgw.faults.going import Going
from mockgw.gateways.merged import merged
from mockgw.model import Json, Raw, Wire
from mockgw.pipeline import Road
from mockgw.sockets.talk import Answering, Voice, streams, travel

CREATE = "universal.create"
_ID = "cf-aig-event-id"
_SHOWN = "cf-aig-authorization"
# The metadata of an answer, in their order, and the headers that say them.
_METADATA = {
    "cacheStatus": "cf-aig-cache-status",
    "eventId": _ID,
    "logId": "cf-aig-log-id",
    "step": "cf-aig-step",
    "contentType": "content-type",
}


def authorized(opened: Raw) -> Raw:
    """Return the request with the key as a header that a browser shows as a subprotocol.

    Pages cannot send headers with a WebSocket, so they write `cf-aig-authorization.KEY` there.
    """
    offered = _offered(opened)
    shown = [one for one in offered if one.startswith(f"{_SHOWN}.")]
    if not shown or opened.headers.get(_SHOWN):
        return opened
    key = shown[0].removeprefix(f"{_SHOWN}.")
    return structs.replace(opened, headers=merged(opened.headers, {_SHOWN: f"Bearer {key}"}))


class Universal:
    """Takes requests for the universal endpoint, and answers them beside each other."""

    longest = inf

    def __init__(self, road: Road, opened: Raw) -> None:
        self._road = road
        self._opened = opened
        # A client that offers some closes the connection unless one of them is taken.
        self.protocol = next(iter(_offered(opened)), "")

    def take(self, text: str) -> tuple[None, Answering]:
        """Return what answers a message, beside all others."""
        return None, partial(self.answer, text)

    def answer(self, text: str) -> tuple[Wire, Voice] | bytes:
        """Return the answer of the first step that succeeds, or the refusal of the message."""
        body = text.encode("utf-8", "replace")
        try:
            asked, named = _asked(decode(body))
        except ApiError as error:
            raw = structs.replace(self._opened, method="POST", body=body)
            return self._road.refuse(raw, error), _Messages(None)
        headers = self._opened.headers
        if isinstance(named, str):
            headers = merged(headers, {_ID: named})
        raw = structs.replace(self._opened, method="POST", headers=headers, body=encode(asked))
        return travel(self._road, raw), _Messages(named)

    def farewell(self) -> bytes:
        """Return nothing: no limit is known."""
        return b""


class _Messages:
    """Tells an answer whole, or that a stream begins, each of its events, and that it is done."""

    def __init__(self, event_id: Any) -> None:
        self._id = event_id

    def begins(self, answer: Going) -> Iterable[bytes]:
        return (_message("universal.created", self._metadata(answer)),) if streams(answer) else ()

    def says(self, event: bytes) -> bytes:
        return _message("universal.stream", self._own, event)

    def ends(self, answer: Going, heard: bytes) -> Iterable[bytes]:
        metadata = self._metadata(answer)
        if streams(answer):
            return (_message("universal.done", metadata),)
        return (_message("universal.created", metadata, heard),)

    @property
    def _own(self) -> Json:
        return {} if self._id is None else {"eventId": self._id}

    def _metadata(self, answer: Going) -> Json:
        told = {key: answer.header(name) for key, name in _METADATA.items()}
        return {key: value for key, value in {**told, **self._own}.items() if value != ""}


def _asked(told: Any) -> tuple[Any, Any]:
    """Return the request of a message, or its list of them, and the caller's id of it."""
    kind = told.get("type") if isinstance(told, dict) else None
    if kind != CREATE:
        given = encode(kind).decode("utf-8", "replace")
        message = f"Invalid request body: type: expected '{CREATE}', received {given}"
        raise ApiError(400, message, origin="gateway")
    asked = told.get("request")
    listed = asked if isinstance(asked, list) else [asked]
    if not listed or not all(isinstance(one, dict) for one in listed):
        raise ApiError(400, "Invalid request body: request: expected object", origin="gateway")
    return asked, next((one["eventId"] for one in listed if "eventId" in one), None)


def _message(kind: str, metadata: Json, response: bytes | None = None) -> bytes:
    told = encode({"type": kind, "metadata": metadata})
    if response is None:
        return told
    try:
        decode(response)
    except ApiError:
        # Such as the `[DONE]` that ends a chat's stream.
        response = encode(response.decode("utf-8", "replace"))
    return told[:-1] + b',"response":' + response.strip() + b"}"


def _offered(opened: Raw) -> list[str]:
    told = opened.headers.get("sec-websocket-protocol") or ""
    return [one.strip() for one in told.split(",") if one.strip()]
