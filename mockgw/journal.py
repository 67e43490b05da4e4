"""What was asked and how it was answered, the newest entries of it."""

from collections import Counter, deque
from collections.abc import Callable

from msgspec.structs import asdict

from mockgw.model import Entry, Json

OnEntry = Callable[[Entry], None]
_KINDS = {
    "replay": "replayed",
    "synth": "synthesized",
    "state": "from_state",
    "script": "scripted",
    "live": "passed_on",
}


class Journal:
    """Remembers at most `size` entries, and counts all of them.

    `on_entry` is told each entry when it is written.
    """

    def __init__(self, size: int, on_entry: OnEntry | None = None) -> None:
        self._entries: deque[Entry] = deque(maxlen=size)
        self._counts: Counter[str] = Counter()
        self._on_entry = on_entry

    def __len__(self) -> int:
        return self._counts["requests"]

    def add(self, entry: Entry) -> None:
        """Write an entry."""
        self._entries.append(entry)
        self._counts["requests"] += 1
        if entry.source == "missing":
            self._counts["misses"] += 1
        elif entry.error and entry.source not in _KINDS:
            self._counts["refused"] += 1
        else:
            self._counts[_KINDS.get(entry.source, entry.source)] += 1
        if self._on_entry is not None:
            self._on_entry(entry)

    def entries(self, session: str | None = None) -> list[Entry]:
        """Return the entries, oldest first, of one session if it is given."""
        return [one for one in self._entries if session is None or one.session == session]

    def counts(self) -> dict[str, int]:
        """Return how many requests there were, and how each kind was answered."""
        kinds = (
            "requests",
            "replayed",
            "synthesized",
            "scripted",
            "passed_on",
            "refused",
            "misses",
        )
        return {kind: self._counts[kind] for kind in kinds}

    def told(self, session: str | None = None) -> list[Json]:
        """Return the entries as JSON objects."""
        return [asdict(one) for one in self.entries(session)]
