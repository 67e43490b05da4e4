"""Hex digits without end, the same for the same parts: what ids are drawn from.

A seeded `Random` would do as well, at ten times the price of an id.
"""

from functools import lru_cache
from hashlib import blake2b

from mockgw.canonical import digest

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=64)
def seed(*parts: str) -> str:
    """Return the 32 hex digits that stand for the parts; a call asks for them more than once."""
    return digest(*parts)


class Digits:
    """A stream of digits that belongs to its parts alone; borders between parts count.

    `taken` counts the digits that were taken of it.
    """

    def __init__(self, *parts: str) -> None:
        self._seed = seed(*parts).encode()
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
        number = int(self.take(2 * count), 16)
        drawn = ""
        for _ in range(count):
            number, place = divmod(number, 62)
            drawn += _BASE62[place]
        return drawn
