"""How far a response is that runs in the background."""

from msgspec import Struct, convert, to_builtins

from mockgw.model import Json

QUEUED, IN_PROGRESS, OVER = "queued", "in_progress", "over"
_NEXT = {QUEUED: IN_PROGRESS, IN_PROGRESS: OVER, OVER: OVER}


class Run(Struct, frozen=True):
    """The course of a response whose answer is known, but not told yet.

    It began at `at` (unix seconds), waits `queued` and then works for `running` seconds. With `at`
    None no time passes: it is as far as it was `shown` last, and goes on with each look at it.
    `streamed` says that it was asked for as a stream, `stream` how a recording wrote that.
    """

    at: float | None
    queued: float = 0.0
    running: float = 0.0
    shown: str = QUEUED
    streamed: bool = False
    stream: str = ""

    def status(self, now: float) -> str:
        """Return `queued`, `in_progress` or `over`, without looking at it."""
        if self.at is None:
            return self.shown
        if now < self.at + self.queued:
            return QUEUED
        return IN_PROGRESS if now < self.at + self.queued + self.running else OVER

    def looked(self, now: float) -> str:
        """Return the status that whoever looks at it now sees."""
        return _NEXT[self.shown] if self.at is None else self.status(now)

    @property
    def value(self) -> Json:
        """What is kept of it."""
        told: Json = to_builtins(self)
        return told


def run_of(value: Json) -> Run | None:
    """Return the run of a stored response, None for one that was not made in the background."""
    told = value.get("run")
    return None if told is None else convert(told, Run)
