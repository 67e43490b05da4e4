"""What was asked and how it was answered, the newest entries of it."""

from collections import Counter, deque
from collections.abc import Callable

from msgspec.structs import asdict

from mockgw.catalogue import cost
from mockgw.course import Course
from mockgw.model import Entry, Json
from mockgw.redaction.address import key_in

OnEntry = Callable[[Entry], None]
_KINDS = {
    "replay": "replayed",
    "synth": "synthesized",
    "state": "from_state",
    "script": "scripted",
    "template": "templated",
    "live": "passed_on",
}
# Bytes: what was said is kept for those who want to write it down, as long as there is room.
_ROOM = 67_108_864


class Journal:
    """Remembers at most `size` entries, and counts all of them.

    `on_entry` is told each entry when it is written; how its answer went out stands in its course,
    which is not written to its end by then. What was said word by word is forgotten, the oldest
    first, when it takes more than 64 MiB.
    """

    def __init__(self, size: int, on_entry: OnEntry | None = None, room: int = _ROOM) -> None:
        self._entries: deque[Entry] = deque(maxlen=size)
        self._counts: Counter[str] = Counter()
        self._on_entry = on_entry
        self._size = size
        self._room = room
        self._spoken: deque[Course] = deque()
        self._sizes: deque[int] = deque()
        self._held = 0
        self._began: float | None = None

    def __len__(self) -> int:
        return self._counts["requests"]

    def add(self, entry: Entry) -> None:
        """Write an entry."""
        self._entries.append(entry)
        self._hold(entry.course)
        if self._began is None:
            self._began = entry.course.arrived
        self._counts["requests"] += 1
        if entry.source == "missing":
            self._counts["misses"] += 1
        elif entry.error and entry.source not in _KINDS:
            self._counts["refused"] += 1
        else:
            self._counts[_KINDS.get(entry.source, entry.source)] += 1
        if self._on_entry is not None:
            self._on_entry(entry)

    def _hold(self, course: Course) -> None:
        spoken = course.spoken
        size = 0 if spoken is None else spoken.size
        self._spoken.append(course)
        self._sizes.append(size)
        self._held += size
        while self._held > self._room or len(self._spoken) > self._size:
            self._spoken.popleft().spoken = None
            self._held -= self._sizes.popleft()

    def entries(self, session: str | None = None) -> list[Entry]:
        """Return the entries, oldest first, of one session if it is given."""
        # The server adds to it meanwhile: a copy is taken at once, an iteration is not.
        return [one for one in self._entries.copy() if session is None or one.session == session]

    def forget(self, session: str | None) -> None:
        """Drop the entries of a session, or all of them; what was counted stays counted."""
        left = [one for one in self._entries if session not in {None, one.session}]
        for one in self._entries:
            if session in {None, one.session}:
                one.course.spoken = None
        self._entries.clear()
        self._entries.extend(left)

    def counts(self) -> dict[str, int]:
        """Return how many requests there were, and how each kind was answered."""
        kinds = (
            "requests",
            "replayed",
            "synthesized",
            "scripted",
            "templated",
            "passed_on",
            "refused",
            "misses",
        )
        return {kind: self._counts[kind] for kind in kinds}

    def told(self, entry: Entry) -> Json:
        """Return an entry as a JSON object; its secrets are still in it.

        Times are seconds: `arrived` since the first request of all, the others since this one came.
        What is not known yet is null.
        """
        course = entry.course
        plain = {name: value for name, value in asdict(entry).items() if name != "course"}
        return {
            **plain,
            "cost": cost(entry.model, entry.usage),
            "timing": {
                "arrived": round(course.arrived - (self._began or 0.0), 6),
                "delay": course.delay,
                "first_byte": _since(course, course.begun),
                "ended": _since(course, course.ended),
            },
            "written": {
                "outcome": course.outcome or None,
                "status": course.status or entry.status,
                "events": course.events,
                "bytes": course.size,
            },
            "client": {
                "retry": course.retry,
                "idempotency_key": course.idempotency or None,
                "auth": course.scheme or None,
                "key_in_url": key_in(entry.path, entry.query) or None,
                "connection": course.connection,
            },
            "advice": {"should_retry": course.should_retry, "retry_after": course.retry_after},
        }


def _since(course: Course, moment: float) -> float | None:
    return round(moment - course.arrived, 6) if moment else None
