"""Objects within the bounds of a schema, in the order in which it lists their properties."""

from collections.abc import Mapping
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
    required = dict.fromkeys(keywords.get("required", ()))
    least, most = _bounds(keywords, len(required))
    names = _present(drawer, keywords, lean=lean)
    optional = [name for name in names if name not in required]
    dropped = set(optional[max(0, most - len(required)) :])
    made: dict[str, Any] = {}
    for name in names:
        if name in dropped:
            continue
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


def _present(drawer: Drawer, keywords: Keywords, *, lean: bool) -> list[str]:
    """Choose the names to be there: those required, most of the others, and what these require."""
    properties = keywords.get("properties", {})
    chosen = dict.fromkeys(keywords.get("required", ()))
    spare = len(properties) - len(chosen) - int(keywords.get("minProperties", 0)) < 0
    for name in properties:
        if name in chosen or not _nameable(drawer, keywords, name):
            continue
        if spare or (not lean and drawer.chance.random() >= _ABSENT):
            chosen[name] = None
    dependents = keywords.get("dependentRequired", {})
    queue = list(chosen)
    # The list grows while it is read.
    for name in queue:
        for other in dependents.get(name, ()):
            if other not in chosen:
                chosen[other] = None
                queue.append(other)
    return [name for name in properties if name in chosen] + [
        name for name in chosen if name not in properties
    ]


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
    patterns = list(keywords.get("patternProperties", ()))
    unnamed = [name for name in keywords.get("properties", ()) if drawer.chance.random() < _ABSENT]
    if unnamed:
        return str(drawer.chance.choice(unnamed))
    if "propertyNames" in keywords:
        names = drawer.flattener.both(_TEXT, keywords["propertyNames"])
        return str(drawer.value(names, "", lean=True))
    closed = keywords.get("additionalProperties", True) is False
    if patterns and (closed or drawer.chance.random() < 1 / 2):
        try:
            return matching(drawer.chance.choice(patterns), drawer.chance)
        except NoMatch as error:
            raise Contradiction(str(error)) from error
    return words(drawer.chance, drawer.chance.randint(1, 2)).replace(" ", "_")
