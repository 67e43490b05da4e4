"""Requests by the bytes they came in: what was read once need not be read again."""

from mockgw.memo import Memo
from mockgw.model import Raw

_LONGEST = 16_384
_BORDER = b"\r\n\r\n"


class Heard:
    """The newest few requests, each with all of its bytes, head and body.

    The same bytes at the beginning of a request are the same request, by whichever connection they
    come; only whether its peer is on this host is told by the connection.
    """

    def __init__(self) -> None:
        self._whole: Memo[tuple[bool, bytes], Raw] = Memo()
        self._heads: Memo[bytes, bool] = Memo()

    def find(self, said: bytes, *, local: bool) -> Raw | None:
        """Return the request that these are all bytes of, None for one not heard before."""
        return self._whole.find((local, said))

    def begins(self, said: bytes) -> bool:
        """Tell whether these are the head of a request, of which a body was sent before."""
        return self._heads.find(said) is not None

    def keep(self, said: bytes, raw: Raw) -> None:
        """Take in a request, unless it is longer than 16 KiB, or its body when decompressed is."""
        if max(len(said), len(raw.body)) > _LONGEST:
            return
        self._whole.keep((raw.local, said), raw)
        if raw.body:
            self._heads.keep(said[: border(said)], True)


def border(said: bytes) -> int:
    """Return where the body begins in the bytes of a request; a head that goes on has none: -1."""
    place = said.find(_BORDER)
    return -1 if place < 0 else place + len(_BORDER)
