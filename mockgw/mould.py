"""What answers to the same call have in common: everything but their ids."""

import re
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from mockgw.canonical import encode


class Mould:
    """An answer's object that is to be had again with other ids of the same lengths.

    Raises ValueError for an object in which an id is a part of something longer.
    """

    def __init__(self, first: dict[str, Any], ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        self._first = first
        self._stencil: Stencil | None = None
        # What holds an id somewhere inside: in which of those before it, under which key.
        self._inner: list[tuple[int, Any, Any]] = []
        # Where an id stands: in which of those, the object itself being the first, and which id.
        self._places: list[tuple[int, Any, int]] = []
        self._look(first, 0)
        whole, found = encode(first), Counter(which for _, _, which in self._places)
        if any(whole.count(one.encode()) != found[n] for n, one in enumerate(self.ids)):
            raise ValueError("an id is a part of something longer")

    def _look(self, value: Any, number: int) -> None:
        """Note what is in a value that holds an id, the value itself being of that number."""
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(one, str) and one in self.ids:
                self._places.append((number, key, self.ids.index(one)))
            elif isinstance(one, dict | list) and _holds(one, self.ids):
                self._inner.append((number, key, one))
                self._look(one, len(self._inner))

    def filled(self, ids: Sequence[str]) -> dict[str, Any]:
        """Return the object with these ids in place of its own; what has no id is shared."""
        told = self._first.copy()
        made: list[Any] = [told]
        for outer, key, inner in self._inner:
            one = made[outer][key] = inner.copy()
            made.append(one)
        for outer, key, which in self._places:
            made[outer][key] = ids[which]
        return told

    def written(self, ids: Sequence[str]) -> bytes:
        """Return the JSON of the object with these ids in place of its own."""
        if self._stencil is None:
            self._stencil = Stencil(encode(self._first), self.ids)
        return self._stencil.filled(ids)


class Stencil:
    """Bytes in which other ids are to stand in place of the first ones."""

    def __init__(self, text: bytes, ids: Sequence[str]) -> None:
        first = [one.encode() for one in ids]
        parts = re.split(b"(" + b"|".join(map(re.escape, first)) + b")", text)
        # Every second part is an id; they stand before the others where all are picked from.
        self._fixed = (*parts[::2], b"")
        places = [
            first.index(part) if n % 2 else len(first) + n // 2 for n, part in enumerate(parts)
        ]
        self._pick = itemgetter(*places, len(first) + len(self._fixed) - 1)

    def filled(self, ids: Sequence[str]) -> bytes:
        """Return the bytes with these ids."""
        return b"".join(self._pick((*[one.encode() for one in ids], *self._fixed)))


def _holds(value: Any, ids: Sequence[str]) -> bool:
    """Tell whether an id stands somewhere inside a value, or is the value."""
    if isinstance(value, str):
        return value in ids
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(one, ids) for one in inner)
