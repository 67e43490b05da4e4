"""A fault of a stream that is still to grow: how much of what it makes of it is certain."""

from collections.abc import Iterable

from mockgw.faults.fault import Fault
from mockgw.faults.going import Going, Headers, going

# A long stream is looked at anew only when it has grown by this part of itself, so that the work
# stays in proportion to its length.
_SHARE = 64


class Growing:
    """The events of a stream so far, and what becomes of them.

    `told` is the answer as the fault would have it if no more came, None before the first event.
    The first `sure` of its parts stay whatever comes; `over` says that nothing follows them.
    """

    def __init__(self, fault: Fault, status: int, headers: Headers) -> None:
        self._fault = fault
        self._status = status
        self._headers = headers
        self._events: list[bytes] = []
        self._seen = 0
        self.told: Going | None = None
        self.sure = 0
        self.over = False

    def grow(self, events: Iterable[bytes]) -> None:
        """Take in what came."""
        self._events += events
        new = len(self._events) - self._seen
        if self.over or new <= len(self._events) // _SHARE:
            return
        if new > 1:
            # Of what comes at once, all but the last is certain too.
            self._look(len(self._events) - 1)
        self._look(len(self._events))

    def end(self) -> None:
        """Take note that no more comes."""
        if self.over:
            return
        if self._events:
            self._look(len(self._events))
        else:
            self.told = going(self._status, self._headers, (), streamed=True)
        assert self.told is not None  # noqa: S101 - it has just been told
        self.sure, self.over = len(self.told.parts), True

    def _look(self, count: int) -> None:
        """See what the fault makes of so many events: where it is what it was, it is certain."""
        before = self.told
        whole = going(self._status, self._headers, tuple(self._events[:count]), streamed=True)
        self.told, self._seen = self._fault.apply(whole), count
        if before is None:
            return
        pairs = zip(before.parts[self.sure :], self.told.parts[self.sure :], strict=False)
        for was, now in pairs:
            if was != now:
                break
            self.sure += 1
        ends = self.told.ending != "whole" or not self.told.streamed
        self.over = ends and before.parts == self.told.parts
