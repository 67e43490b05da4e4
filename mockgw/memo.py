"""Results worth keeping: what a pure function gave for the newest few of its arguments."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Memo(Generic[_Key, _Value]):
    """At most `most` results by key; the one not asked for longest gives way."""

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._kept: dict[_Key, _Value] = {}

    def get(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        """Return the result for the key; `make` makes it when it is not there."""
        kept = self._kept
        if key in kept:
            value = kept[key] = kept.pop(key)
            return value
        value = kept[key] = make()
        if len(kept) > self._most:
            del kept[next(iter(kept))]
        return value

    def find(self, key: _Key) -> _Value | None:
        """Return the result for the key, None when it is not there."""
        value = self._kept.pop(key, None)
        if value is not None:
            self._kept[key] = value
        return value

    def keep(self, key: _Key, value: _Value) -> None:
        """Take in a result."""
        self.get(key, lambda: value)

    def forget(self, which: Callable[[_Key], bool]) -> None:
        """Drop the results of the keys that `which` tells."""
        for key in [one for one in self._kept if which(one)]:
            del self._kept[key]
