"""From a file to its recordings: read whole when it is small, and in pieces when it is large."""

from pathlib import Path

from mockgw.cassette.pieces import Pieces, pieces
from mockgw.cassette.reader import content, interactions, unpacked
from mockgw.cassette.sidecar import Row, Sidecars, content_digest
from mockgw.errors import MockgwError
from mockgw.recordings.exchange import exchange
from mockgw.recordings.recording import Recording, Shared, recording, row

# Bytes; below it, all interactions of a file stay read.
LARGE = 1_000_000


class Tape:
    """The recordings of one file; `keep` remembers what was found out about them since."""

    def __init__(
        self, recordings: list[Recording], known: str = "", sidecars: Sidecars | None = None
    ) -> None:
        self.recordings = recordings
        self._known = known
        self._sidecars = sidecars

    def keep(self) -> None:
        """Write what is known of a large cassette to its sidecar."""
        if self._sidecars is not None and self._known:
            self._sidecars.put(self._known, [one.row for one in self.recordings])


def tape(path: Path, sidecars: Sidecars | None = None) -> Tape:
    """Return the recordings of a cassette.

    Raises MockgwError that names file, line and remedy for whatever is missing, torn or unknown:
    also of a large cassette, of which nothing stays read, everything has been read once, now or
    when its sidecar was written.
    """
    data = unpacked(content(path), path)
    large = _large(data, path, sidecars) if len(data) > LARGE else None
    if large is not None:
        return large
    found = map(recording, interactions(data, path))
    return Tape([one for one in found if one is not None])


def _large(data: bytes, path: Path, sidecars: Sidecars | None) -> Tape | None:
    """Return the recordings of a large cassette, None when it has to be read whole."""
    known = content_digest(data)
    rows = sidecars.get(known) if sidecars is not None else None
    fresh = rows is None
    if rows is None:
        rows = _rows(pieces(data, path))
    if rows is None:
        return None
    source = Shared(Pieces(str(path), data, ()))
    made = Tape([Recording(str(path), one, source) for one in rows], known, sidecars)
    if fresh:
        made.keep()
    return made


def _rows(cut: Pieces | None) -> list[Row] | None:
    """Return what is to be known of a cassette, having read each of its interactions."""
    if cut is None:
        return None
    rows = []
    try:
        for position, piece in enumerate(cut.places, 1):
            found = exchange(cut.read(piece, position))
            if found is not None:
                rows.append(row(found, piece))
    except MockgwError:
        return None
    return rows
