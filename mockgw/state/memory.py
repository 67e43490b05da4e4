"""A store in memory: what it keeps ends with the process."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from typing import Any

from mockgw.model import Json
from mockgw.state.record import CONVERSATION, ITEM, RESPONSE, Record

MOST_ITEMS = 10_000
_Key = tuple[str, str, str]


class MemoryStore:
    """Keeps the newest `size` responses, conversations and completions of all sessions together.

    A conversation that goes on counts as new. It keeps its newest 10,000 items.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        # A plain dict looks for its first key behind all that were deleted.
        self._kept: OrderedDict[_Key, Record] = OrderedDict()
        # Deleted responses that others continue, and how many continue each response.
        self._past: dict[_Key, Record] = {}
        self._continued: Counter[_Key] = Counter()
        self._items: dict[tuple[str, str], dict[str, Record]] = {}
        self._holders: dict[tuple[str, str], set[_Key]] = {}
        # What nobody has asked for by an item yet, and so is not among the holders.
        self._unread: dict[_Key, Record] = {}
        # In which order things came; what is replaced keeps its place.
        self._numbers: dict[_Key, int] = {}
        self._last = 0

    def put(self, session: str, *records: Record) -> None:
        """Keep the records; the oldest give way when there are too many."""
        for record in records:
            if record.kind == ITEM:
                self._append(session, record)
            else:
                self._keep(session, record)
        while len(self._kept) > self._size:
            self._drop(next(iter(self._kept)))

    def _keep(self, session: str, record: Record) -> None:
        key = (session, record.kind, record.identifier)
        replaced = self._kept.pop(key, None) or self._past.pop(key, None)
        self._kept[key] = record
        if record.kind == RESPONSE and record.parent:
            self._continued[session, RESPONSE, record.parent] += 1
        if replaced is not None:
            self._release(key, replaced)
            self._unlink(key, replaced)
        self._note(key, record)

    def _append(self, session: str, record: Record) -> None:
        owner = (session, CONVERSATION, record.parent)
        if owner not in self._kept:
            return
        self._kept[owner] = self._kept.pop(owner)
        items = self._items.setdefault((session, record.parent), {})
        items[record.identifier] = record
        self._note((session, ITEM, record.identifier), record)
        if len(items) > MOST_ITEMS:
            self.delete(session, ITEM, next(iter(items)))

    def _note(self, key: _Key, record: Record) -> None:
        if key not in self._numbers:
            self._last += 1
            self._numbers[key] = self._last
        self._unread[key] = record

    def get(self, session: str, kind: str, identifier: str) -> Json | None:
        """Return what is kept under the id, or None."""
        found = self._found((session, kind, identifier))
        return None if found is None else found.value

    def _found(self, key: _Key) -> Record | None:
        session, kind, identifier = key
        if kind != ITEM:
            return self._kept.get(key)
        owner = identifier.partition("/")[0]
        return self._items.get((session, owner), {}).get(identifier)

    def delete(self, session: str, kind: str, identifier: str) -> bool:
        """Forget the record; tell whether there was one."""
        key = (session, kind, identifier)
        found = self._found(key)
        if found is None:
            return False
        if kind == ITEM:
            del self._items[session, found.parent][identifier]
            self._release(key, found)
            del self._numbers[key]
        else:
            self._drop(key)
        return True

    def _drop(self, key: _Key) -> None:
        session, kind, identifier = key
        record = self._kept.pop(key)
        self._release(key, record)
        if kind == CONVERSATION:
            for item in self._items.pop((session, identifier), {}).values():
                self._release((session, ITEM, item.identifier), item)
                del self._numbers[session, ITEM, item.identifier]
        if kind == RESPONSE and key in self._continued:
            self._past[key] = record
        else:
            del self._numbers[key]
            self._unlink(key, record)

    def _unlink(self, key: _Key, record: Record | None) -> None:
        """Take a record out of the line it ends, and with it the past that nobody else needs."""
        while record is not None and record.kind == RESPONSE and record.parent:
            before = (key[0], RESPONSE, record.parent)
            self._continued[before] -= 1
            if self._continued[before]:
                return
            del self._continued[before]
            record = self._past.pop(before, None)
            if record is not None:
                del self._numbers[before]

    def _release(self, key: _Key, record: Record) -> None:
        if self._unread.pop(key, None) is not None:
            return
        for name in record.holds:
            holders = self._holders.get((key[0], name), set())
            holders.discard(key)
            if not holders:
                self._holders.pop((key[0], name), None)

    def listed(self, session: str, kind: str, parent: str = "") -> list[Json]:
        """Return everything of the kind, or of it in the parent, in the order it came."""
        if kind == ITEM:
            return [record.value for record in self._items.get((session, parent), {}).values()]
        found = [key for key in self._kept if key[:2] == (session, kind)]
        return [self._kept[key].value for key in sorted(found, key=self._numbers.__getitem__)]

    def lineage(self, session: str, identifier: str) -> list[Json]:
        """Return the response and those that it continues, oldest first; empty if there is none."""
        return [record.value for record in self._line(session, identifier)][::-1]

    def _line(self, session: str, identifier: str) -> Iterator[Record]:
        record = self._kept.get((session, RESPONSE, identifier))
        while record is not None:
            yield record
            before = (session, RESPONSE, record.parent)
            record = self._kept.get(before) or self._past.get(before)

    def holder(self, session: str, item: str) -> Record | None:
        """Return the newest record that holds an item of that id, or None."""
        for key, record in self._unread.items():
            for name in record.holds:
                self._holders.setdefault((key[0], name), set()).add(key)
        self._unread.clear()
        holders = self._holders.get((session, item))
        return self._found(max(holders, key=self._numbers.__getitem__)) if holders else None

    def clear(self, session: str | None = None) -> None:
        """Forget everything of the session, or of all sessions."""
        everything: tuple[dict[Any, Any], ...] = (
            self._kept,
            self._past,
            self._continued,
            self._items,
            self._holders,
            self._numbers,
            self._unread,
        )
        for kept in everything:
            for key in [one for one in kept if session is None or one[0] == session]:
                del kept[key]

    def close(self) -> None:
        """There is nothing to let go of."""
