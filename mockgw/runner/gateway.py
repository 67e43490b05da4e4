"""A running gateway, and the sessions in it."""

import asyncio
import errno
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from aiohttp import web

from mockgw.errors import MockgwError
from mockgw.faults.rule import rules
from mockgw.gateways import Gateways
from mockgw.journal import Journal
from mockgw.keys import Keys
from mockgw.limits.allowance import allowances
from mockgw.modes import Means, refusals, responders
from mockgw.pace.pace import paces
from mockgw.ports import Clock, Timer
from mockgw.recordings import Shelf
from mockgw.recordings.following import Following, OnNews
from mockgw.runner.clocks import clock_of
from mockgw.server import Edge, Through
from mockgw.sessions import Session, Sessions
from mockgw.settings import FROZEN_AT, Settings
from mockgw.state import Prefixes, Store
from mockgw.tapes import Tapes
from mockgw.templates.collection import Templates
from mockgw.writing.timer import LoopTimer, VirtualTime

if TYPE_CHECKING:
    from mockgw.recorder.ledger import Ledger


_T = TypeVar("_T")
_PASSING = LoopTimer()
# A server on all addresses is reached from its own host by loopback.
_REACHED_BY = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - a name, not a bind


class Gateway:
    """A running gateway: `url` has no trailing slash; `journal` tells what was asked of it.

    `ledger` counts what became of the upstream's answers, in the modes that ask one.
    """

    def __init__(
        self, settings: Settings, journal: Journal, tapes: Tapes, store: Store, keys: Keys
    ) -> None:
        self.settings = settings
        self.journal = journal
        self.tapes = tapes
        self.url = ""
        self.templates = Templates(settings.templates)
        self._store, self._prefixes = store, Prefixes()
        self.time = VirtualTime(FROZEN_AT) if settings.clock == "virtual" else None
        self.faults = list(rules(settings.faults))
        self.gateways = Gateways(
            self._second,
            settings.gateways,
            now=lambda session: (self.sessions.time(session) or self.timer).now(),
            most_logs=settings.journal_size,
            opens=keys.opens,
            check=refusals(settings).respond,
        )
        means = Means(
            settings,
            tapes,
            store,
            self.clock(settings),
            prefixes=self._prefixes,
            templates=self.templates,
            paces=paces(settings.timing),
            faults=(self.faults,),
            url=lambda: self.url,
            gateways=self.gateways,
        )
        self.sessions = Sessions(responders(means), allowances(settings.limits, self.timer.now))
        self.through: Through | None = None
        self.ledger: Ledger | None = None
        self._ways: dict[str, Through] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._following: Following | None = None
        self._runner: web.ServerRunner | None = None

    @property
    def timer(self) -> Timer:
        """How time passes while answers are written and limits fill."""
        return self.time or _PASSING

    def passed(self, session: str) -> Callable[[], float]:
        """Return what tells the seconds of a session: the machine's, and those it was moved on by.

        They only go forward, and count from a moment of their own.
        """
        moved = self.sessions.time(session) or self.time
        if moved is None:
            return time.monotonic
        return lambda: time.monotonic() + moved.now() - FROZEN_AT

    def _second(self, session: str) -> float:
        """Return the unix second at which a session is."""
        return (self.sessions.time(session) or self.clock(self.settings)).now()

    def clock(self, settings: Settings) -> Clock:
        """Return the clock of the settings; a virtual one is the gateway's own."""
        if settings.clock != "virtual":
            return clock_of(settings)
        if self.time is None:
            raise MockgwError(
                "A session cannot have the clock virtual when its gateway has another.",
                'Start the gateway with clock="virtual".',
            )
        return self.time

    def through_of(self, session: str) -> Through | None:
        """Return the way to the upstream that a session has, or the gateway's own, or None."""
        return self._ways.get(session, self.through)

    def do(self, work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """Return what the work gives in the gateway's own loop.

        Only for a gateway that runs in a thread of its own: any other would wait for itself.
        """
        assert self._loop is not None  # noqa: S101 - whoever holds a gateway has started it
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result()

    def end(self, session: Session) -> None:
        """Refuse what is still asked in a session, and end its way to the upstream, as `do`."""
        self.sessions.end(session)
        self.templates.remove(session.name)
        through = self._ways.pop(session.name, None)
        if through is not None:
            self.do(through.close)

    async def listen(self, edge: Edge) -> None:
        """Accept requests; raises MockgwError when the address cannot be had."""
        settings = self.settings
        self._loop = asyncio.get_running_loop()
        self._runner = web.ServerRunner(
            edge.server(), handle_signals=False, shutdown_timeout=settings.drain
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as problem:
            await self._runner.cleanup()
            raise _no_address(settings, problem) from None
        host, port = self._runner.addresses[0][:2]
        shown = _REACHED_BY.get(host, f"[{host}]" if ":" in host else host)
        self.url = f"http://{shown}:{port}"

    def session(
        self, name: str, settings: Settings, tapes: Tapes, through: Through | None = None
    ) -> Session:
        """Return a session of that name: a part of the gateway that knows nothing of the others.

        It answers from its own script, then by the mode of `settings` with `tapes`, and asks the
        upstream by `through`. Where its clock alone is `virtual` it has a time of its own. Whoever
        opened it closes it by `sessions.close` or by `end`.
        """
        session = Session(name, self.url)
        if settings.clock == "virtual" and self.time is None:
            session.time = VirtualTime(FROZEN_AT)
        timer = session.time or self.timer
        session.allowance, session.tapes = allowances(settings.limits, timer.now)(), tapes
        if through is not None:
            self._ways[name] = through
        own = settings.faults != self.settings.faults
        session.faults += rules(settings.faults) if own else ()
        if settings.gateways != self.settings.gateways:
            self.gateways.put(name, settings.gateways)
        means = Means(
            settings,
            tapes,
            self._store,
            session.time or self.clock(settings),
            session.script,
            self._prefixes,
            templates=self.templates,
            paces=paces(settings.timing),
            faults=(session.faults, self.faults),
            url=lambda: self.url,
            standing=session.standing,
            gateways=self.gateways,
        )
        session.responders = responders(means)
        self.sessions.open(session)
        return session

    def opens(self, name: str) -> Session:
        """Return the session of that name, opened as the gateway itself is when it is not open."""
        return self.sessions.find(name) or self.session(name, self.settings, self.tapes.anew())

    def forget(self, name: str | None) -> None:
        """Take a session, or all of them, to be as if nothing had been asked of it."""
        for tapes in (self.tapes, *(one.tapes for one in self.sessions if one.tapes is not None)):
            tapes.rewind(name)
        self.sessions.reset(name)
        self.templates.forget(name)
        self.journal.forget(name)
        self._store.clear(name)
        self._prefixes.clear(name)
        if name is None:
            self.faults[:] = rules(self.settings.faults)

    def follow(self, shelf: Shelf, on_news: OnNews | None = None) -> None:
        """Take in what changes in the shelf's cassettes until it stops, if that is wanted."""
        if self.settings.watch and self.settings.cassettes:
            self._following = Following(shelf, on_news)
            self._following.start()

    async def stop(self) -> None:
        """Stop accepting, let open streams end for at most `settings.drain` seconds, and close."""
        if self._following is not None:
            await self._following.stop()
            self._following = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self.through is not None:
            await self.through.close()
            self.through = None
        self._store.close()


def _no_address(settings: Settings, problem: OSError) -> MockgwError:
    place = f"{settings.host}:{settings.port}"
    if problem.errno == errno.EADDRINUSE:
        return MockgwError(
            f"Port {settings.port} is taken: another program listens on {place}.",
            "Stop it, or use --port 0 to get a free port.",
        )
    if problem.errno == errno.EACCES:
        return MockgwError(f"Listening on {place} is not permitted.", "Use a port above 1023.")
    reason = problem.strerror or str(problem)
    return MockgwError(f"Cannot listen on {place}: {reason}.", "Correct --host or --port.")
