"""Drawing one value: the branches of a schema are decided, then its kind of value is made."""

import random
from collections import Counter
from typing import Any

from mockgw.synth.array import array
from mockgw.synth.document import Contradiction, Document, Schema, declared
from mockgw.synth.drawer import Exhausted
from mockgw.synth.flat import Flat, Flattener
from mockgw.synth.members import members
from mockgw.synth.number import number
from mockgw.synth.text import text

_ENDLESS = float("inf")
_DEEPEST = 100
_TRIES = 12
_MOST_STEPS = 20_000
# Beyond these a value is lean: the least that will do.
_PLENTY = 300
_DEEP = 12
_SAME = 2

_NULL = 0.15
_FIRST = 0.6
_EXAMPLE = 0.5
_KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
_PLAINEST = ("string", "integer", "boolean", "number", "object", "array", "null")
_CLASSES: dict[type, tuple[str, ...]] = {
    type(None): ("null",),
    bool: ("boolean",),
    int: ("integer", "number"),
    float: ("number",),
    str: ("string",),
    list: ("array",),
    dict: ("object",),
}


class Plan:
    """What is known about one document, shared by all draws from it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.flattener = Flattener(document)
        self._heights: dict[int, float] | None = None

    def height(self, schema: Schema) -> float:
        """Return how deep the least value of `schema` is nested; infinite if it never ends."""
        if isinstance(schema, bool):
            return 0 if schema else _ENDLESS
        if self._heights is None:
            self._heights = self.document.heights()
        return self._heights.get(id(schema), 0)


class Draw:
    """One attempt to make a value of a plan's schema."""

    def __init__(self, plan: Plan, chance: random.Random) -> None:
        self.chance = chance
        self.flattener = plan.flattener
        self.steps = 0
        self.spread = 1
        self._plan = plan
        self._open: Counter[int] = Counter()
        self._depth = 0

    def value(self, schema: Schema, name: str = "", *, lean: bool = False) -> Any:
        """Return a value for `schema`; `lean` asks for as little as will do.

        Raises Contradiction when there is none, or when none was found in a few tries.
        """
        self._step()
        if self._depth >= _DEEPEST:
            raise Exhausted(f"the value is nested deeper than {_DEEPEST}")
        key = id(schema)
        large = self._depth >= _DEEP or self.steps >= _PLENTY or self._open[key] >= _SAME
        self._depth += 1
        self._open[key] += 1
        try:
            return self._decided(schema, name, lean=lean or large)
        finally:
            self._open[key] -= 1
            self._depth -= 1

    def fits(self, value: Any, schema: Schema) -> bool:
        """Return whether `value` is valid for `schema`."""
        return self._plan.document.agrees(value, schema)

    def _step(self) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise Exhausted(f"the value takes more than {_MOST_STEPS} steps")

    def _decided(self, schema: Schema, name: str, *, lean: bool) -> Any:
        flat = self.flattener.flat(schema)
        if "examples" in flat.keywords and self.chance.random() < _EXAMPLE:
            example = self.chance.choice(flat.keywords["examples"])
            if not isinstance(example, dict | list) and self.fits(example, schema):
                return example
        if not (flat.choices or flat.conditions or flat.checks):
            return self._plain(flat.keywords, name, lean=lean)
        reason = Contradiction("a value for one part of the schema does not fit the others")
        for _ in range(_TRIES):
            try:
                chosen, checks = self._choose(flat, lean=lean)
                made = self._plain(_permitted(chosen.keywords, checks), name, lean=lean)
            except Exhausted:
                raise
            except Contradiction as error:
                reason = error
                continue
            agrees = self._plan.document.agrees
            if all(agrees(made, check, wanted=wanted) for check, wanted in checks):
                return made
        raise reason

    def _choose(self, flat: Flat, *, lean: bool) -> tuple[Flat, list[tuple[Schema, bool]]]:
        """Decide choices and conditions until none is left; return what the value must fit."""
        checks: list[tuple[Schema, bool]] = []
        while flat.choices or flat.conditions:
            self._step()
            choices, conditions = flat.choices, flat.conditions
            flat = self.flattener.settled(flat)
            for choice in choices:
                branch = self._branch(choice.branches, lean=lean)
                flat = self.flattener.flat(branch, flat)
                if choice.exactly:
                    checks += [(other, False) for other in choice.branches if other is not branch]
            for condition in conditions:
                holds = self.chance.random() < 1 / 2
                checks.append((condition["if"], holds))
                if holds:
                    flat = self.flattener.flat(condition["if"], flat)
                flat = self.flattener.flat(condition.get("then" if holds else "else", True), flat)
        return flat, checks + flat.checks

    def _branch(self, branches: tuple[Schema, ...], *, lean: bool) -> Schema:
        heights = {at: self._plan.height(branch) for at, branch in enumerate(branches)}
        ending = [branches[at] for at, height in heights.items() if height < _ENDLESS]
        if not ending:
            raise Contradiction("no branch of anyOf or oneOf has a value that ends")
        if lean:
            least = min(heights.values())
            return self.chance.choice([branches[at] for at in heights if heights[at] == least])
        filled = [branch for branch in ending if not _is_null(branch)]
        if not filled or (len(filled) < len(ending) and self.chance.random() < _NULL):
            return self.chance.choice(ending)
        return filled[0] if self.chance.random() < _FIRST else self.chance.choice(filled)

    def _plain(self, keywords: dict[str, Any], name: str, *, lean: bool) -> Any:
        if "enum" in keywords:
            return self.chance.choice(_typed(keywords))
        kind = self._kind(keywords, lean=lean)
        if kind == "object":
            return members(self, keywords, lean=lean)
        if kind == "array":
            return array(self, keywords, name, lean=lean)
        if kind == "string":
            return text(keywords, name, self.chance)
        if kind in {"integer", "number"}:
            whole = kind == "integer"
            return number(keywords, name, self.chance, whole=whole, spread=self.spread)
        return None if kind == "null" else self.chance.random() < 1 / 2

    def _kind(self, keywords: dict[str, Any], *, lean: bool) -> str:
        kinds = declared(keywords) or ("string",)
        if len(kinds) == 1:
            return kinds[0]
        if lean:
            return min(kinds, key=_KINDS.index)
        if "null" in kinds and self.chance.random() < _NULL:
            return "null"
        filled = [kind for kind in kinds if kind != "null"]
        return filled[0] if self.chance.random() < _FIRST else self.chance.choice(filled)


def _is_null(schema: Schema) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _typed(keywords: dict[str, Any]) -> list[Any]:
    """Return the enum values of the types that the schema names."""
    types = set(keywords.get("type", _KINDS))
    values = [
        value
        for value in keywords["enum"]
        if types.intersection(_CLASSES[type(value)])
        or (isinstance(value, float) and value.is_integer() and "integer" in types)
    ]
    if not values:
        raise Contradiction(f"no value of the enum is of type {'/'.join(sorted(types))}")
    return values


def _permitted(keywords: dict[str, Any], checks: list[tuple[Schema, bool]]) -> dict[str, Any]:
    """Return `keywords` without the types that a `not` rules out."""
    gone = {
        kind
        for schema, wanted in checks
        if not wanted and isinstance(schema, dict) and set(schema) == {"type"}
        for kind in declared(schema)
    }
    if not gone:
        return keywords
    if "number" in gone:
        gone.add("integer")
    kinds = tuple(kind for kind in declared(keywords) or _PLAINEST if kind not in gone)
    if not kinds:
        raise Contradiction("not or oneOf rules out every type")
    return {**keywords, "type": kinds}
