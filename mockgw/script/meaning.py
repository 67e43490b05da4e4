"""The keywords of an answer, whoever wrote them: taken one by one, and checked."""

import difflib
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from mockgw.errors import MockgwError
from mockgw.faults.fault import Fault, fault
from mockgw.model import Timing
from mockgw.pace.pace import Pace, paces

_USAGE = ("input", "output", "reasoning", "cached")


def one_of(known: Sequence[str]) -> str:
    """Return the words that say what may stand there."""
    return f"one of {', '.join(known)}"


def not_among(name: str, value: object, known: Sequence[str]) -> MockgwError:
    """Return the mistake of a word that is not one of those known."""
    return MockgwError(f"{name}={value!r} is not {one_of(known)}.", f"Give {one_of(known)}.")


class Meaning:
    """The keywords of a reply, taken one by one; what is left over is a mistake."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._left = dict(given)
        self._asked: list[str] = []

    def take(self, name: str, kind: Any, wanted: str) -> Any:
        """Return the keyword's value, None when it was not given."""
        self._asked.append(name)
        value = self._left.pop(name, None)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise MockgwError(f"{name}={value!r} is not {wanted}.", f"Give {wanted}.")
        return value

    def value(self, name: str) -> tuple[Any, ...]:
        """Return the keyword's value, whatever it is, as a tuple of one; of none if not given."""
        self._asked.append(name)
        return (self._left.pop(name),) if name in self._left else ()

    def timing(self) -> Timing | None:
        """Return the times in it, None when it has none."""
        delay, pace = self.seconds("delay") or 0.0, self.seconds("pace") or 0.0
        return Timing(delay, pace) if delay or pace else None

    def paces(self) -> tuple[Pace, ...] | None:
        """Return how fast the model is in it, None when that is left to others."""
        given = self.take("timing", str | Mapping, "a timing such as 'realistic' or a mapping")
        return None if given is None else paces(given)

    def fault(self) -> Fault | None:
        """Return what goes wrong in it, None when nothing does."""
        given = self.take("fault", str | Mapping, "a fault such as 'cut_after_events:3'")
        if isinstance(given, Mapping):
            if len(given) != 1:
                raise MockgwError(f"fault={given!r} is not one fault.", "Give {name: argument}.")
            ((name, told),) = given.items()
            parts = (
                told if isinstance(told, list | tuple) else [] if told in (None, True) else [told]
            )
            given = ":".join([str(name), *map(str, parts)])
        return None if given is None else fault(given)

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers in it, their names in lower case."""
        given = self.take("headers", Mapping, "a dict of headers") or {}
        told = tuple((str(name).lower(), str(value)) for name, value in given.items())
        for name, value in told:
            if (
                not name.isascii()
                or {*name, *value} & {"\r", "\n", "\0"}
                or " " in name
                or ":" in name
            ):
                raise MockgwError(f"{name!r} is no header.", "Give a name and a value on one line.")
        return told

    def truth(self, name: str) -> bool | None:
        """Return a yes or no in it, None when it was not given."""
        self._asked.append(name)
        value = self._left.pop(name, None)
        if value is not None and not isinstance(value, bool):
            raise MockgwError(f"{name}={value!r} is not true or false.", "Give true or false.")
        return value

    def seconds(self, name: str) -> float | None:
        """Return a time in it, None when it has none."""
        given = self.take(name, int | float, "a number of seconds")
        if given is None:
            return None
        if not 0 <= given < inf:
            raise MockgwError(f"{name}={given} is no time to wait.", "Give seconds of at least 0.")
        return float(given)

    def usage(self) -> Mapping[str, int]:
        """Return the counts in it."""
        given = self.take("usage", Mapping, "a dict") or {}
        for name, value in given.items():
            if name not in _USAGE or type(value) is not int or value < 0:
                known = ", ".join(_USAGE)
                raise MockgwError(
                    f"usage has {name}={value!r}.", f"Give whole numbers of tokens for {known}."
                )
        return dict(given)

    def done(self) -> None:
        """Raise MockgwError for a keyword that nobody took."""
        for name in self._left:
            near = difflib.get_close_matches(name, self._asked, n=1)
            known = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(self._asked)}."
            raise MockgwError(
                f"{name!r} has no meaning here.", known if self._asked else "Leave it away."
            )
