"""A shelf that stays as the disk is while a server runs."""

import asyncio
import logging
from collections.abc import Callable

from mockgw.cassette.watching import changes
from mockgw.recordings.shelf import Shelf

OnNews = Callable[[str], None]
_LOG = logging.getLogger("mockgw")


class Following:
    """Takes in what changes in a shelf's files and folders.

    What is wrong with a file is logged as a warning, once for each state of the file; `tell` hears
    the rest.
    """

    def __init__(self, shelf: Shelf, tell: OnNews | None = None) -> None:
        self._shelf = shelf
        self._tell = tell or _LOG.info
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running loop."""
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """End; what was taken in stays."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _follow(self) -> None:
        async for _ in changes(self._shelf.paths):
            # A large file takes a while to read, in which the server goes on answering.
            look = await asyncio.to_thread(self._shelf.look)
            for news in self._shelf.take(look):
                if news.problem:
                    _LOG.warning("%s", news.text)
                else:
                    self._tell(news.text)
