"""A limit as people write it: how much of what, in which time, and for whom together."""

from fnmatch import fnmatchcase
from math import inf
from typing import Any

from msgspec import Struct

from mockgw.errors import MockgwError
from mockgw.phrase import Phrase, nearest, number, phrases

_PERIODS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86_400.0}
_SHORT = {"s": "second", "min": "minute", "m": "minute", "h": "hour", "d": "day"}
_PER = ("key", "gateway", "model", "all")


class Limit(Struct, frozen=True):
    """How much of one thing may be had: `size` of the `kind` in the `period` seconds.

    `kind` is `requests`, `tokens`, `quota` (tokens that never come back) or `concurrent` (requests
    at a time). Those who have the same `per` share it: the `key` they show, the `gateway` in the
    path, the `model`, or `all`. `word` is the period's name.
    """

    kind: str
    size: int
    period: float = inf
    word: str = ""
    per: str = "key"
    model: str = "*"
    door: str = "*"

    def fits(self, model: str, door: str) -> bool:
        """Tell whether it limits calls of a model by a door."""
        return fnmatchcase(model, self.model) and fnmatchcase(door, self.door)


def limits(given: Any) -> tuple[Limit, ...]:
    """Return the limits of a text such as `requests=60/minute per=key`, or of a list of them.

    Raises MockgwError for what cannot be read: what is wrong, and the nearest right thing.
    """
    return tuple(one for told in phrases(given, "limit") for one in _limits(told))


def _limits(told: Phrase) -> tuple[Limit, ...]:
    if told.word:
        raise MockgwError(
            f"{told.word!r} is no limit.",
            "Give requests=60/minute, tokens=…, concurrent=… or quota=….",
        )
    timed = [(kind, told.text(kind)) for kind in ("requests", "tokens")]
    found: list[dict[str, Any]] = [
        {"kind": kind, **_timed(one, f"{kind} in {told.told!r}")}
        for kind, given in timed
        if given
        for one in given.split("+")
    ]
    for kind in ("concurrent", "quota"):
        size = told.perhaps(kind, least=1)
        if size is not None:
            found.append({"kind": kind, "size": int(size)})
    per = told.text("per", "key")
    if per not in _PER:
        raise MockgwError(f"per={per} in {told.told!r} is nobody.", nearest(per, _PER))
    whom: dict[str, Any] = {
        "per": per,
        "model": told.text("model", "*").removeprefix("openai/"),
        "door": told.text("door", "*"),
    }
    told.done()
    if not found:
        raise MockgwError(
            f"{told.told!r} limits nothing.", "Give requests, tokens, concurrent or quota."
        )
    return tuple(Limit(**one, **whom) for one in found)


def _timed(given: str, where: str) -> dict[str, Any]:
    size, slash, word = given.partition("/")
    word = _SHORT.get(word, word)
    if not slash or word not in _PERIODS:
        hint = nearest(word, _PERIODS) if slash else "Give such as 60/minute."
        raise MockgwError(f"{where}: {given!r} has no time.", hint)
    return {"size": int(number(size, where, least=1)), "period": _PERIODS[word], "word": word}
