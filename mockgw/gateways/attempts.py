"""Asks a provider until it answers: again after an error, and after it has let the gateway wait."""

from collections.abc import Callable

from msgspec import Struct

from mockgw.errors import ApiError
from mockgw.faults.named import named
from mockgw.gateways.rules import Rules
from mockgw.gateways.wishes import Wishes
from mockgw.model import Forward, Reply

_REFUSED = 400
# What may be different the next time; whatever else is refused would be refused again.
_PASSING = frozenset({408, 409, 429})
_BROKEN = 500
_SLOW = "slow_headers"


class Patience(Struct, frozen=True):
    """How often a provider is asked, and how long it is waited for, in seconds."""

    attempts: int = 1
    delay: float = 0.0
    backoff: str = "constant"
    timeout: float = 0.0

    def pause(self, failed: int) -> float:
        """Return the seconds to wait after so many failed attempts."""
        growth: dict[str, int] = {"linear": failed, "exponential": 1 << (failed - 1)}
        return self.delay * growth.get(self.backoff, 1)


def patience(rules: Rules, wishes: Wishes) -> Patience:
    """Return what a call asks, and for the rest what its gateway is set to."""
    return Patience(
        wishes.attempts or rules.retry_max_attempts,
        rules.retry_delay / 1000 if wishes.delay is None else wishes.delay,
        wishes.backoff or rules.retry_backoff,
        rules.request_timeout / 1000 if wishes.timeout is None else wishes.timeout,
    )


class Attempts:
    """The attempts of one call: `count` of them so far, and the seconds `spent` before the last.

    Nobody waits here: the seconds are added to those after which the caller is answered. Only an
    upstream is waited for, by whoever asks it: `passed` says that time went by for that.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self.count = 0
        self.spent = 0.0
        self.passed = False

    def make(self, ask: Callable[[bool], Reply | Forward]) -> Reply | Forward:
        """Return the first good answer, or the last one; `ask` is told whether it is asked again.

        The last of several attempts is waited for as long as it takes. Raises the ApiError of the
        last attempt, 2005 where a single attempt takes too long.
        """
        while True:
            self.count += 1
            last = self.count >= self._patience.attempts
            try:
                reply = ask(self.count > 1)
            except ApiError as error:
                waited = self._waited(error.delay)
                if last or not _may_pass(error):
                    self._end(error.delay)
                    raise
            else:
                if isinstance(reply, Forward):
                    return reply
                waited = self._waited(first_byte(reply))
                if last or not (self._late(waited) or _may_pass(reply)):
                    self._end(first_byte(reply))
                    return reply
            self.spent += waited + self._patience.pause(self.count)

    @property
    def limit(self) -> float | None:
        """The seconds that an upstream has to begin, None where it takes what it takes."""
        last = 1 < self._patience.attempts <= self.count
        return None if last else self._patience.timeout or None

    def again(self, status: int) -> float | None:
        """Return the seconds until an upstream is asked once more, None when this attempt counts.

        `status` is that of its answer, or of the error that came in place of one.
        """
        if self.count >= self._patience.attempts or not _passes(status):
            return None
        self.count, self.passed = self.count + 1, True
        return self._patience.pause(self.count - 1)

    def _late(self, waited: float) -> bool:
        return bool(self._patience.timeout) and waited >= self._patience.timeout

    def _waited(self, took: float) -> float:
        """Return the seconds until an attempt is answered or given up."""
        return min(took, self._patience.timeout or took)

    def _end(self, took: float) -> None:
        """Give up an only attempt that takes too long."""
        if self.count == 1 and self._patience.timeout and took > self._patience.timeout:
            error = named("gateway.2005")
            error.delay = self._patience.timeout
            error.note = f"the provider let the gateway wait for more than {error.delay:g} s"
            raise error


def first_byte(reply: Reply) -> float:
    """Return the seconds until an answer begins."""
    slow = reply.fault.arguments[0] if reply.fault and reply.fault.name == _SLOW else 0.0
    return slow + (reply.timing.delay if reply.timing is not None else 0.0)


def failed(reply: Reply | Forward) -> bool:
    """Tell whether an answer is a recorded error."""
    return getattr(reply, "status", 200) >= _REFUSED


def _may_pass(answer: ApiError | Reply) -> bool:
    """Tell whether a provider that answers so may answer otherwise when it is asked again."""
    if isinstance(answer, ApiError) and answer.origin != "provider":
        return False
    return _passes(getattr(answer, "status", 200))


def _passes(status: int) -> bool:
    return status in _PASSING or status >= _BROKEN
