"""The recordings a gateway answers from, found by what a call means."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
from msgspec import structs

from mockgw import matching
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.sidecar import Sidecars
from mockgw.matching.level import EXACT, FUZZY, NORMALIZED, SEQUENCE
from mockgw.matching.turns import ERROR, LAST, Turns
from mockgw.model import Call, Kept
from mockgw.recordings import Index, Recording, Shelf
from mockgw.settings import Settings

# The levels that find a recording because its body is what is asked.
_BY_BODY = frozenset({EXACT, NORMALIZED})
# Of the recordings that share words with a call, so many are looked at for the level `fuzzy`.
_LIKE = 50


class Play(msgspec.Struct, frozen=True):
    """How recordings are found, and how often each is played.

    `levels` are tried in their order; `repeats` says what comes when all that match were played:
    `error`, `last` or `cycle`; `rules` are what does not count, and `likeness` is what the level
    `fuzzy` asks for, from 0.0 to 1.0. `accepts` must let a recording pass besides, and `asked`
    changes what is asked before it is compared; None means that no recording is to answer it.
    `joined` makes one sequence of all cassettes.
    """

    levels: tuple[str, ...] = matching.chosen("normalized")
    repeats: str = LAST
    rules: matching.Rules = matching.PLAIN
    likeness: float = 0.8
    accepts: Callable[[Recording, Call], bool] | None = None
    asked: Callable[[Call], Call | None] | None = None
    joined: bool = False


def playing(settings: Settings) -> Play:
    """Return how the settings want recordings to be played.

    Raises MockgwError for a path to ignore that is none, and for an alias that is none.
    """
    rules = matching.Rules(settings.ignore, settings.aliases)
    rules.check()
    levels = matching.chosen(settings.match)
    return Play(levels, settings.repeats, rules, settings.likeness)


class Tapes:
    """Plays recordings: those that match alike in recorded order, each once in a session.

    What comes after that is for `play` to say.
    """

    def __init__(self, recorded: Iterable[Interaction] | Index, play: Play | None = None) -> None:
        self._index = recorded if isinstance(recorded, Index) else Index(recorded)
        self.play = play or Play()
        self._turns = Turns()
        self._used: set[Recording] = set()
        # Where nobody asks what is left, the only recording of a call needs no remembering.
        self._forgets = self.play.repeats == LAST and not {SEQUENCE, FUZZY} & {*self.play.levels}

    @property
    def recordings(self) -> list[Recording]:
        """All recordings, in the order of their files."""
        return self._index.recordings

    @property
    def clean(self) -> matching.Clean | None:
        """What takes secrets out of a text, if anything does."""
        return self._index.clean

    def find(self, call: Call) -> Kept | None:
        """Return the recorded answer of the call by the first level that has one, or None."""
        asked = self._asked(call)
        if asked is None:
            return None
        for level in self.play.levels:
            row = self._row(level, asked)
            recording = self._next(level, row, asked)
            if recording is not None:
                self._used.add(recording)
                kept = recording.kept(level)
                return kept if level in _BY_BODY else self._noted(kept, asked, recording)
        return None

    def _asked(self, call: Call) -> Call | None:
        return call if self.play.asked is None else self.play.asked(call)

    def _row(self, level: str, call: Call) -> list[Recording]:
        """Return the recordings that match at the level, in the order in which they are played."""
        if level == EXACT:
            row = self._index.exact(call)
        elif level == NORMALIZED:
            row = self._index.normalized(call, self.play.rules)
        elif level == SEQUENCE:
            row = self._sequence(call)
        else:
            row = self._likest(call)
        accepts = self.play.accepts
        return row if accepts is None else [one for one in row if accepts(one, call)]

    def _sequence(self, call: Call) -> list[Recording]:
        """Return the recordings of the operation in the cassette that the session plays from."""
        by_file = self._index.alike(call)
        if self.play.joined and len(by_file) > 1:
            return [one for row in by_file.values() for one in row]
        cassette = self._turns.cassette(call.session)
        return by_file.get(cassette) or (next(iter(by_file.values()), []) if not cassette else [])

    def _likest(self, call: Call) -> list[Recording]:
        """Return the recording that is most like the call, if one is like it enough."""
        play, left = self.play, self._index.nearest(call, _LIKE)
        if play.repeats == ERROR:
            left = self._turns.left(call.session, left)
        told = [(matching.alike(call, one.call, self.clean, play.rules), one) for one in left]
        best = max(told, key=lambda pair: pair[0], default=(0.0, None))
        return [best[1]] if best[1] is not None and best[0] >= play.likeness > 0 else []

    def _next(self, level: str, row: list[Recording], call: Call) -> Recording | None:
        if len(row) == 1 and self._forgets:
            return row[0]
        found = self._turns.next(call.session, level, row, self.play.repeats)
        if found is not None:
            self._turns.played(call.session, found, found.path)
        return found

    def _noted(self, kept: Kept, call: Call, recording: Recording) -> Kept:
        """Return an answer that was given in spite of a difference with a note that tells it."""
        found = matching.differences(call, recording.call, self.clean, self.play.rules)
        if not found:
            return kept
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        return structs.replace(kept, notes=(*kept.notes, f"played although {found[0]}{more}"))

    def rewind(self, session: str | None) -> None:
        """Let a session, or all of them, play from the beginning."""
        self._turns.rewind(session)

    def add(self, one: Interaction, path: str, line: int = 0) -> None:
        """Take in a recording that has just been written to the file at `path`, there at `line`.

        0 stands for a line that nobody knows yet.
        """
        place = len(self.recordings) + 1
        added = self._index.add(replace(one, path=path, position=place, line=line))
        if added is not None and self.play.repeats == ERROR:
            self._turns.made(added)

    def anew(self, play: Play | None = None) -> "Tapes":
        """Return the same recordings, none of them played yet."""
        return Tapes(self._index, play or self.play)

    def unused(self) -> list[Recording]:
        """Return the recordings that no call was answered with."""
        return [one for one in self.recordings if one not in self._used]

    def exhausted(self, call: Call) -> list[Recording]:
        """Return the recordings that match the call, all of which its session has played."""
        asked = self._asked(call)
        if asked is None:
            return []
        rows = (self._row(level, asked) for level in self.play.levels if level != FUZZY)
        return next((row for row in rows if row), [])

    def nearest(self, call: Call) -> list[tuple[Recording, list[matching.Difference]]]:
        """Return the recordings of the same operation that differ least, the nearest first."""
        asked = self._asked(call) or call
        return matching.nearest(
            asked, self._index.nearest(asked), lambda one: one.call, self.clean, self.play.rules
        )

    def by_file(self) -> Mapping[str, int]:
        """Return how many recordings each file holds."""
        return Counter(one.path for one in self.recordings)


def load(
    paths: Iterable[Path], clean: matching.Clean | None = None, sidecars: Sidecars | None = None
) -> Tapes:
    """Return the recordings in the files and folders; raises MockgwError for a broken one.

    `clean` takes secrets out of what is compared; `sidecars` know large files from before.
    """
    return Tapes(Shelf(paths, clean, sidecars).open().index)
