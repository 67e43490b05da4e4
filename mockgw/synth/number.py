"""Numbers within the bounds of a schema, and near what their name suggests."""

import math
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain
from typing import Any

from mockgw.synth.document import Contradiction
from mockgw.synth.named import number_range

Keywords = Mapping[str, Any]
_Window = tuple[Fraction, Fraction]

_EXACT = 2**53
_TRIES = 20
_USUAL = (1.0, 100.0)
_SHARE = (0.0, 1.0)
_CENT = Fraction(1, 100)
_BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf")


def number(
    keywords: Keywords, name: str, chance: random.Random, *, whole: bool, spread: int = 1
) -> int | float:
    """Return a number within the bounds of `keywords`, an int if `whole`; raises Contradiction.

    A `spread` above 1 widens the usual range, so that so many different numbers are soon found.
    """
    multiple = Fraction(str(keywords["multipleOf"])) if "multipleOf" in keywords else None
    step = Fraction((multiple or Fraction(1)).numerator) if whole else multiple or _CENT
    hint = number_range(name) or _USUAL
    usual = _USUAL if whole and hint == _SHARE else hint
    start = Fraction(usual[0])
    end = max(Fraction(usual[1]), start + 4 * (spread - 1) * step)
    for window in _windows(keywords, (start, end), step):
        for value in _multiples(window, step, chance):
            if _allowed(value, keywords):
                return value
        if not whole and multiple is None and window[0] <= window[1]:
            # The bounds are closer to each other than any step.
            for value in (float(sum(window) / 2), *map(float, window)):
                if _allowed(value, keywords):
                    return value
    bounds = ", ".join(f"{word} {keywords[word]}" for word in _BOUNDS if word in keywords)
    raise Contradiction(f"no {'integer' if whole else 'number'} fits {bounds}")


def _windows(keywords: Keywords, usual: _Window, step: Fraction) -> Iterator[_Window]:
    """Yield ranges to look in: the usual one if the bounds allow it, then those at the bounds."""
    lows = [keywords[word] for word in ("minimum", "exclusiveMinimum") if word in keywords]
    highs = [keywords[word] for word in ("maximum", "exclusiveMaximum") if word in keywords]
    low = Fraction(str(max(lows))) if lows else None
    high = Fraction(str(min(highs))) if highs else None
    width = max(usual[1] - usual[0], _TRIES * step)
    windows = [(usual[0], usual[0] + width)]
    if low is not None:
        windows.append((low, low + width))
    if high is not None:
        windows.append((high - width, high))
    for start, end in windows:
        yield start if low is None else max(start, low), end if high is None else min(end, high)


def _multiples(window: _Window, step: Fraction, chance: random.Random) -> Iterator[int | float]:
    first, last = math.ceil(window[0] / step), math.floor(window[1] / step)
    if first > last:
        return
    drawn = (chance.randint(first, last) for _ in range(_TRIES))
    ends = (range(first, min(last, first + _TRIES) + 1), range(max(first, last - _TRIES), last + 1))
    for factor in chain(drawn, *ends):
        value = factor * step
        if value.denominator > 1 or (abs(value) > _EXACT and step.denominator > 1):
            yield float(value)
        else:
            yield int(value)


def _allowed(value: float, keywords: Keywords) -> bool:
    return (
        value >= keywords.get("minimum", value)
        and value <= keywords.get("maximum", value)
        and ("exclusiveMinimum" not in keywords or value > keywords["exclusiveMinimum"])
        and ("exclusiveMaximum" not in keywords or value < keywords["exclusiveMaximum"])
        and ("multipleOf" not in keywords or _divides(keywords["multipleOf"], value))
    )


def _divides(multiple: float, value: float) -> bool:
    if isinstance(multiple, int) and isinstance(value, int):
        return value % multiple == 0
    # Validators divide either floats or decimals, and 0.07 / 0.01 is whole in one of them only.
    try:
        quotient = value / multiple
        return int(quotient) == quotient and Fraction(str(value)) % Fraction(str(multiple)) == 0
    except OverflowError:
        return False
