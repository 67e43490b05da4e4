"""What the API demands of a JSON Schema: of any, of a function's, and of a strict one."""

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

import jsonschema_rs

from mockgw.errors import ApiError
from mockgw.model import Json

_MOST_LEVELS = 10
_MOST_PROPERTIES = 5000
_LONGEST_ECHO = 200
_DIALECTS = frozenset(
    (
        "http://json-schema.org/draft-04/schema",
        "http://json-schema.org/draft-06/schema",
        "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
    )
)
_TOP_LEVEL = ("oneOf", "anyOf", "allOf", "enum", "const", "not")
_FORMATS = frozenset(
    ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid")
)
_FORBIDDEN = (
    "allOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "minContains",
    "maxContains",
    "uniqueItems",
)
_Node = tuple[Any, tuple[str, ...], int]


class Demand:
    """Whose schema is looked at: `what` names it in messages, `param` and `code` go with them."""

    __slots__ = ("code", "param", "what")

    def __init__(self, what: str, param: str, code: str) -> None:
        self.what, self.param, self.code = what, param, code

    def refuse(self, problem: str) -> NoReturn:
        """Raise the ApiError of a schema with that problem."""
        message = f"Invalid schema for {self.what}: {problem}"
        raise ApiError(400, message, param=self.param, code=self.code)

    def refuse_at(self, context: tuple[str, ...], problem: str) -> NoReturn:
        """Raise the ApiError of a schema with that problem below its root."""
        self.refuse(f"In context={context!r}, {problem}")


def check(schema: Json, *, what: str, param: str, code: str) -> None:
    """Raise ApiError for a schema that `strict: true` does not allow."""
    demand = Demand(what, param, code)
    _check_valid(schema, demand)
    _check_root(schema, demand)
    if "anyOf" in schema:
        demand.refuse(_top_level())
    levels = properties = 0
    pending: list[_Node] = [*_definitions(schema), (schema, (), 1)]
    while pending:
        node, context, depth = pending.pop()
        _check_node(node, context, schema, demand)
        levels = max(levels, depth)
        children = list(_children(node, context, depth))
        properties += len(node.get("properties") or ())
        pending.extend(reversed(children))
    if levels > _MOST_LEVELS:
        demand.refuse(f"{levels} levels of nesting exceeds limit of {_MOST_LEVELS}.")
    if properties > _MOST_PROPERTIES:
        demand.refuse(f"{properties} parameters exceeds limit of {_MOST_PROPERTIES}.")


def check_loose(schema: Json, *, what: str, param: str, code: str) -> None:
    """Raise ApiError for a schema that is not valid or whose root is no object."""
    demand = Demand(what, param, code)
    _check_valid(schema, demand)
    _check_root(schema, demand)


def check_function(schema: Json, *, what: str, param: str, code: str) -> None:
    """Raise ApiError for a schema that no function may have as parameters, strict or not."""
    demand = Demand(what, param, code)
    _check_valid(schema, demand)
    if "type" in schema:
        _check_root(schema, demand)
    if any(keyword in schema for keyword in _TOP_LEVEL):
        demand.refuse(_top_level())


def _top_level() -> str:
    names = "/".join(f"'{keyword}'" for keyword in _TOP_LEVEL)
    return f"schema must have type 'object' and not have {names} at the top level."


def _check_valid(schema: Json, demand: Demand) -> None:
    dialect = schema.get("$schema")
    if not isinstance(dialect, str) or dialect.rstrip("#") not in _DIALECTS:
        # The library would look for an unknown dialect on the network.
        schema = {key: value for key, value in schema.items() if key != "$schema"}
    try:
        jsonschema_rs.meta.validate(schema)
    except jsonschema_rs.ValidationError as error:
        demand.refuse(_problem(error))
    except ValueError:
        # Half a surrogate pair, which Python's own JSON reader lets through.
        demand.refuse("it holds text that is not valid Unicode.")


def _problem(error: jsonschema_rs.ValidationError) -> str:
    value = repr(error.instance)[:_LONGEST_ECHO]
    if error.kind.name in {"anyOf", "oneOf"}:
        return f"{value} is not valid under any of the given schemas."
    return error.message[-_LONGEST_ECHO:].replace('"', "'") + "."


def _check_root(schema: Json, demand: Demand) -> None:
    kind = schema.get("type")
    if kind != "object":
        shown = kind if isinstance(kind, str) else repr(kind)[:_LONGEST_ECHO]
        demand.refuse(
            f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{shown}\"'."
        )


def _definitions(schema: Json) -> Iterator[_Node]:
    for keyword in ("$defs", "definitions"):
        for name, node in (schema.get(keyword) or {}).items():
            yield node, (keyword, name), 1


def _check_node(node: Any, context: tuple[str, ...], root: Json, demand: Demand) -> None:
    if not isinstance(node, dict):
        demand.refuse_at(context, "schema must have a 'type' key.")
    if "$ref" in node:
        _check_reference(node, context, root, demand)
        return
    for keyword in _FORBIDDEN:
        if keyword in node:
            demand.refuse_at(context, f"'{keyword}' is not permitted.")
    if not node.keys() & {"type", "anyOf", "enum", "const"}:
        demand.refuse_at(context, "schema must have a 'type' key.")
    kinds = _kinds(node)
    if "object" in kinds:
        _check_object(node, context, demand)
    if "array" in kinds and "items" not in node:
        demand.refuse_at(context, "array schema missing items.")
    form = node.get("format")
    if form is not None and form not in _FORMATS:
        demand.refuse_at(context, f"'{form}' is not a valid format.")


def _kinds(node: Json) -> Iterable[str]:
    kind = node.get("type")
    return (kind,) if isinstance(kind, str) else kind or ()


def _check_object(node: Json, context: tuple[str, ...], demand: Demand) -> None:
    if node.get("additionalProperties") is not False:
        demand.refuse_at(
            context, "'additionalProperties' is required to be supplied and to be false."
        )
    properties = node.get("properties") or {}
    required = node.get("required") or []
    rule = "'required' is required to be supplied and to be an array including every key in"
    absent = next((name for name in properties if name not in required), None)
    if absent is not None:
        demand.refuse_at(context, f"{rule} properties. Missing '{absent}'.")
    extra = next((name for name in required if name not in properties), None)
    if extra is not None:
        demand.refuse_at(context, f"{rule} properties. Extra required key '{extra}' supplied.")


def _check_reference(node: Json, context: tuple[str, ...], root: Json, demand: Demand) -> None:
    others = sorted(keyword for keyword in node if keyword != "$ref")
    if others:
        listed = ", ".join(repr(keyword) for keyword in others)
        demand.refuse(f"context={context!r}, $ref cannot have keywords {{{listed}}}.")
    target = node["$ref"]
    if target == "#":
        return
    steps = target.split("/")
    if len(steps) != len(("#", "$defs", "name")) or steps[:2] not in (
        ["#", "$defs"],
        ["#", "definitions"],
    ):
        demand.refuse_at(
            context,
            "reference can only point to definitions defined at the top level of the schema.",
        )
    name = steps[2].replace("~1", "/").replace("~0", "~")
    if name not in (root.get(steps[1]) or {}):
        demand.refuse_at(
            context, f"reference to component '{target}' which was not found in the schema."
        )


def _children(node: Json, context: tuple[str, ...], depth: int) -> Iterator[_Node]:
    for name, child in (node.get("properties") or {}).items():
        yield child, (*context, "properties", name), depth + _level(child)
    if "items" in node:
        child = node["items"]
        yield child, (*context, "items"), depth + _level(child)
    for index, child in enumerate(node.get("anyOf") or ()):
        yield child, (*context, "anyOf", str(index)), depth


def _level(node: Any) -> int:
    """Return 1 for a schema that nests further, 0 for one that does not."""
    nests = isinstance(node, dict) and not {"object", "array"}.isdisjoint(_kinds(node))
    return 1 if nests else 0
