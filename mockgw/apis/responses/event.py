"""One event after the other, each a whole frame with its name, its keys in order and its number."""

from collections.abc import Callable, Iterator

from mockgw import tokens
from mockgw.canonical import encode
from mockgw.model import Json

Padding = Callable[[int], str]
_END = b"\n\n"
_HOLE = "\x00"
_HOLE_INSIDE = b"\\u0000"


class Events:
    """Writes the events of one stream; `padding` makes obfuscation, None leaves it out.

    `number` is that of the first.
    """

    def __init__(self, padding: Padding | None, number: int = 0) -> None:
        self._padding = padding
        self._number = number

    def whole(self, name: str, response: bytes) -> bytes:
        """Return an event that carries the response, which comes encoded."""
        number = self._number
        self._number = number + 1
        line = b'{"type":"%b","response":%b,"sequence_number":%d}'
        return (
            b"event: %b\ndata: " % name.encode() + line % (name.encode(), response, number) + _END
        )

    def event(self, name: str, head: Json, rest: Json | None = None) -> bytes:
        """Return an event: its type, what `head` holds, and the rest by name."""
        number = {"sequence_number": self._number}
        self._number += 1
        tail = dict(sorted({**(rest or {}), **number}.items()))
        return b"event: %b\ndata: %b\n\n" % (name.encode(), encode({"type": name, **head, **tail}))

    def delta(self, name: str, piece: str, own: Json) -> bytes:
        """Return the event of one delta."""
        pad = {} if self._padding is None else {"obfuscation": self._padding(-len(piece) % 16)}
        return self.event(name, {}, {**own, "delta": piece, **pad})

    def deltas(self, name: str, text: str, own: Json) -> Iterator[bytes]:
        """Yield one delta per token; only token, padding and number change from one to the next."""
        before, between, after, end = _template(name, own, padded=self._padding is not None)
        for piece in tokens.pieces(text):
            pad = self._padding(-len(piece) % 16).encode() if self._padding is not None else b""
            number = self._number
            self._number = number + 1
            yield b"%b%b%b%b%b%d%b" % (before, encode(piece), between, pad, after, number, end)


def _template(name: str, own: Json, *, padded: bool) -> tuple[bytes, bytes, bytes, bytes]:
    """Return a delta event cut where the delta, its padding and its number go."""
    holes = {"delta": _HOLE, "sequence_number": 0, **({"obfuscation": _HOLE} if padded else {})}
    line = encode({"type": name, **dict(sorted({**own, **holes}.items()))})
    before, _, rest = line.partition(encode(_HOLE))
    between, _, rest = rest.partition(_HOLE_INSIDE) if padded else (b"", b"", rest)
    after, mark, end = rest.partition(b'"sequence_number":0')
    frame = b"event: %b\ndata: %b" % (name.encode(), before)
    return frame, between, after + mark[:-1], end + b"\n\n"
