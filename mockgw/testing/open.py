"""Opens a test's part of the run's gateway, and closes it."""

import os
import shlex
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import pytest
from msgspec.structs import replace

from mockgw.environment import FOREIGN_KEYS
from mockgw.errors import MockgwError
from mockgw.faults.rule import rules
from mockgw.matching.turns import LAST
from mockgw.runner import Gateway, proxy_of, way
from mockgw.settings import Settings
from mockgw.tapes import Play, Tapes, playing
from mockgw.testing.choice import MARK
from mockgw.testing.credentials import credentials
from mockgw.testing.gateway import MockGateway
from mockgw.testing.library import Library
from mockgw.testing.network import Guard
from mockgw.testing.place import beside, shortened
from mockgw.testing.plan import UPSTREAM, WRITING, Plan
from mockgw.testing.templating import answer_by

if TYPE_CHECKING:
    from mockgw.recorder.ledger import Ledger
    from mockgw.recorder.pending import Pending
    from mockgw.recordings import Recording


@dataclass(frozen=True, slots=True)
class Opened:
    """A test's part of the gateway: what the test sees of it, what holds for it, what it plays.

    `pending` is what was recorded for it and `ledger` what became of the upstream's answers, None
    in a mode that asks none. `known` is how many recordings there were at first; `asked` is whom
    a recording would ask, "" when nobody has said.
    """

    gateway: MockGateway
    plan: Plan
    tapes: Tapes
    known: int
    asked: str
    pending: "Pending | None" = None
    ledger: "Ledger | None" = None

    def unused(self) -> list["Recording"]:
        """Return the recordings that no call was answered with, those just made left out."""
        made = set(self.tapes.recordings[self.known :])
        return [one for one in self.tapes.unused() if one not in made]

    def remedy(self, nodeid: str) -> str:
        """Return what to type when a recording is missing, "" in a mode that is never without."""
        plan = self.plan
        if plan.mode in UPSTREAM:
            return ""
        asked = "" if self.asked else " --mockgw-upstream https://api.openai.com/v1"
        typed = f"pytest {shlex.quote(nodeid)}{asked} --mockgw-mode"
        if plan.cassettes:
            return f"To record this test anew, type:\n  {typed}=rewrite"
        home = f"This test has no cassette. It would be {plan.home}"
        return f"{home}\nTo record it, type:\n  {typed}=record"

    def keep(self) -> int:
        """Write what was recorded, and return how much that is.

        An old cassette gives way only to a whole one. Raises MockgwError when it cannot be
        written, and for a secret that was not to be there.
        """
        if self.pending is None or self.ledger is None:
            return 0
        if self.ledger.failed:
            raise MockgwError(
                f"{self.pending.path}: nothing was recorded: {', '.join(self.ledger.lost)}.",
                'on_secret = "fail" asks for that.',
            )
        if self.plan.mode == "rerecord" and self.ledger.lost:
            return 0
        self.pending.write()
        return len(self.pending.kept)


@contextmanager
def opened(
    item: pytest.Item, server: Gateway, plan: Plan, library: Library, guard: Guard | None = None
) -> Iterator[Opened]:
    """Give the test a gateway of its own, with the environment that leads clients to it.

    `guard` lets the gateway out to the upstream that it asks.

    Raises MockgwError for a cassette that is broken and for a setting that cannot be.
    """
    settings = _settings(server.settings, plan)
    tapes = library.tapes(plan, _play(plan, settings), server.clean)
    pending = _pending(plan, settings)
    through = way(settings, tapes, server.clean, pending)
    session = server.session(library.name(item.nodeid), settings, tapes, through)
    root = item.config.rootpath
    shown = credentials(settings, real=plan.mode in UPSTREAM and settings.upstream_key is None)
    gateway = MockGateway(server, session, tapes, root, shown)
    with pytest.MonkeyPatch.context() as patch:
        for name in FOREIGN_KEYS:
            patch.delenv(name, raising=False)
        for name, value in shown.environment(session.url).items():
            patch.setenv(name, value)
        try:
            session.faults.extend(rules(plan.faults))
            if plan.templates:
                where = (shortened(item.path, root), (item.location[1] or 0) + 1)
                given = [_template(item, one) for one in plan.templates]
                answer_by(server, session.name, given, where)
            if guard is not None and through is not None:
                guard.let(server.do(_thread), _hosts(settings))
            known, asked = len(tapes.recordings), plan.upstream or settings.upstream or ""
            ledger = None if through is None else through.ledger
            yield Opened(gateway, plan, tapes, known, asked, pending, ledger)
        finally:
            library.over(session.name)
            server.sessions.late = partial(library.came_late, clean=server.clean)
            server.end(session)
            if guard is not None:
                guard.let(0, ())


async def _thread() -> int:
    return threading.get_ident()


def _hosts(settings: Settings) -> set[str]:
    """Return the names of the upstreams, and of the proxies by which they are reached."""
    bases = [settings.upstream or "", *(one.partition("=")[2] for one in settings.upstreams)]
    proxies = [proxy_of(base) or "" for base in bases if base]
    return {host for one in (*bases, *proxies) if (host := urlsplit(one).hostname)}


def _settings(own: Settings, plan: Plan) -> Settings:
    """Return the settings of the test; raises MockgwError for one that cannot be."""
    changed = dict(plan.settings)
    changed["ignore"] = (*own.ignore, *changed.get("ignore", ()))
    if plan.mode in UPSTREAM:
        changed |= {
            "cassettes": (str(plan.target),) if plan.target else (),
            "upstream": plan.upstream or own.upstream,
            "upstream_key": os.environ.get("MOCKGW_UPSTREAM_KEY") or own.upstream_key,
        }
        if not (changed["upstream"] or own.upstreams):
            raise MockgwError(
                f"Mode {plan.mode} needs an upstream to ask.",
                "Give --mockgw-upstream URL, MOCKGW_UPSTREAM or the ini key mockgw_upstream, such "
                "as https://api.openai.com/v1.",
            )
        if own.api_keys and not changed["upstream_key"]:
            raise MockgwError(
                f"Mode {plan.mode}: the gateway asks tests for a key of its own (api_keys), so "
                "they cannot send the upstream's.",
                "Give that in MOCKGW_UPSTREAM_KEY.",
            )
    settings = msgspec.structs.replace(own, mode=plan.mode, **changed)
    # The gateway has started with the others.
    settings.check(own, MARK)
    return settings


def _pending(plan: Plan, settings: Settings) -> "Pending | None":
    if plan.mode not in WRITING or plan.target is None:
        return None
    # Who does not record does not pay for what recording needs.
    from mockgw.recorder.pending import Pending  # noqa: PLC0415

    anew = plan.mode == "rerecord"
    return Pending(plan.target, settings.cassette_style, anew=anew, shared=plan.named)


def _template(item: pytest.Item, given: object) -> object:
    """Return a template of the mark, a path as the place where it is."""
    if not isinstance(given, str | Path):
        return given
    there = beside(item, Path(given), "templates")
    # A name that is nowhere is told as it was given.
    return there or Path(given)


def _play(plan: Plan, settings: Settings) -> Play:
    """Return how the test's recordings are played: the mark decides before the suite's vcrpy."""
    play, suite = playing(settings), plan.suite
    chosen = plan.matching
    if chosen is None and suite is not None and settings.match == Settings().match:
        chosen = suite.matching
    # What all tests share is not for one of them to play to its end.
    repeats = plan.repeats or (suite.repeats if suite else "")
    repeats = repeats or (LAST if plan.shared else settings.repeats)
    asked = suite.asked if suite else None
    play = replace(play, repeats=repeats, asked=asked, joined=not plan.shared)
    if chosen is None:
        return play
    return replace(play, levels=chosen.levels, accepts=chosen.accepts)
