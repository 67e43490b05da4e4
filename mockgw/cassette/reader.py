"""Reading anybody's cassettes: vcrpy's, cassetter's, and what suites built on top of them."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockgw.cassette.coding import gunzipped
from mockgw.cassette.dialects import interaction
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.pieces import Pieces, pieces
from mockgw.errors import MockgwError

_SUFFIXES = (".yaml", ".yml", ".json", ".yaml.gz", ".yml.gz", ".json.gz")
_KNOWN = "A cassette has a list `interactions` of {request, response}, as vcrpy writes it."


def read(path: Path) -> list[Interaction]:
    """Return the interactions of a cassette in the file's order; an empty file has none.

    Raises MockgwError that names file, line and remedy for whatever is missing, torn or unknown.
    """
    return interactions(content(path), path)


def interactions(data: bytes, path: Path) -> list[Interaction]:
    """Return the interactions in a cassette's content, as `read` does; `path` is its name."""
    data = unpacked(data, path)
    cut = pieces(data, path)
    found = None if cut is None else _alone(cut)
    return _whole(data, path) if found is None else found


def _alone(cut: Pieces) -> list[Interaction] | None:
    """Return the interactions read one by one; None when only the whole can say what they are."""
    try:
        return cut.all()
    except MockgwError:
        return None


def _whole(data: bytes, path: Path) -> list[Interaction]:
    # Most cassettes are read in pieces, without YAML, which takes a hundredth of a second to load.
    from mockgw.cassette.document import parsed  # noqa: PLC0415

    document, lines = parsed(_text(data, path), path)
    items = _items(document, path)
    name = str(path)
    places = lines if len(lines) == len(items) else [0] * len(items)
    return [
        interaction(item, name, position, line)
        for position, (item, line) in enumerate(zip(items, places, strict=True), 1)
    ]


def content(path: Path) -> bytes:
    """Return the bytes of a cassette; raises MockgwError that says what is there instead."""
    try:
        # One read into one object: a buffer between would be made for nothing.
        with path.open("rb", buffering=0) as file:
            return file.read()
    except FileNotFoundError:
        raise _missing(path) from None
    except OSError as error:
        raise MockgwError(f"{path}: cannot be read: {error.strerror}") from error


def find_cassettes(path: Path) -> list[Path]:
    """Return the cassette at `path`, or all of a folder and its folders, in order of their names.

    Hidden files and folders are left out. Raises MockgwError when nothing is at `path`.
    """
    if path.is_dir():
        return sorted(_under(path))
    if path.exists():
        return [path]
    raise _missing(path)


def _under(folder: Path) -> list[Path]:
    found = []
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            Path(root, name)
            for name in files
            if name.lower().endswith(_SUFFIXES) and not name.startswith(".")
        ]
    return found


def unpacked(data: bytes, path: Path) -> bytes:
    """Return a cassette's content decompressed; raises MockgwError when it is torn."""
    try:
        return gunzipped(data)
    except MockgwError as error:
        raise MockgwError(f"{path}: {error.message}", error.hint) from error


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MockgwError(
            f"{path}: not UTF-8: byte {error.object[error.start]:#04x} at offset {error.start}",
            "Save the file as UTF-8, or record it again.",
        ) from error


def _items(document: Any, path: Path) -> list[Any]:
    match document:
        case None:
            return []
        case list():
            return document
        case {"interactions": list(items)}:
            return items
        case {"interactions": None}:
            return []
        case {"interactions": _}:
            raise MockgwError(f"{path}:1: not a cassette: `interactions` is no list", _KNOWN)
        case {"requests": list(requests), "responses": list(responses)}:
            return _paired(requests, responses, path)
        case Mapping():
            keys = ", ".join(map(str, document)) or "none"
            raise MockgwError(f"{path}:1: not a cassette: its keys are {keys}", _KNOWN)
        case _:
            raise MockgwError(f"{path}:1: not a cassette: it holds {document!r:.60}", _KNOWN)


def _paired(requests: list[Any], responses: list[Any], path: Path) -> list[Any]:
    if len(requests) != len(responses):
        raise MockgwError(
            f"{path}: {len(requests)} requests but {len(responses)} responses",
            "The file was cut or edited: restore it from version control, or record it again.",
        )
    return [
        {"request": request, "response": response}
        for request, response in zip(requests, responses, strict=True)
    ]


def _missing(path: Path) -> MockgwError:
    """Say which part of the path is missing, and what is there with the nearest name."""
    missing = path
    while not missing.parent.is_dir() and missing.parent != missing:
        missing = missing.parent
    try:
        names = sorted(entry.name for entry in missing.parent.iterdir())
    except OSError:
        names = []
    near = difflib.get_close_matches(missing.name, names, n=1, cutoff=0.5)
    if near:
        hint = f"Did you mean {missing.parent / near[0]}?"
    else:
        hint = f"{missing.parent} holds {', '.join(names[:10]) or 'nothing'}."
    return MockgwError(f"No cassette at {path}: {missing} does not exist.", hint)
