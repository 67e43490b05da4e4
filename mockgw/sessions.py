"""Parts of one gateway that know nothing of each other, told apart by the URL's prefix."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from mockgw.errors import ApiError
from mockgw.faults.rule import Rule
from mockgw.limits.allowance import Admitted, Allowance
from mockgw.limits.caller import caller, creates
from mockgw.memo import Memo
from mockgw.model import Call, Entry, Raw
from mockgw.ports import Door, MovedTime, Responder
from mockgw.script import Scripted
from mockgw.tapes import Tapes

_MOST_ENTRIES = 10_000
_MOST_ALLOWANCES = 10_000


class Session:
    """One test's own part of a gateway: who answers it, what is queued for it, what it asked.

    `standing` is the answer to what the queue leaves over; `time` is a time of its own, None where
    it has that of the gateway.
    """

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = f"{url}/_s/{quote(name, safe='')}"
        self.script: deque[Scripted] = deque()
        self.standing: deque[Scripted] = deque(maxlen=1)
        self.entries: deque[Entry] = deque(maxlen=_MOST_ENTRIES)
        self.faults: list[Rule] = []
        self.tapes: Tapes | None = None
        self.allowance = Allowance((), lambda: 0.0)
        self.responders: Sequence[Responder] = ()
        self.time: MovedTime | None = None


# Gives the session of a name, and opens it when it is not.
Opens = Callable[[str], Session]


class Sessions:
    """The sessions that are open; any other name is answered by the gateway's own responders.

    `allow` makes the buckets of such another session.
    """

    def __init__(
        self, responders: Sequence[Responder], allow: Callable[[], Allowance] | None = None
    ) -> None:
        self._own = tuple(responders)
        self._open: dict[str, Session] = {}
        # Where nothing is limited, it is so in every session.
        self._allow = allow if allow is not None and allow() else None
        self._allowances: Memo[str, Allowance] = Memo(_MOST_ALLOWANCES)
        self._over: set[str] = set()
        # Told what is asked in a session after its end.
        self.late: Callable[[Entry], None] = lambda _: None

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._open.values()))

    def open(self, session: Session) -> None:
        """Answer requests below the session's prefix by its own responders from now on."""
        self._over.discard(session.name)
        self._open[session.name] = session

    def close(self, session: Session) -> None:
        """Answer them as any others again."""
        self._open.pop(session.name, None)

    def end(self, session: Session) -> None:
        """Refuse from now on what is asked in the session, and tell it to `late`."""
        self._over.add(session.name)
        self.close(session)

    def responders(self, name: str) -> Sequence[Responder]:
        """Return who answers in the session of that name; raises ApiError 410 once it is over."""
        session = self._open.get(name)
        if session is not None:
            return session.responders
        if name in self._over:
            raise _over(name)
        return self._own

    def time(self, name: str) -> MovedTime | None:
        """Return the time of a session alone, None when it has that of the gateway."""
        session = self._open.get(name)
        return None if session is None else session.time

    def find(self, name: str) -> Session | None:
        """Return the open session of that name, or None."""
        return self._open.get(name)

    def admit(self, raw: Raw, door: Door, call: Call) -> Admitted | None:
        """Let a call in, or None where nothing limits it; raises ApiError 429 at a limit."""
        session = self._open.get(call.session)
        if session is not None:
            allowance = session.allowance
        elif self._allow is not None:
            allowance = self._allowances.get(call.session, self._allow)
        else:
            return None
        return allowance.admit(caller(raw, door, call)) if allowance and creates(call) else None

    def reset(self, name: str | None) -> None:
        """Forget what was queued, wrong, used and asked in a session, or in all of them."""
        for session in tuple(self._open.values()):
            if name in {None, session.name}:
                session.script.clear()
                session.standing.clear()
                session.faults.clear()
                session.entries.clear()
                session.allowance.reset()
        self._allowances.forget(lambda key: name in {None, key})

    def note(self, entry: Entry) -> None:
        """Hand a journal entry to the session it belongs to."""
        session = self._open.get(entry.session)
        if session is not None:
            session.entries.append(entry)
        elif entry.session in self._over:
            self.late(entry)


def _over(name: str) -> ApiError:
    return ApiError(
        410,
        f"The session {name!r} is over. Let what works in the background come to its end before "
        "the test does.",
        type="mockgw_error",
        code="session_over",
        origin="mockgw",
    )
