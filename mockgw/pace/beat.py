"""When the events of one stream come: each token at its time, the rest at once."""

import re
from random import Random

from mockgw.pace.spread import Spread

_REASONING = re.compile(rb'event: response\.output_item\.added\n[^\n]{0,200}?"type":"reasoning"')


class Beat:
    """Tells how long to wait before each event of one stream, in its order.

    `rate` are tokens per second; `jitter` is the deviation of a single gap, as a share of it,
    which leaves the mean as it is; `thinking` are seconds of silence where the model reasons;
    `stall` is a pause that comes before a token with the probability `stalls`.
    """

    def __init__(
        self,
        chance: Random,
        *,
        rate: float,
        jitter: float = 0.0,
        thinking: float = 0.0,
        stall: Spread | None = None,
        stalls: float = 0.0,
    ) -> None:
        self._chance = chance
        self._gap = 1 / rate if rate else 0.0
        # Gaps of a gamma distribution have this mean and this deviation, and are never negative.
        self._shape = 1 / jitter**2 if jitter else 0.0
        self._thinking = thinking
        self._stall = stall
        self._stalls = stalls
        self._reasons = False

    def __call__(self, event: bytes) -> float:
        """Return the seconds between the event before and this one."""
        delta = _is_delta(event)
        waited = 0.0
        if self._thinking and (delta or self._reasons):
            waited, self._thinking = self._thinking, 0.0
        if self._thinking:
            self._reasons = _REASONING.match(event) is not None
        return waited + self.token() if delta else waited

    def token(self) -> float:
        """Return the seconds that one token takes."""
        gap, chance = self._gap, self._chance
        if self._shape:
            gap = chance.gammavariate(self._shape, gap / self._shape)
        if self._stall is not None and chance.random() < self._stalls:
            gap += self._stall.draw(chance)
        return gap


def _is_delta(event: bytes) -> bool:
    """Tell whether an event of either API brings a token."""
    if event.startswith(b"event: "):
        return event.startswith(b".delta\n", event.find(b"\n") - 6)
    return b'"delta":{"' in event
