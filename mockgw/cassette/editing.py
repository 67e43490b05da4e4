"""Taking interactions out of a cassette, or putting others in their places, byte by byte."""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from mockgw.cassette.emitter import item
from mockgw.cassette.held import explained, held, put
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.layout import layout
from mockgw.cassette.reader import content, interactions
from mockgw.errors import MockgwError

# By the place in the file, from 1: what is to stand there, None for nothing.
Changes = Mapping[int, Interaction | None]

_LINE = re.compile(r"^(?=[^\n])", re.MULTILINE)
_BOM = b"\xef\xbb\xbf"
_LIST = b"interactions:\n"


def edit(path: Path, before: bytes, changes: Changes) -> None:
    """Make the changes in the file, which is seen old or new; `before` is what they were found in.

    Interactions that were added meanwhile stay. A file of which nothing is left is removed. Raises
    MockgwError, and changes nothing, when the file was changed otherwise, or cannot be edited.
    """
    content(path)
    with held(path):
        now = content(path)
        if not now.startswith(before):
            raise MockgwError(
                f"{path}: it was changed while it was looked at; nothing was written.",
                "Type the command again.",
            )
        after = edited(now, path, changes)
        if after:
            put(path, after)
            return
        with explained(path):
            path.unlink()


def edited(data: bytes, path: Path, changes: Changes) -> bytes:
    """Return a cassette's content with the changes made, b"" when no interaction is left.

    All else keeps its bytes. The comment lines right above an interaction go with it, and stay
    above what takes its place. Raises MockgwError when the interactions do not stand one below the
    other, or depend on each other by YAML's anchors.
    """
    bare = data.removeprefix(_BOM)
    before = interactions(bare, path)
    cuts, indent = _cuts(bare, path, len(before))
    parts, wanted = [bare[: cuts[0]]], []
    for place, (part, old) in enumerate(zip(_parts(bare, cuts), before, strict=True), 1):
        new = changes.get(place, old)
        if place not in changes:
            parts.append(part)
            wanted.append(old)
        elif new is not None:
            written = item(new, _style(part))
            kept = part[: _comments(part, indent)]
            parts.append(kept + (_LINE.sub(" " * indent, written) if indent else written).encode())
            wanted += interactions(_LIST + written.encode(), path)
    if not wanted:
        return b""
    after = b"".join([*parts, bare[cuts[-1] :]])
    if _meaning(after, path) != _placeless(wanted):
        raise _unfit(path, "its interactions depend on each other")
    return data[: len(data) - len(bare)] + after


def _parts(data: bytes, cuts: list[int]) -> list[bytes]:
    return [data[start:end] for start, end in pairwise(cuts)]


def _cuts(data: bytes, path: Path, count: int) -> tuple[list[int], int]:
    """Return where each interaction begins with its comments and the last one ends, and its column.

    Raises MockgwError when these are not the borders of `count` interactions.
    """
    if not count:
        raise _unfit(path, "it holds no interaction")
    try:
        found = layout(data)
    except MockgwError as error:
        raise _unfit(path, error.message) from error
    dash = re.compile(rb"^ {%d}-(?=[ \r\n])" % found.indent, re.MULTILINE)
    starts = [dashed.start() for dashed in dash.finditer(data, found.start, found.end)]
    if len(starts) != count:
        raise _unfit(path, "its interactions do not stand one below the other")
    return [_above(data, start, found.indent) for start in [*starts, found.end]], found.indent


def _above(data: bytes, start: int, indent: int) -> int:
    """Return where the comment lines that stand right above a place begin."""
    comment = _comment(indent)
    while start:
        line = data.rfind(b"\n", 0, start - 1) + 1
        if not comment.fullmatch(data, line, start):
            break
        start = line
    return start


def _comments(part: bytes, indent: int) -> int:
    """Return how much of an interaction's bytes are the comment lines above it."""
    comment, place = _comment(indent), 0
    while found := comment.match(part, place):
        place = found.end()
    return place


def _comment(indent: int) -> re.Pattern[bytes]:
    # Deeper in, a line with this sign may be a text's.
    return re.compile(rb" {0,%d}#[^\n]*\n" % indent)


def _style(part: bytes) -> str:
    return "compact" if re.search(rb"^ *- \{", part, re.MULTILINE) else "readable"


def _meaning(data: bytes, path: Path) -> list[Interaction] | None:
    try:
        return _placeless(interactions(data, path))
    except MockgwError:  # an alias whose anchor is gone
        return None


def _placeless(found: list[Interaction]) -> list[Interaction]:
    return [replace(one, path="", line=0, position=0) for one in found]


def _unfit(path: Path, reason: str) -> MockgwError:
    name = path.name.split(".")[0] or "cassette"
    return MockgwError(
        f"{path}: it cannot be edited in place: {reason}.",
        f"Type: mockgw cassette convert {path} {path.with_name(name)}.new.yaml  and edit that.",
    )
