"""An answer on its way out, as a fault sees it."""

from math import inf
from typing import Literal

from msgspec import Struct

Headers = tuple[tuple[str, str], ...]
Ending = Literal["whole", "close", "reset"]
FOR_EVER = inf


class Going(Struct, frozen=True):
    """What is about to be written, and how the writing is to end.

    `parts` are the events of a stream, or the body; `announced` is the length that the head gives
    for a body. `head` says that the head is written at all; `at_once` that nothing is waited for;
    `wait` are seconds before the head; `pauses` are seconds of silence before the part of that
    number (from 0). `ending`: `whole`, or broken off by `close` (FIN) or `reset` (RST).
    """

    status: int
    headers: Headers
    parts: tuple[bytes, ...]
    streamed: bool
    announced: int = 0
    version: str = "1.1"
    head: bool = True
    at_once: bool = False
    wait: float = 0.0
    pauses: tuple[tuple[int, float], ...] = ()
    ending: Ending = "whole"

    def header(self, name: str) -> str:
        """Return the value of a header, "" when there is none."""
        return next((value for known, value in self.headers if known == name), "")


def going(status: int, headers: Headers, parts: tuple[bytes, ...], *, streamed: bool) -> Going:
    """Return an answer that nothing is wrong with."""
    announced = 0 if streamed else sum(map(len, parts))
    return Going(status, headers, parts, streamed, announced)


def with_header(headers: Headers, name: str, value: str) -> Headers:
    """Return the headers with one of them set, in its place if it was there."""
    if any(known == name for known, _ in headers):
        return tuple((known, value if known == name else told) for known, told in headers)
    return (*headers, (name, value))
