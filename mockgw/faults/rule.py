"""When something goes wrong: a fault or an error by name, how often, and with which calls."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from math import inf
from random import Random
from typing import Any

from msgspec import Struct

from mockgw.errors import ApiError, MockgwError
from mockgw.faults.fault import Fault, fault
from mockgw.faults.kind import KINDS
from mockgw.faults.named import NAMES, named, usual
from mockgw.phrase import Phrase, nearest, phrases

_WORD = "fault"


class Asks(Struct, frozen=True):
    """What a rule may ask of a call; `repetition` counts the calls of the same meaning from 1."""

    door: str
    model: str
    operation: str
    stream: bool
    chat: bool
    session: str
    repetition: int


class Rule(Struct, frozen=True):
    """Something that goes wrong with the share `rate` of the calls that fit.

    `times` bounds it to the first so many of the calls of one meaning, `after` leaves out the
    first so many. Patterns are those of a shell. `told` is the rule as it was given.
    """

    told: str
    fault: Fault | None
    error: str
    retry_after: float | None
    rate: float = 1.0
    times: float = inf
    after: float = 0
    door: str = "*"
    model: str = "*"
    operation: str = "*"
    session: str = "*"
    stream: bool | None = None

    def fits(self, asks: Asks) -> bool:
        """Tell whether the rule speaks of that call."""
        if self.fault is not None and not self.fault.fits(stream=asks.stream, chat=asks.chat):
            return False
        if not self.after < asks.repetition <= self.after + self.times:
            return False
        if self.stream not in {None, asks.stream}:
            return False
        patterns = (self.door, self.model, self.operation, self.session)
        values = (asks.door, asks.model, asks.operation, asks.session)
        return all(fnmatchcase(*one) for one in zip(values, patterns, strict=True))

    def strikes(self, asks: Asks, chance: Callable[[], Random]) -> bool:
        """Tell whether it goes wrong with this call; `chance` gives the call's own draws."""
        return self.fits(asks) and (self.rate >= 1 or chance().random() < self.rate)

    def refusal(self) -> ApiError | None:
        """Return the error that the rule answers with, None when it is a fault."""
        if not self.error:
            return None
        made = usual(int(self.error)) if self.error.isdecimal() else named(self.error)
        if self.retry_after is not None:
            made.retry_after = self.retry_after
        return made


def rules(given: Any) -> tuple[Rule, ...]:
    """Return the rules of a text or mapping, or of a list of them, the first one that strikes wins.

    Raises MockgwError for a rule that cannot be read: what is wrong, and the nearest right thing.
    """
    return tuple(_rule(one) for one in phrases(given, _WORD))


def _rule(told: Phrase) -> Rule:
    broken, error = _what(told)
    made = Rule(
        told=told.told,
        fault=broken,
        error=error,
        retry_after=told.perhaps("retry_after"),
        rate=told.number("rate", 1.0, most=1.0),
        times=told.number("times", inf),
        after=told.number("after", 0.0),
        door=told.text("door", "*"),
        model=told.text("model", "*").removeprefix("openai/"),
        operation=told.text("operation", "*"),
        session=told.text("session", "*"),
        stream=told.truth("stream"),
    )
    told.done()
    return made


def _what(told: Phrase) -> tuple[Fault | None, str]:
    """Return the fault or the name of the error that a rule is about."""
    word = told.word
    if word.isdecimal():
        usual(int(word))
        return None, word
    if word in NAMES:
        return None, word
    name = word.partition(":")[0]
    if not name:
        meant = [f"{key}:{given}" for key, given in told.left.items() if key in KINDS]
        hint = f"Did you mean {meant[0]}?" if meant else "Begin with one, such as reset rate=0.1."
        raise MockgwError(f"A rule names no fault. (in {told.told!r})", hint)
    if name not in KINDS:
        known = (*KINDS, *NAMES)
        said = f"There is no fault or error named {name!r}. (in {told.told!r})"
        raise MockgwError(said, nearest(name, known))
    return fault(word), ""
