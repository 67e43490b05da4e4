"""The JSON objects in a text, with where they stand: those of a stream's events, or the one."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
# The second group is how YAML folds a long line between quotation marks.
_DATA = re.compile(
    r"(?m)^[^\r\n]{0,40}?data:[ ]?(\{[^\r\n]*)"
    r"((?:\r?\n[ \t]+(?!(?:data|event|id|retry):)[^\s][^\r\n]*)*)"
)
_NAMES = ("type", "id", "item_id", "output_index", "content_index", "summary_index", "index")


@dataclass(frozen=True, slots=True)
class Event:
    """An object and where its JSON begins and ends."""

    start: int
    end: int
    value: Json

    @property
    def frame(self) -> tuple[str, ...]:
        """What events that go on with each other have in common."""
        return tuple(str(self.value.get(name)) for name in _NAMES)


def events(text: str, *marks: str) -> Iterator[Event]:
    """Yield the objects whose text has all the marks; what is no JSON is passed over."""
    if any(mark not in text for mark in marks):
        return
    for found in _DATA.finditer(text):
        if all(mark in found[0] for mark in marks):
            ends = dict.fromkeys((found.end(), found.end(1)))
            tried = (_event(text, found.start(1), end) for end in ends)
            yield from [one for one in tried if one is not None][:1]
    whole = _event(text, 0, len(text)) if text[:64].lstrip().startswith("{") else None
    if whole is not None:
        yield whole


def _event(text: str, start: int, end: int) -> Event | None:
    try:
        return Event(start, end, json.loads(text[start:end], strict=False))
    except (ValueError, RecursionError):
        return None
