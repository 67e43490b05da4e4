"""A cassette cut into its interactions, each of which can be read alone."""

import re
from pathlib import Path
from typing import Any

import msgspec

from mockgw.cassette.dialects import interaction
from mockgw.cassette.emitted import emitted
from mockgw.cassette.interaction import Interaction
from mockgw.errors import MockgwError

# Before a line that is neither indented, nor a comment, nor an item.
_TOP = re.compile(rb"\n(?=[^ \t\r\n#-]|-(?! ))")
_KEY = re.compile(rb"""(["']?)([\w-]+)\1[ \t]*:(?=\s|\Z)""")
_LIST = re.compile(rb"""(["']?)interactions\1[ \t]*:[ \t]*(?:#[^\n]*)?\n""")
_NOTHING = re.compile(rb"(?: *(?:#[^\n]*)?\n)*")
_ITEM = b"\n- "
# What vcrpy and mockgw write beside the items.
_EMPTY = re.compile(rb"(?:(?:interactions: \[\]|version: [0-9]+|#[ -~]*)?\n)*")
# Read by vcrpy's own loader, which reads the whole file by other rules.
_TAGGED = b"!!python/"


class Piece(msgspec.Struct, frozen=True):
    """Where the bytes of one interaction are, and the line on which they begin."""

    start: int
    end: int
    line: int


class Pieces(msgspec.Struct, frozen=True):
    """The bytes of a cassette at `path`, and its interactions in them, in the file's order."""

    path: str
    data: bytes
    places: tuple[Piece, ...]

    def read(self, piece: Piece, position: int) -> Interaction:
        """Return one interaction, the `position`th of its file.

        Raises MockgwError when it cannot be read alone, which says nothing about the whole file.
        """
        return interaction(self._item(piece), self.path, position, piece.line)

    def all(self) -> list[Interaction]:
        """Return every interaction; raises MockgwError when one cannot be read alone."""
        return [self.read(piece, position) for position, piece in enumerate(self.places, 1)]

    def _item(self, piece: Piece) -> Any:
        try:
            text = self.data[piece.start : piece.end].decode()
        except UnicodeDecodeError:
            raise MockgwError(f"{self.path}:{piece.line}: not UTF-8") from None
        item = emitted(text)
        if item is not None:
            return item
        match _parsed(text, Path(self.path)):
            case [item]:
                return item
            case _:
                raise MockgwError(f"{self.path}:{piece.line}: no interaction")


def pieces(data: bytes, path: Path) -> Pieces | None:
    """Return a cassette's bytes in pieces, or None when its layout does not let it be cut.

    It can be cut when its items stand at column 0 below `interactions:`, as vcrpy and mockgw write
    them. No item can then reach into another: text that goes on over several lines is indented, and
    what is not (a quotation mark that is never closed, an alias of another item) cannot be read
    alone, so that the whole has to be read.
    """
    tops = [found.end() for found in _TOP.finditer(data)]
    if _TOP.match(b"\n" + data[:2]):
        tops.insert(0, 0)
    keys = [key[2] for top in tops if (key := _KEY.match(data, top))]
    lists = [found for top in tops if (found := _LIST.match(data, top))]
    if len(lists) != 1 or len(keys) != len(tops) or len(set(keys)) != len(keys):
        return None
    if not _NOTHING.fullmatch(data, 0, tops[0]):
        return None
    end = min((top for top in tops if top > lists[0].start()), default=len(data))
    first = _NOTHING.match(data, lists[0].end(), end)
    if first is None or not data.startswith(_ITEM[1:], first.end(), end) or _TAGGED in data:
        return None
    colon = data.index(b":", lists[0].start()) + 1
    if not _is_empty(data[:colon] + b" []" + data[colon : first.end()] + data[end:], path):
        return None
    return Pieces(str(path), data, tuple(_places(data, first.end(), end)))


def _is_empty(rest: bytes, path: Path) -> bool:
    """Return whether a cassette without its items is one, so that only its items can be wrong."""
    if _EMPTY.fullmatch(rest):
        return True
    try:
        document = _parsed(rest.decode(), path)
    except (MockgwError, UnicodeDecodeError):
        return False
    return isinstance(document, dict) and document.get("interactions") == []


def _parsed(text: str, path: Path) -> Any:
    # What vcrpy and mockgw write is read without YAML, which takes a hundredth of a second to load.
    from mockgw.cassette.document import parsed  # noqa: PLC0415

    return parsed(text, path)[0]


def _places(data: bytes, start: int, end: int) -> list[Piece]:
    found: list[Piece] = []
    line = data.count(b"\n", 0, start) + 1
    while start < end:
        # The line break before an item is the last byte of the one before it.
        after = data.find(_ITEM, start, end) + 1 or end
        found.append(Piece(start, after, line))
        line += data.count(b"\n", start, after)
        start = after
    return found
