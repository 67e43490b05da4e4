"""Hex digits without end, the same for the same parts: what ids are drawn from.

A seeded `Random` would do as well, at ten times the price of an id.
"""

from functools import lru_cache
from hashlib import blake2b

from mockgw.canonical import digester

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=64)
def seed(place: tuple[str, ...], last: str) -> str:
    """Return the 32 hex digits that stand for the parts; a call asks for them more than once."""
    told = last.encode("utf-8", "surrogatepass")
    found = _begun(place, len(told)).copy()
    found.update(told)
    return found.hexdigest()


@lru_cache(maxsize=256)
def _begun(place: tuple[str, ...], last: int) -> blake2b:
    """Return the digest as far as it is the same for all that differ in the last part alone."""
    return digester(*place, last=last)


class Digits:
    """A stream of digits that belongs to its parts alone; borders between parts count.

    `taken` counts the digits that were taken of it.
    """

    def __init__(self, *parts: str) -> None:
        self._seed = seed(parts[:-1], parts[-1]).encode()
        self._block = 0
        self._left = ""
        self.taken = 0

    def take(self, count: int) -> str:
        """Return the next so many hex digits."""
        while len(self._left) < count:
            self._left += blake2b(b"%b %d" % (self._seed, self._block)).hexdigest()
            self._block += 1
        self.taken += count
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def letters(self, count: int) -> str:
        """Return so many letters and digits of base 62."""
        return letters(self.take(2 * count))


def letters(digits: str) -> str:
    """Return letters and digits of base 62, one for every two hex digits."""
    number, drawn = int(digits, 16), ""
    for _ in range(len(digits) // 2):
        number, place = divmod(number, 62)
        drawn += _BASE62[place]
    return drawn
