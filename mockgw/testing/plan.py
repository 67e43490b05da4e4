"""What one test wants of its gateway: its marks, the options of the run, and the defaults."""

import difflib
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mockgw.errors import MockgwError
from mockgw.tapes import LEVELS

MODES = ("auto", "replay", "synth")
UNUSED = ("ignore", "warn", "fail")
_WORDS = ("cassette", "mode", "match", "clock", "seed", "unused", "block_network")
# vcrpy's name for the mode in which nothing is recorded.
_ALIASES = {"none": "replay"}
_FORBIDDEN = re.compile(r'[<>?%*:|"\'/\\]')
_LONGEST_NAME = 255
_SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class Plan:
    """What holds for one test: where its answers come from, and how strictly it is held to them.

    `named` tells that the test asked for its cassettes; `default` is where its cassette would be.
    """

    mode: str
    cassettes: tuple[Path, ...]
    default: Path
    match: str
    clock: str
    seed: int | None
    unused: str


def plan(item: pytest.Item) -> Plan:
    """Return what holds for the test.

    Mode: option before environment before mark before ini; else `replay` for a test that has a
    cassette and `auto` for one that has none. Raises MockgwError for a mark that cannot be.
    """
    marked = _marked(item)
    default = default_cassette(item)
    named = _named(item, marked.get("cassette"))
    found = named or ((default,) if default.is_file() else ())
    mode = _chosen(item, "mockgw_mode", "MOCKGW_MODE", marked.get("mode"))
    mode = _ALIASES.get(mode, mode) or ("replay" if found else "auto")
    return Plan(
        mode=_one_of("mode", mode, MODES),
        cassettes=found,
        default=default,
        match=_one_of("match", str(marked.get("match") or "normalized"), LEVELS),
        clock=str(marked.get("clock") or ""),
        seed=marked.get("seed"),
        unused=_one_of(
            "unused",
            _chosen(item, "mockgw_unused", "MOCKGW_UNUSED", marked.get("unused")) or "ignore",
            UNUSED,
        ),
    )


def _chosen(item: pytest.Item, name: str, variable: str, marked: Any) -> str:
    option = item.config.getoption(name)
    return str(option or os.environ.get(variable) or marked or item.config.getini(name) or "")


def _marked(item: pytest.Item) -> dict[str, Any]:
    """Return the keywords of the test's marks, those nearest to the test winning."""
    merged: dict[str, Any] = {}
    for mark in item.iter_markers("mockgw"):
        if mark.args:
            raise MockgwError(
                f"@pytest.mark.mockgw takes keywords only, and got {mark.args[0]!r}.",
                f"Write @pytest.mark.mockgw(cassette={mark.args[0]!r}).",
            )
        for name, value in mark.kwargs.items():
            if name not in _WORDS:
                near = difflib.get_close_matches(name, _WORDS, n=1)
                hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(_WORDS)}."
                raise MockgwError(f"@pytest.mark.mockgw has no {name!r}.", hint)
            merged.setdefault(name, value)
    return merged


def _one_of(what: str, value: str, known: tuple[str, ...]) -> str:
    if value in known:
        return value
    near = difflib.get_close_matches(value, known, n=1)
    nearest = f" (nearest: {near[0]})" if near else ""
    raise MockgwError(
        f"mockgw knows no {what} {value!r}.", f"Give one of {', '.join(known)}{nearest}."
    )


def _named(item: pytest.Item, given: Any) -> tuple[Path, ...]:
    if given is None:
        return ()
    names = [given] if isinstance(given, str | Path) else list(given)
    return tuple(_found(item, Path(name)) for name in names)


def _found(item: pytest.Item, name: Path) -> Path:
    """Return the cassette: beside the test, in its `cassettes` folder, or below the root."""
    folder = item.path.parent
    for base in (folder, folder / "cassettes", default_folder(item), item.config.rootpath):
        if (base / name).exists():
            return base / name
    raise MockgwError(
        f"There is no cassette {str(name)!r} for {item.nodeid}.{_nearest(folder, name)}",
        "Looked beside the test, in its cassettes folder and below the root. Record it with vcrpy "
        f"or pytest-recording into {folder / 'cassettes' / name}, or leave the mark away to have "
        "answers synthesized.",
    )


def _nearest(folder: Path, name: Path) -> str:
    known = {path.name: path for path in (folder / "cassettes").rglob("*.yaml")}
    near = difflib.get_close_matches(name.name, known, n=1, cutoff=0.5)
    return f" The nearest is {known[near[0]].relative_to(folder)}." if near else ""


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
