"""From the setting `state` to the store that it names."""

from pathlib import Path

from mockgw.errors import MockgwError
from mockgw.state.memory import MemoryStore
from mockgw.state.record import Store

_SQLITE = "sqlite:"


def opened(where: str, size: int) -> Store:
    """Return the store: `memory`, or `sqlite:` and a path.

    Raises MockgwError for a store that is not there, or a file that cannot be used.
    """
    if where == "memory":
        return MemoryStore(size)
    if where.startswith(_SQLITE):
        # Only who keeps state in a file pays for loading SQLite.
        from mockgw.state.sqlite import SqliteStore  # noqa: PLC0415

        return SqliteStore(Path(where.removeprefix(_SQLITE)), size)
    raise MockgwError(
        f"There is no store for --state {where.partition(':')[0]}:…",
        "Give memory, or sqlite:PATH, which the processes of one host can share.",
    )
