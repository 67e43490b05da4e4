"""What is known of OpenAI's models: the dated name an answer carries, and what they refuse.

Sources: the model pages of both providers and recorded traffic. An id that looks like one of
OpenAI's is served even when it is not listed here; it then keeps its name.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_SNAPSHOTS = {
    "gpt-5.5-pro": "2026-04-23",
    "gpt-5.5": "2026-04-23",
    "gpt-5.4-pro": "2026-03-05",
    "gpt-5.4": "2026-03-05",
    "gpt-5.4-mini": "2026-03-17",
    "gpt-5.2-pro": "2025-12-11",
    "gpt-5.2": "2025-12-11",
    "gpt-5.1": "2025-11-13",
    "gpt-5-pro": "2025-10-06",
    "gpt-5": "2025-08-07",
    "gpt-5-mini": "2025-08-07",
    "gpt-5-nano": "2025-08-07",
    "gpt-4.1": "2025-04-14",
    "gpt-4.1-mini": "2025-04-14",
    "gpt-4.1-nano": "2025-04-14",
    "gpt-4o": "2024-08-06",
    "gpt-4o-mini": "2024-07-18",
    "o4-mini": "2025-04-16",
    "o3": "2025-04-16",
    "o3-mini": "2025-01-31",
}
_KNOWN_FORM = re.compile(r"(gpt-\d|o\d|chatgpt-|codex-|computer-use-|ft:).{0,120}")
_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_REASONS = re.compile(r"(gpt-([5-9]|\d\d)|o\d|codex-|computer-use-)")
_PRO = re.compile(r".*-pro$")


@dataclass(frozen=True, slots=True)
class Model:
    """One of OpenAI's models.

    `name` has no `openai/` prefix and no date; `snapshot` is the dated name that answers carry;
    `efforts` are the values of `reasoning.effort` it takes, empty when it does not reason.
    """

    name: str
    snapshot: str
    efforts: tuple[str, ...]
    default_effort: str | None
    responses_only: bool

    @property
    def reasons(self) -> bool:
        """Whether the model thinks before it answers."""
        return bool(self.efforts)


def undated(name: str) -> str:
    """Return the model's name without a snapshot date."""
    return _DATE.sub("", name)


@lru_cache(maxsize=256)
def find(name: str) -> Model | None:
    """Return the model of that name, dated or not, or None when OpenAI has no such form of name."""
    if not _KNOWN_FORM.fullmatch(name):
        return None
    base = undated(name)
    date = _SNAPSHOTS.get(base)
    snapshot = f"{base}-{date}" if date and base == name else name
    pro = bool(_PRO.fullmatch(base))
    efforts = _efforts(base, pro)
    return Model(base, snapshot, efforts, _default_effort(base, efforts, pro), pro)


def _efforts(base: str, pro: bool) -> tuple[str, ...]:
    if not _REASONS.match(base) or "-chat" in base:
        return ()
    if pro:
        return ("high",) if base == "gpt-5-pro" else ("medium", "high", "xhigh")
    if re.match(r"gpt-5(-(mini|nano))?$", base):
        return ("minimal", "low", "medium", "high")
    if base.startswith("gpt-5.1"):
        return ("none", "low", "medium", "high")
    if base.startswith("gpt-"):
        return ("none", "low", "medium", "high", "xhigh")
    return ("low", "medium", "high")


def _default_effort(base: str, efforts: tuple[str, ...], pro: bool) -> str | None:
    if not efforts:
        return None
    if pro:
        return "high"
    return "none" if re.match(r"gpt-5\.[124](-|$)", base) else "medium"
