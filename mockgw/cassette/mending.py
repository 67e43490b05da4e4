"""What a cassette's content has to become before one more interaction can follow it."""

import re
from dataclasses import replace as changed
from pathlib import Path

import msgspec

from mockgw.cassette.emitter import HEAD
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.layout import Layout, layout, open_ended
from mockgw.cassette.reader import interactions
from mockgw.errors import MockgwError

LIST = b"interactions:\n"
_HEAD = HEAD.encode()
_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_COMMENTS = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:#[^\n]*)?\Z")
_URI = re.compile(rb"""["']?uri["']?: *["']?([^"'\s]+)""")


class Ready(msgspec.Struct, frozen=True):
    """Content that takes one more interaction at its end, after `opening`, at column `indent`."""

    data: bytes
    opening: bytes
    indent: int


def ready(data: bytes, path: Path) -> Ready:
    """Return content that means the same and ends with its interactions.

    Raises MockgwError when there is no such content.
    """
    data = data.removeprefix(_BOM)
    if _COMMENTS.match(data):
        return Ready(data, _line_break(data) + _HEAD, 0)
    parts = _layout(data, path)
    if not parts.open_ended:
        moved = open_ended(data, parts)
        if _meaning(moved, path) != _meaning(data, path):
            raise MockgwError(
                f"{path}: nothing can be added: its parts depend on their order",
                "Record into another file.",
            )
        data, parts = moved, _layout(moved, path)
    return Ready(data, _line_break(data), parts.indent)


def whole(data: bytes, path: Path) -> tuple[bytes, list[str]]:
    """Return the content without what was cut while it was written, and what that was.

    Only the end is ever left out. Raises MockgwError when the content is broken otherwise.
    """
    if data != _HEAD and _HEAD.startswith(data):
        return b"", []
    if _COMMENTS.match(data.removeprefix(_BOM)):
        return data, []
    skipped = len(data) - len(data.removeprefix(_BOM))
    bare = data[skipped:]
    parts = _layout(bare, path)
    where = parts.torn
    if where is None and _is_cut(bare, parts, path):
        where = parts.last
    if where is None:
        return data, []
    return data[: skipped + where], [_told(bare, where, path)]


def has_items(data: bytes) -> bool:
    """Return whether content that is whole holds an interaction."""
    bare = data.removeprefix(_BOM)
    return not _COMMENTS.match(bare) and layout(bare).last is not None


def _layout(data: bytes, path: Path) -> Layout:
    if data.startswith(_GZIP):
        raise MockgwError(f"{path}: nothing can be added: it is compressed", f"Type: gunzip {path}")
    try:
        return layout(data)
    except MockgwError as error:
        raise MockgwError(f"{path}: nothing can be added: {error.message}", error.hint) from error


def _is_cut(data: bytes, parts: Layout, path: Path) -> bool:
    """Return whether the last item was cut; raises MockgwError when it is broken otherwise."""
    if parts.last is None:
        return False
    last = data[parts.last : parts.end]
    try:
        interactions(LIST + last, path)
    except MockgwError:
        ends = last.endswith(b"\n") and _reaches_status(last.lstrip(b" "), parts.indent)
        try:
            interactions(data, path)  # it may lean on the others, by an alias
        except MockgwError:
            if ends or parts.end < len(data):
                raise
            return True
    return False


def _reaches_status(item: bytes, indent: int) -> bool:
    """Return whether an item's last part is there, so that what is wrong with it is no cut."""
    if item.startswith(b"- {"):
        return True
    return re.search(rb"\n {%d}status:(?!\s*\Z)" % (indent + 4), item) is not None


def _told(data: bytes, where: int, path: Path) -> str:
    lost = data[where:]
    first = data.count(b"\n", 0, where) + 1
    last = first + lost.rstrip(b"\n").count(b"\n")
    uri = _URI.search(lost)
    asked = f", {uri[1].decode(errors='replace')}" if uri else ""
    return f"{path}:{first}-{last}: dropped what was cut while it was written{asked}"


def _meaning(data: bytes, path: Path) -> list[Interaction]:
    return [changed(one, line=0) for one in interactions(data, path)]


def _line_break(data: bytes) -> bytes:
    return b"" if not data or data.endswith(b"\n") else b"\n"
