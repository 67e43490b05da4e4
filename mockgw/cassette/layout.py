"""Where the interactions of a cassette are in its bytes, so that one more can follow them."""

import re
from itertools import pairwise

import msgspec

from mockgw.errors import MockgwError

# A line at column 0 that is no comment and no item: a key, or a mark of the document.
_TOP = re.compile(rb"\n(?=[^\s#-]|---\s)")
_KEY = re.compile(rb"""(["']?)([\w-]+)\1[ \t]*:(?=\s|\Z)""")
_MARK = re.compile(rb"(---|\.\.\.|%)[^\n]*(?:\n|\Z)")
_BARE = re.compile(rb"[^\n:]*:[ \t]*(\[[ \t]*\]|null|~|)[ \t\r]*(#[^\n]*)?(?:\n|\Z)")
# What may stand between `interactions:` and its first item, and the column of that item.
_FIRST = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*([ ]*)(?:(-)(?=[ \r\n]|\Z)|\Z)")
_BELOW = "Record into another file, or write the interactions one below the other."


class Layout(msgspec.Struct, frozen=True):
    """The parts of a cassette as offsets.

    The list goes from `start` to `end`; its last item, if any, begins at `last`, and its items
    stand at column `indent`. `others` are the parts besides it. `open_ended` says that an item
    written at the end of the file belongs to the list. `torn` is where a key at the end of the file
    was cut.
    """

    start: int
    end: int
    last: int | None
    indent: int
    others: tuple[tuple[int, int], ...]
    open_ended: bool
    torn: int | None = None


def layout(data: bytes) -> Layout:
    """Return where the parts are; raises MockgwError when nothing can be added to such a file."""
    parts = _parts(data)
    lists = [(start, end) for name, start, end in parts if name == b"interactions"]
    if len(lists) != 1:
        raise MockgwError("there is no list `interactions` to add to", _BELOW)
    start, end = lists[0]
    bare = _BARE.match(data, start, end)
    first = _FIRST.match(data, bare.end(), end) if bare else None
    if bare is None or first is None:
        raise MockgwError("the interactions are not a list of lines with `- `", _BELOW)
    indent = len(first[1]) if first[2] else 0
    last = _last(data, indent, bare.end(), end) if first[2] else None
    torn = next((start for name, start, _ in parts if name == b""), None)
    return Layout(
        start=start,
        end=end,
        last=last,
        indent=indent,
        others=tuple((s, e) for name, s, e in parts if name not in {b"interactions", b"..."}),
        open_ended=end == len(data) and not bare[1],
        torn=torn,
    )


def open_ended(data: bytes, parts: Layout) -> bytes:
    """Return the same cassette with its interactions at the end; every comment is kept."""
    opening = min([parts.start, *(start for start, _ in parts.others)])
    others = (_closed(data[start:end]) for start, end in parts.others)
    listed = data[parts.start : parts.end]
    bare = _BARE.match(listed)
    if bare:
        listed = listed[: bare.start(1)] + listed[bare.end(1) :]
    return b"".join([data[:opening], *others, listed])


def emptied(data: bytes) -> bytes:
    """Return a cassette whose list has no items, with a list that vcrpy too takes for empty."""
    colon = data.index(b":", layout(data).start) + 1
    return data[:colon] + b" []" + data[colon:]


def _closed(part: bytes) -> bytes:
    return part if part.endswith(b"\n") else part + b"\n"


def _parts(data: bytes) -> list[tuple[bytes, int, int]]:
    """Return name, start and end of what begins at column 0; a cut name is empty."""
    starts = [match.start() for match in _TOP.finditer(b"\n" + data)]
    return [(_name(data, s, e), s, e) for s, e in pairwise([*starts, len(data)])]


def _name(data: bytes, start: int, end: int) -> bytes:
    if key := _KEY.match(data, start, end):
        return key[2]
    if mark := _MARK.match(data, start, end):
        return mark[1]
    if end == len(data) and b"\n" not in data[start:]:
        return b""
    line = data.count(b"\n", 0, start) + 1
    raise MockgwError(f"line {line} is neither a key nor an interaction", _BELOW)


def _last(data: bytes, indent: int, start: int, end: int) -> int:
    """Return where the last item starts."""
    dash = b"\n" + b" " * indent + b"-"
    found = data.rfind(dash, start - 1, end)
    while data[found + len(dash) : found + len(dash) + 1] not in {b" ", b"\n", b"\r", b""}:
        found = data.rfind(dash, start - 1, found)
    return found + 1
