"""From a reply to the bytes of the asked form, through the door the call came in by."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from mockgw import apis, sse
from mockgw.canonical import encode
from mockgw.errors import ApiError
from mockgw.memo import Memo
from mockgw.model import Answer, Call, Frames, Json, Kept, Recast, Reply
from mockgw.mould import Mould
from mockgw.ports import Door, Padding
from mockgw.synth.chance import chance

JSON_TYPE = "application/json"
_REFUSED = 400
_POOL_SIZE = 8192
_LARGE = 65_536
_MOULDED = 64
# Tokens of an answer whose stream is made at once.
_FEW = 256
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Encoded(Struct, frozen=True, gc=False):
    """Status, content type and body of an answer."""

    status: int
    content_type: str
    body: bytes | Frames | Iterator[bytes]


class Encoder:
    """Writes replies. `obfuscate` pads the deltas of streams that do not ask otherwise."""

    def __init__(self, seed: int, *, obfuscate: bool) -> None:
        self._obfuscate = obfuscate
        letters = "".join(chance(seed, "obfuscation").choices(_ALPHABET, k=_POOL_SIZE))
        self._pool = letters + letters[:16]
        self._streams: Memo[tuple[str, bytes, str, bytes], Frames] = Memo()
        self._moulded: Memo[tuple[Mould, bytes], Frames] = Memo(_MOULDED)

    def encode(self, call: Call, reply: Reply, door: Door) -> Encoded:
        """Return the reply in the form that the call asked for.

        What a cassette keeps in that form goes out unchanged. Raises ApiError for a recorded
        error that the door says in a form of its own.
        """
        if isinstance(reply, Kept):
            return self._kept(call, reply, door)
        if call.stream and apis.streams(call.operation):
            return self._stream(call, reply, door)
        told = reply.object if reply.shown is None else reply.shown
        dressed = door.dress(told, call)
        if reply.mould is not None and dressed is reply.object:
            return _json(door, reply.mould.written(reply.ids))
        return _json(door, encode(dressed))

    def again(self, call: Call, reply: Reply, door: Door) -> bytes:
        """Return the bytes of an answer once more: the same reply is always the same bytes."""
        return b"".join(self.events(call, reply, door))

    def events(self, call: Call, reply: Reply, door: Door) -> Iterable[bytes]:
        """Return the events of an answer once more, or its bytes where it is no stream."""
        body = self.encode(call, reply, door).body
        return (body,) if isinstance(body, bytes) else body

    def _kept(self, call: Call, reply: Kept, door: Door) -> Encoded:
        if reply.content_type:
            streamed = reply.form == "sse"
            body = Frames(sse.frames(reply.body)) if streamed else reply.body
            return Encoded(reply.status, reply.content_type, body)
        if reply.status >= _REFUSED:
            return _recorded_error(reply, door)
        if call.stream:
            return Encoded(reply.status, door.stream_type, self._frames(call, reply))
        if reply.form == "json":
            return _json(door, reply.body, reply.status)
        return _json(door, encode(door.dress(reply.read(), call)))

    def _frames(self, call: Call, reply: Kept) -> Frames:
        """Return the stream of a recorded answer; the same call has it made only once."""
        if len(reply.body) > _LARGE:
            return self._made(call, reply)
        # Not by its place: another recording may stand there after the cassette has changed.
        place = (reply.form, reply.body, call.key, encode(call.body.get("stream_options")))
        return self._streams.get(place, lambda: self._made(call, reply))

    def _made(self, call: Call, reply: Kept) -> Frames:
        if reply.form == "sse":
            return Frames(sse.frames(reply.body))
        api = apis.creator(call.operation)
        return Frames(api.events(reply.read(), call, self._padding(call)))

    def _stream(self, call: Call, reply: Answer, door: Door) -> Encoded:
        if reply.mould is not None and reply.replaced is None:
            return Encoded(200, door.stream_type, self._recast(call, reply, reply.mould))
        events = apis.creator(call.operation).events(reply.object, call, self._padding(call))
        if reply.replaced is not None:
            events = apis.until(call, events, reply.replaced)
        elif reply.timing is None and _short(reply.object):
            return Encoded(200, door.stream_type, Frames(events))
        return Encoded(200, door.stream_type, events)

    def _recast(self, call: Call, reply: Answer, mould: Mould) -> Frames:
        """Return the stream of an answer that has a mould; one that was made is made anew."""

        def made() -> Frames:
            api = apis.creator(call.operation)
            return Frames(api.events(mould.filled(mould.ids), call, self._padding(call)))

        first = self._moulded.get((mould, encode(call.body.get("stream_options"))), made)
        return Recast(first, mould.ids, reply.ids)

    def _padding(self, call: Call) -> Padding | None:
        options = call.body.get("stream_options")
        plain = isinstance(options, dict) and options.get("include_obfuscation") is False
        if plain or not self._obfuscate:
            return None
        pool, place = self._pool, int(call.key[:8], 16) % _POOL_SIZE

        def padding(length: int) -> str:
            nonlocal place
            place = (place + 61) % _POOL_SIZE
            return pool[place : place + length]

        return padding


def _short(answer: Json) -> bool:
    """Tell whether all events of an answer are made in so little time that nobody else waits."""
    usage = answer.get("usage") or {}
    return int(usage.get("output_tokens", usage.get("completion_tokens")) or _FEW) < _FEW


def _json(door: Door, body: bytes, status: int = 200) -> Encoded:
    return Encoded(status, JSON_TYPE, door.envelope(body))


def _recorded_error(reply: Kept, door: Door) -> Encoded:
    """Pass an error on as it was recorded where the door speaks that form, else raise it."""
    error, form = _told(reply)
    if form is None or form in door.error_forms:
        return Encoded(reply.status, JSON_TYPE, reply.body)
    raise error


def _told(reply: Kept) -> tuple[ApiError, str | None]:
    """Return the recorded error and its form: `openai`, `gateway`, `rest`, or None for another."""
    try:
        body: Any = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        body = None
    body = body if isinstance(body, dict) else {}
    error = body.get("error")
    if isinstance(error, dict):
        told = ApiError(
            reply.status,
            str(error.get("message")),
            type=str(error.get("type")),
            param=error.get("param"),
            code=error.get("code"),
        )
        return told, "openai"
    listed = error or body.get("errors")
    if isinstance(listed, list) and listed and isinstance(listed[0], dict):
        message, code = str(listed[0].get("message")), str(listed[0].get("code"))
        told = ApiError(reply.status, message, code=code, origin="gateway")
        return told, "gateway" if error else "rest"
    return ApiError(reply.status, "The recorded error has no known form."), None
