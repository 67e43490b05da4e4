"""What is found at the end of a run: orphans, secrets, and what is to be taken out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mockgw.cassette.editing import edit
from mockgw.cassette.reader import content, find_cassettes, interactions
from mockgw.errors import MockgwError
from mockgw.recordings.recording import recording
from mockgw.runner import Cleaning
from mockgw.settings import Settings
from mockgw.testing.library import Library
from mockgw.testing.place import beside, shortened
from mockgw.testing.tally import Tally
from mockgw.testing.tape import default_cassette

_FOLDER = "cassettes"
_SCANNED = "mockgw/scanned"


def seen(tally: Tally, session: pytest.Session, library: Library | None) -> None:
    """Take note of what only this process knows: cassettes of no test, and late requests."""
    root = session.config.rootpath
    tally.find("orphans", orphans(session.items, tally.tests, root))
    for path in {
        path for told in tally.tests.values() if told["prune"] for path in told["cassettes"]
    }:
        tally.users[path] = [one.nodeid for one in session.items if _plays(one, root / path)]
    if library is not None:
        tally.late += library.late
        tally.rules += library.rules


def ended(tally: Tally, config: pytest.Config, why_not: str) -> None:
    """Judge the whole run; `why_not` says why it was none of the whole suite, "" when it was."""
    tally.whole = not why_not
    tally.find("secrets", secrets(tally, config))
    if why_not:
        tally.findings.pop("orphans", None)
    if any(told["prune"] for told in tally.tests.values()):
        done, against = ([], [why_not]) if why_not else prune(tally)
        tally.find("pruned", done)
        tally.find("unpruned", against)


def orphans(items: Iterable[pytest.Item], tested: Iterable[str], root: Path) -> list[str]:
    """Return the cassettes beside the tests of `tested` that none of all items would use."""
    known = list(items)
    asked = frozenset(tested)
    folders = {item.path.parent / _FOLDER for item in known if item.nodeid in asked}
    there = [file for folder in folders if folder.is_dir() for file in find_cassettes(folder)]
    if not there:
        return []
    used = {path for item in known for path in _used(item)}
    return sorted(
        shortened(file, root)
        for file in there
        if file not in used and used.isdisjoint(file.parents)
    )


def _used(item: pytest.Item) -> Iterable[Path]:
    """Return the files and folders that a test may play, by whichever plugin's word."""
    yield default_cassette(item)
    folder = item.path.parent / _FOLDER / item.path.stem
    for mark in item.iter_markers():
        if mark.name == "mockgw":
            given = mark.kwargs.get("cassette", ())
            for name in _names(given if isinstance(given, list | tuple) else [given]):
                yield beside(item, Path(name), _FOLDER) or folder / name
        elif mark.name in {"vcr", "default_cassette"}:
            for name in _names(mark.args):
                yield folder / name
                yield folder / f"{name}.yaml"


def _names(given: Iterable[object]) -> list[str]:
    return [str(one) for one in given if isinstance(one, str | Path)]


def _plays(item: pytest.Item, path: Path) -> bool:
    used = set(_used(item))
    return path in used or not used.isdisjoint(path.parents)


def secrets(tally: Tally, config: pytest.Config) -> list[str]:
    """Return where secrets are in the cassettes that were used, never what they are.

    A file that was clean is looked at again only when it, or what is secret, has changed.
    """
    looks = [Cleaning(msgspec.convert(one, Settings)) for one in tally.rules]
    seal = " ".join(look.seal for look in looks)
    cache = getattr(config, "cache", None)
    kept: Any = cache.get(_SCANNED, {}) if cache is not None else {}
    known = kept.get("files", {}) if kept.get("seal") == seal else {}
    found, clean = [], {}
    for name in dict.fromkeys(one for told in tally.tests.values() for one in told["cassettes"]):
        path = config.rootpath / name
        for file in find_cassettes(path) if path.exists() else ():
            stat = file.stat()
            stamp = [stat.st_mtime_ns, stat.st_size]
            if known.get(str(file)) != stamp:
                data = file.read_bytes()
                told = sorted({one for look in looks for one in look.scan(data)})
                shown = shortened(file, config.rootpath)
                found += [f"{shown}:{one.line}: {one.kind}" for one in told]
                if told:
                    continue
            clean[str(file)] = stamp
    if cache is not None and {**known, **clean} != known:
        cache.set(_SCANNED, {"seal": seal, "files": {**known, **clean}})
    return found


def prune(tally: Tally) -> tuple[list[str], list[str]]:
    """Take out the recordings that no test has played; return them, and what spoke against it.

    Only of cassettes all of whose tests have passed: what one that was skipped would play is not
    left over.
    """
    passed = {name for name, told in tally.tests.items() if told["passed"]}
    failed = {path for path, names in tally.users.items() if not passed.issuperset(names)}
    played = {where for told in tally.tests.values() for where in told["played"]}
    gone: dict[Path, dict[int, tuple[str, str]]] = {}
    for told in tally.tests.values():
        if failed.isdisjoint(told["cassettes"]):
            for where, (path, position, key) in zip(told["unused"], told["prune"], strict=False):
                if where not in played:
                    gone.setdefault(Path(path), {})[position] = (key, where)
    done: list[str] = []
    against = [f"{path}: not all of its tests have passed" for path in sorted(failed)]
    for path, places in gone.items():
        try:
            done += _pruned(path, places)
        except MockgwError as problem:
            against.append(problem.message)
    return done, against


def _pruned(path: Path, places: dict[int, tuple[str, str]]) -> list[str]:
    before = content(path)
    there = {one.position: one for one in interactions(before, path)}
    for position, (key, where) in places.items():
        now = recording(there[position]) if position in there else None
        if now is None or now.key != key:
            raise MockgwError(f"{where}: another recording is there by now; nothing was taken out.")
    edit(path, before, dict.fromkeys(places))
    return [where for _, where in places.values()]
