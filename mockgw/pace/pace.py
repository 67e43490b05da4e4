"""The pace of a model: when its answers begin, how long it thinks, and how fast it speaks."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mockgw.errors import MockgwError
from mockgw.model import Timing
from mockgw.pace.beat import Beat
from mockgw.pace.spread import Spread, spread
from mockgw.phrase import Phrase, nearest, phrases

_WORD = "preset"


class Pace(Struct, frozen=True):
    """How long the answers of the models and efforts that fit take.

    `first` are the seconds until the first byte; `thinking` and `rate` are tokens per second, of
    reasoning and of what is said, 0 for no time at all; `jitter` is the deviation of the time
    between two tokens as a share of it; `stall` is a silence in seconds that comes before a token
    with the probability `stalls`; `keep_alive` are the seconds of silence after which a comment
    is sent, 0 for never.
    """

    first: Spread = Spread("fixed", 0.0)
    thinking: Spread = Spread("fixed", 0.0)
    rate: Spread = Spread("fixed", 0.0)
    jitter: float = 0.0
    stall: Spread | None = None
    stalls: float = 0.0
    keep_alive: float = 0.0
    model: str = "*"
    effort: str = "*"

    def fits(self, model: str, effort: str) -> bool:
        """Tell whether the pace is that of a model at an effort."""
        return fnmatchcase(model, self.model) and fnmatchcase(effort, self.effort)

    def timing(self, chance: Random, usage: Mapping[str, Any], *, stream: bool) -> Timing:
        """Return when an answer with those token counts comes, drawn from `chance`."""
        thought, said = _counted(usage)
        first, rate = self.first.draw(chance), self.rate.draw(chance)
        thinks = self.thinking.draw(chance)
        thinking = thought / thinks if thinks else 0.0
        beat = Beat(
            chance,
            rate=rate,
            jitter=self.jitter,
            thinking=thinking,
            stall=self.stall,
            stalls=self.stalls,
        )
        if stream:
            return Timing(first, beat=beat, keep_alive=self.keep_alive)
        return Timing(first + thinking + sum(beat.token() for _ in range(said)))


def _counted(usage: Mapping[str, Any]) -> tuple[int, int]:
    """Return the tokens that were thought, and those that were said."""
    whole = usage.get("output_tokens", usage.get("completion_tokens")) or 0
    details = usage.get("output_tokens_details", usage.get("completion_tokens_details")) or {}
    thought = details.get("reasoning_tokens") or 0
    return int(thought), max(int(whole) - int(thought), 0)


def _usual(model: str, first: str, thinking: str, rate: str) -> Pace:
    return Pace(
        first=spread(first, ""),
        thinking=spread(thinking, ""),
        rate=spread(rate, ""),
        jitter=0.35,
        keep_alive=15.0,
        model=model,
    )


# The numbers of `realistic` are of the order that people report of these models; none is measured.
PRESETS: Mapping[str, tuple[Pace, ...]] = {
    "instant": (),
    "fast": (Pace(Spread("fixed", 0.02), Spread("fixed", 20_000), Spread("fixed", 500)),),
    "realistic": (
        _usual("*-pro*", "lognormal:2:0.4", "normal:35:5", "normal:28:4"),
        _usual("*-mini*", "lognormal:0.4:0.3", "normal:150:20", "normal:120:15"),
        _usual("*-nano*", "lognormal:0.3:0.3", "normal:220:25", "normal:180:20"),
        _usual("*", "lognormal:0.7:0.35", "normal:75:10", "normal:60:8"),
    ),
}


def paces(given: Any) -> tuple[Pace, ...]:
    """Return the paces of a preset's name, of a rule such as `first=0.5 rate=40`, or of a list.

    The first one that fits a call is its pace; a call that none fits is answered at once. Raises
    MockgwError for what cannot be read: what is wrong, and the nearest right thing.
    """
    return tuple(one for told in phrases(given, _WORD) for one in _paces(told))


def _paces(told: Phrase) -> tuple[Pace, ...]:
    if told.word and told.word not in PRESETS:
        raise MockgwError(f"There is no timing named {told.word!r}.", nearest(told.word, PRESETS))
    changes: dict[str, Any] = {}
    for key in ("first", "thinking", "rate", "stall"):
        given = told.text(key)
        if given:
            changes[key] = spread(given, f"{key} in {told.told!r}")
    for key, most in (("jitter", 3.0), ("stalls", 1.0), ("keep_alive", 3600.0)):
        value = told.perhaps(key, most=most)
        if value is not None:
            changes[key] = value
    filters = {key: told.text(key) for key in ("model", "effort")}
    told.done()
    changes |= {key: value.removeprefix("openai/") for key, value in filters.items() if value}
    if len(changes.keys() & {"stall", "stalls"}) == 1:
        raise MockgwError(
            f"{told.told!r} has only one of stall and stalls.",
            "Give seconds and probability: stall=2 stalls=0.05.",
        )
    base = PRESETS[told.word] if told.word else (Pace(),)
    if told.word == "instant":
        base = (Pace(),)
    if filters["model"]:
        # One model is asked for: of the preset's, the one that is that model's.
        base = tuple(one for one in base if one.fits(changes["model"], "*"))[:1]
    return tuple(replace(one, **changes) for one in base)
