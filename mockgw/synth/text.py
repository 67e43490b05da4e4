"""Texts of the length, the pattern and the format that a schema asks for."""

import random
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

from mockgw.synth.document import Contradiction
from mockgw.synth.named import formatted, named, words
from mockgw.synth.pattern import NoMatch, found, matching

Keywords = Mapping[str, Any]

_LONGEST = 100_000
_TRIES = 20

# Lengthened here without becoming something else; the rest of the formats have their own length.
_LENGTHENED: dict[str, Callable[[str, str], str]] = {
    "email": lambda text, more: more + text,
    "idn-email": lambda text, more: more + text,
    "uri": lambda text, more: text + more,
    "iri": lambda text, more: text + more,
    "uri-reference": lambda text, more: text + more,
    "iri-reference": lambda text, more: text + more,
}
_SHORTEST = {
    "email": "a@b.co", "idn-email": "a@b.co", "hostname": "a", "idn-hostname": "a", "uri": "x:a",
    "iri": "x:a", "uri-reference": "a", "iri-reference": "a", "uri-template": "a", "regex": "a",
    "json-pointer": "/a", "relative-json-pointer": "0", "duration": "P1D", "ipv4": "1.1.1.1",
    "ipv6": "::",
}  # fmt: skip


def text(keywords: Keywords, name: str, chance: random.Random) -> str:
    """Return a text of the length, pattern and format of `keywords`; raises Contradiction."""
    least = int(keywords.get("minLength", 0))
    most = int(keywords["maxLength"]) if "maxLength" in keywords else None
    if most is not None and most < least:
        raise Contradiction(f"minLength {least} is above maxLength {most}")
    if least > _LONGEST:
        raise Contradiction(f"minLength {least} is above {_LONGEST}, the most that is made")
    top = _LONGEST if most is None else min(most, _LONGEST)
    make = formatted(keywords.get("format", ""))
    if make is not None:
        return _formatted(keywords, (least, top), lambda: make(chance))
    if "pattern" in keywords:
        try:
            return matching(keywords["pattern"], chance, least, None if most is None else top)
        except NoMatch as error:
            raise Contradiction(str(error)) from error
    return _worded(name, least, top, chance)


def _formatted(keywords: Keywords, lengths: tuple[int, int], make: Callable[[], str]) -> str:
    kind = keywords["format"]
    least, top = lengths
    lengthen = _LENGTHENED.get(kind)
    candidates = chain(
        (make() for _ in range(_TRIES)), [_SHORTEST[kind]] if kind in _SHORTEST else []
    )
    for candidate in candidates:
        drawn = candidate
        if len(drawn) < least and lengthen is not None:
            drawn = lengthen(drawn, "a" * (least - len(drawn)))
        if least <= len(drawn) <= top and _matches(keywords, drawn):
            return drawn
    raise Contradiction(f"no text of the format {kind!r} fits the other keywords")


def _matches(keywords: Keywords, drawn: str) -> bool:
    if "pattern" not in keywords:
        return True
    try:
        return found(keywords["pattern"], drawn)
    except NoMatch as error:
        raise Contradiction(str(error)) from error


def _worded(name: str, least: int, top: int, chance: random.Random) -> str:
    make = named(name)
    drawn = words(chance, chance.randint(1, 2)) if make is None else make(chance)
    if make is not None and len(drawn) > top:
        drawn = words(chance, 1)
    while len(drawn) < least:
        drawn += " " + words(chance, 1 + (least - len(drawn)) // 8)
    return drawn[:top].rstrip().ljust(least, "s")
