"""Secrets that are a bare number, where JSON would be none if words stood there."""

import re

from mockgw.redaction.span import Span

# What stands for a number wherever nothing else can.
ZERO = "0"
# Behind the kind of such a secret; no name of a pattern has a blank.
_NUMBER = " number"
_DIGITS = re.compile(r"[-+.\deE]+", re.ASCII)
_BEFORE = re.compile(r"[:,\[]\s*([-+.\deE]*)\Z", re.ASCII)
_AFTER = re.compile(r"([-+.\deE]*)\s*[,\]}]", re.ASCII)
# No number is longer that a program reads as one; blanks before it may be.
_FAR = 64


def widened(text: str, span: Span) -> Span | None:
    """Return a span that is part of a bare number as the whole number, any other as it is.

    In plain text a number between commas is taken for one of JSON too: it is hidden all the same.
    None for the zero that stands for a number already.
    """
    if not _DIGITS.fullmatch(text[span.start : span.end]):
        return span
    before = _BEFORE.search(text[max(span.start - _FAR, 0) : span.start])
    after = _AFTER.match(text, span.end, span.end + _FAR)
    if before is None or after is None:
        return span
    start, end = span.start - len(before[1]), after.end(1)
    return (
        None if text[start:end] == ZERO else Span(start, end, text[start:end], span.kind + _NUMBER)
    )


def is_bare(kind: str) -> bool:
    """Tell whether a secret of this kind is a bare number."""
    return kind.endswith(_NUMBER)
