"""How the answer of today differs from the recorded one: by meaning, not by ids and times."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from mockgw.canonical import decode, encode
from mockgw.errors import ApiError
from mockgw.model import Json

# What a reader does about a difference depends on its kind; `wording` is usual, the others not.
KINDS = STATUS, SHAPE, TOOLS, VALUE, USAGE, WORDING = (
    "status", "shape", "tools", "value", "usage", "wording",
)  # fmt: skip
# Other in every answer: only whether they are there, and as what, is compared.
_VOLATILE = frozenset(
    "id created encrypted_content logprobs obfuscation system_fingerprint moderation".split()
)
_VOLATILE_ENDS = ("_id", "_at")
_SAID = frozenset({"text", "content", "refusal", "reasoning", "input"})
_CALLED = frozenset({"function_call", "custom_tool_call", "function", "custom"})
_CLIP, _LEAD = 60, 20


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two answers differ; a side that has nothing there is None.

    `kind` is one of `KINDS`: another status, another shape (fields, items, types), other tool
    calls, another value, other usage, or the same thing in other words.
    """

    path: str
    kind: str
    recorded: Any
    live: Any

    def __str__(self) -> str:
        recorded, live = self.sides()
        return f"{self.path}: recorded {recorded}, now {live}"

    def sides(self) -> tuple[str, str]:
        """Return both sides for people, long ones cut to where they part."""
        start = _parting(self.recorded, self.live)
        return _shown(self.recorded, start), _shown(self.live, start)


def drift(
    recorded: Json, live: Json, recorded_status: int = 200, live_status: int = 200
) -> list[Difference]:
    """Return where two final provider objects differ, in the order of the recorded one.

    Ids, times and what else is new in every answer do not count; null is the same as nothing.
    JSON in a text or in the arguments of a tool is compared as JSON. After another status the
    objects have nothing in common, so that is all that is told.
    """
    if recorded_status != live_status:
        return [Difference("status", STATUS, recorded_status, live_status)]
    return list(_differ("", "", VALUE, recorded, live))


def _differ(path: str, name: str, kind: str, recorded: Any, live: Any) -> Iterator[Difference]:
    if _sort(recorded) != _sort(live):
        yield Difference(path, kind if kind in {TOOLS, USAGE} else SHAPE, recorded, live)
    elif recorded is None or name in _VOLATILE or name.endswith(_VOLATILE_ENDS):
        return
    elif isinstance(recorded, dict):
        yield from _members(path, kind, recorded, live)
    elif isinstance(recorded, list):
        yield from _items(path, name, kind, recorded, live)
    elif recorded != live:
        yield from _values(path, name, kind, recorded, live)


def _members(path: str, kind: str, recorded: Json, live: Json) -> Iterator[Difference]:
    if str(recorded.get("type")) in _CALLED or str(live.get("type")) in _CALLED:
        kind = TOOLS
    for name in [*recorded, *(name for name in live if name not in recorded)]:
        inner = f"{path}.{name}" if path else str(name)
        # What is under these names is told as theirs, however deep.
        within = {"usage": USAGE, "tool_calls": TOOLS}.get(name, kind)
        yield from _differ(inner, name, within, recorded.get(name), live.get(name))


def _items(
    path: str, name: str, kind: str, recorded: list[Any], live: list[Any]
) -> Iterator[Difference]:
    """Compare item by item; of items with a type, only those that stand for each other."""
    types, live_types = _types(recorded), _types(live)
    if types is None or live_types is None:
        for place, (one, other) in enumerate(zip_longest(recorded, live)):
            yield from _differ(f"{path}[{place}]", name, kind, one, other)
        return
    matched = SequenceMatcher(None, types, live_types, autojunk=False)
    for _, start, end, live_start, live_end in matched.get_opcodes():
        if types[start:end] == live_types[live_start:live_end]:
            for place in range(end - start):
                one, other = recorded[start + place], live[live_start + place]
                yield from _differ(f"{path}[{start + place}]", name, kind, one, other)
            continue
        for place in range(start, end):
            yield Difference(f"{path}[{place}]", _of_item(types[place]), recorded[place], None)
        for place in range(live_start, live_end):
            yield Difference(f"{path}[{place}]", _of_item(live_types[place]), None, live[place])


def _types(items: list[Any]) -> list[str] | None:
    types = [item.get("type") if isinstance(item, dict) else None for item in items]
    told = [one for one in types if isinstance(one, str)]
    return told if len(told) == len(types) else None


def _of_item(kind: str) -> str:
    return TOOLS if kind in _CALLED else SHAPE


def _values(path: str, name: str, kind: str, recorded: Any, live: Any) -> Iterator[Difference]:
    if name in _SAID or name == "arguments":
        within = TOOLS if kind == TOOLS else WORDING
        one, other = _parsed(recorded), _parsed(live)
        if one is not None and other is not None:
            yield from _differ(path, "", within, one, other)
            return
        kind = within
    yield Difference(path, kind, recorded, live)


def _parsed(text: Any) -> Any:
    """Return the object or list that the text is as JSON, or None."""
    if not isinstance(text, str) or text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        return decode(text.encode("utf-8", "surrogatepass"))
    except ApiError:
        return None


def _sort(value: Any) -> str:
    match value:
        case bool():
            return "truth"
        case int() | float():
            return "number"
        case _:
            return type(value).__name__


def _parting(one: Any, other: Any) -> int:
    """Return where two texts part."""
    if not isinstance(one, str) or not isinstance(other, str):
        return 0
    pairs = enumerate(zip_longest(one, other))
    return next((place for place, (a, b) in pairs if a != b), 0)


def _shown(value: Any, start: int) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else encode(value).decode()
    begin = max(start - _LEAD, 0) if len(text) > _CLIP else 0
    clipped = text[begin : begin + _CLIP]
    before, after = "…" if begin else "", "…" if begin + _CLIP < len(text) else ""
    return f"{before}{clipped!r}{after}" if isinstance(value, str) else f"{before}{clipped}{after}"
