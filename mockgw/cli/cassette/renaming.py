"""Ids of old answers, which later requests speak of, as the new answers have them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockgw.cassette.interaction import Interaction
from mockgw.model import Json

_NAMED = ("id", "call_id")
_LISTS = ("output", "choices", "tool_calls")
_SHORTEST = 8  # a shorter id might be part of something else


def renamed(recorded: Json, live: Json) -> dict[str, str]:
    """Return the ids of an old answer, each with what stands in its place in the new one."""
    return {old: new for old, new in _pairs(recorded, live) if old != new and len(old) >= _SHORTEST}


def _pairs(recorded: Any, live: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(recorded, dict) or not isinstance(live, dict):
        return
    for name in _NAMED:
        old, new = recorded.get(name), live.get(name)
        if isinstance(old, str) and isinstance(new, str):
            yield old, new
    yield from _pairs(recorded.get("message"), live.get("message"))
    for name in _LISTS:
        items, others = recorded.get(name), live.get(name)
        if isinstance(items, list) and isinstance(others, list):
            yield from _matched(items, others)


def _matched(items: list[Any], others: list[Any]) -> Iterator[tuple[str, str]]:
    """Pair the items of each type in their order: the first call with the first call."""
    left = list(others)
    for one in items:
        other = next((found for found in left if _type(found) == _type(one)), None)
        if other is not None:
            left.remove(other)
            yield from _pairs(one, other)


def _type(item: Any) -> Any:
    return item.get("type") if isinstance(item, dict) else None


def with_new_ids(one: Interaction, ids: Mapping[str, str]) -> Interaction:
    """Return the interaction with the new ids in its request."""
    uri, body = one.uri, one.request_body
    for old, new in ids.items():
        uri = uri.replace(old, new)
        body = body.replace(old.encode(), new.encode())
    return (
        one
        if (uri, body) == (one.uri, one.request_body)
        else replace(one, uri=uri, request_body=body)
    )
