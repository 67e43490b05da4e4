"""Checks JSON values against the types of whatever `openai` package the interpreter has.

Reads lines `{"kind": …, "value": …}` from stdin, kind being `response`, `response_event`,
`completion` or `chunk`; further keys are copied to the report. Writes one JSON line for each value
that its type does not accept as it stands, and exits with 1 if there was any.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseOutputItem, ResponseStreamEvent
from pydantic import BaseModel, ValidationError

_MOST_SHOWN = 8
# Stands where an item was that is checked by itself, so that only its own type is spoken of.
_ANY_ITEM = {"type": "function_call", "arguments": "", "call_id": "", "name": ""}
_KINDS: dict[str, type[BaseModel]] = {
    "response": Response,
    "completion": ChatCompletion,
    "chunk": ChatCompletionChunk,
}


def _members(union: Any) -> dict[str, type[BaseModel]]:
    """Return the members of a union by the value of their `type`."""
    return {
        name: member
        for member in get_args(get_args(union)[0])
        for name in get_args(member.model_fields["type"].annotation)
    }


_EVENTS, _ITEMS = _members(ResponseStreamEvent), _members(ResponseOutputItem)


def _type_of(kind: str, value: Any) -> type[BaseModel] | None:
    if kind == "response_event":
        return _EVENTS.get(value.get("type"))
    return _KINDS[kind]


def _problems(wanted: type[BaseModel] | None, value: Any, noun: str = "event") -> list[str]:
    if wanted is None:
        return [f"no member of the {noun} union has the type {value.get('type')!r}"]
    bare, items = _without_items(value)
    found: list[str] = []
    try:
        wanted.model_validate(bare, strict=True)
    except ValidationError as wrong:
        found += [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()]
    for item in items:
        kind = str(item.get("type"))
        told = _problems(_ITEMS.get(kind), item, "item")
        found += [f"{kind} {problem}" for problem in told]
    return found[:_MOST_SHOWN]


def _without_items(value: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Return the value without its output items, and the items."""
    if isinstance(value.get("response"), dict):
        response, items = _without_items(value["response"])
        return {**value, "response": response}, items
    if "item" in value:
        return {**value, "item": _ANY_ITEM}, [value["item"]]
    if value.get("object") == "response" and isinstance(value.get("output"), list):
        return {**value, "output": []}, value["output"]
    return value, []


def failures(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield each line's further keys and problems, when it has any."""
    for line in lines:
        told = json.loads(line)
        kind, value = told.pop("kind"), told.pop("value")
        problems = _problems(_type_of(kind, value), value)
        if problems:
            yield {**told, "kind": kind, "type": value.get("type"), "problems": problems}


def main() -> int:
    """Check stdin; return the exit code."""
    code = 0
    for failure in failures(sys.stdin):
        sys.stdout.write(json.dumps(failure) + "\n")
        code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
