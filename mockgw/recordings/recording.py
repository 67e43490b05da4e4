"""A recording: one interaction of a cassette that is a call of ours, light until it is played."""

from typing import Protocol

from mockgw.canonical import digest
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.pieces import Piece, Pieces
from mockgw.cassette.sidecar import Row
from mockgw.memo import Memo
from mockgw.model import Call, Json, Kept, Timing
from mockgw.recordings.exchange import Exchange, exchange

_NEWEST = 128


class Source(Protocol):
    """Where the whole of a recording comes from."""

    def exchange(self, row: Row) -> Exchange:
        """Return the whole of the recording that the row tells of."""
        ...


class Recording:
    """One call of a cassette and its answer.

    Key, operation, model and place are at hand in the `row`; call, interaction and answer are read
    from the `source` when they are asked for. A recording is the same object for as long as its
    cassette holds it, wherever in the file it moves; compare by identity.
    """

    __slots__ = ("path", "row", "source")

    def __init__(self, path: str, row: Row, source: Source) -> None:
        self.path = path
        self.row = row
        self.source = source

    @property
    def key(self) -> str:
        """The key of the call, letter by letter."""
        return self.row.key

    @property
    def operation(self) -> str:
        """What the call asks for: `responses.create`."""
        return self.row.operation

    @property
    def model(self) -> str:
        """The model that is called, "" when none is."""
        return self.row.model

    @property
    def where(self) -> str:
        """File and place, for people."""
        row = self.row
        return f"{self.path}:{row.line}" if row.line else f"{self.path}, item {row.position}"

    @property
    def call(self) -> Call:
        """What is asked."""
        return self.source.exchange(self.row).call

    @property
    def interaction(self) -> Interaction:
        """The request and the response as the cassette keeps them."""
        return self.source.exchange(self.row).interaction

    @property
    def form(self) -> str:
        """`sse` for an event stream, else `json`."""
        return self.source.exchange(self.row).form

    @property
    def body(self) -> bytes:
        """The provider's bytes: those of the tape without the envelope of the REST API."""
        return self.source.exchange(self.row).body

    @property
    def object(self) -> Json:
        """The final object that the bytes hold, a stream read to its end."""
        return self.source.exchange(self.row).object

    @property
    def timing(self) -> Timing | None:
        """When the head and the events came, or None when the tape does not tell."""
        return self.source.exchange(self.row).timing

    def kept(self, match: str) -> Kept:
        """Return the answer as the tape keeps it, with the times at which it came."""
        return self.source.exchange(self.row).kept(match, self.where)

    def move(self, to: "Recording") -> None:
        """Take over the place of another recording that says the same."""
        self.path, self.row, self.source = to.path, to.row, to.source


class _Held:
    """One recording that stays read."""

    __slots__ = ("_one",)

    def __init__(self, one: Exchange) -> None:
        self._one = one

    def exchange(self, row: Row) -> Exchange:
        return self._one


class Shared:
    """The recordings of a large cassette: its bytes, of which the newest few stay read."""

    def __init__(self, cut: Pieces) -> None:
        self._cut = cut
        self._read: Memo[int, Exchange] = Memo(_NEWEST)

    def exchange(self, row: Row) -> Exchange:
        """Return the whole of the recording that the row tells of."""
        return self._read.get(row.start, lambda: self._parsed(row))

    def _parsed(self, row: Row) -> Exchange:
        found = exchange(self._cut.read(Piece(row.start, row.end, row.line), row.position))
        assert found is not None  # noqa: S101 - rows are made of what is a call
        return found


def recording(one: Interaction) -> Recording | None:
    """Return an interaction as a recording, or None when it is no call that a door takes."""
    found = exchange(one)
    return None if found is None else Recording(one.path, row(found), _Held(found))


def row(one: Exchange, piece: Piece | None = None) -> Row:
    """Return what is known of an exchange without reading it again; `piece` is its place."""
    call, tape = one.call, one.interaction
    return Row(
        piece.start if piece else 0,
        piece.end if piece else 0,
        tape.line,
        tape.position,
        call.key,
        digest(call.key, str(tape.status), tape.response_body),
        call.operation,
        call.model,
    )
