"""Schemas without references: `$ref` and its siblings and `allOf` merged into one."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import Any

from mockgw.synth.document import Contradiction, Document, Schema
from mockgw.synth.pattern import found

_MOST_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Choice:
    """Branches of which a value fits at least one, or `exactly` one."""

    branches: tuple[Schema, ...]
    exactly: bool


@dataclass(slots=True)
class Flat:
    """What one schema asks of a value.

    `keywords` are merged; `choices` and `conditions` (schemas with `if`) are still to be decided;
    `checks` are the schemas that the value must fit (True) or must not (False).
    """

    keywords: dict[str, Any] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    conditions: list[dict[str, Any]] = field(default_factory=list)
    checks: list[tuple[Schema, bool]] = field(default_factory=list)
    absorbed: dict[int, Schema] = field(default_factory=dict)

    def copy(self) -> "Flat":
        """Return a copy that can absorb more without changing this one."""
        return Flat(
            dict(self.keywords),
            list(self.choices),
            list(self.conditions),
            list(self.checks),
            dict(self.absorbed),
        )


class Flattener:
    """Makes and remembers the flat forms of the parts of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        # The values hold what the keys identify, so that no identity is ever used twice.
        self._flats: dict[tuple[int, int], tuple[Any, Any, Flat]] = {}
        self._pairs: dict[tuple[int, int], tuple[Any, Any, Schema]] = {}

    def flat(self, schema: Schema, start: Flat | None = None) -> Flat:
        """Return the flat form of `schema`, on top of `start`; raises Contradiction."""
        key = (id(schema), id(start))
        known = self._flats.get(key)
        if known is not None:
            return known[2]
        flat = Flat() if start is None else start.copy()
        self._absorb(flat, schema)
        if len(self._flats) < _MOST_KEPT:
            self._flats[key] = (schema, start, flat)
        return flat

    def settled(self, flat: Flat) -> Flat:
        """Return `flat` without its choices and conditions, which the caller decides."""
        key = (id(flat), 0)
        known = self._flats.get(key)
        if known is not None:
            return known[2]
        settled = flat.copy()
        settled.choices.clear()
        settled.conditions.clear()
        if len(self._flats) < _MOST_KEPT:
            self._flats[key] = (flat, None, settled)
        return settled

    def both(self, one: Schema, other: Schema) -> Schema:
        """Return a schema that asks what `one` and `other` ask."""
        if one is True or one is other:
            return other
        if other is True:
            return one
        if one is False or other is False:
            return False
        key = (id(one), id(other))
        known = self._pairs.get(key)
        if known is not None:
            return known[2]
        pair: Schema = {"allOf": [one, other]}
        if len(self._pairs) < _MOST_KEPT:
            self._pairs[key] = (one, other, pair)
        return pair

    def _absorb(self, flat: Flat, first: Schema) -> None:
        queue = [first]
        # The list grows while it is read.
        for schema in queue:
            if schema is False:
                raise Contradiction("the schema is false here")
            if isinstance(schema, bool) or id(schema) in flat.absorbed:
                continue
            flat.absorbed[id(schema)] = schema
            queue += self._document.references(schema)
            queue += schema.get("allOf", ())
            self._merge_properties(flat.keywords, schema)
            self._merge_items(flat.keywords, schema)
            self._merge_keywords(flat, schema)
            _collect(flat, schema)

    def _merge_keywords(self, flat: Flat, schema: dict[str, Any]) -> None:
        keywords = flat.keywords
        for word, value in schema.items():
            if word in _FIRST and keywords.get(word, value) != value:
                # Two of a kind cannot be one: the value is made for the first, tried on both.
                flat.checks.append((schema, True))
            elif word in _FIRST:
                keywords[word] = value
            elif word in _MERGED:
                value = _WRITTEN.get(word, _as_it_is)(value)  # noqa: PLW2901 - one written form
                keywords[word] = _MERGED[word](keywords[word], value) if word in keywords else value
        if "const" in schema:
            alone = [schema["const"]]
            keywords["enum"] = _common(keywords["enum"], alone) if "enum" in keywords else alone
        if "propertyNames" in schema:
            keywords["propertyNames"] = self.both(
                keywords.get("propertyNames", True), schema["propertyNames"]
            )

    def _merge_properties(self, mine: dict[str, Any], other: Mapping[str, Any]) -> None:
        if not any(word in other for word in _SHAPE):
            return
        names = dict.fromkeys(chain(mine.get("properties", ()), other.get("properties", ())))
        properties = {
            name: self.both(_property(mine, name), _property(other, name)) for name in names
        }
        patterns = dict(mine.get("patternProperties", {}))
        for pattern, schema in other.get("patternProperties", {}).items():
            patterns[pattern] = self.both(patterns.get(pattern, True), schema)
        rest = self.both(
            mine.get("additionalProperties", True), other.get("additionalProperties", True)
        )
        mine.update(properties=properties, patternProperties=patterns, additionalProperties=rest)

    def _merge_items(self, mine: dict[str, Any], other: Mapping[str, Any]) -> None:
        if not ("items" in other or "prefixItems" in other):
            return
        length = max(len(mine.get("prefixItems", ())), len(other.get("prefixItems", ())))
        prefix = [self.both(item(mine, at), item(other, at)) for at in range(length)]
        rest = self.both(mine.get("items", True), other.get("items", True))
        mine.update(prefixItems=prefix, items=rest)


def _collect(flat: Flat, schema: dict[str, Any]) -> None:
    for word in ("anyOf", "oneOf"):
        if word in schema:
            flat.choices.append(Choice(tuple(schema[word]), word == "oneOf"))
    if "if" in schema and ("then" in schema or "else" in schema):
        flat.conditions.append(schema)
    for name, consequence in schema.get("dependentSchemas", {}).items():
        flat.conditions.append({"if": {"required": [name]}, "then": consequence})
    if "not" in schema:
        flat.checks.append((schema["not"], False))


def item(keywords: Mapping[str, Any], position: int) -> Schema:
    """Return the schema of the item at `position` of an array."""
    prefix = keywords.get("prefixItems", ())
    schema: Schema = prefix[position] if position < len(prefix) else keywords.get("items", True)
    return schema


def canonical(value: Any) -> str:
    """Return a text that is equal for values that JSON Schema holds equal, as 1 and 1.0."""
    return json.dumps(_plain(value), sort_keys=True)


def _property(keywords: Mapping[str, Any], name: str) -> Schema:
    properties = keywords.get("properties", {})
    if name in properties:
        schema: Schema = properties[name]
        return schema
    if any(found(pattern, name) for pattern in keywords.get("patternProperties", ())):
        return True
    rest: Schema = keywords.get("additionalProperties", True)
    return rest


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value


def _common(one: list[Any], other: list[Any]) -> list[Any]:
    allowed = {canonical(value) for value in other}
    common = [value for value in one if canonical(value) in allowed]
    if not common:
        raise Contradiction("the enum or const values of two schemas have nothing in common")
    return common


def _types(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    common = [kind for kind in one if kind in other or (kind == "integer" and "number" in other)]
    if "number" in one and "integer" in other and "integer" not in common:
        common.append("integer")
    if not common:
        raise Contradiction(f"no value is of type {'/'.join(one)} and of type {'/'.join(other)}")
    return tuple(common)


def _multiple(one: float, other: float) -> float:
    a, b = Fraction(str(one)), Fraction(str(other))
    least = Fraction(math.lcm(a.numerator, b.numerator), math.gcd(a.denominator, b.denominator))
    return int(least) if least.denominator == 1 else float(least)


def _union(one: list[str], other: list[str]) -> list[str]:
    return list(dict.fromkeys([*one, *other]))


def _dependents(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: _union(one.get(name, []), other.get(name, [])) for name in {**one, **other}}


def _first(one: list[Any], _: list[Any]) -> list[Any]:
    return one


def _either(one: bool, other: bool) -> bool:
    return one or other


def _as_it_is(value: Any) -> Any:
    return value


def _as_tuple(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


_SHAPE = ("properties", "patternProperties", "additionalProperties")
# Of these the first one met counts.
_FIRST = frozenset({"pattern", "format", "contains", "minContains", "maxContains"})
_MERGED: dict[str, Callable[[Any, Any], Any]] = {
    "type": _types,
    "enum": _common,
    "required": _union,
    "dependentRequired": _dependents,
    "uniqueItems": _either,
    "multipleOf": _multiple,
    "examples": _first,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}
_WRITTEN: dict[str, Callable[[Any], Any]] = {"type": _as_tuple}
