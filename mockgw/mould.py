"""What answers to the same call have in common: everything but their ids."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from mockgw.canonical import encode


class Mould:
    """An answer's object that is to be had again with other ids of the same lengths.

    Raises ValueError for an object in which an id is a part of something longer.
    """

    def __init__(self, first: dict[str, Any], ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        self._first = first
        found: list[str] = []
        self._places = _places(first, self.ids, found)
        whole = encode(first)
        if any(whole.count(one.encode()) != found.count(one) for one in self.ids):
            raise ValueError("an id is a part of something longer")

    def filled(self, ids: Sequence[str]) -> dict[str, Any]:
        """Return the object with these ids in place of its own; what has no id is shared."""
        told: dict[str, Any] = _filled(self._first, self._places, ids)
        return told


class Stencil:
    """Bytes in which other ids are to stand in place of the first ones."""

    def __init__(self, text: bytes, ids: Sequence[str]) -> None:
        first = [one.encode() for one in ids]
        self._parts = re.split(b"(" + b"|".join(map(re.escape, first)) + b")", text)
        # Every second part is an id.
        self._places = [(n, first.index(self._parts[n])) for n in range(1, len(self._parts), 2)]

    def filled(self, ids: Sequence[str]) -> bytes:
        """Return the bytes with these ids."""
        told, parts = [one.encode() for one in ids], self._parts.copy()
        for place, which in self._places:
            parts[place] = told[which]
        return b"".join(parts)


def _places(value: Any, ids: Sequence[str], found: list[str]) -> Any:
    """Return which ids stand where inside a value: a number for an id, None for nothing."""
    if isinstance(value, str):
        if value not in ids:
            return None
        found.append(value)
        return ids.index(value)
    inner: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        inner = enumerate(value)
    told = {key: _places(one, ids, found) for key, one in inner}
    return {key: one for key, one in told.items() if one is not None} or None


def _filled(value: Any, places: Any, ids: Sequence[str]) -> Any:
    if isinstance(places, int):
        return ids[places]
    told = value.copy()
    for key, inner in places.items():
        told[key] = _filled(value[key], inner, ids)
    return told
