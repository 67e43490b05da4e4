"""Objects within the bounds of a schema, in the order in which it lists their properties."""

import random
from collections.abc import Iterable, Mapping
from typing import Any

from mockgw.synth.document import Contradiction, Schema
from mockgw.synth.drawer import Drawer, Exhausted, within
from mockgw.synth.named import words
from mockgw.synth.pattern import NoMatch, found, matching

Keywords = Mapping[str, Any]

_MOST = 1_000
_TRIES = 20
_ABSENT = 0.15
_ENTRIES = 2
_TEXT: Schema = {"type": "string"}


def members(drawer: Drawer, keywords: Keywords, *, lean: bool) -> dict[str, Any]:
    """Return an object for merged `keywords`; raises Contradiction."""
    required = _closure(keywords, keywords.get("required", ()))
    least, most = _bounds(keywords, len(required))
    made: dict[str, Any] = {}
    for name in _present(drawer, keywords, required, least if lean else most, lean=lean):
        try:
            schema = _schema(drawer, keywords, name)
            made[name] = within(drawer, schema, name, at=name, lean=lean)
        except Exhausted:
            raise
        except Contradiction:
            if name in required:
                raise
    free = not lean and not keywords.get("properties") and _describes_more(keywords)
    wanted = max(least, drawer.chance.randint(1, _ENTRIES) if free else 0)
    _fill(drawer, keywords, made, min(wanted, most), lean=lean)
    if len(made) < least:
        raise Contradiction(f"found only {len(made)} properties of {least}")
    return made


def _bounds(keywords: Keywords, required: int) -> tuple[int, int]:
    least = int(keywords.get("minProperties", 0))
    most = int(keywords.get("maxProperties", max(_MOST, required)))
    if max(least, required) > most:
        raise Contradiction(f"an object of {max(least, required)} properties can hold only {most}")
    return least, most


def _present(
    drawer: Drawer, keywords: Keywords, required: dict[str, None], most: int, *, lean: bool
) -> list[str]:
    """Choose `most` names or fewer: those required and, unless lean, most of the others."""
    properties = keywords.get("properties", {})
    chosen = dict(required)
    for name in properties:
        if name in chosen or (not lean and drawer.chance.random() < _ABSENT):
            continue
        more = _closure(keywords, [name])
        if len(chosen | more) <= most and _nameable(drawer, keywords, name):
            chosen |= more
    return [name for name in properties if name in chosen] + [
        name for name in chosen if name not in properties
    ]


def _closure(keywords: Keywords, names: Iterable[str]) -> dict[str, None]:
    """Return `names` and what these require in their turn."""
    dependents = keywords.get("dependentRequired", {})
    closure = dict.fromkeys(names)
    queue = list(closure)
    # The list grows while it is read.
    for name in queue:
        queue += [other for other in dependents.get(name, ()) if other not in closure]
        closure.update(dict.fromkeys(dependents.get(name, ())))
    return closure


def _nameable(drawer: Drawer, keywords: Keywords, name: str) -> bool:
    return "propertyNames" not in keywords or drawer.fits(name, keywords["propertyNames"])


def _schema(drawer: Drawer, keywords: Keywords, name: str) -> Schema:
    properties = keywords.get("properties", {})
    applied = [properties[name]] if name in properties else []
    for pattern, schema in keywords.get("patternProperties", {}).items():
        if found(pattern, name):
            applied.append(schema)
    if not applied:
        applied = [keywords.get("additionalProperties", True)]
    whole: Schema = True
    for schema in applied:
        whole = drawer.flattener.both(whole, schema)
    return whole


def _describes_more(keywords: Keywords) -> bool:
    return bool(keywords.get("patternProperties")) or isinstance(
        keywords.get("additionalProperties"), dict
    )


def _fill(
    drawer: Drawer, keywords: Keywords, made: dict[str, Any], wanted: int, *, lean: bool
) -> None:
    if wanted > _MOST:
        raise Contradiction(f"minProperties {wanted} is above {_MOST}, the most that is made")
    for _ in range(_TRIES + 2 * wanted):
        if len(made) >= wanted:
            return
        try:
            name = _new_name(drawer, keywords)
            if name not in made:
                schema = _schema(drawer, keywords, name)
                made[name] = within(drawer, schema, name, at=name, lean=lean)
        except Exhausted:
            raise
        except Contradiction:
            continue


def _new_name(drawer: Drawer, keywords: Keywords) -> str:
    chance = drawer.chance
    absent = [name for name in keywords.get("properties", ()) if chance.random() < _ABSENT]
    if absent:
        return str(chance.choice(absent))
    if "propertyNames" in keywords:
        names = drawer.flattener.both(_TEXT, keywords["propertyNames"])
        return str(drawer.value(names, "", lean=True))
    patterns = list(keywords.get("patternProperties", ()))
    closed = keywords.get("additionalProperties", True) is False
    if patterns and (closed or chance.random() < 1 / 2):
        return _patterned(chance.choice(patterns), chance)
    return words(chance, chance.randint(1, 2)).replace(" ", "_")


def _patterned(pattern: str, chance: random.Random) -> str:
    try:
        name = matching(pattern, chance)
        # A pattern without an end, as `^x-`, has one shortest text only.
        longer = name + words(chance, 1)
        return longer if found(pattern, longer) else name
    except NoMatch as error:
        raise Contradiction(str(error)) from error
