"""Templates that stay as their files are while a server runs."""

import asyncio
import logging
from collections.abc import Callable

from mockgw.cassette.watching import Watch
from mockgw.errors import MockgwError
from mockgw.templates.collection import Templates

_LOG = logging.getLogger("mockgw")


class Following(Watch):
    """Reads template files again when they change.

    A mistake in them is told as a warning, once until it is another one, and what was read before
    goes on answering; `tell` hears the rest.
    """

    def __init__(self, held: Templates, tell: Callable[[str], None] | None = None) -> None:
        super().__init__(held.paths, self._take)
        self._held = held
        self._tell = tell or _LOG.info
        self._warned = ""

    async def _take(self) -> None:
        if not await asyncio.to_thread(self._held.stale):
            return
        try:
            await asyncio.to_thread(self._held.reload)
        except MockgwError as problem:
            # One change may be heard as two: of a file that is emptied, then written.
            if str(problem) != self._warned:
                _LOG.warning("the templates stay as they were: %s", problem)
            self._warned = str(problem)
        else:
            self._warned = ""
            self._tell(f"{self._held.told} read again")
