"""How prompts have begun, which is what a prompt cache knows.

The real cache keeps prompts of 1,024 tokens and more, and finds what a new one shares with them in
steps of 128 (platform.openai.com, prompt caching).
"""

from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b

LEAST, STEP = 1024, 128
_MOST = 100_000


class Prefixes:
    """Remembers the beginnings of prompts, those of each session and model apart.

    Bounded: the beginnings not seen for longest are forgotten.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._seen: dict[tuple[str, bytes], None] = {}

    def cached(self, session: str, model: str, prompt: Sequence[int]) -> int:
        """Return how many tokens of the prompt an earlier one began with, and remember it."""
        known = 0
        for length, mark in _marks(model, prompt):
            key = (session, mark)
            if key in self._seen:
                del self._seen[key]
                known = length
            self._seen[key] = None
        while len(self._seen) > self._most:
            del self._seen[next(iter(self._seen))]
        return known

    def clear(self, session: str | None = None) -> None:
        """Forget the prompts of the session, or of all sessions."""
        for key in [one for one in self._seen if session is None or one[0] == session]:
            del self._seen[key]


def _marks(model: str, prompt: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    hashed = blake2b(model.encode("utf-8", "surrogatepass"), digest_size=16)
    for start in range(0, len(prompt) - STEP + 1, STEP):
        hashed.update(array("q", prompt[start : start + STEP]).tobytes())
        if start + STEP >= LEAST:
            yield start + STEP, hashed.digest()
