"""Opens a test's part of the run's gateway, and closes it."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest

from mockgw.environment import FOREIGN_KEYS, TEST_KEY, child_environment
from mockgw.runner import Gateway, clean
from mockgw.tapes import Tapes, load
from mockgw.testing.gateway import MockGateway
from mockgw.testing.plan import Plan

_Stamp = tuple[tuple[str, int, int], ...]
_NOTHING = Tapes(())
_PROXIES = ("NO_PROXY", "no_proxy")


class Library:
    """What is shared by the tests of a run: cassettes once read, and the names once given.

    A cassette is read again only when its file has changed.
    """

    def __init__(self) -> None:
        self._read: dict[tuple[Path, ...], tuple[_Stamp, Tapes]] = {}
        self._named: Counter[str] = Counter()

    def tapes(self, paths: tuple[Path, ...], level: str) -> Tapes:
        """Return the recordings of the files, none of them played."""
        if not paths:
            return _NOTHING.anew(level)
        stamp = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
        kept = self._read.get(paths)
        if kept is None or kept[0] != stamp:
            kept = self._read[paths] = (stamp, load(paths, clean))
        return kept[1].anew(level)

    def name(self, nodeid: str) -> str:
        """Return a session's name: the same in every run, and short enough for people to read.

        A test that is run again has another one, so that it does not meet what it left behind.
        """
        test = nodeid.rpartition("::")[2].partition("[")[0]
        digest = blake2b(nodeid.encode("utf-8", "replace"), digest_size=6).hexdigest()
        self._named[nodeid] += 1
        count = self._named[nodeid]
        return f"{test[:40]}-{digest}{f'-{count}' if count > 1 else ''}"


@contextmanager
def opened(
    item: pytest.Item, server: Gateway, plan: Plan, library: Library
) -> Iterator[MockGateway]:
    """Give the test a gateway of its own, with the environment that leads clients to it.

    Raises MockgwError for a cassette that is broken and for a setting that cannot be.
    """
    settings = msgspec.structs.replace(
        server.settings,
        mode=plan.mode,
        clock=plan.clock or server.settings.clock,
        seed=server.settings.seed if plan.seed is None else plan.seed,
    )
    settings.check()
    tapes = library.tapes(plan.cassettes, plan.match)
    session = server.session(library.name(item.nodeid), settings, tapes)
    kept = {name: os.environ[name] for name in _PROXIES if name in os.environ}
    with pytest.MonkeyPatch.context() as patch:
        for name in FOREIGN_KEYS:
            patch.delenv(name, raising=False)
        for name, value in child_environment(kept, session.url, settings.api_keys).items():
            patch.setenv(name, value)
        key = settings.api_keys[0] if settings.api_keys else TEST_KEY
        try:
            yield MockGateway(session, tapes, item.config.rootpath, key)
        finally:
            server.sessions.close(session)
