"""A gateway for the length of a block."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, TypeVar

from mockgw.runner.gateway import Gateway
from mockgw.runner.starting import start
from mockgw.settings import Settings

_T = TypeVar("_T")


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
