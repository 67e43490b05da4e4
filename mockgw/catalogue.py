"""What is known of OpenAI's models: the dated name an answer carries, and what they refuse.

Sources: the model pages of both providers and recorded traffic. An id that looks like one of
OpenAI's is served even when it is not listed here; it then keeps its name.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

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
# Dollars per million tokens: in, in from the cache, out. OpenAI's pricing page, standard tier; pro
# models know no price for what is cached.
_PRICES = {
    "gpt-5.5-pro": (30.0, 30.0, 180.0),
    "gpt-5.5": (5.0, 0.5, 30.0),
    "gpt-5.4-pro": (30.0, 30.0, 180.0),
    "gpt-5.4": (2.5, 0.25, 15.0),
    "gpt-5.4-mini": (0.75, 0.075, 4.5),
    "gpt-5.4-nano": (0.2, 0.02, 1.25),
    "gpt-5.2-pro": (21.0, 21.0, 168.0),
    "gpt-5.2": (1.75, 0.175, 14.0),
    "gpt-5.1": (1.25, 0.125, 10.0),
    "gpt-5-pro": (15.0, 15.0, 120.0),
    "gpt-5": (1.25, 0.125, 10.0),
    "gpt-5-mini": (0.25, 0.025, 2.0),
    "gpt-5-nano": (0.05, 0.005, 0.4),
    "gpt-4.1": (2.0, 0.5, 8.0),
    "gpt-4.1-mini": (0.4, 0.1, 1.6),
    "gpt-4.1-nano": (0.1, 0.025, 0.4),
    "gpt-4o": (2.5, 1.25, 10.0),
    "o4-mini": (1.1, 0.275, 4.4),
    "o3": (2.0, 0.5, 8.0),
    "o3-mini": (1.1, 0.55, 4.4),
}
# Of these a longer prompt makes the whole call dearer.
_LONG_PROMPT = 272_000
_DEARER_WHEN_LONG = frozenset({"gpt-5.4", "gpt-5.4-pro", "gpt-5.5", "gpt-5.5-pro"})
_KNOWN_FORM = re.compile(r"(gpt-\d|o\d|chatgpt-|codex-|computer-use-|ft:).{0,120}")
_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_REASONS = re.compile(r"(gpt-([5-9]|\d\d)|o\d|codex-|computer-use-)")
_PRO = re.compile(r".*-pro$")
_GENERATION = re.compile(r"gpt-(\d+)(?:\.(\d+))?")
_FIRST_WITH_PHASES = (5, 3)


class Price(msgspec.Struct, frozen=True):
    """What a model costs, in dollars per million tokens; `long` is for prompts over 272,000."""

    input: float
    cached: float
    output: float
    long: bool = False

    def of(self, prompt: int, cached: int, output: int) -> float:
        """Return the dollars for so many tokens; `cached` ones are a part of the `prompt`."""
        dear = self.long and prompt > _LONG_PROMPT
        read = (prompt - cached) * self.input + cached * self.cached
        return (read * (2 if dear else 1) + output * self.output * (1.5 if dear else 1)) / 1_000_000


class Model(msgspec.Struct, frozen=True):
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

    @property
    def generation(self) -> tuple[int, int]:
        """The numbers of its name, (5, 4) for gpt-5.4-mini; zeros when it has none."""
        found = _GENERATION.match(self.name)
        return (int(found[1]), int(found[2] or 0)) if found else (0, 0)

    @property
    def phases(self) -> bool:
        """Whether its messages tell their phase: commentary, or the final answer."""
        return self.generation >= _FIRST_WITH_PHASES


def dated() -> Mapping[str, str]:
    """Return the models that are listed by name, each with the date of its snapshot."""
    return _SNAPSHOTS


def undated(name: str) -> str:
    """Return the model's name without a snapshot date."""
    return _DATE.sub("", name)


def price(name: str) -> Price | None:
    """Return what the model of that name costs, dated or not; None when nobody knows."""
    base = undated(name)
    known = _PRICES.get(base)
    return None if known is None else Price(*known, long=base in _DEARER_WHEN_LONG)


def cost(name: str, usage: Mapping[str, Any], own: Price | None = None) -> float | None:
    """Return the dollars that a usage of either API costs, None for a model without a price.

    `own` is a price that holds in place of the known one. No usage costs nothing.
    """
    if not usage:
        return 0.0
    known = own or price(name)
    if known is None:
        return None
    prompt = _count(usage, "input_tokens", "prompt_tokens")
    details = usage.get("input_tokens_details") or usage.get("prompt_tokens_details")
    cached = _count(details, "cached_tokens") if isinstance(details, Mapping) else 0
    output = _count(usage, "output_tokens", "completion_tokens")
    return round(known.of(prompt, min(cached, prompt), output), 9)


def _count(usage: Mapping[str, Any], *names: str) -> int:
    return next((one for name in names if isinstance(one := usage.get(name), int)), 0)


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
