"""How much work a validator has with one value: references side by side multiply it."""

from collections.abc import Callable
from typing import Any

Part = dict[str, Any]

_ASIDE = ("allOf", "anyOf", "oneOf")
_ASIDE_ONE = ("if", "then", "else", "not")
_BELOW = ("properties", "patternProperties")
_BELOW_ONE = ("items", "additionalProperties", "contains")


def effort(root: Part, references: Callable[[Part], list[Any]]) -> int:
    """Return how often parts of `root` are applied to the busiest value, recursion left out."""
    efforts: dict[int, int] = {}
    opened: set[int] = set()
    stack = [root]
    while stack:
        part = stack[-1]
        aside = _dicts([*references(part), *_aside(part)])
        below = _dicts(_below(part))
        if id(part) not in opened:
            opened.add(id(part))
            stack += [child for child in (*aside, *below) if id(child) not in opened]
            continue
        stack.pop()
        # A part that is still open refers back to itself: it counts once.
        deepest = max((efforts.get(id(child), 1) for child in below), default=0)
        efforts[id(part)] = 1 + sum(efforts.get(id(child), 1) for child in aside) + deepest
    return efforts[id(root)]


def _aside(part: Part) -> list[Any]:
    listed = [child for word in _ASIDE for child in part.get(word, ())]
    return [*listed, *(part[word] for word in _ASIDE_ONE if word in part)]


def _below(part: Part) -> list[Any]:
    named = [child for word in _BELOW for child in part.get(word, {}).values()]
    single = [part[word] for word in _BELOW_ONE if word in part]
    return [*named, *part.get("prefixItems", ()), *single]


def _dicts(schemas: list[Any]) -> list[Part]:
    return [schema for schema in schemas if isinstance(schema, dict)]
