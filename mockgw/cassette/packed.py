"""Compressed bodies, opened while they come."""

import zlib

# How zlib is told of each coding.
CODINGS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


class Packed:
    """A body in one of `CODINGS` that comes in parts; `whole` says whether its end has come."""

    def __init__(self, coding: str) -> None:
        self._wbits = CODINGS[coding]
        self._zlib = zlib.decompressobj(self._wbits)
        self._begun = False

    @property
    def whole(self) -> bool:
        """Whether nothing is missing; an answer without a body misses nothing."""
        return not self._begun or self._zlib.eof

    def opened(self, part: bytes) -> bytes:
        """Return what the part holds; raises zlib.error for what is not compressed like that."""
        told = b""
        while part:
            if self._zlib.eof:  # one gzip may follow another
                self._zlib = zlib.decompressobj(self._wbits)
            told += self._first(part) if not self._begun else self._zlib.decompress(part)
            part = self._zlib.unused_data
        return told

    def _first(self, part: bytes) -> bytes:
        self._begun = True
        try:
            return self._zlib.decompress(part)
        except zlib.error:
            if self._wbits != zlib.MAX_WBITS:
                raise
            # Some servers send deflate without the zlib wrapping.
            self._wbits = -zlib.MAX_WBITS
            self._zlib = zlib.decompressobj(self._wbits)
            return self._zlib.decompress(part)
