"""Where in JSON's text each string stands, so that one can be changed and no other byte."""

import re
from collections.abc import Iterator
from typing import Any

from mockgw.redaction.view import unescaped

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|[{}\[\],:]|-?\d[-+.\dEe]*', re.DOTALL)
_STRING, _NUMBER, _LIST = "string", "number", "list"
Path = tuple[str | int, ...]
Place = tuple[Path, int, int]


def strings(text: str) -> Iterator[Place]:
    """Yield each string value of valid JSON: its path, and where its inside begins and ends."""
    return (place for kind, place in _places(text) if kind == _STRING)


def lists(text: str) -> Iterator[Place]:
    """Yield each list of valid JSON: its path, and where its inside begins and ends."""
    return (place for kind, place in _places(text) if kind == _LIST)


def scalars(text: str) -> Iterator[tuple[bool, Place]]:
    """Yield each string and each number of valid JSON as its place, and whether it is a string."""
    return ((kind == _STRING, place) for kind, place in _places(text) if kind != _LIST)


def _places(text: str) -> Iterator[tuple[str, Place]]:
    path: list[str | int] = []
    starts: list[int] = []
    naming = False
    for found in _TOKEN.finditer(text):
        sign = found[0]
        if sign in "{[":
            path.append(0 if sign == "[" else "")
            starts.append(found.end())
            naming = sign == "{"
        elif sign in "}]":
            path.pop()
            start = starts.pop()
            naming = False
            if sign == "]":
                yield _LIST, (tuple(path), start, found.start())
        elif sign == ",":
            if isinstance(path[-1], int):
                path[-1] += 1
            naming = isinstance(path[-1], str)
        elif naming and sign != ":":
            path[-1] = unescaped(found[1])
            naming = False
        elif sign != ":":
            kind, group = (_NUMBER, 0) if found[1] is None else (_STRING, 1)
            yield kind, (tuple(path), found.start(group), found.end(group))


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield each string of a decoded JSON value with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
