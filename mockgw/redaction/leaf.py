"""Where in JSON's text each string stands, so that one can be changed and no other byte."""

import re
from collections.abc import Iterator
from typing import Any

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|[{}\[\],:]', re.DOTALL)
Path = tuple[str | int, ...]


def strings(text: str) -> Iterator[tuple[Path, int, int]]:
    """Yield each string value of valid JSON: its path, and where its inside begins and ends."""
    path: list[str | int] = []
    naming = False
    for found in _TOKEN.finditer(text):
        sign = found[0]
        if sign in "{[":
            path.append(0 if sign == "[" else "")
            naming = sign == "{"
        elif sign in "}]":
            path.pop()
            naming = False
        elif sign == ",":
            if path and isinstance(path[-1], int):
                path[-1] += 1
            naming = bool(path) and isinstance(path[-1], str)
        elif sign == ":":
            naming = False
        elif naming:
            path[-1] = found[1]
        else:
            yield tuple(path), found.start(1), found.end(1)


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
