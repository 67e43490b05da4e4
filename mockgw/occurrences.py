"""How often something came by, remembered for the newest places only."""

from collections import OrderedDict
from collections.abc import Callable

_MOST = 100_000


class Occurrences:
    """Counts per place, in bounded memory: the places not seen for longest start anew."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        # A plain dict looks for its first key behind all that were deleted.
        self._counts: OrderedDict[tuple[str, ...], int] = OrderedDict()

    def next(self, *place: str) -> int:
        """Return how often the place has come by, this time included."""
        counts = self._counts
        count = counts[place] = counts.get(place, 0) + 1
        if count > 1:
            counts.move_to_end(place)
        elif len(counts) > self._most:
            counts.popitem(last=False)
        return count

    def forget(self, which: Callable[[tuple[str, ...]], bool]) -> None:
        """Let the places that `which` tells start anew."""
        for place in [one for one in self._counts if which(one)]:
            del self._counts[place]
