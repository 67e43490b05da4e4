"""What stands at the JSON paths of which a project keeps no value."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from mockgw.canonical import decode
from mockgw.errors import ApiError
from mockgw.matching.path import leads, steps
from mockgw.redaction.bare import ZERO
from mockgw.redaction.event import events
from mockgw.redaction.leaf import Path, scalars
from mockgw.redaction.placeholder import PLACEHOLDER
from mockgw.redaction.span import Edit
from mockgw.redaction.view import unescaped

# In what a door or an event wraps a request or an answer.
_AROUND = frozenset({"input", "inputs", "query", "response", "result"})
_NUMBER = re.compile(r"[-+.\deE]+", re.ASCII)


class Value(NamedTuple):
    """A string or a number, without escapes, and where it stands in a text."""

    start: int
    end: int
    text: str
    is_string: bool


class Hidden:
    """Finds what stands at the paths, in JSON and in the events of a stream alike.

    A path counts from the provider's own request or answer, whatever a door wraps around it.
    Strings become placeholders and numbers 0; true, false and null tell nothing, and stay.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = [steps(path) for path in paths]

    def __bool__(self) -> bool:
        return bool(self._paths)

    def values(self, text: str) -> Iterator[Value]:
        """Yield the values in the text that are not hidden yet."""
        if not self._paths:
            return
        for begin, end in _documents(text):
            for is_string, (path, start, stop) in scalars(text[begin:end]):
                inner = text[begin + start : begin + stop]
                told = _meant(inner) if is_string else inner
                if self._at(path) and not _hides(told, is_string=is_string):
                    yield Value(begin + start, begin + stop, told, is_string)

    def edits(self, text: str, name: Callable[[str], str]) -> list[Edit]:
        """Return what must change in the text; `name` gives the placeholder of a string."""
        return [
            Edit(one.start, one.end, name(one.text) if one.is_string else ZERO)
            for one in self.values(text)
        ]

    def of(self, value: Any, path: Path = ()) -> Iterator[str]:
        """Yield the values in a decoded body that are not hidden yet, as texts."""
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from self.of(inner, (*path, name))
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from self.of(inner, (*path, index))
        elif _is_scalar(value) and self._at(path):
            told = str(value)
            if not _hides(told, is_string=isinstance(value, str)):
                yield told

    def replaced(
        self, value: Any, name: Callable[[str], str], other: Callable[[str], str], path: Path = ()
    ) -> Any:
        """Return a decoded body with placeholders; `other` gives what else becomes of a text."""
        if isinstance(value, dict):
            return {
                other(key): self.replaced(inner, name, other, (*path, key))
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [
                self.replaced(inner, name, other, (*path, index))
                for index, inner in enumerate(value)
            ]
        if not _is_scalar(value):
            return value
        if not self._at(path):
            return other(value) if isinstance(value, str) else _number(value, other)
        if isinstance(value, str):
            return value if _hides(value, is_string=True) else name(value)
        return 0

    def _at(self, place: Path) -> bool:
        around = 0
        # The universal endpoint lists what it asks.
        if len(place) > 1 and isinstance(place[0], int) and place[1] == "query":
            around = 2
        elif place and place[0] in _AROUND:
            around = 1
        rests = (place, place[around:]) if around else (place,)
        return any(leads(path, rest) for path in self._paths for rest in rests)


def telling(values: Iterable[str]) -> list[str]:
    """Return the values that can be looked for elsewhere, without the JSON around being spoilt.

    Where a number stands a number must stand, which is possible for whole ones.
    """
    return [one for one in values if one.isdigit() or not _NUMBER.fullmatch(one)]


def _meant(inner: str) -> str:
    """Return the text that the inside of a JSON string means."""
    if "\\" not in inner:
        return inner
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return unescaped(inner)


def _documents(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the JSON in a text begins and ends: that of each event, or the whole."""
    yield from ((one.start, one.end) for one in events(text))
    if text[:64].lstrip().startswith("["):
        try:
            decode(text.encode("utf-8", "surrogateescape"))
        except ApiError:
            return
        yield 0, len(text)


def _number(value: float, other: Callable[[str], str]) -> float:
    """Return what becomes of a number that may be a secret's digits."""
    told = other(str(value))
    try:
        return value if told == str(value) else type(value)(told)
    except ValueError:
        return value


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _hides(told: str, *, is_string: bool) -> bool:
    """Return whether there is nothing to hide, or a placeholder already."""
    if is_string:
        return not told or PLACEHOLDER.fullmatch(told) is not None
    return told == ZERO
