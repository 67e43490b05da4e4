"""Opens a test's part of the run's gateway, and closes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest

from mockgw.environment import FOREIGN_KEYS, child_environment
from mockgw.runner import Gateway
from mockgw.tapes import Tapes, load
from mockgw.testing.gateway import MockGateway
from mockgw.testing.plan import Plan

_Stamp = tuple[tuple[str, int, int], ...]
_NOTHING = Tapes(())


class Library:
    """Cassettes read in this run: read again only when the file has changed."""

    def __init__(self) -> None:
        self._read: dict[tuple[Path, ...], tuple[_Stamp, Tapes]] = {}

    def tapes(self, paths: tuple[Path, ...], level: str) -> Tapes:
        """Return the recordings of the files, none of them played."""
        if not paths:
            return _NOTHING.anew(level)
        stamp = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
        kept = self._read.get(paths)
        if kept is None or kept[0] != stamp:
            kept = self._read[paths] = (stamp, load(paths))
        return kept[1].anew(level)


@contextmanager
def opened(
    item: pytest.Item, server: Gateway, plan: Plan, library: Library
) -> Iterator[MockGateway]:
    """Give the test a gateway of its own, with the environment that leads clients to it."""
    settings = msgspec.structs.replace(
        server.settings,
        mode=plan.mode,
        clock=plan.clock or server.settings.clock,
        seed=server.settings.seed if plan.seed is None else plan.seed,
    )
    settings.check()
    tapes = library.tapes(plan.cassettes, plan.match)
    session = server.session(_name(item.nodeid), settings, tapes)
    with pytest.MonkeyPatch.context() as patch:
        for name in FOREIGN_KEYS:
            patch.delenv(name, raising=False)
        for name, value in child_environment({}, session.url, settings.api_keys).items():
            patch.setenv(name, value)
        try:
            key = settings.api_keys[0] if settings.api_keys else None
            yield MockGateway(session, tapes, key) if key else MockGateway(session, tapes)
        finally:
            server.sessions.close(session)


def _name(nodeid: str) -> str:
    """Return a name that is the same in every run, and short enough for a URL that people read."""
    test = nodeid.rpartition("::")[2].partition("[")[0]
    return f"{test[:40]}-{blake2b(nodeid.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"
