"""The logs of the gateways: what can be asked of whoever keeps them, and a keeper in memory."""

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from mockgw.gateways.log import Log
from mockgw.gateways.place import Place
from mockgw.model import Json


class Logs(Protocol):
    """Keeps the logs of gateways apart for each session.

    They are told as JSON objects with the fields of Cloudflare's API, and beside them the bodies
    whole, as `request` and `response`.
    """

    def add(self, log: Log) -> None:
        """Keep a log; the oldest of all gives way when there are too many."""
        ...

    def listed(self, session: str, gateway: str) -> list[Json]:
        """Return the logs of a gateway, oldest first."""
        ...

    def find(self, session: str, gateway: str, identifier: str) -> Json | None:
        """Return the log of that id, or None."""
        ...

    def change(self, session: str, gateway: str, identifier: str, told: Json) -> None:
        """Put `score`, `feedback` and `metadata` into the log of that id.

        Raises ApiError 400 for what they cannot be.
        """
        ...

    def drop(self, session: str, gateway: str, identifiers: Collection[str]) -> None:
        """Forget these logs."""
        ...

    def forget(self, session: str | None) -> None:
        """Forget the logs of a session, or all of them."""
        ...

    def close(self) -> None:
        """Let go of what they are kept in."""
        ...


# As many bytes of requests are kept.
_ROOM = 64 * 1024 * 1024


class MemoryLogs:
    """Keeps the newest `size` logs of all gateways together, as long as the process lives.

    They are fewer when their requests would take more than 64 MiB.
    """

    def __init__(self, size: int, room: int = _ROOM) -> None:
        self._size, self._room = size, room
        self._held = 0
        self._kept: dict[tuple[Place, str], Log] = {}

    def add(self, log: Log) -> None:
        """Keep a log; the oldest gives way when there are too many."""
        self._drop((log.place, log.identifier))
        self._kept[log.place, log.identifier] = log
        self._held += len(log.request)
        while len(self._kept) > self._size or (self._held > self._room and len(self._kept) > 1):
            self._drop(next(iter(self._kept)))

    def listed(self, session: str, gateway: str) -> list[Json]:
        """Return the logs of a gateway, oldest first."""
        place = Place(session, gateway)
        return [log.told() for log in self._kept.values() if log.place == place]

    def find(self, session: str, gateway: str, identifier: str) -> Json | None:
        """Return the log of that id, or None."""
        found = self._kept.get((Place(session, gateway), identifier))
        return None if found is None else found.told()

    def change(self, session: str, gateway: str, identifier: str, told: Json) -> None:
        """Put `score`, `feedback` and `metadata` into the log of that id."""
        found = self._kept.get((Place(session, gateway), identifier))
        if found is not None:
            found.patch(told)

    def drop(self, session: str, gateway: str, identifiers: Collection[str]) -> None:
        """Forget these logs."""
        for identifier in identifiers:
            self._drop((Place(session, gateway), identifier))

    def forget(self, session: str | None) -> None:
        """Forget the logs of a session, or all of them."""
        for key in [one for one in self._kept if session in {None, one[0].session}]:
            self._drop(key)

    def close(self) -> None:
        """Do nothing: they end with the process."""

    def _drop(self, key: tuple[Place, str]) -> None:
        log = self._kept.pop(key, None)
        self._held -= len(log.request) if log is not None else 0


def logs(where: str, size: int) -> Logs:
    """Return a keeper of the newest `size` logs, in memory or in the file of `sqlite:PATH`.

    Raises MockgwError for a file that cannot be used.
    """
    kind, _, path = where.partition(":")
    if kind != "sqlite":
        return MemoryLogs(size)
    # Only who keeps state in a file pays for loading SQLite.
    from mockgw.gateways.filed import FiledLogs  # noqa: PLC0415

    return FiledLogs(Path(path), size)
