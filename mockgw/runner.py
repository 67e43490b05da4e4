"""Starts a gateway and stops it: the composition root, and the only place that meets the clock."""

import asyncio
import errno
import os
import threading
import time
from collections.abc import Coroutine
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from mockgw.admin import Admin
from mockgw.admin.described import described
from mockgw.admin.health import health
from mockgw.admin.told import told
from mockgw.cassette.shipped import shipped
from mockgw.encoding import Encoder
from mockgw.errors import MockgwError
from mockgw.journal import Journal, OnEntry
from mockgw.keys import Keys
from mockgw.modes import Means, responders
from mockgw.pipeline import Road
from mockgw.ports import Clock
from mockgw.recordings import Index
from mockgw.server import Edge, Through
from mockgw.sessions import Session, Sessions
from mockgw.settings import UPSTREAM_MODES, Settings
from mockgw.state import MemoryStore, ResponseStore
from mockgw.tapes import Tapes, load

_T = TypeVar("_T")
# A server on all addresses is reached from its own host by loopback.
_REACHED_BY = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - a name, not a bind


class RealClock:
    """The time of the machine."""

    def now(self) -> float:
        """Return the present moment in unix seconds."""
        return time.time()  # noqa: TID251 - this is the port


class FrozenClock:
    """A time that stands still, so that the same run gives the same bytes."""

    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> float:
        """Return the moment it stands at, in unix seconds."""
        return self._at


class Gateway:
    """A running gateway: `url` has no trailing slash; `journal` tells what was asked of it."""

    def __init__(
        self, settings: Settings, journal: Journal, tapes: Tapes, store: ResponseStore
    ) -> None:
        self.settings = settings
        self.journal = journal
        self.tapes = tapes
        self.url = ""
        self._store = store
        self.sessions = Sessions(responders(Means(settings, tapes, store, _clock(settings))))
        self.through: Through | None = None
        self._runner: web.ServerRunner | None = None

    async def listen(self, edge: Edge) -> None:
        """Accept requests; raises MockgwError when the address cannot be had."""
        settings = self.settings
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

    def session(self, name: str, settings: Settings, tapes: Tapes) -> Session:
        """Return a session of that name: a part of the gateway that knows nothing of the others.

        It answers from its own script, then by the mode of `settings` with `tapes`. Whoever opened
        it closes it by `sessions.close`.
        """
        session = Session(name, self.url)
        means = Means(settings, tapes, self._store, _clock(settings), session.script)
        session.responders = responders(means)
        self.sessions.open(session)
        return session

    async def stop(self) -> None:
        """Stop accepting, let open streams end for at most `settings.drain` seconds, and close."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self.through is not None:
            await self.through.close()
            self.through = None


async def start(settings: Settings, on_entry: OnEntry | None = None) -> Gateway:
    """Return a gateway that accepts requests.

    `on_entry` is told every journal entry. Raises MockgwError for a broken cassette, a port that
    is taken, or an address that would be open to all.
    """
    settings.check()
    tapes = _tapes(settings)
    journal = Journal(settings.journal_size, on_entry)
    keys = Keys(settings.api_keys if settings.auth else ())
    store = MemoryStore(settings.state_size)
    gateway = Gateway(settings, journal, tapes, store)
    road = Road(
        seed=settings.seed,
        keys=keys,
        sessions=gateway.sessions,
        encoder=Encoder(settings.seed, obfuscate=settings.obfuscation),
        store=store,
        journal=journal,
        clock=_clock(settings),
    )
    gateway.through = _through(settings, tapes)
    admin = Admin(settings, keys, (health(settings, journal), told(journal), described()))
    await gateway.listen(Edge(road, admin, settings.max_body, gateway.through))
    return gateway


def _through(settings: Settings, tapes: Tapes) -> Through | None:
    """Return the way to the upstream, with a recorder where the mode keeps what it says."""
    if settings.upstream is None or settings.mode not in UPSTREAM_MODES:
        return None
    # Who does not record does not pay for what recording needs.
    from mockgw.passing import Passing  # noqa: PLC0415
    from mockgw.recorder import Recorder  # noqa: PLC0415

    recorder = None
    if settings.mode != "live":
        path = Path(settings.cassettes[0])
        recorder = Recorder(path, tapes, _redactor(), beside=settings.mode == "rerecord")
    return Passing(settings.upstream, settings.upstream_key, recorder, RealClock().now)


def _tapes(settings: Settings) -> Tapes:
    if settings.mode in {"synth", "rerecord", "live"}:
        return Tapes(())
    if settings.mode == "record" and not Path(settings.cassettes[0]).exists():
        return Tapes(Index((), clean))
    return load([Path(path) for path in settings.cassettes] or [shipped()], clean)


def clean(text: str) -> str:
    """Return the text with secrets taken out, those of this process's environment among them."""
    return str(_redactor().text(text))


@lru_cache(maxsize=1)
def _redactor() -> Any:
    # Loaded when a call is first compared by its meaning: most are found letter by letter.
    from mockgw.redaction.redactor import redactor  # noqa: PLC0415

    return redactor(os.environ)


def _clock(settings: Settings) -> Clock:
    at = settings.stands_at
    return RealClock() if at is None else FrozenClock(at)


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


class running:  # noqa: N801 - reads as a verb at the call site: `with running() as gateway`
    """A gateway for the length of a `with` or an `async with` block.

    In a plain `with` it runs in a thread of its own. Raises MockgwError when it cannot start.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings(port=0)
        self._gateway: Gateway | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    async def __aenter__(self) -> Gateway:
        self._gateway = await start(self._settings)
        return self._gateway

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._gateway is not None:
            await self._gateway.stop()

    def __enter__(self) -> Gateway:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mockgw", daemon=True)
        self._thread.start()
        try:
            self._gateway = self._run(start(self._settings))
        except BaseException:
            self._end()
            raise
        return self._gateway

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._gateway is not None:
            self._run(self._gateway.stop())
        self._end()

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        assert self._loop is not None  # noqa: S101 - __enter__ made it
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _end(self) -> None:
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
