"""What was used in a time: of a window that begins anew, or of one that moves along."""

from collections import deque

# What comes within this share of a window counts as one, so that its memory is bounded.
_GRAIN = 1000


class Window:
    """Adds up what is used in `period` seconds.

    A `fixed` window begins with the first use and ends as a whole; a `sliding` one forgets each
    use when it is so old.
    """

    def __init__(self, technique: str, period: float) -> None:
        self._sliding = technique == "sliding"
        self._period = period
        self._uses: deque[tuple[float, float]] = deque()

    def used(self, now: float) -> float:
        """Return what was used in the window that the moment is in."""
        uses, since = self._uses, now - self._period
        if not self._sliding and uses and uses[0][0] <= since:
            uses.clear()
        while uses and uses[0][0] <= since:
            uses.popleft()
        return sum(amount for _, amount in uses)

    def add(self, amount: float, now: float) -> None:
        """Take note of a use."""
        self.used(now)
        uses = self._uses
        at, last = uses[-1] if uses else (now, 0.0)
        if uses and (not self._sliding or now - at < self._period / _GRAIN):
            uses[-1] = at, last + amount
        else:
            uses.append((now, amount))
