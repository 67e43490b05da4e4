"""A number that is drawn anew each time, from a distribution that somebody chose."""

import math
from random import Random

from msgspec import Struct

from mockgw.errors import MockgwError
from mockgw.phrase import nearest, number

# What stands behind each name: how many numbers, and in words.
_KINDS = {
    "fixed": (1, "VALUE"),
    "uniform": (2, "LEAST:MOST"),
    "normal": (2, "MEAN:DEVIATION"),
    "lognormal": (2, "MEDIAN:SIGMA"),
}
# Far beyond what anything is like, and far from what a float can hold.
_WIDEST = 10


class Spread(Struct, frozen=True):
    """A distribution of numbers that are never negative.

    `fixed` has its value; `uniform` its bounds; `normal` mean and standard deviation, cut at a
    tenth of the mean; `lognormal` its median, and the deviation of the logarithm.
    """

    kind: str
    first: float
    second: float = 0.0

    def draw(self, chance: Random) -> float:
        """Return the next number."""
        if self.kind == "uniform":
            return chance.uniform(self.first, self.second)
        if self.kind == "normal":
            return max(chance.gauss(self.first, self.second), self.first / 10)
        if self.kind == "lognormal":
            return self.first * math.exp(chance.gauss(0.0, self.second))
        return self.first


def spread(given: str, where: str) -> Spread:
    """Return the spread of a number, or of a text such as `lognormal:0.5:0.3`.

    Raises MockgwError, with the place, for what is neither.
    """
    name, *told = given.split(":")
    if not told:
        return Spread("fixed", number(given, where))
    if name not in _KINDS:
        raise MockgwError(f"{where}: {name!r} is no distribution.", nearest(name, _KINDS))
    wanted, words = _KINDS[name]
    if len(told) != wanted:
        raise MockgwError(f"{where}: {given!r} is not whole.", f"Give {name}:{words}.")
    numbers = [number(one, where) for one in told]
    if name == "uniform" and numbers[0] > numbers[1]:
        raise MockgwError(f"{where}: {given!r} ends before it begins.", "Give the least first.")
    if name == "lognormal" and numbers[1] > _WIDEST:
        raise MockgwError(
            f"{where}: the sigma of {given!r} is that of a logarithm, and above {_WIDEST}.",
            "Give one such as 0.5: two of three numbers are then between 0.6 and 1.65 medians.",
        )
    return Spread(name, *numbers)
