from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockgw import strict_schema
from mockgw.errors import ApiError

TEXT = {"type": "string"}


def obj(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = obj(leaf=TEXT)
    for _ in range(levels - 1):
        schema = obj(deeper=schema)
    return schema


def problem(schema: dict[str, Any], check: Any = strict_schema.check) -> str | None:
    """Return what is wrong with the schema, as the API's message says it."""
    try:
        check(schema, what="function 'x'", param="tools[0].parameters", code="the_code")
    except ApiError as error:
        return error.message.removeprefix("Invalid schema for function 'x': ")
    return None


REQUIRED = "'required' is required to be supplied and to be an array including every key in"
NO_ADDITIONAL = "'additionalProperties' is required to be supplied and to be false."
TOP_LEVEL = (
    "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'const'/'not' at "
    "the top level."
)
STRICT = [
    ({"type": "object", "properties": {}}, f"In context=(), {NO_ADDITIONAL}"),
    (
        obj(a={"type": "object", "properties": {}}),
        f"In context=('properties', 'a'), {NO_ADDITIONAL}",
    ),
    ({**obj(a=TEXT), "additionalProperties": True}, f"In context=(), {NO_ADDITIONAL}"),
    (
        {**obj(a=TEXT, y=TEXT), "required": ["a"]},
        f"In context=(), {REQUIRED} properties. Missing 'y'.",
    ),
    (
        {**obj(a=TEXT), "required": ["a", "z"]},
        f"In context=(), {REQUIRED} properties. Extra required key 'z' supplied.",
    ),
    (
        obj(a={"type": "array", "items": {"type": "object"}}),
        f"In context=('properties', 'a', 'items'), {NO_ADDITIONAL}",
    ),
    (
        obj(a={"type": "array"}),
        "In context=('properties', 'a'), array schema missing items.",
    ),
    (obj(a={}), "In context=('properties', 'a'), schema must have a 'type' key."),
    (obj(a=True), "In context=('properties', 'a'), schema must have a 'type' key."),
    (
        obj(a={"oneOf": [TEXT]}),
        "In context=('properties', 'a'), 'oneOf' is not permitted.",
    ),
    (
        obj(a={"type": "array", "items": TEXT, "uniqueItems": True}),
        "In context=('properties', 'a'), 'uniqueItems' is not permitted.",
    ),
    (
        obj(a={"anyOf": [TEXT, {"type": "object"}]}),
        f"In context=('properties', 'a', 'anyOf', '1'), {NO_ADDITIONAL}",
    ),
    (
        obj(a={"type": "string", "format": "uri"}),
        "In context=('properties', 'a'), 'uri' is not a valid format.",
    ),
    (
        obj(a={"$ref": "#/$defs/B", "description": "d"}),
        "context=('properties', 'a'), $ref cannot have keywords {'description'}.",
    ),
    (
        obj(a={"$ref": "#/$defs/B"}),
        (
            "In context=('properties', 'a'), reference to component '#/$defs/B' which was not "
            "found in the schema."
        ),
    ),
    (
        obj(a={"$ref": "#/properties/a"}),
        (
            "In context=('properties', 'a'), reference can only point to definitions defined at "
            "the top level of the schema."
        ),
    ),
    (
        {**obj(a=TEXT), "$defs": {"B": {"type": "object"}}},
        f"In context=('$defs', 'B'), {NO_ADDITIONAL}",
    ),
    ({**obj(a=TEXT), "anyOf": [obj(b=TEXT)]}, TOP_LEVEL),
    (
        {"type": "array", "items": TEXT},
        "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'.",
    ),
    ({}, "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."),
    (nested(11), "11 levels of nesting exceeds limit of 10."),
    (
        obj(**{f"p{number}": TEXT for number in range(5001)}),
        "5001 parameters exceeds limit of 5000.",
    ),
    (obj(a={"type": "strin"}), "'strin' is not valid under any of the given schemas."),
    ({"type": "object", "required": "a"}, "'a' is not of type 'array'."),
]
ALLOWED = [
    obj(),
    {"type": "object", "additionalProperties": False},
    nested(10),
    obj(**{f"p{number}": TEXT for number in range(5000)}),
    obj(a={"type": ["string", "null"], "description": "d", "title": "A"}, b={"enum": ["x", "y"]}),
    obj(a={"type": "string", "pattern": "^x$", "format": "date-time", "minLength": 1}),
    obj(a={"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": 3}),
    obj(a={"anyOf": [TEXT, {"type": "null"}, obj(b=TEXT)]}),
    {**obj(next={"anyOf": [{"$ref": "#"}, {"type": "null"}]}), "title": "List"},
    {
        **obj(a={"$ref": "#/$defs/A"}, b={"$ref": "#/$defs/B~1C"}),
        "$defs": {"A": obj(again={"$ref": "#/$defs/A"}), "B/C": TEXT},
    },
    {**obj(a={"$ref": "#/definitions/A"}), "definitions": {"A": TEXT}},
    {**obj(a=TEXT), "$schema": "http://json-schema.org/draft-07/schema#"},
    {**obj(a=TEXT), "$schema": "http://127.0.0.1:9/not/a/dialect"},
]


def test_a_refusal_carries_what_the_caller_said_about_the_schema() -> None:
    with pytest.raises(ApiError) as caught:
        strict_schema.check({}, what="response_format 'x'", param="the.param", code="the_code")
    found = caught.value
    assert (found.status, found.type, found.param, found.code) == (
        400,
        "invalid_request_error",
        "the.param",
        "the_code",
    )
    assert found.message.startswith("Invalid schema for response_format 'x': ")


@pytest.mark.parametrize(("schema", "expected"), STRICT)
def test_strict_refuses_and_says_where(schema: dict[str, Any], expected: str) -> None:
    assert problem(schema) == expected


@pytest.mark.parametrize("schema", ALLOWED)
def test_strict_allows(schema: dict[str, Any]) -> None:
    assert problem(schema) is None


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({}, None),
        ({"type": "object"}, None),
        ({"type": "object", "properties": {"a": {"oneOf": [TEXT]}}}, None),
        ({"properties": {"a": TEXT}}, None),
        ({"type": "object", "oneOf": [TEXT]}, TOP_LEVEL),
        (
            {"type": "string"},
            "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"string\"'.",
        ),
        (
            {"properties": {"a": {"type": "int"}}},
            "'int' is not valid under any of the given schemas.",
        ),
    ],
)
def test_a_function_without_strict_needs_a_valid_schema_of_an_object(
    schema: dict[str, Any], expected: str | None
) -> None:
    assert problem(schema, strict_schema.check_function) == expected


def test_a_format_without_strict_needs_an_object_at_its_root() -> None:
    assert problem({"type": "object", "allOf": [{}]}, strict_schema.check_loose) is None
    assert problem({"properties": {}}, strict_schema.check_loose) is not None


def test_half_a_surrogate_pair_is_refused_without_a_crash() -> None:
    assert problem(obj(a={"title": "\ud800"}), strict_schema.check_loose) is None
    for check in (strict_schema.check, strict_schema.check_loose):
        assert (
            problem(obj(a={"type": "\ud800"}), check) == "it holds text that is not valid Unicode."
        )


def test_a_schema_of_thousands_of_levels_is_refused_without_a_crash() -> None:
    schema: dict[str, Any] = TEXT
    for _ in range(5000):
        schema = {"anyOf": [schema]}
    assert problem(obj(a=schema)) is None
    assert problem(nested(900)) == "900 levels of nesting exceeds limit of 10."


KEYWORDS = st.sampled_from(
    [
        "type",
        "properties",
        "required",
        "items",
        "anyOf",
        "$ref",
        "$defs",
        "$schema",
        "enum",
        "format",
    ]
)
WORDS = st.sampled_from(["object", "array", "string", "#", "#/$defs/a", "a", "uri"]) | st.text()
SCHEMAS = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYWORDS | st.text(), inner),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEYWORDS, SCHEMAS))
def test_check_raises_nothing_but_api_errors(schema: dict[str, Any]) -> None:
    for check in (strict_schema.check, strict_schema.check_function, strict_schema.check_loose):
        problem(schema, check)
        problem({"type": "object", "additionalProperties": False, **schema}, check)
