"""When two calls mean the same: the normal form, and the paths in which two of them differ."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from mockgw.canonical import digest, encode, ordered
from mockgw.catalogue import undated
from mockgw.model import Call, Json

# What changes only the form of an answer, or whose bill it is on, does not tell two calls apart.
IGNORED = frozenset(
    "metadata prompt_cache_key prompt_cache_options prompt_cache_retention safety_identifier seed "
    "service_tier store stream stream_options user model".split()
)
# A parameter given at its default is a parameter left out.
_DEFAULTS: Json = {
    "background": False,
    "frequency_penalty": 0,
    "n": 1,
    "parallel_tool_calls": True,
    "presence_penalty": 0,
    "temperature": 1,
    "text": {"format": {"type": "text"}},
    "response_format": {"type": "text"},
    "tool_choice": "auto",
    "top_p": 1,
    "truncation": "disabled",
}
_OF_A_COPY = frozenset({"id", "status", "annotations", "logprobs", "phase", "refusal"})
_VOLATILE = re.compile(
    rb"(?P<uuid>\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b)"
    rb"|(?P<time>\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)"
    rb"|(?P<id>\b(?:resp|msg|rs|fc|ctc|call|conv|chatcmpl)[_-][0-9A-Za-z]{8,}\b)"
)
Clean = Callable[[str], str]
_CLIP = 60
_LEAD = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two calls differ; a side that has nothing there is None."""

    path: str
    asked: Any
    recorded: Any

    def __str__(self) -> str:
        if self.recorded is None:
            return f"{self.path}: asked {_shown(self.asked)}, recorded nothing"
        if self.asked is None:
            return f"{self.path}: asked nothing, recorded {_shown(self.recorded)}"
        start = _first_difference(self.asked, self.recorded)
        asked, recorded = _shown(self.asked, start), _shown(self.recorded, start)
        return f"{self.path}: asked {asked}, recorded {recorded}"


def normal(call: Call) -> Json:
    """Return the call's body in the form in which equal meaning is equal."""
    body = {
        name: _bare(value)
        for name, value in call.body.items()
        if name not in IGNORED and value != _DEFAULTS.get(name)
    }
    body = {name: value for name, value in body.items() if value not in (None, [], {})}
    if "input" in body:
        body["input"] = _items(body["input"])
    if isinstance(body.get("messages"), list):
        body["messages"] = [_message(item, "text") for item in body["messages"]]
    if isinstance(body.get("tools"), list):
        body["tools"] = sorted(body["tools"], key=ordered)
    return {"model": undated(call.model), **body}


def normal_key(call: Call, clean: Clean | None = None) -> str:
    """Return the digest of the normal form, volatile words replaced by their kind.

    `clean` takes secrets out, for a tape holds none: what was recorded and what is asked are then
    alike.
    """
    told = ordered(normal(call))
    if clean is not None:
        told = clean(told.decode()).encode()
    return digest(call.operation, _steady(told), ordered(_ids_of(call)))


def _ids_of(call: Call) -> Json:
    return {name: value for name, value in call.params.items() if name == "id"}


def _steady(text: bytes) -> bytes:
    """Replace ids by their order of appearance, UUIDs and times by a word."""
    seen: dict[bytes, bytes] = {}

    def word(found: re.Match[bytes]) -> bytes:
        if found.lastgroup != "id":
            return b"<%b>" % (found.lastgroup or "").encode()
        return seen.setdefault(found.group(), b"<id %d>" % len(seen))

    return _VOLATILE.sub(word, text)


def _bare(value: Any) -> Any:
    """Drop explicit nulls, which say the same as leaving out."""
    if isinstance(value, dict):
        return {name: _bare(inner) for name, inner in value.items() if inner is not None}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def _items(given: Any) -> Any:
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    return [_message(item, "input_text") for item in given] if isinstance(given, list) else given


def _message(item: Any, kind: str) -> Any:
    """Write a message with its type and its parts, without what only a copy carries."""
    if not isinstance(item, dict) or "role" not in item:
        return item
    kept = {name: value for name, value in item.items() if name not in _OF_A_COPY}
    content = kept.get("content")
    if isinstance(content, str):
        kept["content"] = [{"type": kind, "text": content}]
    elif isinstance(content, list):
        kept["content"] = [_part(part, kind) for part in content]
    return {**kept, "type": "message"}


def _part(part: Any, kind: str) -> Any:
    if isinstance(part, dict) and "text" in part:
        kept = {name: value for name, value in part.items() if name not in _OF_A_COPY}
        return {**kept, "type": kind}
    return part


def differences(asked: Call, recorded: Call) -> list[Difference]:
    """Return every JSON path in which two calls of one operation differ, in the order asked."""
    return list(_differ("", normal(asked), normal(recorded)))


def _differ(path: str, asked: Any, recorded: Any) -> Iterator[Difference]:
    if isinstance(asked, dict) and isinstance(recorded, dict):
        for name in [*asked, *(name for name in recorded if name not in asked)]:
            inner = f"{path}.{name}" if path else str(name)
            yield from _differ(inner, asked.get(name), recorded.get(name))
    elif isinstance(asked, list) and isinstance(recorded, list):
        for index, (one, other) in enumerate(zip_longest(asked, recorded)):
            yield from _differ(f"{path}[{index}]", one, other)
    elif asked != recorded:
        yield Difference(path, asked, recorded)


def nearest(
    asked: Call, recordings: list[Any], call_of: Callable[[Any], Call], most: int = 3
) -> list[tuple[Any, list[Difference]]]:
    """Return the recordings that differ least from what was asked, the nearest first."""
    told = [(one, differences(asked, call_of(one))) for one in recordings]
    told.sort(key=lambda pair: (len(pair[1]), -_alike(pair[1])))
    return told[:most]


def _alike(found: list[Difference]) -> float:
    """Return how much of the differing text is shared, to choose between equal counts."""
    shared = 0.0
    for one in found[:8]:
        asked, recorded = _words(one.asked), _words(one.recorded)
        shared += len(asked & recorded) / max(len(asked | recorded), 1)
    return shared


def _words(value: Any) -> set[str]:
    return set(value.lower().split()) if isinstance(value, str) else {str(value)}


def _first_difference(asked: Any, recorded: Any) -> int:
    if not isinstance(asked, str) or not isinstance(recorded, str):
        return 0
    pairs = enumerate(zip_longest(asked, recorded))
    return next(index for index, (one, other) in pairs if one != other)


def _shown(value: Any, start: int = 0) -> str:
    text = value if isinstance(value, str) else encode(value).decode()
    begin = max(start - _LEAD, 0) if len(text) > _CLIP else 0
    clipped = text[begin : begin + _CLIP]
    before, after = "…" if begin else "", "…" if begin + _CLIP < len(text) else ""
    return f"{before}{clipped!r}{after}" if isinstance(value, str) else f"{before}{clipped}{after}"
