"""Where the time comes from: the machine, or a moment that stands still."""

import time

from mockgw.ports import Clock
from mockgw.settings import Settings


class RealClock:
    """The time of the machine."""

    def now(self) -> float:
        """Return the present moment in unix seconds."""
        return time.time()  # noqa: TID251 - this is the port


class FrozenClock:
    """A time that stands still, so that the same run gives the same bytes."""

    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> float:
        """Return the moment it stands at, in unix seconds."""
        return self._at


def clock_of(settings: Settings) -> Clock:
    """Return the clock that the settings ask for, the virtual one as it stands at first."""
    at = settings.stands_at
    return RealClock() if at is None else FrozenClock(at)
