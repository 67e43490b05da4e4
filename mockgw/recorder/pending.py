"""Recordings that wait for a word: what they were made for may still fail."""

from collections import defaultdict
from pathlib import Path

from mockgw.cassette.editing import edit
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import content, interactions
from mockgw.cassette.writer import Writer, replace
from mockgw.errors import MockgwError
from mockgw.recordings.recording import recording


class Pending:
    """Takes recordings, and writes them to their cassette when it is told to.

    With `anew` they take the place of older ones: of the whole cassette, or with `shared` of those
    of the same calls, because the others may be somebody else's.
    """

    def __init__(
        self, path: Path, style: str = "readable", *, anew: bool = False, shared: bool = False
    ) -> None:
        self.path = path
        # Where it will stand is not known before it is written.
        self.line = 0
        self.kept: list[Interaction] = []
        self._style = style
        self._anew = anew
        self._shared = shared

    def append(self, one: Interaction) -> list[str]:
        """Take one; nothing is written yet, so nothing was found cut."""
        self.kept.append(one)
        return []

    def write(self) -> None:
        """Write what was taken; raises MockgwError when that cannot be, and loses nothing old."""
        if not self.kept:
            return
        if not self._anew:
            self._add(self.kept)
        elif self._shared and self.path.exists():
            self._add(self._exchanged())
        else:
            replace(self.path, self.kept, self._style)

    def _add(self, kept: list[Interaction]) -> None:
        writer = Writer(self.path, self._style)
        for one in kept:
            writer.append(one)

    def _exchanged(self) -> list[Interaction]:
        """Put what was taken into the places of the same calls; return what has no place yet."""
        while True:
            before = content(self.path)
            new = _by_call(self.kept)
            changes: dict[int, Interaction | None] = {}
            for call, old in _by_call(interactions(before, self.path)).items():
                if call in new:
                    changes |= {one.position: None for one in old}
                    places = [one.position for one in old[: len(new[call])]]
                    changes |= dict(zip(places, new[call], strict=False))
                    del new[call][: len(places)]
            try:
                if changes:
                    edit(self.path, before, changes)
            except MockgwError:
                if content(self.path) == before:
                    raise
                continue  # somebody else was faster: look again
            return [one for row in new.values() for one in row]


def _by_call(found: list[Interaction]) -> dict[str, list[Interaction]]:
    """Return interactions by what they ask; what no door takes is a kind of its own."""
    rows: dict[str, list[Interaction]] = defaultdict(list)
    for one in found:
        made = recording(one)
        rows[made.key if made is not None else ""].append(one)
    return rows
