"""The changes between two texts: which words they are, and how alike the texts are."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORD = re.compile(r"\w+|\s+|[^\w\s]+")
_AROUND = 20
_LONGEST = 60
_SHOWN = 3
# More than this is not compared word by word: the time grows with the square.
_MOST_WORDS = 1500


class _Span(NamedTuple):
    """Where a change is: from `start` to `end` of the one text and of the other."""

    start: int
    end: int
    other_start: int
    other_end: int


def changes(one: str, other: str) -> list[tuple[str, str]]:
    """Return the first changes between two texts, each as it reads in the one and in the other.

    A change is shown with some of what is around it; `…` stands for what is left out.
    """
    return [
        (
            _around(one, span.start, span.end),
            _around(other, span.other_start, span.other_end),
        )
        for span in _spans(one, other)[:_SHOWN]
    ]


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, word by word: 1.0 when they are equal, 0.0 at the least."""
    whole = len(one) + len(other)
    if not whole:
        return 1.0
    spans = _spans(one, other, near=False)
    changed = sum(span.end - span.start + span.other_end - span.other_start for span in spans)
    return 1 - changed / whole


def _around(text: str, start: int, end: int) -> str:
    begin, last = max(start - _AROUND, 0), min(end + _AROUND, len(text))
    if end - start > _LONGEST:
        last = start + _LONGEST
    before, after = "…" if begin else "", "…" if last < len(text) else ""
    return f"{before}{text[begin:last]!r}{after}"


def _spans(one: str, other: str, *, near: bool = True) -> list[_Span]:
    """Return the changes in their order; those side by side are one when `near`."""
    head = _shared(one, other)
    tail = _shared(one[head:][::-1], other[head:][::-1])
    # Words are changed as a whole.
    head = _word_start(one, head)
    tail = len(one) - _word_end(one, len(one) - tail)
    first, second = one[head : len(one) - tail], other[head : len(other) - tail]
    words, others = _WORD.findall(first), _WORD.findall(second)
    if max(len(words), len(others)) > _MOST_WORDS:
        return [_Span(head, len(one) - tail, head, len(other) - tail)]
    found: list[_Span] = []
    places, other_places = _places(words, head), _places(others, head)
    for kind, a, b, c, d in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        span = _Span(places[a], places[b], other_places[c], other_places[d])
        if kind != "equal":
            joined = near and found and span.start - found[-1].end <= 2 * _AROUND
            if joined:
                before = found.pop()
                span = _Span(before.start, span.end, before.other_start, span.other_end)
            found.append(span)
    return found


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _word_start(text: str, place: int) -> int:
    while place > 0 and text[place - 1 : place].isalnum():
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    while place < len(text) and text[place].isalnum():
        place += 1
    return place


def _places(words: list[str], start: int) -> list[int]:
    found = [start]
    for word in words:
        found.append(found[-1] + len(word))
    return found
