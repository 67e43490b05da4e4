"""Arrays within the bounds of a schema."""

from collections.abc import Mapping
from typing import Any

from mockgw.synth.document import Contradiction, Schema
from mockgw.synth.drawer import Drawer, within
from mockgw.synth.flat import canonical, item

_MOST = 1_000
_USUAL = 3
_TRIES = 12


def array(drawer: Drawer, keywords: Mapping[str, Any], name: str, *, lean: bool) -> list[Any]:
    """Return an array for merged `keywords`, its items named after `name`; raises Contradiction."""
    least, needed = _least(keywords)
    most = _most(keywords, least)
    wanted = least
    if not lean:
        wanted = max(least, drawer.chance.randint(1, _USUAL), len(keywords.get("prefixItems", ())))
    schemas = [item(keywords, position) for position in range(min(wanted, most))]
    for position in range(len(schemas) - needed, len(schemas)):
        schemas[position] = drawer.flattener.both(schemas[position], keywords["contains"])
    if keywords.get("uniqueItems"):
        before, drawer.spread = drawer.spread, len(schemas)
        try:
            return _different(drawer, schemas, name, least, lean=lean)
        finally:
            drawer.spread = before
    return [
        within(drawer, schema, name, at=position, lean=lean)
        for position, schema in enumerate(schemas)
    ]


def _least(keywords: Mapping[str, Any]) -> tuple[int, int]:
    needed = int(keywords.get("minContains", 1)) if "contains" in keywords else 0
    return max(int(keywords.get("minItems", 0)), needed), needed


def _most(keywords: Mapping[str, Any], least: int) -> int:
    most = int(keywords.get("maxItems", _MOST))
    if keywords.get("items", True) is False:
        most = min(most, len(keywords["prefixItems"]))
    if least > most:
        raise Contradiction(f"an array of {least} items or more can hold only {most}")
    if least > _MOST:
        raise Contradiction(f"minItems {least} is above {_MOST}, the most that is made")
    return min(most, _MOST)


def _different(
    drawer: Drawer, schemas: list[Schema], name: str, least: int, *, lean: bool
) -> list[Any]:
    items: dict[str, Any] = {}
    for position, schema in enumerate(schemas):
        for _ in range(_TRIES + 4 * len(schemas)):
            made = within(drawer, schema, name, at=position, lean=lean)
            if canonical(made) not in items:
                items[canonical(made)] = made
                break
        else:
            if position < least:
                raise Contradiction(f"found only {position} different items of {least}")
            break
    return list(items.values())
