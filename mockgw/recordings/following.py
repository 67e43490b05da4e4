"""A shelf that stays as the disk is while a server runs."""

import asyncio
import logging
from collections.abc import Callable

from mockgw.cassette.watching import Watch
from mockgw.recordings.shelf import Shelf

OnNews = Callable[[str], None]
_LOG = logging.getLogger("mockgw")


class Following(Watch):
    """Takes in what changes in a shelf's files and folders.

    What is wrong with a file is logged as a warning, once for each state of the file; `tell` hears
    the rest.
    """

    def __init__(self, shelf: Shelf, tell: OnNews | None = None) -> None:
        super().__init__(shelf.paths, self._take)
        self._shelf = shelf
        self._tell = tell or _LOG.info

    async def _take(self) -> None:
        # A large file takes a while to read, in which the server goes on answering.
        look = await asyncio.to_thread(self._shelf.look)
        for news in self._shelf.take(look):
            if news.problem:
                _LOG.warning("%s", news.text)
            else:
                self._tell(news.text)
