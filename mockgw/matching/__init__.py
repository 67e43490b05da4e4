"""When two calls mean the same: the normal form, its rules, and where two of them differ."""

from mockgw.matching.difference import Difference, differences
from mockgw.matching.level import LEVELS, chosen
from mockgw.matching.likeness import alike
from mockgw.matching.nearest import Nearby, nearest
from mockgw.matching.normal import ids_of, normal, normal_key
from mockgw.matching.rules import PLAIN, Clean, Rules, hidden

__all__ = [
    "LEVELS",
    "PLAIN",
    "Clean",
    "Difference",
    "Nearby",
    "Rules",
    "alike",
    "chosen",
    "differences",
    "hidden",
    "ids_of",
    "nearest",
    "normal",
    "normal_key",
]
