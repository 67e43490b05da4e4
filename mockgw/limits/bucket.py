"""A bucket that is drawn from and fills again."""

from math import inf


class Bucket:
    """Holds at most `size`, and gets `size` back evenly over `period` seconds; infinity: never."""

    def __init__(self, size: float, period: float, now: float) -> None:
        self.size = size
        self._rate = size / period
        self._level = float(size)
        self._at = now

    def level(self, now: float) -> float:
        """Return what is in it."""
        self._level = min(self._level + max(now - self._at, 0.0) * self._rate, self.size)
        self._at = now
        return self._level

    def wait(self, amount: float, now: float) -> float:
        """Return the seconds until so much is in it, 0 when it is, infinity when it never will."""
        lacking = amount - self.level(now)
        # What a clock cannot tell apart is there.
        if lacking <= self.size * 1e-9:
            return 0.0
        if amount > self.size or not self._rate:
            return inf
        return lacking / self._rate

    def full(self, now: float) -> float:
        """Return the seconds until it is full."""
        lacking = self.size - self.level(now)
        return lacking / self._rate if self._rate and lacking > 0 else 0.0

    def draw(self, amount: float, now: float) -> None:
        """Take so much out of it, or put it back when it is negative; it may owe some."""
        self._level = min(self.level(now) - amount, self.size)
