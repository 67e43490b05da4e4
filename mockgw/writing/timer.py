"""Time that passes while an answer is written: the event loop's, or one that a test moves on."""

import asyncio
import heapq
import threading
from itertools import count
from math import ceil, inf

from mockgw.ports import Sleeper

_TICK = 0.002
# Seconds: who waits longer is often gone before.
_FAR = 60.0
# So many who wait are looked through for those who gave up.
_MANY = 1_000
# Who is to be woken, by the number of the tick.
_Due = dict[int, list[Sleeper]]


class LoopTimer:
    """The time of the event loop, in seconds from a moment of its own.

    Those who wait for nearly the same moment are woken together, which costs less: up to 2 ms
    late, never early.
    """

    def __init__(self) -> None:
        self._here = _Here()

    def now(self) -> float:
        """Return the present moment."""
        return asyncio.get_running_loop().time()

    def ago(self, seconds: float) -> float:
        """Return the moment that lies so many seconds back."""
        return self.now() - seconds

    def at(self, moment: float) -> asyncio.Future[None]:
        """Return what is done once the moment has come; infinity never comes."""
        loop = asyncio.get_running_loop()
        reached = loop.create_future()
        if _FAR < moment - loop.time() < inf:
            # A long wait that is given up leaves nothing behind.
            handle = loop.call_at(moment, _Reached(reached).wake, moment)
            reached.add_done_callback(lambda _: handle.cancel())
        else:
            self.wakes(_Reached(reached), moment)
        return reached

    def wakes(self, sleeper: Sleeper, moment: float) -> None:
        """Wake somebody once the moment has come, with those of the same tick."""
        if moment == inf:
            return
        loop, here, tick = asyncio.get_running_loop(), self._here, ceil(moment / _TICK)
        if here.loop is not loop:
            # The loop before has its own sleepers as long as it needs them.
            here.loop, here.due = loop, {}
        sleepers = here.due.get(tick)
        if sleepers is None:
            here.due[tick] = [sleeper]
            loop.call_at(tick * _TICK, _ring, here.due, tick)
        else:
            sleepers.append(sleeper)


class _Here(threading.local):
    """Who waits in the loop of this thread: a timer may serve several threads."""

    loop: asyncio.AbstractEventLoop | None = None

    def __init__(self) -> None:
        self.due: _Due = {}


def _ring(due: _Due, tick: int) -> None:
    # The loop may be early by the grain of its clock, which nobody is to see.
    now = max(asyncio.get_running_loop().time(), tick * _TICK)
    sleepers = due.pop(tick)
    for sleeper in sleepers:
        sleeper.wake(now)
    for sleeper in sleepers:
        sleeper.rest(now)


class VirtualTime:
    """A time that stands until somebody moves it on, from any thread; a Clock and a Timer.

    `at` is the unix second at which it stands first.
    """

    def __init__(self, at: float) -> None:
        self._now = at
        self._lock = threading.Lock()
        self._numbers = count()
        self._waiting: list[tuple[float, int, asyncio.AbstractEventLoop, Sleeper]] = []
        self._most = _MANY

    def now(self) -> float:
        """Return the moment at which it stands, in unix seconds."""
        return self._now

    def ago(self, seconds: float) -> float:
        """Return the present moment: the machine's own work takes none of this time."""
        return self._now

    def at(self, moment: float) -> asyncio.Future[None]:
        """Return what is done once the time was moved to that moment."""
        reached = asyncio.get_running_loop().create_future()
        if moment <= self._now:
            reached.set_result(None)
        else:
            self.wakes(_Reached(reached), moment)
        return reached

    def wakes(self, sleeper: Sleeper, moment: float) -> None:
        """Wake somebody in the running loop once the time was moved to that moment."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if moment <= self._now:
                loop.call_soon(self._ring, sleeper)
            elif moment < inf:
                heapq.heappush(self._waiting, (moment, next(self._numbers), loop, sleeper))
                if len(self._waiting) >= self._most:
                    self._waiting = [one for one in self._waiting if not one[3].done()]
                    heapq.heapify(self._waiting)
                    self._most = max(_MANY, 2 * len(self._waiting))

    def advance(self, seconds: float) -> float:
        """Move on by seconds, and wake in their order all who waited; return the new moment."""
        with self._lock:
            self._now += max(seconds, 0.0)
            due = []
            while self._waiting and self._waiting[0][0] <= self._now:
                due.append(heapq.heappop(self._waiting)[2:])
        for loop, sleeper in due:
            loop.call_soon_threadsafe(self._ring, sleeper)
        return self._now

    def next(self) -> float | None:
        """Return the moment that somebody waits for first, None when nobody waits."""
        with self._lock:
            while self._waiting and self._waiting[0][3].done():
                heapq.heappop(self._waiting)
            return self._waiting[0][0] if self._waiting else None

    def _ring(self, sleeper: Sleeper) -> None:
        sleeper.wake(self._now)
        sleeper.rest(self._now)


class _Reached:
    """A future that waits for a moment."""

    __slots__ = ("_future", "done")

    def __init__(self, future: asyncio.Future[None]) -> None:
        self._future = future
        self.done = future.done

    def wake(self, _now: float) -> None:
        """Be done, unless it was given up."""
        if not self._future.done():
            self._future.set_result(None)

    def rest(self, _now: float) -> None:
        """Do nothing."""
