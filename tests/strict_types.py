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
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, ValidationError

_MOST_SHOWN = 8
_KINDS: dict[str, type[BaseModel]] = {
    "response": Response,
    "completion": ChatCompletion,
    "chunk": ChatCompletionChunk,
}


def _events() -> dict[str, type[BaseModel]]:
    """Return the members of the event union by the value of their `type`."""
    union = get_args(ResponseStreamEvent)[0]
    return {
        name: member
        for member in get_args(union)
        for name in get_args(member.model_fields["type"].annotation)
    }


def _type_of(kind: str, value: Any, events: dict[str, type[BaseModel]]) -> type[BaseModel] | None:
    if kind == "response_event":
        return events.get(value.get("type"))
    return _KINDS[kind]


def _problems(wanted: type[BaseModel] | None, value: Any) -> list[str]:
    if wanted is None:
        return [f"no member of the event union has the type {value.get('type')!r}"]
    try:
        wanted.model_validate(value, strict=True)
    except ValidationError as wrong:
        told = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()]
        return told[:_MOST_SHOWN]
    return []


def failures(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield each line's further keys and problems, when it has any."""
    events = _events()
    for line in lines:
        told = json.loads(line)
        kind, value = told.pop("kind"), told.pop("value")
        problems = _problems(_type_of(kind, value, events), value)
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
