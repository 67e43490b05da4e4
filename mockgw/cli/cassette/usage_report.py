"""What a run played of its cassettes, as a report of pytest or the journal of a server tells it."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mockgw.cassette.interaction import Interaction
from mockgw.errors import MockgwError

# A recording's place: the file, and its line or (below 0) its number.
Place = tuple[str, int]
_WHERE = re.compile(r"(?P<path>.+?)(?::(?P<line>\d+)|, item (?P<item>\d+))")
_HOW = "Type: pytest --mockgw-unused warn --mockgw-report FILE"


@dataclass(slots=True)
class Used:
    """What was played, what was left, and whether all that was not played counts as left."""

    played: set[Place] = field(default_factory=set)
    left: set[Place] = field(default_factory=set)
    whole: bool = False

    def unused(self, one: Interaction, path: Path) -> bool:
        """Return whether nobody played the interaction of the cassette at `path`."""
        name = str(path.resolve())
        places = {(name, one.line), (name, -one.position)}
        return not places & self.played and (self.whole or bool(places & self.left))

    def check(self, found: list[Interaction], path: Path) -> None:
        """Raise MockgwError when what was told of the cassette at `path` is no longer so."""
        name = str(path.resolve())
        there = {place for one in found for place in ((name, one.line), (name, -one.position))}
        told = {place for place in self.played | self.left if place[0] == name}
        if told - there:
            line = max(place[1] for place in told - there)
            raise MockgwError(
                f"{path}: the report tells of a recording at line {line}, and none begins there: "
                "the file was changed since.",
                "Run the tests again, and prune by their new report.",
            )


def used(reports: tuple[str, ...]) -> Used:
    """Return what the reports tell together; raises MockgwError for a file that is none."""
    told = Used()
    for name in reports:
        report = _read(Path(name))
        if isinstance(report.get("tests"), dict):
            for test in report["tests"].values():
                told.played |= _places(test.get("played"))
                told.left |= _places(test.get("unused"))
        elif isinstance(report.get("entries"), list):
            _whole(report, name)
            told.played |= _places([entry.get("where") for entry in report["entries"]])
            told.whole = True
        else:
            raise MockgwError(f"{name}: it is neither a report of pytest nor a journal.", _HOW)
    if not told.played and not told.left:
        raise MockgwError("The reports tell of no recording, played or not.", _HOW)
    return told


def _read(path: Path) -> dict[str, Any]:
    try:
        report = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise MockgwError(f"{path}: cannot be read: {error.strerror}.", _HOW) from None
    except ValueError as error:
        raise MockgwError(f"{path}: not JSON: {error}.", _HOW) from None
    return report if isinstance(report, dict) else {}


def _whole(journal: dict[str, Any], name: str) -> None:
    """Refuse a journal that has forgotten what was asked first."""
    asked, kept = journal.get("counts", {}).get("requests", 0), len(journal["entries"])
    if asked > kept:
        raise MockgwError(
            f"{name}: the journal tells {kept} of {asked} requests, so more may have been played.",
            f"Run it again with --journal-size {asked}.",
        )


def _places(told: Any) -> set[Place]:
    found = (_WHERE.fullmatch(one) for one in told or () if isinstance(one, str))
    return {
        (str(Path(one["path"]).resolve()), int(one["line"] or 0) or -int(one["item"]))
        for one in found
        if one is not None
    }
