"""Time that passes while an answer is written: the event loop's, or one that a test moves on."""

import asyncio
import heapq
import threading
from itertools import count
from math import ceil, inf

_TICK = 0.002


class LoopTimer:
    """The time of the event loop, in seconds from a moment of its own."""

    def now(self) -> float:
        """Return the present moment."""
        return asyncio.get_running_loop().time()

    def at(self, moment: float) -> asyncio.Future[None]:
        """Return what is done once the moment has come; infinity never comes."""
        loop = asyncio.get_running_loop()
        reached: asyncio.Future[None] = loop.create_future()
        if moment < inf:
            # Those who wait for nearly the same moment are woken together, which costs less.
            loop.call_at(ceil(moment / _TICK) * _TICK, _reach, reached)
        return reached


class VirtualTime:
    """A time that stands until somebody moves it on, from any thread; a Clock and a Timer.

    `at` is the unix second at which it stands first.
    """

    def __init__(self, at: float) -> None:
        self._now = at
        self._lock = threading.Lock()
        self._numbers = count()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        """Return the moment at which it stands, in unix seconds."""
        return self._now

    def at(self, moment: float) -> asyncio.Future[None]:
        """Return what is done once the time was moved to that moment."""
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            if moment <= self._now:
                reached.set_result(None)
            elif moment < inf:
                heapq.heappush(self._waiting, (moment, next(self._numbers), reached))
        return reached

    def advance(self, seconds: float) -> float:
        """Move on by seconds, and wake in their order all who waited; return the new moment."""
        with self._lock:
            self._now += max(seconds, 0.0)
            due = []
            while self._waiting and self._waiting[0][0] <= self._now:
                due.append(heapq.heappop(self._waiting)[2])
        for reached in due:
            reached.get_loop().call_soon_threadsafe(_reach, reached)
        return self._now

    def next(self) -> float | None:
        """Return the moment that somebody waits for first, None when nobody waits."""
        with self._lock:
            while self._waiting and self._waiting[0][2].done():
                heapq.heappop(self._waiting)
            return self._waiting[0][0] if self._waiting else None


def _reach(reached: asyncio.Future[None]) -> None:
    if not reached.done():
        reached.set_result(None)
