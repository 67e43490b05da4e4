"""`mockgw serve`: a server until somebody stops it."""

import asyncio
import gc
import importlib
import importlib.util
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import rich_click as click

from mockgw.cli.ready_file import ready_file, remove
from mockgw.cli.report import line, summary
from mockgw.model import Entry
from mockgw.runner import Gateway, start
from mockgw.settings import Settings

_SIGNALLED = 128
_STOPPING = (signal.SIGTERM, signal.SIGINT)


def run(settings: Settings) -> int:
    """Serve until a signal, and return the exit code."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    gateway = await start(settings, on_entry=None if settings.quiet else _tell)
    try:
        with ready_file(settings.ready_file, gateway.url), _stopping(gateway) as stopped:
            click.echo(f"mockgw listening on {gateway.url}")
            if not settings.quiet:
                click.echo(_answers_from(gateway), err=True)
            # What is loaded stays: the collector need not look through it again and again.
            gc.collect()
            gc.freeze()
            await stopped.wait()
    finally:
        await gateway.stop()
    if not settings.quiet:
        click.echo(f"mockgw: {summary(gateway.journal.counts())}", err=True)


def _tell(entry: Entry) -> None:
    # Whoever read our stderr may be gone; that is no reason to stop serving.
    with suppress(OSError):
        click.echo(line(entry), err=True)


def _answers_from(gateway: Gateway) -> str:
    settings, count = gateway.settings, len(gateway.tapes.recordings)
    where = "in " + ", ".join(settings.cassettes) if settings.cassettes else "that are shipped"
    recordings = f"{count} recording{'' if count == 1 else 's'} {where}"
    sources = {
        "auto": f"{recordings}, then synthesis",
        "replay": f"{recordings}, nothing else",
        "synth": "synthesis alone",
        "record": f"{recordings}, then {settings.upstream}, whose answers are added",
        "rerecord": f"{settings.upstream}, whose answers replace {', '.join(settings.cassettes)}",
        "live": f"{settings.upstream}, and nothing is kept",
    }
    return f"mode {settings.mode}: {sources[settings.mode]}. Ctrl-C stops."


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
