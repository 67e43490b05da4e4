"""Which recordings come nearest to what was asked: by rare words first, then place by place."""

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest
from itertools import islice
from math import log, sqrt
from typing import Any, Generic, TypeVar
from zlib import crc32

from mockgw.matching.difference import Difference, compared
from mockgw.matching.normal import normal
from mockgw.matching.rules import PLAIN, Clean, Rules
from mockgw.model import Call

_One = TypeVar("_One")
_WORD = re.compile(r"\w+|[^\w\s]")
# Of a long text so many characters stand for it.
_LONGEST = 20_000


class Nearby(Generic[_One]):
    """The words of recorded calls, by which the few that are worth comparing are found.

    `call_of` is asked once for each recording, and nothing is read before the first question.
    """

    def __init__(self, call_of: Callable[[_One], Call]) -> None:
        self._call_of = call_of
        self._places: defaultdict[int, array[int]] = defaultdict(lambda: array("L"))
        self._sizes: list[int] = []

    def like(self, asked: Call, recorded: Sequence[_One], most: int) -> list[_One]:
        """Return those that share the most, rare words counting more, the most alike first.

        `recorded` is the same list every time, and may have grown.
        """
        if len(recorded) <= most:
            return list(recorded)
        for one in recorded[len(self._sizes) :]:
            self._take_in(self._call_of(one))
        scores: defaultdict[int, float] = defaultdict(float)
        count = len(self._sizes)
        for word in _features(asked):
            found = self._places.get(word, ())
            # What all of them have tells nothing of any.
            if len(found) < count:
                weight = log(count / len(found)) if found else 0.0
                for place in found:
                    scores[place] += weight
        ranked = ((score / sqrt(self._sizes[place]), -place) for place, score in scores.items())
        best = [-place for _, place in nlargest(most, ranked)]
        rest = (place for place in range(count) if place not in scores)
        best += islice(rest, most - len(best))
        return [recorded[place] for place in best]

    def _take_in(self, call: Call) -> None:
        features = _features(call)
        for word in features:
            self._places[word].append(len(self._sizes))
        self._sizes.append(len(features) + 1)


def nearest(
    asked: Call,
    recorded: Sequence[_One],
    call_of: Callable[[_One], Call],
    clean: Clean | None = None,
    rules: Rules = PLAIN,
) -> list[tuple[_One, list[Difference]]]:
    """Return the recordings with what differs, those that differ in the fewest places first."""
    told = [(one, *compared(asked, call_of(one), clean, rules)) for one in recorded]
    told.sort(key=lambda found: (found[1], -_alike(found[2])))
    return [(one, differences) for one, _, differences in told]


def _features(call: Call) -> set[int]:
    """Return the words of the texts, and the places of all other values, as numbers."""
    found: set[int] = set()
    for path, value in _leaves("", normal(call)):
        if isinstance(value, str):
            words = set(_WORD.findall(value.lower()[:_LONGEST]))
            found.update(map(crc32, map(str.encode, words)))
        found.add(crc32(f"{path}={value}".encode()))
    return found


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(f"{path}[]", inner)
    else:
        yield path, value


def _alike(found: list[Difference]) -> float:
    """Return how much of the differing text is shared, to choose between equal counts."""
    shared = 0.0
    for one in found[:8]:
        asked, recorded = _words(one.asked), _words(one.recorded)
        shared += len(asked & recorded) / max(len(asked | recorded), 1)
    return shared


def _words(value: Any) -> set[str]:
    return set(value.lower().split()) if isinstance(value, str) else {str(value)}
