"""Identifiers with the structure the real ones have, drawn from digits that belong to the call.

A Responses id is a prefix and 50 hex digits: a 64-bit partition shared by everything that belongs
to one conversation, two digits that say whether it is stored (`00`) or not (`01`), and a UUID of
version 8 that holds the second it was made. A conversation's id has the older layout: UUID first,
no flag. A chat id holds its second in base 62.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mockgw.digits import Digits, letters

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHAT_EPOCH = 1_576_800_000
_NODE = "197"
# How many digits are drawn for each part of an id; a letter takes two.
_PARTITION, _UUID, _LETTERS = 15, 16, 48
# The digit that says which kind of UUID it is, by the digit that was drawn for it.
_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
# The prefix of an id and how long after the others it was made; that of a tool call has neither.
_Made = tuple[str, float]
_CALL: _Made = "", 0.0
_STRUCTURED = re.compile(r"[a-z]+_(?:(0[0-9a-f]{15})0[01][0-9a-f]{32}|[0-9a-f]{32}(0[0-9a-f]{15}))")


class Ids:
    """The ids of one response: they share partition, store flag and node."""

    def __init__(self, digits: Digits, at: float, *, stored: bool, partition: str = "") -> None:
        self._digits = digits
        self._at = at
        self._kin = stored, partition
        self._made: list[_Made] = []
        # The same once all are made, each with the place of its digits.
        self._cuts: tuple[tuple[str, float, int, int], ...] = ()
        self._head = _head(digits, stored=stored, partition=partition)

    def new(self, prefix: str, after: float = 0.0) -> str:
        """Return an id of that prefix, made `after` seconds after the response began."""
        self._made.append((prefix, after))
        return self._new(prefix, after)

    def _new(self, prefix: str, after: float) -> str:
        return f"{prefix}_{self._head}{_uuid(self._digits, self._at + after)}"

    def call(self) -> str:
        """Return a tool call's id: `call_` and 24 letters and digits."""
        self._made.append(_CALL)
        return call(self._digits)

    def again(self, digits: Digits, at: float) -> list[str] | None:
        """Return as many ids drawn from other digits at another moment, in the same order.

        None when something else was drawn from the digits of these.
        """
        stored, partition = self._kin
        if not self._cuts:
            self._cuts = tuple(_cuts(self._made, 0 if partition else _PARTITION))
        drawn = self._cuts[-1][-1] if self._cuts else 0
        if self._digits.taken != drawn:
            return None
        # All at once, since one at a time is twice the work.
        told = digits.take(drawn)
        head = (partition or "0" + told[:_PARTITION]) + ("00" if stored else "01")
        return [
            f"{prefix}_{head}{_moment(at + after)}8{_NODE}{_VARIANTS[told[first]]}"
            f"{told[first + 1 : last]}"
            if prefix
            else "call_" + letters(told[first:last])
            for prefix, after, first, last in self._cuts
        ]


def _cuts(made: Sequence[_Made], place: int) -> Iterator[tuple[str, float, int, int]]:
    """Yield prefix and moment of each id, and from where to where its digits are drawn."""
    for prefix, after in made:
        begin, place = place, place + (_UUID if prefix else _LETTERS)
        yield prefix, after, begin, place


def _head(digits: Digits, *, stored: bool, partition: str) -> str:
    """Return what the ids of a response begin with, behind their prefixes."""
    return (partition or "0" + digits.take(_PARTITION)) + ("00" if stored else "01")


def partition_of(identifier: str) -> str:
    """Return the partition inside a Responses id, or "" when it has none."""
    found = _STRUCTURED.fullmatch(identifier)
    return (found.group(1) or found.group(2)) if found else ""


def _uuid(digits: Digits, at: float) -> str:
    return _uuid_of(digits.take(_UUID), at)


def _uuid_of(drawn: str, at: float) -> str:
    return f"{_moment(at)}8{_NODE}{_VARIANTS[drawn[0]]}{drawn[1:]}"


@lru_cache(maxsize=256)
def _moment(at: float) -> str:
    # Where the clock stands still, all moments come again and again.
    second = int(at)
    return f"{second:08x}{int((at - second) * 16384) << 2:04x}"


def conversation(digits: Digits, at: float) -> str:
    """Return a conversation's id, made at that moment; its items share its partition."""
    return f"conv_{_uuid(digits, at)}0{digits.take(15)}"


def call(digits: Digits) -> str:
    """Return a tool call's id: `call_` and 24 letters and digits."""
    return "call_" + digits.letters(24)


def chat(digits: Digits, created: int) -> str:
    """Return a chat completion's id; its first five characters tell the second `created`."""
    rest, second = max(created - _CHAT_EPOCH, 0), ""
    for _ in range(5):
        rest, digit = divmod(rest, 62)
        second = _BASE62[digit] + second
    return f"chatcmpl-{second}{digits.letters(24)}"
