"""The logs of the gateways in the file that keeps the state: they outlive the process."""

import logging
import sqlite3
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from mockgw.canonical import encode
from mockgw.errors import ApiError
from mockgw.gateways.log import Log, opinion
from mockgw.model import Json
from mockgw.state.sqlite import opened

_LOG = logging.getLogger("mockgw")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
  number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT, gateway TEXT, id TEXT, value BLOB,
  UNIQUE (session, gateway, id));
"""
_PLACE = "WHERE session = ? AND gateway = ?"
_ONE = f"{_PLACE} AND id = ?"


class FiledLogs:
    """Keeps the newest `size` logs of all gateways in a file, which processes can share.

    It is tidied in steps of one in a hundred, so there may be that many more for a while. Raises
    MockgwError when the file cannot be used, ApiError 500 when it cannot be read.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size, self._step = path, size, max(size // 100, 1)
        self._added = 0
        # Sessions may be opened and closed by other threads than the server's.
        self._lock = threading.RLock()
        self._base = opened(path, _SCHEMA)

    def add(self, log: Log) -> None:
        """Keep a log; one that cannot be written is lost, for its call was answered."""
        values = (*log.place, log.identifier, encode(log.told()))
        try:
            self._do("INSERT OR REPLACE INTO log VALUES (NULL, ?, ?, ?, ?)", *values)
            self._added += 1
            if self._added % self._step == 0:
                newest = "SELECT number FROM log ORDER BY number DESC LIMIT ?"
                self._do(f"DELETE FROM log WHERE number NOT IN ({newest})", self._size)  # noqa: S608 - a constant
        except ApiError as problem:
            _LOG.warning("A log of gateway %s is lost. %s", log.place.gateway, problem.message)

    def listed(self, session: str, gateway: str) -> list[Json]:
        """Return the logs of a gateway, oldest first."""
        query = f"SELECT value FROM log {_PLACE} ORDER BY number"  # noqa: S608 - a constant
        return [msgspec.json.decode(value) for (value,) in self._do(query, session, gateway)]

    def find(self, session: str, gateway: str, identifier: str) -> Json | None:
        """Return the log of that id, or None."""
        query = f"SELECT value FROM log {_ONE}"  # noqa: S608 - a constant
        found = self._do(query, session, gateway, identifier)
        return msgspec.json.decode(found[0][0]) if found else None

    def change(self, session: str, gateway: str, identifier: str, told: Json) -> None:
        """Put `score`, `feedback` and `metadata` into the log of that id."""
        with self._lock:
            found = self.find(session, gateway, identifier)
            if found is None:
                return
            now = opinion({"score": None, "feedback": None, **found}, told)
            for name in ("score", "feedback"):
                if now[name] is None:
                    found.pop(name, None)
                else:
                    found[name] = now[name]
            found["metadata"] = encode(now["metadata"]).decode()
            query = f"UPDATE log SET value = ? {_ONE}"  # noqa: S608 - a constant
            self._do(query, encode(found), session, gateway, identifier)

    def drop(self, session: str, gateway: str, identifiers: Collection[str]) -> None:
        """Forget these logs."""
        for identifier in identifiers:
            self._do(f"DELETE FROM log {_ONE}", session, gateway, identifier)  # noqa: S608 - a constant

    def forget(self, session: str | None) -> None:
        """Forget the logs of a session, or all of them."""
        self._do("DELETE FROM log WHERE ?1 IS NULL OR session = ?1", session)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._base.close()

    def _do(self, query: str, *values: Any) -> list[Any]:
        with self._lock:
            try:
                return self._base.execute(query, values).fetchall()
            except sqlite3.Error as problem:
                raise ApiError(
                    500,
                    f"The logs in {self._path} cannot be used: {problem}.",
                    type="server_error",
                    code="state_unavailable",
                    origin="mockgw",
                ) from None
