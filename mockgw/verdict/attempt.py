"""One call as a verdict sees it: what the client was told, and what it may do about it."""

from functools import cached_property

from mockgw.course import CUT, LEFT, STOPPED
from mockgw.faults.kind import KINDS
from mockgw.model import Entry

_REFUSED, _FAILED = 400, 500
# The statuses that OpenAI's and Cloudflare's SDKs ask again after, besides 5xx.
_AGAIN = frozenset({408, 409, 429})
_UNAUTHORIZED = 401
_NOT_WHOLE = frozenset({CUT, LEFT, STOPPED})
# Seconds. Longer waits are obeyed by nobody in full: Cloudflare's SDK (5.x) shortens them, OpenAI's
# (3.x) gives up beyond two minutes.
LONGEST_WAIT = 60.0


class Attempt:
    """A call that asked for something, with what came of it; times are seconds that go forward."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.course = entry.course
        self.number = entry.number
        self.arrived = entry.course.arrived
        self.retry = entry.course.retry
        self.status = entry.course.status or entry.status

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What two calls share of which one may be the other once more."""
        return self.entry.session, self.entry.method, self.entry.path, self.entry.key

    @property
    def answered(self) -> float:
        """When the client can have known the answer at the earliest."""
        return self.course.begun or self.course.ended or self.arrived

    @cached_property
    def spoiled(self) -> bool:
        """Whether the answer did not come as it should have: broken off, garbled, or never."""
        by_fault = self.entry.fault.partition(":")[0] in KINDS
        return self.course.outcome in _NOT_WHOLE or (by_fault and self.status < _REFUSED)

    @property
    def refused(self) -> bool:
        """Whether the answer, which came whole, is an error."""
        return self.status >= _REFUSED and not self.spoiled

    @cached_property
    def final(self) -> bool:
        """Whether asking the same again is in vain."""
        advice = self.course.should_retry
        if not self.refused or advice is not None:
            return self.refused and advice is False
        return self.status not in _AGAIN and self.status < _FAILED

    @property
    def expired(self) -> bool:
        """Whether another key may change the answer: one that was renewed, for instance."""
        return self.status == _UNAUTHORIZED

    @property
    def passing(self) -> bool:
        """Whether the error is one to ask again after."""
        return self.refused and not self.final

    @property
    def told_wait(self) -> float:
        """The seconds that the client was told to wait, 0 for none and for a wait nobody obeys."""
        told = self.course.retry_after or 0.0
        return told if 0 < told <= LONGEST_WAIT else 0.0

    @property
    def patience_ends(self) -> bool:
        """Whether the wait that was told is so long that a client may rather give up."""
        return (self.course.retry_after or 0.0) > LONGEST_WAIT

    def after(self, other: "Attempt") -> float:
        """Return how many seconds after the other's answer this one came."""
        return self.arrived - other.answered

    def line(self, since: "Attempt | None" = None) -> str:
        """Return the call for people: its number, its name, its fate and its time."""
        entry = self.entry
        what = entry.operation or f"{entry.method} {entry.path}"
        words = [f"call {self.number}:", what, entry.model, f"-> {self.status}", entry.code]
        words.append(f"({entry.fault})" if entry.fault else "")
        if since is not None:
            words.append(f"{self.after(since):.3f} s after the answer of call {since.number}")
        if self.retry:
            words.append(f"as retry {self.retry}")
        return " ".join(word for word in words if word)
