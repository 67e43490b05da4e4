"""Templates that stay as their files are while a server runs."""

import asyncio
import logging
from collections.abc import Callable

from mockgw.cassette.watching import changes
from mockgw.errors import MockgwError
from mockgw.templates.collection import Templates

_LOG = logging.getLogger("mockgw")


class Following:
    """Reads template files again when they change.

    A mistake in them is told as a warning, once until it is another one, and what was read before
    goes on answering; `tell` hears the rest.
    """

    def __init__(self, held: Templates, tell: Callable[[str], None] | None = None) -> None:
        self._held = held
        self._tell = tell or _LOG.info
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running loop."""
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """End; what was read stays."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _follow(self) -> None:
        told = ""
        async for _ in changes(self._held.paths):
            if not await asyncio.to_thread(self._held.stale):
                continue
            try:
                await asyncio.to_thread(self._held.reload)
            except MockgwError as problem:
                # One change may be heard as two: of a file that is emptied, then written.
                if str(problem) != told:
                    _LOG.warning("the templates stay as they were: %s", problem)
                told = str(problem)
            else:
                told = ""
                self._tell(f"{self._held.told} read again")
