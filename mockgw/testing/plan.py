"""What one test wants of its gateway: its marks, the options of the run, and the defaults."""

import difflib
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import pytest

from mockgw.errors import MockgwError
from mockgw.tapes import LEVELS
from mockgw.testing.place import shortened

MODES = ("auto", "replay", "synth")
UNUSED = ("ignore", "warn", "fail")
_MARK = "@pytest.mark.mockgw"
_WORDS = ("cassette", "mode", "match", "clock", "seed", "unused", "block_network")
# vcrpy's name for the mode in which nothing is recorded.
_ALIASES = {"none": "replay"}
_FORBIDDEN = re.compile(r'[<>?%*:|"\'/\\]')
_LONGEST_NAME = 255
_SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class Plan:
    """What holds for one test: where its answers come from, and how strictly it is held to them.

    `default` is where its cassette would be; `home` is that path as people write it.
    """

    mode: str
    cassettes: tuple[Path, ...]
    default: Path
    home: str
    match: str
    clock: str
    seed: int | None
    unused: str


def plan(item: pytest.Item) -> Plan:
    """Return what holds for the test.

    Mode and what to do about unused recordings: option before environment before mark before ini.
    Without any of them a test that has a cassette of its own is in mode `replay`, another one in
    `auto`. Raises MockgwError for a mark or a setting that cannot be.
    """
    marked = _marked(item)
    default = default_cassette(item)
    own = _named(item, marked.get("cassette")) or ((default,) if default.is_file() else ())
    mode = _chosen(item, "mode", marked, (*MODES, *_ALIASES)) or ("replay" if own else "auto")
    unused = _chosen(item, "unused", marked, UNUSED) or "ignore"
    match = _checked("match", marked.get("match") or "normalized", LEVELS, _MARK)
    clock = marked.get("clock")
    return Plan(
        mode=_ALIASES.get(mode, mode),
        cassettes=own or _shared(item.config),
        default=default,
        home=shortened(default, item.config.rootpath),
        match=match,
        clock="" if clock is None else str(clock),
        seed=_seed(marked.get("seed")),
        # What all tests share is not for one of them to play to its end.
        unused=unused if own else "ignore",
    )


def _chosen(item: pytest.Item, word: str, marked: Mapping[str, Any], known: tuple[str, ...]) -> str:
    """Return the first choice there is, "" when there is none."""
    variable = f"MOCKGW_{word.upper()}"
    choices = (
        (f"--mockgw-{word}", item.config.getoption(f"mockgw_{word}")),
        (variable, os.environ.get(variable)),
        (_MARK, marked.get(word)),
        (f"ini mockgw_{word}", item.config.getini(f"mockgw_{word}")),
    )
    for source, value in choices:
        if value:
            return _checked(word, value, known, source)
    return ""


def _marked(item: pytest.Item) -> dict[str, Any]:
    """Return the keywords of the test's marks, those nearest to the test winning."""
    merged: dict[str, Any] = {}
    for mark in item.iter_markers("mockgw"):
        if mark.args:
            raise MockgwError(
                f"{_MARK} takes keywords only, and got {mark.args[0]!r}.",
                f"Write {_MARK}(cassette={mark.args[0]!r}).",
            )
        for name, value in mark.kwargs.items():
            if name not in _WORDS:
                near = difflib.get_close_matches(name, _WORDS, n=1)
                hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(_WORDS)}."
                raise MockgwError(f"{_MARK} has no {name!r}.", hint)
            merged.setdefault(name, value)
    return merged


def _checked(word: str, value: Any, known: tuple[str, ...], source: str) -> str:
    if value in known:
        return str(value)
    near = difflib.get_close_matches(str(value), known, n=1)
    nearest = f" (nearest: {near[0]})" if near else ""
    shown = ", ".join(one for one in known if one not in _ALIASES)
    raise MockgwError(f"{source}: there is no {word} {value!r}.", f"Give one of {shown}{nearest}.")


def _seed(given: Any) -> int | None:
    if given is None or type(given) is int:
        return given
    raise MockgwError(f"{_MARK}: {given!r} is no seed.", "Give a whole number.")


def _shared(config: pytest.Config) -> tuple[Path, ...]:
    """Return the cassettes of the whole run."""
    given: list[str] = config.getoption("mockgw_cassettes") or []
    listed = [Path(config.invocation_params.dir, name) for name in given]
    paths = tuple(listed or config.getini("mockgw_cassettes"))
    for path in paths:
        if not path.exists():
            raise MockgwError(f"There is no cassette {str(path)!r}.", "Correct mockgw_cassettes.")
    return paths


def _named(item: pytest.Item, given: Any) -> tuple[Path, ...]:
    if given is None:
        return ()
    names = list(given) if isinstance(given, list | tuple) else [given]
    for name in names:
        if not isinstance(name, str | PathLike) or not str(name):
            raise MockgwError(
                f"{_MARK}: {name!r} is no cassette.", "Give a file or a list of them."
            )
    return tuple(_found(item, Path(name)) for name in names)


def _found(item: pytest.Item, name: Path) -> Path:
    """Return the cassette: beside the test, in its `cassettes` folder, or below the root."""
    folder, root = item.path.parent, item.config.rootpath
    for base in (folder, folder / "cassettes", default_folder(item), root):
        if (base / name).exists():
            return base / name
    target = shortened(folder / "cassettes" / name, root)
    raise MockgwError(
        f"There is no cassette {str(name)!r} for {item.nodeid}.{_nearest(folder, name, root)}",
        "Looked beside the test, in its cassettes folder and below the root. Record it with vcrpy "
        f"or pytest-recording into {target}, or leave the mark away to have answers synthesized.",
    )


def _nearest(folder: Path, name: Path, root: Path) -> str:
    known = {path.stem: path for path in sorted((folder / "cassettes").rglob("*.yaml"))}
    near = difflib.get_close_matches(name.stem, known, n=1)
    return f" The nearest is {shortened(known[near[0]], root)}." if near else ""


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
