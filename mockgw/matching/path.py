"""JSON paths of what does not count: `$.user`, `$.tools[*].name`, `$..id`, `$['a b'][0]`."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from mockgw.errors import MockgwError

_STEP = re.compile(
    r"(?P<deep>\.\.)?"
    r"(?:(?:(?(deep)|\.))(?P<name>[^\s.\[\]'\"*]+)|(?(deep)|\.)(?P<star>\*)"
    r"|\[(?:(?P<index>\d+)|(?P<any>\*)|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\")\])"
)


class Step(NamedTuple):
    """One step of a path: a name, an index, or None for all; `deep` goes to any depth first."""

    key: str | int | None
    deep: bool


@lru_cache(maxsize=512)
def steps(path: str) -> tuple[Step, ...]:
    """Return the steps of the path; raises MockgwError when it is none."""
    found: list[Step] = []
    place = 1
    while path.startswith("$") and place < len(path):
        step = _STEP.match(path, place)
        if step is None:
            break
        found.append(_step(step))
        place = step.end()
    if not found or place < len(path):
        raise MockgwError(
            f"{path!r} is no JSON path.",
            "Write one such as $.metadata.run, $.tools[*].description or $..id.",
        )
    return tuple(found)


def _step(step: re.Match[str]) -> Step:
    deep = step["deep"] is not None
    if step["index"] is not None:
        return Step(int(step["index"]), deep)
    names = (step[group] for group in ("name", "single", "double"))
    return Step(next((name for name in names if name is not None), None), deep)


def without(value: Any, path: tuple[Step, ...]) -> Any:
    """Return the value without what stands at the path; the value itself is left as it is."""
    if isinstance(value, dict):
        kept = ((name, _within(inner, name, path)) for name, inner in value.items())
        return {name: inner for name, inner in kept if inner is not _GONE}
    if isinstance(value, list):
        within = (_within(inner, place, path) for place, inner in enumerate(value))
        return [inner for inner in within if inner is not _GONE]
    return value


def leads(path: tuple[Step, ...], place: tuple[str | int, ...]) -> bool:
    """Return whether the path leads to a place in JSON, or to what the place is in."""
    if not path:
        return True
    if not place:
        return False
    first = path[0]
    here = first.key is None or first.key == place[0]
    return (here and leads(path[1:], place[1:])) or (first.deep and leads(path, place[1:]))


_GONE: Any = object()


def _within(inner: Any, key: str | int, path: tuple[Step, ...]) -> Any:
    first, rest = path[0], path[1:]
    if first.key is None or first.key == key:
        if not rest:
            return _GONE
        inner = without(inner, rest)
    return without(inner, path) if first.deep else inner
