"""A fault: something wrong with an answer on its way out."""

from typing import Any

from msgspec import Struct

from mockgw.errors import MockgwError
from mockgw.faults.going import Going
from mockgw.faults.kind import KINDS, Argument
from mockgw.phrase import nearest, number

_HOW = ("close", "reset")
# What is meant when nothing is said, and can be left unsaid.
_UNSAID = ("close", "inf")


class Fault(Struct, frozen=True):
    """A fault by its name, with its arguments in the order of the table."""

    name: str
    arguments: tuple[Any, ...] = ()

    def __str__(self) -> str:
        told = [one if isinstance(one, str) else f"{one:.15g}" for one in self.arguments]
        while told and told[-1] in _UNSAID:
            told.pop()
        return ":".join([self.name, *told])

    def apply(self, going: Going) -> Going:
        """Return the answer with the fault in it."""
        return KINDS[self.name].apply(going, *self.arguments)

    def fits(self, *, stream: bool, chat: bool) -> bool:
        """Tell whether an answer of that form can have it."""
        wanted = KINDS[self.name].fits
        return wanted == "any" or (stream and (chat or wanted == "stream"))

    @property
    def unheard(self) -> bool:
        """Whether the request is to be taken for one that nobody heard."""
        return KINDS[self.name].unheard

    @property
    def needs(self) -> str:
        """What an answer must be to have it."""
        told = {"any": "an answer", "stream": "a stream", "chat": "the stream of a chat"}
        return told[KINDS[self.name].fits]


def fault(given: str) -> Fault:
    """Return the fault of a text such as `cut_after_events:3`.

    Raises MockgwError for a name that is none, and for an argument that it does not take.
    """
    name, *told = given.split(":")
    if name not in KINDS:
        meant = given.replace("=", ":", 1)
        slipped = meant.partition(":")[0] in KINDS
        hint = f"Did you mean {meant}?" if slipped else nearest(name, KINDS)
        raise MockgwError(f"There is no fault named {name!r}.", hint)
    takes = KINDS[name].takes
    if len(told) > len(takes):
        known = "".join(f":{one.upper()}" for one in takes)
        raise MockgwError(f"{given!r} says more than {name} takes.", f"Give {name}{known}.")
    given_now = [*told, *[""] * (len(takes) - len(told))]
    parts = zip(takes.items(), given_now, strict=True)
    return Fault(name, tuple(_argument(given, key, one, text) for (key, one), text in parts))


def _argument(given: str, key: str, argument: Argument, text: str) -> Any:
    if not text:
        return argument.default
    if argument.kind == "text":
        return text
    if argument.kind == "how":
        if text not in _HOW:
            raise MockgwError(f"{text!r} in {given!r} is no ending.", nearest(text, _HOW))
        return text
    value = number(text, f"{key} in {given!r}", least=argument.least, most=argument.most)
    if argument.kind == "count" and value % 1:
        raise MockgwError(f"{key} in {given!r}: {text} is not allowed.", "Give a whole number.")
    return int(value) if argument.kind == "count" else value
