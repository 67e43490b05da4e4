"""Whose turn it is among recordings of the same: each once, in recorded order, per session."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

ERROR, LAST, CYCLE = "error", "last", "cycle"
_MOST = 100_000
_One = TypeVar("_One", bound=Hashable)
_Row = Sequence[Hashable]


class _Played:
    """What one session has played, and how far it has come in each row of recordings."""

    def __init__(self) -> None:
        self.ones: set[Hashable] = set()
        self.rows: dict[tuple[str, Hashable], tuple[int, _Row]] = {}
        self.again: dict[tuple[str, Hashable], int] = {}
        self.cassette = ""


class Turns:
    """Remembers what each session has played, in bounded memory: the idlest sessions start anew.

    Recordings are told apart by identity, so that they may move in their files meanwhile.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._sessions: dict[str, _Played] = {}
        self._marks = 0
        self._made: set[Hashable] = set()

    def next(self, session: str, level: str, row: Sequence[_One], repeats: str) -> _One | None:
        """Return the recording whose turn it is, None for a row without any.

        When all of the row have been played it is None (`error`), the last one again (`last`), or
        the row from its beginning (`cycle`).
        """
        if not row:
            return None
        played, name = self._of(session), (level, row[0])
        place = self._first_left(played, name, row)
        if place < len(row):
            return row[place]
        if repeats == ERROR:
            return None
        if repeats == LAST:
            return row[-1]
        turn = played.again.get(name, 0)
        played.again[name] = turn + 1
        return row[turn % len(row)]

    def left(self, session: str, row: Sequence[_One]) -> list[_One]:
        """Return those of the row that the session has not played, in their order."""
        played = self._of(session)
        return [one for one in row if one not in played.ones and one not in self._made]

    def played(self, session: str, one: Hashable, cassette: str) -> None:
        """Take note that the session has played a recording of the cassette."""
        played = self._of(session)
        played.cassette = cassette
        if one not in played.ones:
            played.ones.add(one)
            self._marks += 1
        while self._marks > self._most and len(self._sessions) > 1:
            idlest = next(iter(self._sessions))
            self._marks -= len(self._sessions.pop(idlest).ones)

    def rewind(self, session: str | None) -> None:
        """Let a session, or all of them, play from the beginning."""
        for name in [one for one in self._sessions if session in {None, one}]:
            self._marks -= len(self._sessions.pop(name).ones)

    def made(self, one: Hashable) -> None:
        """Take note of a recording that was made in this run: its call has had its answer."""
        self._made.add(one)

    def cassette(self, session: str) -> str:
        """Return the cassette that the session played from last, "" before it has played."""
        return self._of(session).cassette

    def _first_left(self, played: _Played, name: tuple[str, Hashable], row: _Row) -> int:
        place, known = played.rows.get(name, (0, row))
        if known is not row:
            # The cassettes were read anew, or it is another selection of them.
            place = 0
        while place < len(row) and (row[place] in played.ones or row[place] in self._made):
            place += 1
        played.rows[name] = (place, row)
        return place

    def _of(self, session: str) -> _Played:
        played = self._sessions.pop(session, None) or _Played()
        self._sessions[session] = played
        if len(self._sessions) > self._most:
            self._marks -= len(self._sessions.pop(next(iter(self._sessions))).ones)
        return played
