"""What one test wants of its gateway: its marks, the options of the run, and the defaults."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mockgw.errors import MockgwError
from mockgw.matching.turns import CYCLE, ERROR, LAST
from mockgw.testing.choice import MARK, Choice, checked, chosen, in_ci, marked
from mockgw.testing.matchers import Matching, matching
from mockgw.testing.place import shortened
from mockgw.testing.suite import Suite, suite
from mockgw.testing.tape import default_cassette, named, to_be

MODES = ("auto", "replay", "synth", "record", "rerecord", "live")
WRITING = frozenset({"record", "rerecord"})
UPSTREAM = WRITING | {"live"}
PLAYING = frozenset({"auto", "replay", "record"})
UNUSED = ("ignore", "warn", "fail", "prune")
REPEATS = (ERROR, LAST, CYCLE)
# The words of vcrpy and of pytest-recording for the same.
ALIASES = {"none": "replay", "new_episodes": "record", "all": "rerecord", "rewrite": "rerecord"}
_ONCE = "once"
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What holds for one test: where its answers come from, and how strictly it is held to them.

    `default` is where its cassette would be; `home` is that path as people write it. `target` is
    what it is recorded into, `named` says that its mark names that file. `matching` and `repeats`
    are None and "" where the mark says nothing; `suite` is what vcrpy was told. `expire` is after
    how many days a recording is out of date, 0 for never. `settings` are those that the mark
    changes.
    """

    mode: str
    cassettes: tuple[Path, ...]
    default: Path
    home: str
    target: Path | None
    named: bool
    shared: bool
    matching: Matching | None
    suite: Suite | None
    repeats: str
    unused: str
    upstream: str
    expire: float = 0.0
    templates: tuple[Any, ...] = ()
    faults: Any = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def plan(item: pytest.Item, vcrpy: Mapping[str, Any]) -> Plan:
    """Return what holds for the test; `vcrpy` is what its suite has told vcrpy.

    Mode and what to do about unused recordings: option before environment before mark before ini.
    Without any of them a test that has a cassette of its own is in mode `replay`, another one in
    `auto`. Raises MockgwError for a mark or a setting that cannot be.
    """
    told = marked(item)
    default = default_cassette(item)
    mode, target = _mode(item, told, default)
    own = _own(item, told, default, mode, target)
    unused = chosen(item, "unused", told, UNUSED)
    _check_ci("unused", unused, writes=unused.word == "prune")
    cassettes = own or (() if mode in UPSTREAM else _shared(item.config))
    match, repeats = told.get("match"), told.get("repeats")
    return Plan(
        mode=mode,
        cassettes=cassettes,
        default=default,
        home=shortened(default, item.config.rootpath),
        target=target,
        named=told.get("cassette") is not None,
        shared=not own and mode not in UPSTREAM,
        matching=None if match is None else matching(match, MARK),
        suite=suite(item, vcrpy) if cassettes else None,
        repeats="" if repeats is None else checked("repeats", repeats, REPEATS, MARK),
        # What all tests share is not for one of them to play to its end.
        unused=(unused.word or "ignore") if own and mode in PLAYING else "ignore",
        upstream=_upstream(item.config),
        expire=_expire(item.config),
        templates=_listed(told.get("template")),
        faults=told.get("faults", ()),
        settings=_settings(told),
    )


def _mode(item: pytest.Item, told: Mapping[str, Any], default: Path) -> tuple[str, Path | None]:
    """Return the mode, and the file that the test is recorded into, None when it is not."""
    choice = chosen(item, "mode", told, MODES, (*ALIASES, _ONCE))
    mode = ALIASES.get(choice.word, choice.word)
    if not mode:
        return ("replay" if told.get("cassette") or default.is_file() else "auto"), None
    if mode == _ONCE:
        mode = "replay" if to_be(item, told.get("cassette")).is_file() else "record"
    if mode in UPSTREAM:
        _check_vcrpy(item, mode)
    if mode not in WRITING:
        return mode, None
    _check_ci("mode", choice, writes=True)
    return mode, to_be(item, told.get("cassette"))


def _own(
    item: pytest.Item, told: Mapping[str, Any], default: Path, mode: str, target: Path | None
) -> tuple[Path, ...]:
    """Return the cassettes that the test plays alone."""
    if mode in {"rerecord", "live"}:
        return ()
    if target is not None:
        return (target,) if target.is_file() else ()
    return named(item, told.get("cassette")) or ((default,) if default.is_file() else ())


def _check_ci(name: str, choice: Choice, *, writes: bool) -> None:
    """Refuse to change files in continuous integration unless the command line says so."""
    if writes and in_ci() and not choice.typed:
        raise MockgwError(
            f"{choice.source}: {name} {choice.word} changes cassettes, and CI is set.",
            f"Give --mockgw-{name}={choice.word} on the command line if that is meant.",
        )


def _check_vcrpy(item: pytest.Item, mode: str) -> None:
    """Refuse to record what vcrpy would answer in the upstream's place."""
    recording = item.config.pluginmanager.hasplugin("recording")
    stopped = item.config.getoption("--disable-recording", False)
    if recording and not stopped and item.get_closest_marker("vcr") is not None:
        raise MockgwError(
            f"Mode {mode}: the mark vcr is on this test, so vcrpy would answer for the upstream.",
            "Add --disable-recording, which is pytest-recording's own word.",
        )


def _upstream(config: pytest.Config) -> str:
    """Return whom a run asks that records, "" when only the settings may say it."""
    return str(
        config.getoption("mockgw_upstream")
        or os.environ.get("MOCKGW_UPSTREAM")
        or config.getini("mockgw_upstream")
    )


def _expire(config: pytest.Config) -> float:
    given = str(config.getini("mockgw_expire")).strip()
    if not given:
        return 0.0
    if not given.isdecimal() or not 0 < int(given) <= _LONGEST:
        raise MockgwError(
            f"ini mockgw_expire: {given!r} is no number of days.", "Give a whole number above 0."
        )
    return float(given)


def _settings(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the mark changes."""
    changed: dict[str, Any] = {}
    if told.get("clock") is not None:
        changed["clock"] = str(told["clock"])
    seed = told.get("seed")
    if seed is not None:
        if type(seed) is not int:
            raise MockgwError(f"{MARK}: {seed!r} is no seed.", "Give a whole number.")
        changed["seed"] = seed
    for word, example in _RULES.items():
        given = _listed(told.get(word))
        for one in given:
            if not isinstance(one, str):
                what = "JSON path" if word == "ignore" else "rule"
                raise MockgwError(f"{MARK}: {one!r} is no {what}.", f"Give one such as {example}.")
        if given:
            changed[word] = given
    return changed


_RULES = {"ignore": "$.user", "timing": "'realistic'", "limits": "'requests=60/minute'"}


def _listed(given: Any) -> tuple[Any, ...]:
    if given is None:
        return ()
    return tuple(given) if isinstance(given, list | tuple) else (given,)


def _shared(config: pytest.Config) -> tuple[Path, ...]:
    """Return the cassettes of the whole run."""
    given: list[str] = config.getoption("mockgw_cassettes") or []
    listed = [Path(config.invocation_params.dir, name) for name in given]
    paths = tuple(listed or config.getini("mockgw_cassettes"))
    for path in paths:
        if not path.exists():
            raise MockgwError(f"There is no cassette {str(path)!r}.", "Correct mockgw_cassettes.")
    return paths
