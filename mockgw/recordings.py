"""Recordings: the interactions of a cassette that are calls of ours, and their index."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import msgspec

from mockgw import apis, matching
from mockgw.canonical import decode
from mockgw.cassette.interaction import Interaction
from mockgw.errors import ApiError
from mockgw.model import Call, Json, Kept, Raw, Timing
from mockgw.routes import parse, route
from mockgw.sse import frames

_REFUSED = 400


class _Envelope(msgspec.Struct):
    result: msgspec.Raw
    success: bool


@dataclass(frozen=True)
class Recording:
    """One interaction of a cassette that is a call of ours."""

    call: Call
    interaction: Interaction

    @property
    def where(self) -> str:
        """File and place, for people."""
        return self.interaction.where

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
        if self.call.door != "rest-run" or self.form == "sse" or refused:
            return whole
        try:
            return bytes(msgspec.json.decode(whole, type=_Envelope).result)
        except msgspec.DecodeError:
            return whole

    @cached_property
    def object(self) -> Json:
        """The final object that the bytes hold, a stream read to its end."""
        if self.form == "sse":
            return apis.creator(self.call.operation).collect(self.body)
        value: Json = decode(self.body)
        return value

    def kept(self, match: str) -> Kept:
        """Return the answer as the tape keeps it, with the times at which it came."""
        return Kept(
            self.interaction.status,
            self.form,
            self.body,
            lambda: self.object,
            match,
            self.where,
            timing=self.timing,
        )

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


class Index:
    """Recordings by key, exact and normalized; `clean` takes secrets out of what is compared."""

    def __init__(
        self, interactions: Iterable[Interaction], clean: matching.Clean | None = None
    ) -> None:
        self.recordings = [one for one in map(_recording, interactions) if one is not None]
        self._clean = clean
        self._exact: dict[str, list[Recording]] = defaultdict(list)
        for one in self.recordings:
            self._exact[one.call.key].append(one)

    def add(self, one: Interaction) -> None:
        """Take in a recording that has just been made."""
        recording = _recording(one)
        if recording is not None:
            # Made before the recording is among those that it is made of.
            normalized = self._normalized
            self.recordings.append(recording)
            self._exact[recording.call.key].append(recording)
            normalized[self._normal(recording.call)].append(recording)

    def exact(self, call: Call) -> list[Recording]:
        """Return the recordings of the same call, letter by letter, in recorded order."""
        return self._exact.get(call.key, [])

    def normalized(self, call: Call) -> list[Recording]:
        """Return the recordings of a call that means the same, in recorded order."""
        return self._normalized.get(self._normal(call), [])

    @cached_property
    def _normalized(self) -> dict[str, list[Recording]]:
        # Made when it is first needed: most calls are found without it.
        found: dict[str, list[Recording]] = defaultdict(list)
        for one in self.recordings:
            found[self._normal(one.call)].append(one)
        return found

    def _normal(self, call: Call) -> str:
        return matching.normal_key(call, self._clean)


def _seconds(milliseconds: Any) -> float:
    try:
        return max(float(milliseconds or 0), 0.0) / 1000
    except (TypeError, ValueError):
        return 0.0


def _recording(one: Interaction) -> Recording | None:
    """Return the interaction as a recording, or None when it is no call that a door takes."""
    uri = urlsplit(one.uri)
    headers: dict[str, Any] = {name: values[0] for name, values in one.request_headers.items()}
    raw = Raw(one.method.upper(), uri.path, uri.query, headers, one.request_body)
    try:
        return Recording(parse(raw, route(raw.method, raw.path)), one)
    except ApiError:
        return None
