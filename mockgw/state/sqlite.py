"""A store in a SQLite file: it outlives the process and is shared by those of one host.

Called directly: a transaction in WAL mode takes some ten microseconds, less than handing it to a
thread. What was put is there after a `kill -9`; a power cut may take the last few transactions.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from mockgw.canonical import encode
from mockgw.errors import ApiError, MockgwError
from mockgw.model import Json
from mockgw.state.memory import MOST_ITEMS
from mockgw.state.record import CONVERSATION, ITEM, RESPONSE, Record

_MARK, _VERSION = 0x6D6F636B, 1
_PATIENCE = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
  number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT, kind TEXT, id TEXT, parent TEXT,
  live INTEGER, used INTEGER, value BLOB, UNIQUE (session, kind, id));
CREATE INDEX IF NOT EXISTS inside ON record (session, kind, parent, number);
CREATE INDEX IF NOT EXISTS unused ON record (used) WHERE live AND kind <> 'item';
CREATE TABLE IF NOT EXISTS holds (
  session TEXT, item TEXT, number INTEGER, PRIMARY KEY (session, item, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held ON holds (number);
CREATE TRIGGER IF NOT EXISTS released AFTER DELETE ON record
BEGIN DELETE FROM holds WHERE number = OLD.number; END;
"""
_PUT = """
INSERT INTO record (session, kind, id, parent, live, used, value)
VALUES (?1, ?2, ?3, ?4, 1,
  (SELECT coalesce(max(used), 0) + 1 FROM record WHERE live AND kind <> 'item'), ?5)
ON CONFLICT DO UPDATE SET parent = ?4, live = 1, used = excluded.used, value = ?5
"""
_NUMBER = "SELECT number FROM record WHERE session = ? AND kind = ? AND id = ?"
_LINE = """
WITH RECURSIVE line (depth, parent, value) AS (
  SELECT 0, parent, value FROM record WHERE session = ?1 AND kind = 'response' AND id = ?2 AND live
  UNION ALL
  SELECT depth + 1, record.parent, record.value FROM line JOIN record
  ON record.session = ?1 AND record.kind = 'response' AND record.id = line.parent
) SELECT value FROM line ORDER BY depth DESC
"""
_HOLDER = """
SELECT kind, id, parent, value FROM holds JOIN record USING (number)
WHERE holds.session = ? AND item = ? AND live ORDER BY number DESC LIMIT 1
"""
# Deleted responses that nobody continues any more.
_PAST = """
DELETE FROM record WHERE session = ?1 AND kind = 'response' AND id = ?2 AND NOT live
AND NOT EXISTS (SELECT 1 FROM record AS later
  WHERE later.session = ?1 AND later.kind = 'response' AND later.parent = ?2)
RETURNING parent
"""


class SqliteStore:
    """Keeps the newest `size` responses, conversations and completions, as `MemoryStore` does.

    It is tidied in steps of one in a hundred, so there may be that many more for a while. Raises
    MockgwError when the file cannot be used.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size
        self._puts, self._step = 0, max(size // 100, 1)
        # Sessions may be opened and closed by other threads than the server's.
        self._lock = threading.RLock()
        self._base = opened(path, _SCHEMA)

    def put(self, session: str, *records: Record) -> None:
        """Keep all of the records in one transaction."""
        with self._writing():
            for record in records:
                self._keep(session, record)
            self._puts += 1
            if self._puts % self._step == 0:
                self._tidy()

    def _keep(self, session: str, record: Record) -> None:
        if record.kind == ITEM and not self._touched(session, record.parent):
            return
        self._base.execute(
            _PUT, (session, record.kind, record.identifier, record.parent, encode(record.value))
        )
        number = self._base.execute(_NUMBER, (session, record.kind, record.identifier)).fetchone()
        self._base.execute("DELETE FROM holds WHERE number = ?", number)
        self._base.executemany(
            "INSERT OR IGNORE INTO holds VALUES (?, ?, ?)",
            [(session, item, *number) for item in record.holds],
        )
        if record.kind == ITEM:
            self._base.execute(
                "DELETE FROM record WHERE number IN (SELECT number FROM record WHERE session = ? "
                "AND kind = 'item' AND parent = ? ORDER BY number DESC LIMIT -1 OFFSET ?)",
                (session, record.parent, MOST_ITEMS),
            )

    def _touched(self, session: str, conversation: str) -> bool:
        """Make the conversation the newest of all; tell whether there is one."""
        found = self._base.execute(
            "UPDATE record SET used = (SELECT max(used) + 1 FROM record "
            "WHERE live AND kind <> 'item') WHERE session = ? AND kind = ? AND id = ?",
            (session, CONVERSATION, conversation),
        )
        return found.rowcount > 0

    def _erase(self, session: str, kind: str, identifier: str) -> bool:
        """Take a record out at once; tell whether there was one."""
        found = self._base.execute(
            "DELETE FROM record WHERE session = ? AND kind = ? AND id = ?",
            (session, kind, identifier),
        )
        return found.rowcount > 0

    def _tidy(self) -> None:
        where = "FROM record WHERE live AND kind <> 'item'"
        (count,) = self._base.execute(f"SELECT count(*) {where}").fetchone()
        if count > self._size:
            oldest = self._base.execute(
                f"SELECT session, kind, id {where} ORDER BY used LIMIT ?", (count - self._size,)
            ).fetchall()
            for session, kind, identifier in oldest:
                self._drop(session, kind, identifier)

    def get(self, session: str, kind: str, identifier: str) -> Json | None:
        """Return what is kept under the id, or None."""
        found = self._read(
            "SELECT value FROM record WHERE session = ? AND kind = ? AND id = ? AND live",
            (session, kind, identifier),
        )
        return _value(found[0][0]) if found else None

    def delete(self, session: str, kind: str, identifier: str) -> bool:
        """Forget the record; tell whether there was one."""
        with self._writing():
            return self._drop(session, kind, identifier)

    def _drop(self, session: str, kind: str, identifier: str) -> bool:
        if kind == RESPONSE:
            found = self._base.execute(
                "UPDATE record SET live = 0 WHERE session = ? AND kind = ? AND id = ? AND live",
                (session, kind, identifier),
            )
            self._forget_past(session, identifier)
            return found.rowcount > 0
        if kind == CONVERSATION:
            self._base.execute(
                "DELETE FROM record WHERE session = ? AND kind = 'item' AND parent = ?",
                (session, identifier),
            )
        return self._erase(session, kind, identifier)

    def _forget_past(self, session: str, identifier: str) -> None:
        while identifier:
            gone = self._base.execute(_PAST, (session, identifier)).fetchall()
            identifier = str(gone[0][0]) if gone else ""

    def listed(self, session: str, kind: str, parent: str = "") -> list[Json]:
        """Return everything of the kind, or of it in the parent, in the order it came."""
        found = self._read(
            "SELECT value FROM record WHERE session = ? AND kind = ? AND live "
            "AND (kind <> 'item' OR parent = ?) ORDER BY number",
            (session, kind, parent),
        )
        return [_value(row[0]) for row in found]

    def lineage(self, session: str, identifier: str) -> list[Json]:
        """Return the response and those that it continues, oldest first; empty if there is none."""
        return [_value(row[0]) for row in self._read(_LINE, (session, identifier))]

    def holder(self, session: str, item: str) -> Record | None:
        """Return the newest record that holds an item of that id, or None."""
        found = self._read(_HOLDER, (session, item))
        if not found:
            return None
        kind, identifier, parent, value = found[0]
        return Record(str(kind), str(identifier), _value(value), str(parent))

    def clear(self, session: str | None = None) -> None:
        """Forget everything of the session, or of all sessions."""
        with self._writing():
            self._base.execute("DELETE FROM record WHERE ?1 IS NULL OR session = ?1", (session,))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    def __del__(self) -> None:
        # Whoever could not start has nobody who would close it.
        if hasattr(self, "_base"):
            self._base.close()

    def _read(self, query: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        with self._lock:
            try:
                return self._base.execute(query, values).fetchall()
            except sqlite3.Error as problem:
                raise self._failure("read", problem) from None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock:
            try:
                self._base.execute("BEGIN IMMEDIATE")
                try:
                    yield
                except BaseException:
                    self._base.execute("ROLLBACK")
                    raise
                self._base.execute("COMMIT")
            except sqlite3.Error as problem:
                raise self._failure("written", problem) from None

    def _failure(self, verb: str, problem: sqlite3.Error) -> ApiError:
        return ApiError(
            500,
            f"The state in {self._path} cannot be {verb}: {problem}.",
            type="server_error",
            code="state_unavailable",
            origin="mockgw",
        )


def _value(found: object) -> Json:
    value: Json = msgspec.json.decode(found if isinstance(found, bytes) else b"{}")
    return value


def opened(path: Path, schema: str) -> sqlite3.Connection:
    """Return a connection to a state file, which is made, for its owner alone, if there is none.

    `schema` makes the tables that the caller needs where they are not there. Raises MockgwError for
    a file that cannot be used.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        base = sqlite3.connect(
            path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.Error) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise MockgwError(
            f"The state file {path} cannot be opened: {reason}.",
            "Name another by --state sqlite:PATH, in a folder that exists.",
        ) from None
    try:
        _prepare(base, path, schema)
    except BaseException:
        base.close()
        raise
    return base


def _prepare(base: sqlite3.Connection, path: Path, schema: str) -> None:
    try:
        (mark,) = base.execute("PRAGMA application_id").fetchone()
        (version,) = base.execute("PRAGMA user_version").fetchone()
        (tables,) = base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and (mark, version) != (_MARK, _VERSION):
            raise MockgwError(
                f"{path} is a database of another program or version.",
                "Name another file by --state sqlite:PATH, or delete this one.",
            )
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.executescript(
            f"BEGIN IMMEDIATE; PRAGMA application_id = {_MARK}; PRAGMA user_version = {_VERSION};"
            f"{schema} COMMIT;"
        )
    except sqlite3.Error as problem:
        raise MockgwError(
            f"{path} is no state file: {problem}.", "Name another by --state sqlite:PATH."
        ) from None
