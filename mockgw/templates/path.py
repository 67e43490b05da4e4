"""Paths into a JSON body: `$.input[0].role`, `$.tools[*].name`, `$['odd key']`."""

import re
from collections.abc import Sequence
from typing import Any

Step = str | int | None
_STEP = re.compile(
    r"\.(?P<name>[^\W\d][\w-]*)|\[(?P<index>-?\d{1,6})\]|\[(?P<all>\*)\]|\['(?P<key>[^']*)'\]"
)
_MOST_FOUND = 10_000


def steps(path: str) -> tuple[Step, ...]:
    """Return the steps of a path: names, positions, None for all of a list.

    Raises ValueError with the place where it stops being one.
    """
    found: list[Step] = []
    at = 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise ValueError(f"it cannot be read from {path[at : at + 12]!r} on")
        at = step.end()
        if step["index"] is not None:
            found.append(int(step["index"]))
        elif step["all"]:
            found.append(None)
        else:
            found.append(step["name"] if step["name"] is not None else step["key"])
    return tuple(found)


def found(value: Any, path: Sequence[Step]) -> list[Any]:
    """Return what the path leads to in the value: nothing, one thing, or several by `[*]`."""
    level = [value]
    for step in path:
        level = [inner for outer in level for inner in _inside(outer, step)][:_MOST_FOUND]
    return level


def _inside(outer: Any, step: Step) -> list[Any]:
    if isinstance(outer, list):
        if step is None:
            return outer
        if isinstance(step, int) and -len(outer) <= step < len(outer):
            return [outer[step]]
    elif isinstance(outer, dict) and isinstance(step, str) and step in outer:
        return [outer[step]]
    return []
