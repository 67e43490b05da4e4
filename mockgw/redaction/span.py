"""A stretch of text that must not be kept, and how several of them become one new text."""

from collections.abc import Callable, Iterable

import msgspec


class Span(msgspec.Struct, frozen=True):
    """Where a secret stands, its value without escapes, and its kind; `secret` has no shape."""

    start: int
    end: int
    value: str
    kind: str = "secret"


class Edit(msgspec.Struct, frozen=True):
    """A stretch of text and what is to stand there instead."""

    start: int
    end: int
    text: str


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that overlap as one that is called by the longest."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        last = result[-1] if result else None
        if last is None or span.start >= last.end:
            result.append(span)
            continue
        name = span if span.end - span.start > last.end - last.start else last
        result[-1] = Span(last.start, max(last.end, span.end), name.value, name.kind)
    return result


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits made, which do not overlap."""
    parts, place = [], 0
    for edit in sorted(edits, key=lambda one: one.start):
        parts += [text[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, text[place:]]) if parts else text


def settled(text: str, once: Callable[[str], str]) -> str:
    """Return the text after as many passes as change it, so that one more changes nothing."""
    for _ in range(_MOST_PASSES):
        after = once(text)
        if after == text:
            break
        text = after
    return text


_MOST_PASSES = 16
