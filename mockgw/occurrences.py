"""How often something came by, remembered for the newest places only."""

from collections.abc import Callable

_MOST = 100_000


class Occurrences:
    """Counts per place, in bounded memory: the places not seen for longest start anew."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._counts: dict[tuple[str, ...], int] = {}

    def next(self, *place: str) -> int:
        """Return how often the place has come by, this time included."""
        count = self._counts.pop(place, 0) + 1
        self._counts[place] = count
        if len(self._counts) > self._most:
            del self._counts[next(iter(self._counts))]
        return count

    def forget(self, which: Callable[[tuple[str, ...]], bool]) -> None:
        """Let the places that `which` tells start anew."""
        for place in [one for one in self._counts if which(one)]:
            del self._counts[place]
