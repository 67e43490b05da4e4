"""The recordings a gateway answers from, found by what a call means."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from mockgw import matching
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import find_cassettes, read
from mockgw.model import Call, Kept
from mockgw.occurrences import Occurrences
from mockgw.recordings import Index, Recording

LEVELS = _EXACT, _NORMALIZED = "exact", "normalized"


class Tapes:
    """Plays recordings. Those of equal keys come in recorded order, the last one again and again.

    `level` is the laxest by which a recording is found: `exact` or `normalized`.
    """

    def __init__(self, recorded: Iterable[Interaction] | Index, level: str = _NORMALIZED) -> None:
        self._index = recorded if isinstance(recorded, Index) else Index(recorded)
        self._levels = LEVELS[: LEVELS.index(level) + 1]
        self._played = Occurrences()
        self._used: set[str] = set()

    @property
    def recordings(self) -> list[Recording]:
        """All recordings, in the order of their files."""
        return self._index.recordings

    def find(self, call: Call) -> Kept | None:
        """Return the recorded answer of the call: exact first, then normalized, or None."""
        found = self._next(_EXACT, self._index.exact(call), call)
        if found is not None or _NORMALIZED not in self._levels:
            return found
        return self._next(_NORMALIZED, self._index.normalized(call), call)

    def _next(self, level: str, same: list[Recording], call: Call) -> Kept | None:
        if not same:
            return None
        place = 0
        if len(same) > 1:
            place = self._played.next(call.session, level, same[0].where) - 1
        recording = same[min(place, len(same) - 1)]
        self._used.add(recording.where)
        return recording.kept(level)

    def add(self, one: Interaction, path: str) -> None:
        """Take in a recording that has just been written to the file at `path`."""
        place = len(self.recordings) + 1
        self._index.add(replace(one, path=path, position=place, line=0))

    def anew(self, level: str = _NORMALIZED) -> "Tapes":
        """Return the same recordings, none of them played yet."""
        return Tapes(self._index, level)

    def unused(self) -> list[Recording]:
        """Return the recordings that no call was answered with."""
        return [one for one in self.recordings if one.where not in self._used]

    def nearest(self, call: Call) -> list[tuple[Recording, list[matching.Difference]]]:
        """Return the recordings of the same operation that differ least, the nearest first."""
        alike = [one for one in self.recordings if one.call.operation == call.operation]
        return matching.nearest(call, alike, lambda one: one.call)

    def by_file(self) -> Mapping[str, int]:
        """Return how many recordings each file holds."""
        return Counter(one.interaction.path for one in self.recordings)


def load(paths: Iterable[Path], clean: matching.Clean | None = None) -> Tapes:
    """Return the recordings in the files and folders; raises MockgwError for a broken one.

    `clean` takes secrets out of what is compared.
    """
    files = [file for path in paths for file in find_cassettes(path)]
    return Tapes(Index((one for file in files for one in read(file)), clean))
