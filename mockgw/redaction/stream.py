"""Secrets that an event stream tells piece by piece."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from mockgw.redaction.event import events
from mockgw.redaction.leaf import Path, leaves, strings
from mockgw.redaction.span import Edit, Span
from mockgw.redaction.view import View, bare

_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """One delta: where the event's JSON stands, and the path of the string in it."""

    start: int
    end: int
    path: Path


def edits(
    text: str,
    find: Callable[[str], list[Span]],
    name: Callable[[Span], str],
    done: Callable[[int], bool] = lambda _: False,
) -> list[Edit]:
    """Return what must change in a stream's deltas so that their sum holds no secret.

    `done` tells of an event, by where it begins, that it is to be passed over.
    """
    pieces: dict[_Key, list[_Piece]] = defaultdict(list)
    told: dict[_Key, list[str]] = defaultdict(list)
    for key, piece, delta in _deltas(text):
        if done(piece.start):
            continue
        pieces[key].append(piece)
        told[key].append(delta)
    return [
        edit
        for key, deltas in told.items()
        if find("".join(deltas))
        for edit in _rewritten(text, pieces[key], find, name)
    ]


def begins(text: str) -> list[int]:
    """Return where the events begin whose deltas are looked at."""
    return [event.start for event in events(text, "data:", '"delta"')]


def _deltas(text: str) -> Iterator[tuple[_Key, _Piece, str]]:
    for event in events(text, "data:", '"delta"'):
        for path, delta in leaves(event.value):
            if "delta" in path:
                piece = _Piece(event.start, event.end, path)
                yield (event.frame, *_place(event.value, path)), piece, delta


def _place(event: Any, path: Path) -> Iterator[str]:
    """Yield the path, each place in a list as the `index` that the element itself tells."""
    for step in path:
        event = event[step]
        own = event.get("index") if isinstance(step, int) and isinstance(event, dict) else None
        yield str(step if own is None else own)


def _rewritten(
    text: str, pieces: list[_Piece], find: Callable[[str], list[Span]], name: Callable[[Span], str]
) -> Iterator[Edit]:
    parts: list[tuple[int, View]] = []
    for piece in pieces:
        inside = text[piece.start : piece.end]
        # Of a name that stands twice in an object the decoded event knows only the last.
        found = next((one for one in strings(inside) if one[0] == piece.path), None)
        if found is not None:
            _, start, end = found
            parts.append((piece.start + start, bare(inside[start:end])))
    ends = list(accumulate(len(view.text) for _, view in parts))
    for span in find("".join(view.text for _, view in parts)):
        replacement, place = name(span), span.start
        index = bisect_right(ends, place)
        while place < span.end:
            begin, view = parts[index]
            before = ends[index] - len(view.text)
            upto = min(span.end, ends[index])
            if upto > place:
                yield Edit(
                    begin + view.start(place - before),
                    begin + view.end(upto - before),
                    replacement,
                )
                replacement = ""
            place, index = upto, index + 1
