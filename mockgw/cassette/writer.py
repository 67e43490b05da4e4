"""Adding to cassettes, whoever began them, so that nothing that was recorded is lost."""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.held import Stamp, explained, held, put, stamp, written
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.layout import emptied
from mockgw.cassette.mending import LIST, Ready, has_items, ready, whole
from mockgw.cassette.reader import content
from mockgw.errors import MockgwError

_LINE = re.compile(r"^(?=[^\n])", re.MULTILINE)


class _Seen(msgspec.Struct, frozen=True):
    """A file as a writer left it: which one, when, how long, and the column of its items."""

    file: tuple[int, int]
    time: int
    size: int
    indent: int


class Writer:
    """Adds interactions to one cassette.

    Any number of writers, threads and processes may add to the same file. Keep a writer: its first
    call looks through the whole file, the others only at what was added since. `wrote` is told the
    file's stamps before and after each addition that changed nothing else. `line` is where the last
    interaction begins that this writer added, 0 before there is one.
    """

    def __init__(
        self,
        path: Path,
        style: str = "readable",
        wrote: Callable[[Stamp, Stamp], None] | None = None,
    ) -> None:
        self._path = path
        self._style = style
        self._wrote = wrote
        self._seen: _Seen | None = None
        self._breaks = 0
        self.line = 0

    def append(self, one: Interaction) -> list[str]:
        """Add one interaction; return what was found cut at the file's end and dropped.

        A missing file is made together with its first interaction. Raises MockgwError, and adds
        nothing, when the file cannot be written or is no cassette to which one can add.
        """
        refuse(self._path)
        text = item(one, self._style)
        dropped: list[str] = []
        while True:
            with held(self._path) as descriptor:
                before = stamp(os.fstat(descriptor))
                place = self._place(descriptor, dropped)
                if place is not None:
                    self._add(descriptor, place, text)
                    if self._wrote is not None and not dropped:
                        self._wrote(before, stamp(os.fstat(descriptor)))
                    return dropped

    def _add(self, descriptor: int, place: Ready, text: str) -> None:
        lines = _LINE.sub(" " * place.indent, text) if place.indent else text
        data = place.opening + lines.encode()
        written(descriptor, data)
        self.line = self._breaks + place.opening.count(b"\n") + 1
        self._breaks += data.count(b"\n")
        now = os.fstat(descriptor)
        self._seen = _Seen((now.st_dev, now.st_ino), now.st_mtime_ns, now.st_size, place.indent)

    def _place(self, descriptor: int, dropped: list[str]) -> Ready | None:
        """Return where the next item goes; None when another file had to be put in its place."""
        place = self._after_the_seen(descriptor)
        if place is not None:
            return place
        data = content(self._path)
        kept, cut = whole(data, self._path)
        place = ready(kept, self._path)
        self._breaks = place.data.count(b"\n")
        dropped += cut
        if place.data == data:
            return place
        if place.data == kept:
            os.ftruncate(descriptor, len(kept))
            return place
        put(self._path, place.data)
        return None

    def _after_the_seen(self, descriptor: int) -> Ready | None:
        """Return where the next item goes if only whole items were added since the last one."""
        seen, now = self._seen, os.fstat(descriptor)
        if seen is None or seen.file != (now.st_dev, now.st_ino) or seen.size > now.st_size:
            return None
        if seen.size == now.st_size:
            same = seen.time == now.st_mtime_ns
            return Ready(b"", b"", seen.indent) if same else None
        added = LIST + _since(self._path, seen.size)
        try:
            kept, cut = whole(added, self._path)
            place = ready(kept, self._path)
        except MockgwError:
            return None  # a look at the whole file says what is wrong
        same = place.data == added and place.indent == seen.indent and has_items(added)
        if cut or not same:
            return None
        self._breaks += added.count(b"\n") - LIST.count(b"\n")
        return place


def replace(path: Path, interactions: Iterable[Interaction], style: str = "readable") -> None:
    """Put a cassette of these interactions in the place of another, which is seen old or new.

    Raises MockgwError, and leaves the other as it was, when it cannot be written.
    """
    refuse(path)
    items = [item(one, style) for one in interactions]
    text = HEAD + "".join(items) if items else emptied(HEAD.encode()).decode()
    with explained(path):
        if not path.exists():
            put(path, text.encode())
            return
        with held(path):
            put(path, text.encode())


def repair(path: Path) -> list[str]:
    """Take from a cassette's end what was cut while it was written; return what that was.

    Raises MockgwError when the cassette is missing or broken otherwise.
    """
    refuse(path)
    content(path)
    with held(path) as descriptor:
        data = content(path)
        kept, dropped = whole(data, path)
        if kept and dropped and not has_items(kept):
            put(path, emptied(kept))
        elif kept != data:
            os.ftruncate(descriptor, len(kept))
    return dropped


def _since(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(size)
        return file.read()


def refuse(path: Path) -> None:
    """Raise MockgwError when nothing can be added at a path, for it is that of JSON or gzip."""
    name = path.name.lower()
    if name.endswith((".json", ".gz")):
        form = "compressed" if name.endswith(".gz") else "JSON"
        stem = re.sub(r"(?i)(\.(json|ya?ml))?(\.gz)?$", "", path.name)
        raise MockgwError(
            f"{path}: nothing can be added to a cassette that is {form}",
            f"Record into {stem}.yaml instead.",
        )
