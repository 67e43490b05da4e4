"""A recorded call with its answer, read whole."""

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import msgspec

from mockgw import apis
from mockgw.canonical import decode
from mockgw.cassette.interaction import Interaction
from mockgw.errors import ApiError
from mockgw.model import Call, Json, Kept, Raw, Timing
from mockgw.routes import parse, route
from mockgw.sse import frames

# The doors whose answers stand in an envelope.
_ENVELOPED = frozenset({"rest-run", "workers-ai"})
_REFUSED = 400
_PLAIN = "text/plain; charset=utf-8"


class _Envelope(msgspec.Struct):
    result: msgspec.Raw
    success: bool


class Exchange(msgspec.Struct, frozen=True, dict=True):
    """What one interaction of a cassette means: the call, and the answer in every form."""

    call: Call
    interaction: Interaction

    @cached_property
    def form(self) -> str:
        """`sse` for an event stream, else `json`."""
        kinds = self.interaction.response_headers.get("content-type", ("",))
        begins = self.interaction.response_body[:6]
        streamed = "event-stream" in kinds[0] or begins.startswith((b"event:", b"data:"))
        return "sse" if streamed else "json"

    @cached_property
    def body(self) -> bytes:
        """The provider's bytes: those of the tape without the envelope of the REST API."""
        whole = self.interaction.response_body
        refused = self.interaction.status >= _REFUSED
        if self.call.door not in _ENVELOPED or self.form == "sse" or refused:
            return whole
        try:
            return bytes(msgspec.json.decode(whole, type=_Envelope).result)
        except msgspec.DecodeError:
            return whole

    @cached_property
    def content_type(self) -> str:
        """The recorded content type of an error that is no JSON, "" for everything else."""
        if self.interaction.status < _REFUSED or self.form == "sse":
            return ""
        try:
            msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self.interaction.response_headers.get("content-type", (_PLAIN,))[0]
        return ""

    @cached_property
    def object(self) -> Json:
        """The final object that the bytes hold, a stream read to its end."""
        if self.form == "sse":
            return apis.creator(self.call.operation).collect(self.body)
        value: Json = decode(self.body)
        return value

    @cached_property
    def timing(self) -> Timing | None:
        """When the head and the events came, or None when the tape does not tell.

        A body that was edited since has other events than the tape has times: they are then
        spread evenly over the time that the stream took.
        """
        extra = self.interaction.extra
        delay = _seconds(extra.get("ttfb_ms"))
        gaps = tuple(_seconds(gap) for gap in str(extra.get("sse_ms") or "").split())
        if not gaps:
            return Timing(delay) if delay else None
        count = sum(1 for _ in frames(self.body))
        if count != len(gaps):
            return Timing(delay, sum(gaps) / max(count, 1))
        return Timing(delay, 0.0, gaps)

    def kept(self, match: str, where: str) -> Kept:
        """Return the answer as it was found at a level and a place, the same object each time."""
        known = self._kept.get(match)
        if known is not None and known.where == where:
            return known
        made = self._kept[match] = Kept(
            self.interaction.status,
            self.form,
            self.body,
            lambda: self.object,
            match,
            where,
            timing=self.timing,
            content_type=self.content_type,
        )
        return made

    @cached_property
    def _kept(self) -> dict[str, Kept]:
        return {}


def exchange(one: Interaction) -> Exchange | None:
    """Return what the interaction means, or None when it is no call that a door takes."""
    uri = urlsplit(one.uri)
    headers: dict[str, Any] = {name: values[0] for name, values in one.request_headers.items()}
    raw = Raw(one.method.upper(), uri.path, uri.query, headers, one.request_body)
    try:
        return Exchange(parse(raw, route(raw.method, raw.path)), one)
    except ApiError:
        return None


def _seconds(milliseconds: Any) -> float:
    try:
        return max(float(milliseconds or 0), 0.0) / 1000
    except (TypeError, ValueError):
        return 0.0
