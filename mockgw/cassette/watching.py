"""Changes of files and folders, told as they happen."""

import asyncio
import importlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

# In seconds: how long to wait for word from the system before one looks for oneself. Disks that
# others write to (shared folders, mounts of containers) often send none.
_PATIENCE = 5.0
# In milliseconds: how long changes are gathered that come one upon another.
_GATHERED = 200


class Watch:
    """Looks, by `look`, whenever something may have changed at the paths, from start to stop."""

    def __init__(self, paths: Iterable[Path], look: Callable[[], Awaitable[None]]) -> None:
        self._paths = tuple(paths)
        self._look = look
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running loop."""
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End; what was taken in stays."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _watch(self) -> None:
        async for _ in changes(self._paths):
            await self._look()


async def changes(paths: Iterable[Path], patience: float = _PATIENCE) -> AsyncGenerator[None, None]:
    """Yield whenever something may have changed at the paths, and every `patience` seconds.

    Paths may be files or folders, there or not; hidden files do not count. It yields once at the
    start, when changes are heard from then on.
    """
    watchfiles = await asyncio.to_thread(importlib.import_module, "watchfiles")
    named = tuple(paths)
    happened = asyncio.Event()
    tasks = [
        asyncio.create_task(_hear(watchfiles, folders, happened, recursive=recursive))
        for folders, recursive in _folders(named)
    ]
    # Lets them begin: they listen from their first step on.
    await asyncio.sleep(0)
    try:
        while True:
            yield
            # Not `wait_for`: before Python 3.12 it may lose that it is cancelled.
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await happened.wait()
            happened.clear()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _folders(paths: tuple[Path, ...]) -> list[tuple[set[Path], bool]]:
    """Return what to watch, each with whether the folders in it count too.

    A file is watched by its folder, for many programs put a new file in the place of the old one.
    """
    whole = {path for path in paths if path.is_dir()}
    around = {path.absolute().parent for path in paths if path not in whole}
    around = {folder for folder in around if folder.is_dir()}
    return [(found, recursive) for found, recursive in ((whole, True), (around, False)) if found]


async def _hear(
    watchfiles: Any, folders: set[Path], happened: asyncio.Event, *, recursive: bool
) -> None:
    # Where the system cannot tell (too many watches, a folder that went away), looking remains.
    with suppress(OSError, RuntimeError):
        async for _ in watchfiles.awatch(
            *folders,
            watch_filter=lambda _, path: not Path(path).name.startswith("."),
            debounce=_GATHERED,
            recursive=recursive,
        ):
            happened.set()
