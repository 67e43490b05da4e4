"""A running gateway, and the sessions in it."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from mockgw.cassette.watching import Watch
from mockgw.errors import MockgwError
from mockgw.faults.rule import rules
from mockgw.gateways import Gateways
from mockgw.gateways.logs import logs
from mockgw.journal import Journal
from mockgw.keys import Keys
from mockgw.limits.allowance import allowances
from mockgw.modes import Means, refusals, responders
from mockgw.pace.pace import paces
from mockgw.ports import Clock, Timer
from mockgw.recordings import Shelf
from mockgw.recordings.following import Following, OnNews
from mockgw.runner.cleaning import Cleaning
from mockgw.runner.clocks import clock_of
from mockgw.runner.listening import Listening
from mockgw.server import Edge, Through
from mockgw.sessions import Session, Sessions
from mockgw.settings import FROZEN_AT, Settings
from mockgw.state import Prefixes, Store
from mockgw.state.turns import Turns
from mockgw.tapes import Tapes
from mockgw.templates.collection import Templates
from mockgw.templates.following import Following as FollowingTemplates
from mockgw.writing.timer import LoopTimer, VirtualTime

if TYPE_CHECKING:
    from mockgw.recorder.ledger import Ledger


_LOG = logging.getLogger("mockgw")
_T = TypeVar("_T")
_PASSING = LoopTimer()


class Gateway:
    """A running gateway: `url` has no trailing slash; `journal` tells what was asked of it.

    `ledger` counts what became of the upstream's answers, in the modes that ask one. `clean` takes
    the secrets out of what is told of it.
    """

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        tapes: Tapes,
        store: Store,
        keys: Keys,
        clean: Cleaning,
    ) -> None:
        self.settings = settings
        self.clean = clean
        self.journal = journal
        self.tapes = tapes
        self.url = ""
        self.templates = Templates(settings.templates)
        self._store, self._prefixes = store, Prefixes()
        self.turns = Turns()
        self.time = VirtualTime(FROZEN_AT) if settings.clock == "virtual" else None
        self.faults = list(rules(settings.faults))
        self.gateways = Gateways(
            self._second,
            settings.gateways,
            now=lambda session: (self.sessions.time(session) or self.timer).now(),
            kept=logs(settings.state, settings.journal_size),
            opens=keys.opens,
            check=refusals(settings).respond,
        )
        means = self._means(settings, tapes, self.clock(settings))
        self.sessions = Sessions(responders(means), allowances(settings.limits, self.timer.now))
        self.through: Through | None = None
        self.ledger: Ledger | None = None
        self._ways: dict[str, Through] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._following: list[Watch] = []
        self._listening: Listening | None = None
        self._absence: asyncio.Task[None] | None = None

    def _means(self, settings: Settings, tapes: Tapes, clock: Clock) -> Means:
        """Return what all responders work with, those of a session too."""
        return Means(
            settings,
            tapes,
            self._store,
            clock,
            prefixes=self._prefixes,
            templates=self.templates,
            paces=paces(settings.timing),
            faults=(self.faults,),
            url=lambda: self.url,
            gateways=self.gateways,
            turns=self.turns,
        )

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
        self._loop = asyncio.get_running_loop()
        listening = Listening(edge.server(), self.settings)
        self.url = await listening.begin()
        self._listening = listening

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Have the system refuse all connections for the length of a `with` block.

        It is as if the gateway were down: nobody listens at its port, and connections that lie idle
        are closed. All sessions are concerned. As for `do`, not in the gateway's own thread.
        """
        listening = self._listening
        assert listening is not None  # noqa: S101 - whoever holds a gateway has started it
        self.do(listening.refuse)
        try:
            yield
        finally:
            self.do(listening.resume)

    def refuse(self, seconds: float) -> None:
        """Have the system refuse all connections for so many real seconds, from now on.

        Only in the gateway's own loop. To ask again while it lasts changes nothing.
        """
        if self._absence is None or self._absence.done():
            self._absence = asyncio.create_task(self._absent(seconds))

    async def _absent(self, seconds: float) -> None:
        listening = self._listening
        assert listening is not None  # noqa: S101 - somebody has just asked by it
        try:
            await listening.refuse()
            await asyncio.sleep(seconds)
            await listening.resume()
        except MockgwError as problem:
            _LOG.error("%s", problem)

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
        means = replace(
            self._means(settings, tapes, session.time or self.clock(settings)),
            queue=session.script,
            faults=(session.faults, self.faults),
            standing=session.standing,
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
        self.turns.forget(name)
        if name is None:
            self.faults[:] = rules(self.settings.faults)

    def follow(self, shelf: Shelf, on_news: OnNews | None = None) -> None:
        """Take in what changes in cassettes and templates until it stops, if that is wanted."""
        if not self.settings.watch:
            return
        if self.settings.cassettes:
            self._following.append(Following(shelf, on_news))
        if self.settings.templates:
            self._following.append(FollowingTemplates(self.templates, on_news))
        for one in self._following:
            one.start()

    async def stop(self) -> None:
        """Stop accepting, let open streams end for at most `settings.drain` seconds, and close."""
        while self._following:
            await self._following.pop().stop()
        if self._absence is not None:
            self._absence.cancel()
            await asyncio.gather(self._absence, return_exceptions=True)
        if self._listening is not None:
            await self._listening.end()
            self._listening = None
        if self.through is not None:
            await self.through.close()
            self.through = None
        self._store.close()
        self.gateways.close()
