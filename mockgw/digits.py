"""Hex digits without end, the same for the same parts: what ids are drawn from.

A seeded `Random` would do as well, at ten times the price of an id.
"""

from hashlib import blake2b

from mockgw.canonical import digest

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Digits:
    """A stream of digits that belongs to its parts alone; borders between parts count."""

    def __init__(self, *parts: str) -> None:
        self._seed = digest(*parts).encode()
        self._block = 0
        self._left = ""

    def take(self, count: int) -> str:
        """Return the next so many hex digits."""
        while len(self._left) < count:
            self._left += blake2b(b"%b %d" % (self._seed, self._block)).hexdigest()
            self._block += 1
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
