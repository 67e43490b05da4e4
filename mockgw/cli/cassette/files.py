"""The cassettes that a command was given, one after the other."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from mockgw.cassette.reader import find_cassettes

_T = TypeVar("_T")
_MANY = 20


def files(paths: Iterable[str]) -> Iterator[Path]:
    """Yield the cassettes at the paths, each once, and show how far one is when they are many.

    Raises MockgwError when nothing is at a path.
    """
    found = [file for path in paths for file in find_cassettes(Path(path))]
    return tracked(list(dict.fromkeys(found)), "cassettes", _MANY)


def tracked(things: Sequence[_T], noun: str, many: int) -> Iterator[_T]:
    """Yield the things, with a bar on stderr when that is a terminal and they are `many`."""
    if len(things) < many or not sys.stderr.isatty():
        return iter(things)
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import track  # noqa: PLC0415

    return iter(track(things, noun, console=Console(stderr=True), transient=True))
