"""What one connection remembers: the newest response of each lane, which need not be stored."""

from collections.abc import Sequence

from mockgw.model import Json

_MOST_LANES = 64


class Newest:
    """The newest response of each lane and what it continues, as the store keeps them.

    `warms` says that the next answer is to say nothing.
    """

    def __init__(self) -> None:
        self.warms = False
        self._lane = ""
        self._lines: dict[str, tuple[Json, ...]] = {}

    def turn(self, lane: str, *, warms: bool) -> None:
        """Take what comes next for that lane."""
        self._lane, self.warms = lane, warms

    def line(self, identifier: str) -> list[Json]:
        """Return a lane's newest response and those that it continues, oldest first, else none."""
        found = (line for line in self._lines.values() if _name(line) == identifier)
        return list(next(found, ()))

    @property
    def identifier(self) -> str:
        """The id of the lane's newest response, "" without one."""
        return _name(self._lines.get(self._lane, ()))

    def keep(self, line: Sequence[Json]) -> None:
        """Remember the last of these, which continues those before it, as the lane's newest.

        The lane that was idle for longest is forgotten when there are too many.
        """
        self._lines.pop(self._lane, None)
        self._lines[self._lane] = tuple(line)
        if len(self._lines) > _MOST_LANES:
            del self._lines[next(iter(self._lines))]

    def forget(self, identifier: str) -> None:
        """Remember that response no longer."""
        self._lines = {
            lane: line for lane, line in self._lines.items() if _name(line) != identifier
        }


def _name(line: Sequence[Json]) -> str:
    return str(line[-1]["response"].get("id")) if line else ""
