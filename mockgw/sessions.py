"""Parts of one gateway that know nothing of each other, told apart by the URL's prefix."""

from collections import deque
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from mockgw.model import Entry
from mockgw.ports import Responder
from mockgw.script import Scripted

_MOST_ENTRIES = 10_000


class Session:
    """One test's own part of a gateway: who answers it, what is queued for it, what it asked."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = f"{url}/_s/{quote(name, safe='')}"
        self.script: deque[Scripted] = deque()
        self.entries: deque[Entry] = deque(maxlen=_MOST_ENTRIES)
        self.responders: Sequence[Responder] = ()


class Sessions:
    """The sessions that are open; any other name is answered by the gateway's own responders."""

    def __init__(self, responders: Sequence[Responder]) -> None:
        self._own = tuple(responders)
        self._open: dict[str, Session] = {}

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._open.values()))

    def open(self, session: Session) -> None:
        """Answer requests below the session's prefix by its own responders from now on."""
        self._open[session.name] = session

    def close(self, session: Session) -> None:
        """Answer them as any others again."""
        self._open.pop(session.name, None)

    def responders(self, name: str) -> Sequence[Responder]:
        """Return who answers in the session of that name."""
        session = self._open.get(name)
        return self._own if session is None else session.responders

    def note(self, entry: Entry) -> None:
        """Hand a journal entry to the session it belongs to."""
        session = self._open.get(entry.session)
        if session is not None:
            session.entries.append(entry)
