"""A JSON Schema as a whole: where its parts are, what they refer to, what fits them."""

from collections.abc import Iterator
from typing import Any, NoReturn
from urllib.parse import quote, unquote

from jsonschema_rs import Draft202012Validator, Registry

Schema = dict[str, Any] | bool

_DEEPEST = 100
_MOST_PARTS = 50_000
_ROOT = "urn:mockgw:schema"
_ONE = (
    "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then",
    "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
_LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("$defs", "definitions", "dependentSchemas", "patternProperties", "properties")


class Contradiction(ValueError):  # noqa: N818 - an outcome of a draw, not an error of the program
    """A schema, or a part of it, that no value fits; `path` is where in the value."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.path: list[str | int] = []

    def __str__(self) -> str:
        return f"{self.message} (at {'/'.join(map(str, ['#', *self.path]))})"


class Document:
    """A root schema, its parts by identity and by reference.

    Raises Contradiction for a schema that is too deep or too large, or has a reference that
    points nowhere.
    """

    def __init__(self, root: Schema, checks: int) -> None:
        self.root = root
        self._pointers: dict[int, str] = {}
        self._parts: list[dict[str, Any]] = []
        self._named: dict[str, Schema] = {"": root}
        self._checks_left = checks
        self._checkers: dict[int, Draft202012Validator] = {}
        self._registry: Registry | None = None
        self._walk(root, "")
        # A reference may lead to a place that no keyword makes a schema, which is walked then;
        # the list grows while it is read.
        for part in self._parts:
            for name in _references(part):
                self._walk(self.resolve(name), name.partition("#")[2])

    def references(self, part: dict[str, Any]) -> list[Schema]:
        """Return what `$ref` and `$dynamicRef` of `part` point to."""
        return [self.resolve(name) for name in _references(part)]

    def resolve(self, reference: str) -> Schema:
        """Return the schema that `reference` points to; raises Contradiction for none."""
        base, _, fragment = reference.partition("#")
        if fragment and not fragment.startswith("/"):
            base, fragment = reference, ""
        target: Any = self._named.get(base)
        if base not in self._named:
            raise Contradiction(f"the reference {reference!r} points nowhere in the schema")
        for token in fragment.split("/")[1:]:
            target = _step(target, unquote(token).replace("~1", "/").replace("~0", "~"))
        if not isinstance(target, dict | bool):
            raise Contradiction(f"the reference {reference!r} points to no schema")
        return target

    def heights(self) -> dict[int, float]:
        """Return, by the identity of each part, how deep its least value is nested."""
        heights: dict[int, float] = {id(part): float("inf") for part in self._parts}
        for _ in range(_DEEPEST):
            changed = False
            for part in reversed(self._parts):
                height = self._height(part, heights)
                changed = changed or height != heights[id(part)]
                heights[id(part)] = height
            if not changed:
                break
        return heights

    def agrees(self, value: Any, schema: Schema, *, wanted: bool = True) -> bool:
        """Return whether `value` is valid for `schema`, if that is `wanted`, or else invalid.

        After so many different parts, says yes unseen: the whole is validated in the end.
        """
        if isinstance(schema, bool):
            return schema is wanted
        checker = self._checkers.get(id(schema))
        if checker is None:
            if id(schema) not in self._pointers:
                # Made while merging: parts of the document side by side, or names required.
                missing = isinstance(value, dict) and set(schema.get("required", ())) - set(value)
                whole = all(self.agrees(value, part) for part in schema.get("allOf", ()))
                return (whole and not missing) is wanted
            if self._checks_left == 0:
                return True
            self._checks_left -= 1
            checker = self._checker(self._pointers[id(schema)])
            self._checkers[id(schema)] = checker
        return checker.is_valid(value) is wanted

    def _checker(self, pointer: str) -> Draft202012Validator:
        if self._registry is None:
            self._registry = Registry([(_ROOT, self.root)], retriever=_stay_offline)
        return Draft202012Validator(
            {"$ref": f"{_ROOT}#{pointer}"},
            validate_formats=True,
            offline=True,
            registry=self._registry,
        )

    def _walk(self, root: Schema, pointer: str) -> None:
        stack: list[tuple[Schema, str, int]] = [(root, pointer, 0)]
        while stack:
            schema, pointer, depth = stack.pop()
            if isinstance(schema, bool) or id(schema) in self._pointers:
                continue
            if depth > _DEEPEST or len(self._parts) > _MOST_PARTS:
                raise Contradiction(f"the schema is nested deeper than {_DEEPEST} or too large")
            self._pointers[id(schema)] = pointer
            self._parts.append(schema)
            self._name(schema)
            stack.extend((child, pointer + path, depth + 1) for path, child in _children(schema))

    def _name(self, schema: dict[str, Any]) -> None:
        for word, prefix in (("$anchor", "#"), ("$dynamicAnchor", "#"), ("$id", "")):
            name = schema.get(word)
            if isinstance(name, str):
                self._named.setdefault(prefix + name.rstrip("#"), schema)

    def _height(self, part: dict[str, Any], heights: dict[int, float]) -> float:
        def of(schema: Schema) -> float:
            if isinstance(schema, bool):
                return 0 if schema else float("inf")
            return heights[id(schema)]

        parts = [*self.references(part), *part.get("allOf", ())]
        floors = [of(schema) for schema in parts]
        floors += [min(map(of, part[word])) for word in ("anyOf", "oneOf") if word in part]
        return max([_own_height(part, of), *floors])


def declared(schema: dict[str, Any]) -> tuple[str, ...]:
    """Return the types that `schema` names, or those that its other keywords are about."""
    types = schema.get("type")
    if types is not None:
        return (types,) if isinstance(types, str) else tuple(types)
    for kind, words in _ABOUT.items():
        if any(word in schema for word in words):
            return (kind,)
    return ()


_ABOUT = {
    "object": ("properties", "required", "additionalProperties", "patternProperties",
               "minProperties", "maxProperties", "propertyNames", "dependentRequired"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("pattern", "format", "minLength", "maxLength"),
}  # fmt: skip


def _own_height(part: dict[str, Any], of: Any) -> float:
    types = declared(part)
    if "enum" in part or "const" in part or not set(types) <= {"object", "array"} or not types:
        return 0
    choices = []
    if "object" in types:
        properties = part.get("properties", {})
        needed = [of(properties.get(name, True)) for name in part.get("required", ())]
        choices.append(1 + max(needed, default=0))
    if "array" in types:
        held = [of(item) for item in part.get("prefixItems", ())] or [of(part.get("items", True))]
        choices.append(1 + (max(held) if part.get("minItems", 0) > 0 else 0))
    return min(choices)


def _references(part: dict[str, Any]) -> list[str]:
    return [part[word] for word in ("$ref", "$dynamicRef") if word in part]


def _children(schema: dict[str, Any]) -> Iterator[tuple[str, Schema]]:
    for word in _ONE:
        if word in schema:
            yield f"/{word}", schema[word]
    for word in _LISTED:
        for position, child in enumerate(schema.get(word, ())):
            yield f"/{word}/{position}", child
    for word in _NAMED:
        for name, child in schema.get(word, {}).items():
            token = quote(name.replace("~", "~0").replace("/", "~1"), safe="~")
            yield f"/{word}/{token}", child


def _step(target: Any, token: str) -> Any:
    if isinstance(target, dict):
        return target.get(token)
    if isinstance(target, list) and token.isdecimal() and int(token) < len(target):
        return target[int(token)]
    return None


def _stay_offline(uri: str) -> NoReturn:
    raise ValueError(f"{uri} is not part of the schema")
