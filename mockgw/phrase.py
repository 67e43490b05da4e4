"""A rule as people write it: `word:argument key=value …`, or a mapping that says the same."""

import difflib
from collections.abc import Iterable, Mapping
from math import inf
from typing import Any

from mockgw.errors import MockgwError


class Phrase:
    """The parts of one rule, taken one by one; what is left over is a mistake.

    `word` has its arguments behind it (`cut_after_events:3`), "" when the rule has none.
    """

    def __init__(self, told: str, word: str, keys: Mapping[str, str]) -> None:
        self.told = told
        self.word = word
        self._left = dict(keys)
        self._asked: list[str] = []

    @property
    def left(self) -> Mapping[str, str]:
        """The keys that nobody has taken yet, and their values."""
        return self._left

    def text(self, key: str, default: str = "") -> str:
        """Return the value of a key."""
        self._asked.append(key)
        return self._left.pop(key, default)

    def number(self, key: str, default: float, *, least: float = 0.0, most: float = inf) -> float:
        """Return the number of a key; raises MockgwError when it is none or out of bounds."""
        given = self.perhaps(key, least=least, most=most)
        return default if given is None else given

    def perhaps(self, key: str, *, least: float = 0.0, most: float = inf) -> float | None:
        """Return the number of a key, None when it is not there."""
        given = self.text(key)
        where = f"{key} in {self.told!r}"
        return number(given, where, least=least, most=most) if given else None

    def truth(self, key: str) -> bool | None:
        """Return the yes or no of a key, None when it is not there."""
        given = self.text(key).lower()
        if given not in {"", "true", "yes", "false", "no"}:
            raise MockgwError(f"{key}={given} in {self.told!r} is neither.", "Give true or false.")
        return given in {"true", "yes"} if given else None

    def done(self) -> None:
        """Raise MockgwError for a key that nobody took."""
        for key in self._left:
            raise MockgwError(
                f"{key!r} has no meaning in {self.told!r}.", nearest(key, self._asked)
            )


def phrase(given: Any, word: str) -> Phrase:
    """Return a rule that was given as text, or as a mapping whose `word` key is its word.

    Raises MockgwError for what is neither.
    """
    if isinstance(given, Mapping):
        keys = {str(key): _plain(value) for key, value in given.items() if value is not None}
        return Phrase(_shown(keys), keys.pop(word, ""), keys)
    if not isinstance(given, str) or not given.strip():
        raise MockgwError(f"{given!r} is no rule.", "Give a text, or a mapping of its keys.")
    first, *rest = given.split()
    parts = [first, *rest] if "=" in first else rest
    told: dict[str, str] = {}
    for part in parts:
        key, sign, value = part.partition("=")
        if not sign or not value or key in told:
            raise MockgwError(f"{part!r} has no place in {given!r}.", "Give key=value, each once.")
        told[key] = value
    return Phrase(given, "" if "=" in first else first, told)


def phrases(given: Any, word: str) -> list[Phrase]:
    """Return the rules of a list, or the one that stands alone."""
    alone = isinstance(given, str | Mapping) or not isinstance(given, Iterable)
    return [phrase(one, word) for one in ([given] if alone else given)]


def number(given: str, where: str, *, least: float = 0.0, most: float = inf) -> float:
    """Return the number that a text is; raises MockgwError, with the place, when it is none."""
    try:
        value = float(given)
    except ValueError:
        value = -inf
    if not least <= value <= most:
        bounds = f"at least {least:g}" if most == inf else f"from {least:g} to {most:g}"
        raise MockgwError(f"{where}: {given!r} is not allowed.", f"Give a number {bounds}.")
    return value


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the hint that names the known word which comes nearest, or all of them."""
    listed = list(known)
    near = difflib.get_close_matches(word, listed, n=1)
    return f"Did you mean {near[0]}?" if near else f"Known: {', '.join(listed)}."


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return ":".join(_plain(one) for one in value)
    raise MockgwError(f"{value!r} has no place in a rule.", "Give texts and numbers.")


def _shown(keys: Mapping[str, str]) -> str:
    return " ".join(f"{key}={value}" for key, value in keys.items())
