"""What the tests of a run share: cassettes once read, and the names once given."""

from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

from mockgw.asked import call_of, shown
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import find_cassettes, read
from mockgw.model import Entry
from mockgw.recordings import Index
from mockgw.runner import Cleaning, sidecars
from mockgw.tapes import Play, Tapes, load
from mockgw.testing.plan import UPSTREAM, Plan

_Stamp = tuple[tuple[str, int, int], ...]
_SHOWN = 40


class Library:
    """Cassettes once read, and the names once given.

    A cassette is read again only when its file has changed. `late` are the requests that came
    after the end of the test whose session they name, in words; `rules` are those by which secrets
    were taken out.
    """

    def __init__(self) -> None:
        self._read: dict[tuple[Path, ...], tuple[_Stamp, Cleaning, Tapes]] = {}
        self._named: Counter[str] = Counter()
        self._tests: dict[str, str] = {}
        self._ended: dict[str, float] = {}
        self._running = ""
        self.late: list[str] = []
        self.rules: list[dict[str, Any]] = []

    def tapes(self, plan: Plan, play: Play, clean: Cleaning) -> Tapes:
        """Return the test's recordings, none of them played; `clean` is its gateway's."""
        if clean.rules not in self.rules:
            self.rules.append(clean.rules)
        paths = plan.cassettes
        if plan.mode in UPSTREAM:
            # What is recorded is added to them, which is not for the tests that come after.
            return load(paths, clean, sidecars(clean)).anew(play)
        if not paths:
            return Tapes(Index((), clean), play)
        if plan.suite is not None and plan.suite.kept is not None:
            return _as_vcrpy(paths, plan.suite.kept, play, clean)
        stamp = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
        kept = self._read.get(paths)
        if kept is None or kept[:2] != (stamp, clean):
            kept = self._read[paths] = (stamp, clean, load(paths, clean, sidecars(clean)))
        return kept[2].anew(play)

    def name(self, nodeid: str) -> str:
        """Return a session's name: the same in every run, and short enough for people to read.

        A test that is run again has another one, so that it does not meet what it left behind.
        """
        test = nodeid.rpartition("::")[2].partition("[")[0]
        digest = blake2b(nodeid.encode("utf-8", "replace"), digest_size=6).hexdigest()
        self._named[nodeid] += 1
        count = self._named[nodeid]
        name = f"{test[:40]}-{digest}{f'-{count}' if count > 1 else ''}"
        self._tests[name] = self._running = nodeid
        return name

    def over(self, name: str) -> None:
        """Take note that the test of the session has ended."""
        self._ended[name] = monotonic()
        self._running = ""

    def came_late(self, entry: Entry, clean: Cleaning) -> None:
        """Take note of a request to a session that has ended: whose it was, and how late."""
        passed = monotonic() - self._ended.get(entry.session, monotonic())
        during = f", while {self._running} ran" if self._running else ""
        path = entry.path.partition(f"/_s/{quote(entry.session, safe='')}")[2] or entry.path
        # A secret that is cut would no longer be known for one.
        said = shown(call_of(entry), clean)[:_SHOWN]
        told = f"{entry.method} {path} {said!r}, {passed:.1f} s after"
        test = self._tests.get(entry.session, entry.session)
        self.late.append(clean(f"{told} {test} had ended{during}"))


def _as_vcrpy(
    paths: tuple[Path, ...],
    kept: Callable[[Interaction], Interaction | None],
    play: Play,
    clean: Cleaning,
) -> Tapes:
    """Return the recordings as the suite's vcrpy would have loaded them."""
    files = [file for path in paths for file in find_cassettes(path)]
    found = (kept(one) for file in files for one in read(file))
    return Tapes(Index((one for one in found if one is not None), clean), play)
