"""Secrets that an event stream tells piece by piece."""

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from mockgw.redaction.leaf import Path, leaves, strings
from mockgw.redaction.span import Edit, Span
from mockgw.redaction.view import View, bare

_DATA = re.compile(r"(?m)^[ \t]*data:[ ]?(\{[^\r\n]*)")
_NAMES = ("type", "id", "item_id", "output_index", "content_index", "summary_index", "index")
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """One delta: where the event's JSON stands, and the path of the string in it."""

    start: int
    end: int
    path: Path


def edits(text: str, find: Callable[[str], list[Span]], name: Callable[[Span], str]) -> list[Edit]:
    """Return what must change in a stream's deltas so that their sum holds no secret."""
    if '"delta"' not in text or "data:" not in text:
        return []
    pieces: dict[_Key, list[_Piece]] = defaultdict(list)
    told: dict[_Key, list[str]] = defaultdict(list)
    for key, piece, delta in _deltas(text):
        pieces[key].append(piece)
        told[key].append(delta)
    return [
        edit
        for key, deltas in told.items()
        if find("".join(deltas))
        for edit in _rewritten(text, pieces[key], find, name)
    ]


def _deltas(text: str) -> Iterator[tuple[_Key, _Piece, str]]:
    for found in _DATA.finditer(text):
        try:
            event = json.loads(found[1])
            parts = list(leaves(event)) if '"delta"' in found[1] else []
        except (ValueError, RecursionError):
            continue
        frame = tuple(str(event.get(name)) for name in _NAMES)
        for path, delta in parts:
            if "delta" in path:
                yield (frame, *_place(event, path)), _Piece(*found.span(1), path), delta


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
        start, end = next((s, e) for path, s, e in strings(inside) if path == piece.path)
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
