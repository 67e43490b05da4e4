"""What stands behind a bar in an expression: `{{ text|upper }}`. Every result is bounded."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockgw.canonical import encode
from mockgw.templates.problem import CannotSay

LONGEST = 65_536


def shown(value: Any) -> str:
    """Return a value as it stands in a text: JSON, but texts as they are and nothing for null.

    Raises CannotSay when it is longer than 64 kB.
    """
    if isinstance(value, str):
        return bounded(value)
    try:
        return "" if value is None else bounded(encode(value).decode())
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise CannotSay(f"a {type(value).__name__} cannot be written here") from None


def bounded(text: str) -> str:
    """Return the text; raises CannotSay when it is longer than 64 kB."""
    if len(text) > LONGEST:
        raise CannotSay(f"a text of {len(text)} characters is longer than {LONGEST}")
    return text


def _text(make: Callable[[str], str]) -> Callable[..., Any]:
    return lambda value: make(shown(value))


def _replace(value: Any, old: Any, new: Any) -> str:
    text = shown(value)
    if not (isinstance(old, str) and isinstance(new, str) and old):
        raise CannotSay("replace takes two texts, the first of them not empty")
    if len(text) + text.count(old) * (len(new) - len(old)) > LONGEST:
        raise CannotSay(f"replace would make a text longer than {LONGEST} characters")
    return text.replace(old, new)


def _length(value: Any) -> int:
    if isinstance(value, str | list | dict):
        return len(value)
    raise CannotSay(f"{shown(value) or 'null'} has no length")


def _end(position: int) -> Callable[[Any], Any]:
    def end(value: Any) -> Any:
        if isinstance(value, str | list) and value:
            return value[position]
        raise CannotSay("there is no first and no last of nothing")

    return end


def _join(value: Any, between: Any = ", ") -> str:
    if not isinstance(value, list) or not isinstance(between, str):
        raise CannotSay("join takes a list, and a text to stand between")
    total = len(between) * len(value)
    told = []
    for one in value:
        told.append(shown(one))
        total += len(told[-1])
        if total > LONGEST:
            raise CannotSay(f"join would make a text longer than {LONGEST} characters")
    return between.join(told)


def truncate(value: Any, most: Any = 80) -> str:
    """Return a text cut to so many characters."""
    text = value if isinstance(value, str) else shown(value)
    if type(most) is not int or most < 1:
        raise CannotSay("truncate takes a number of characters of at least 1")
    return text if len(text) <= most else text[: most - 1] + "…"


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise CannotSay(f"{shown(value)[:40]!r} is no whole number") from None


def _json(value: Any) -> str:
    try:
        return bounded(encode(value).decode())
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise CannotSay("that cannot be written as JSON") from None


# `default` is not here: whoever evaluates knows what is missing. The numbers are the least and
# the most values in brackets.
FILTERS: Mapping[str, tuple[Callable[..., Any], int, int]] = {
    "upper": (_text(str.upper), 0, 0),
    "lower": (_text(str.lower), 0, 0),
    "title": (_text(str.title), 0, 0),
    "capitalize": (_text(str.capitalize), 0, 0),
    "trim": (_text(str.strip), 0, 0),
    "length": (_length, 0, 0),
    "json": (_json, 0, 0),
    "string": (shown, 0, 0),
    "int": (_whole, 0, 0),
    "replace": (_replace, 2, 2),
    "join": (_join, 0, 1),
    "first": (_end(0), 0, 0),
    "last": (_end(-1), 0, 0),
    "truncate": (truncate, 0, 1),
}


def apply(name: str, value: Any, values: Sequence[Any]) -> Any:
    """Return what the filter makes of a value; raises CannotSay when it can make nothing."""
    made = FILTERS[name][0](value, *values)
    return bounded(made) if isinstance(made, str) else made
