"""What is wrong with a template: the place, the reason, the way to mend it."""

import difflib
from collections.abc import Iterable, Sequence

import msgspec

from mockgw.errors import MockgwError

_MOST_KNOWN = 30


class Problem(msgspec.Struct, frozen=True):
    """One mistake; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    message: str
    hint: str

    def __str__(self) -> str:
        told = f"{self.file}:{self.line}:{self.column}: {self.message}"
        return f"{told}\n  {self.hint}" if self.hint else told


class TemplateError(MockgwError):
    """Templates that cannot be used, with every mistake that was found in them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(one) for one in problems))
        self.problems = tuple(problems)


class CannotSay(Exception):  # noqa: N818 - an outcome, not an error of the program
    """A template that was chosen has nothing to say to this call; the message says why."""


def nearest(word: object, known: Iterable[str]) -> str:
    """Return the hint for a word that nobody knows: the one that was meant, or all there are."""
    words = list(known)
    near = difflib.get_close_matches(str(word), words, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    more = f" and {len(words) - _MOST_KNOWN} more" if len(words) > _MOST_KNOWN else ""
    return f"Known: {', '.join(words[:_MOST_KNOWN]) or 'none'}{more}."
