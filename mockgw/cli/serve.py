"""`mockgw serve`: a server until somebody stops it."""

import asyncio
import gc
import importlib
import importlib.util
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Protocol

import rich_click as click

from mockgw.cli.judging import judged
from mockgw.cli.ready_file import ready_file, remove
from mockgw.cli.report import address_of, line, summary, upstream
from mockgw.model import Entry
from mockgw.runner import Cleaning, Gateway, start
from mockgw.settings import Settings

_SIGNALLED = 128
# Objects that are made before the collector looks for cycles among them.
_MANY = 20_000
_STOPPING = (signal.SIGTERM, signal.SIGINT)


class Show(Protocol):
    """Shows each request; `close` comes before the last words."""

    def __call__(self, entry: Entry, /) -> None:
        """Show a request."""
        ...

    def close(self) -> None:
        """Show no more."""
        ...


def run(settings: Settings, show: Show | None = None) -> int:
    """Serve until a signal, and return the exit code.

    It is 0, or 1 when the upstream's answers or the verdict on the client say that the run must
    not count as a success. `show` is told each request; without it each is a line on stderr, unless
    that is to be quiet.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_serve(settings, show))


async def _serve(settings: Settings, show: Show | None) -> int:
    # What is loaded stays: the collector need not look through it again and again.
    gc.disable()
    try:
        gateway = await start(
            settings,
            on_entry=None if settings.quiet else show or partial(_tell, clean=Cleaning(settings)),
            on_news=None if settings.quiet else _report,
        )
    finally:
        gc.freeze()
        gc.enable()
    try:
        with ready_file(settings.ready_file, gateway.url), _stopping(gateway) as stopped:
            click.echo(f"mockgw listening on {gateway.url}")
            if not settings.quiet:
                click.echo(_answers_from(gateway), err=True)
            # What an answer leaves behind for a while has no cycles, of which few are made.
            gc.set_threshold(_MANY)
            await stopped.wait()
    finally:
        await gateway.stop()
        if show is not None:
            show.close()
    if not settings.quiet:
        for told in (summary(gateway.journal.counts()), upstream(gateway.ledger)):
            if told:
                click.echo(f"mockgw: {told}", err=True)
    return int(judged(gateway) or (gateway.ledger is not None and gateway.ledger.failed))


def _report(news: str) -> None:
    with suppress(OSError):
        click.echo(news, err=True)


def _tell(entry: Entry, clean: Cleaning) -> None:
    # Whoever read our stderr may be gone; that is no reason to stop serving.
    with suppress(OSError):
        click.echo(line(entry, clean), err=True)


def _answers_from(gateway: Gateway) -> str:
    settings, count = gateway.settings, len(gateway.tapes.recordings)
    where = "in " + ", ".join(settings.cassettes) if settings.cassettes else "that are shipped"
    recordings = f"{count} recording{'' if count == 1 else 's'} {where}"
    asked = ", ".join(
        address_of(one) for one in (settings.upstream, *settings.upstreams) if one is not None
    )
    sources = {
        "auto": f"{recordings}, then synthesis",
        "replay": f"{recordings}, nothing else",
        "synth": "synthesis alone",
        "record": f"{recordings}, then {asked}, whose answers are added",
        "rerecord": f"{asked}, whose answers replace {', '.join(settings.cassettes)}",
        "live": f"{asked}, and nothing is kept",
        "diff": f"{recordings}, compared with {asked}",
    }
    own = len(gateway.templates.own)
    first = f"{own} template{'' if own == 1 else 's'}, then " if own else ""
    return f"mode {settings.mode}: {first}{sources[settings.mode]}. Ctrl-C stops."


@contextmanager
def _stopping(gateway: Gateway) -> Iterator[asyncio.Event]:
    """Give an event that the first signal sets; the second one ends the process at once."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    asked: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        if asked:
            if gateway.settings.ready_file is not None:
                with suppress(OSError):
                    remove(Path(gateway.settings.ready_file), gateway.url)
            os._exit(_SIGNALLED + number)
        asked.append(number)
        loop.call_soon_threadsafe(stopped.set)

    for number in _STOPPING:
        signal.signal(number, stop)
    yield stopped


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """Return uvloop's factory when it is installed, else the standard one."""
    if importlib.util.find_spec("uvloop") is None:
        return asyncio.new_event_loop
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module(
        "uvloop"
    ).new_event_loop
    return factory
