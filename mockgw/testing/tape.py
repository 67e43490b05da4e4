"""Where a test's cassettes are, or will be."""

import difflib
import hashlib
import re
from os import PathLike
from pathlib import Path
from typing import Any

import pytest

from mockgw.errors import MockgwError
from mockgw.testing.choice import MARK
from mockgw.testing.place import beside, shortened

_FORBIDDEN = re.compile(r'[<>?%*:|"\'/\\]')
_LONGEST_NAME = 255
_SUFFIX = ".yaml"


def default_folder(item: pytest.Item) -> Path:
    """Return the folder that pytest-recording would use for the test's module."""
    return item.path.parent / "cassettes" / item.path.stem


def default_cassette(item: pytest.Item) -> Path:
    """Return the file that pytest-recording would use for the test: `Class.test[param].yaml`."""
    holder = getattr(item, "cls", None)
    name = f"{holder.__name__}.{item.name}" if holder is not None else item.name
    name = _FORBIDDEN.sub("-", name)
    if len(name) + len(_SUFFIX) > _LONGEST_NAME:
        tail = f"...{hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()}"
        name = name[: _LONGEST_NAME - len(_SUFFIX) - len(tail)] + tail
    return default_folder(item) / f"{name}{_SUFFIX}"


def named(item: pytest.Item, given: Any) -> tuple[Path, ...]:
    """Return the cassettes that a mark names; raises MockgwError for one that is not there."""
    return tuple(_there(item, name) for name in names(given))


def to_be(item: pytest.Item, given: Any) -> Path:
    """Return the file that the test is recorded into: the one that its mark names, or its own.

    Raises MockgwError when the mark names more than one, or a folder.
    """
    listed = names(given)
    if not listed:
        return default_cassette(item)
    if len(listed) > 1:
        raise MockgwError(
            f"{MARK}: one test is recorded into one cassette, and {len(listed)} are named.",
            "Name one while you record.",
        )
    path = beside(item, listed[0], "cassettes") or item.path.parent / "cassettes" / listed[0]
    if path.is_dir():
        raise MockgwError(
            f"{MARK}: {shortened(path, item.config.rootpath)} is a folder.",
            "Name a file in it while you record.",
        )
    return path if path.suffix else path.with_name(f"{path.name}{_SUFFIX}")


def names(given: Any) -> list[Path]:
    """Return the names in a mark, one or a list; raises MockgwError for what is no name."""
    if given is None:
        return []
    listed = list(given) if isinstance(given, list | tuple) else [given]
    for name in listed:
        if not isinstance(name, str | PathLike) or not str(name):
            raise MockgwError(f"{MARK}: {name!r} is no cassette.", "Give a file or a list of them.")
    return [Path(name) for name in listed]


def _there(item: pytest.Item, name: Path) -> Path:
    there = beside(item, name, "cassettes")
    if there is not None:
        return there
    folder, root = item.path.parent, item.config.rootpath
    target = shortened(folder / "cassettes" / name, root)
    raise MockgwError(
        f"There is no cassette {str(name)!r} for {item.nodeid}.{_nearest(folder, name, root)}",
        "Looked beside the test, in its cassettes folder and below the root. Record it into "
        f"{target} by --mockgw-mode=record, or leave the mark away to have answers synthesized.",
    )


def _nearest(folder: Path, name: Path, root: Path) -> str:
    known = {path.stem: path for path in sorted((folder / "cassettes").rglob("*.yaml"))}
    near = difflib.get_close_matches(name.stem, known, n=1)
    return f" The nearest is {shortened(known[near[0]], root)}." if near else ""
