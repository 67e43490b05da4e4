import copy
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockgw.synth.chance import chance
from mockgw.synth.instance import UnsatisfiableSchema, instance

Schema = dict[str, Any] | bool


def strict(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def steps(count: int, step: Any, last: Any) -> dict[str, Any]:
    names = [f"d{n}" for n in range(count + 1)]
    defs = {name: step({"$ref": f"#/$defs/{after}"}) for name, after in pairwise(names)}
    return {"$ref": "#/$defs/d0", "$defs": {**defs, names[-1]: last}}


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = strict(a=schema)
    return schema


TEXT = {"type": "string"}
KINDS: dict[str, Schema] = json.loads(
    Path(__file__).with_name("kinds.json").read_text(encoding="utf-8")
)
KINDS["many nested objects"] = strict(
    **{f"group{n}": strict(one=TEXT, two=TEXT, three=TEXT) for n in range(96)}
)


def valid(value: Any, schema: Schema) -> bool:
    checker = Draft202012Validator.FORMAT_CHECKER
    return bool(Draft202012Validator(schema, format_checker=checker).is_valid(value))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_schema_gets_valid_values(kind: str) -> None:
    schema = KINDS[kind]
    values = [json.loads(json.dumps(instance(schema, chance(kind, n)))) for n in range(40)]
    assert [value for value in values if not valid(value, schema)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_chance_gives_the_same_value(kind: str) -> None:
    one, other = (
        [json.dumps(instance(schema, chance(kind, n))) for n in range(5)]
        for schema in (KINDS[kind], copy.deepcopy(KINDS[kind]))
    )
    assert one == other


@pytest.mark.parametrize(
    "kind", ["tree by root reference", "linked list", "discriminated branches"]
)
def test_values_differ_between_chances(kind: str) -> None:
    assert len({json.dumps(instance(KINDS[kind], chance(n))) for n in range(40)}) > 20


def test_properties_come_in_the_order_of_the_schema() -> None:
    backwards = strict(zeta=TEXT, alpha=TEXT, mid=strict(b=TEXT, a=TEXT))
    value = instance(backwards, chance("order"))
    assert list(value) == ["zeta", "alpha", "mid"]
    assert list(value["mid"]) == ["b", "a"]
    forwards = strict(mid=strict(b=TEXT, a=TEXT), alpha=TEXT, zeta=TEXT)
    assert list(instance(forwards, chance("order"))) == ["mid", "alpha", "zeta"]


def test_values_stay_small_however_the_schema_branches() -> None:
    node: dict[str, Any] = {
        **strict(
            left={"$ref": "#"}, right={"$ref": "#"}, more={"type": "array", "items": {"$ref": "#"}}
        ),
        "type": ["object", "null"],
    }
    for n in range(30):
        assert len(json.dumps(instance(node, chance(n)))) < 20_000


def test_optional_properties_are_mostly_there() -> None:
    schema: Schema = {"type": "object", "properties": {"a": TEXT}}
    there = sum("a" in instance(schema, chance(n)) for n in range(200))
    assert 120 < there < 200


def test_a_branch_that_is_not_null_is_mostly_taken() -> None:
    schema: Schema = {"anyOf": [{"type": "null"}, {"type": "integer"}]}
    nulls = sum(instance(schema, chance(n)) is None for n in range(200))
    assert 0 < nulls < 80


def test_a_schema_changed_by_its_owner_is_seen_as_changed() -> None:
    schema: dict[str, Any] = {"type": "integer"}
    assert isinstance(instance(schema, chance(1)), int)
    schema["type"] = "boolean"
    assert isinstance(instance(schema, chance(1)), bool)


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("sentence", strict(description=TEXT)),
        ("date", strict(created_at=TEXT)),
        ("faker", strict(firstName=TEXT, home_city=TEXT, emails={"type": "array", "items": TEXT})),
        ("bounded", strict(description={**TEXT, "maxLength": 12}, name={**TEXT, "minLength": 70})),
    ],
)
def test_hinted_text_keeps_its_bounds(name: str, schema: Schema) -> None:
    for n in range(30):
        assert valid(instance(schema, chance(name, n)), schema)


@pytest.mark.parametrize(
    ("property_name", "low", "high"), [("age", 18, 80), ("confidence", 0, 1), ("userAge", 18, 80)]
)
def test_numbers_are_plausible_for_their_name(property_name: str, low: int, high: int) -> None:
    schema = strict(**{property_name: {"type": "number"}})
    values = [instance(schema, chance(n))[property_name] for n in range(50)]
    assert low <= min(values) <= max(values) <= high
    assert len(set(values)) > 10


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"type": "string", "maxLength": 10**9},
        {"type": "integer", "minimum": 2**70},
        {"type": "number", "multipleOf": 0.1, "exclusiveMinimum": 0.3},
        {"type": "array", "minItems": 1000, "items": {"type": "integer"}, "uniqueItems": True},
        {"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 50},
         "minContains": 3},
        {"type": "array", "prefixItems": [TEXT], "contains": {"type": "integer"}},
        {"type": "object", "minProperties": 100},
        {"propertyNames": {"pattern": "^[A-Z]{2}$"}, "minProperties": 3, "type": "object"},
        {"required": ["a"], "dependentSchemas": {"a": {"required": ["b"]}}, "type": "object"},
        {"oneOf": [strict(k={"const": n}) for n in range(300)]},
        {"oneOf": [{"type": "number"}, {"type": "integer"}]},
        {"type": "object",
         "allOf": [{"anyOf": [{"required": [f"{n}"]}, {"required": [f"q{n}"]}]} for n in range(9)]},
        {"if": TEXT, "then": {"minLength": 3}, "else": {"type": "integer"}},
        {**TEXT, "enum": ["a", "b"], "not": {"const": "a"}},
        {**TEXT, "format": "email", "minLength": 30, "maxLength": 32},
        {**TEXT, "format": "email", "maxLength": 7},
        {**TEXT, "pattern": "^a", "allOf": [{"pattern": "[a-c]$"}]},
        {"$dynamicRef": "#n", "$defs": {"x": {"$dynamicAnchor": "n", "type": "integer"}}},
        {"$id": "https://example.com/s", "$ref": "https://example.com/s#/$defs/a",
         "$defs": {"a": {"type": "integer"}}},
        {"$ref": "#/x/1", "x": [0, {"type": "integer"}]},
        {"allOf": [{"properties": {"a": TEXT}}], "unevaluatedProperties": False, "required": ["a"]},
        nested(50),
        nested(90),
    ],
)  # fmt: skip
def test_unusual_schemas_get_valid_values(schema: Schema) -> None:
    for n in range(5):
        assert valid(json.loads(json.dumps(instance(schema, chance("unusual", n)))), schema)


@pytest.mark.parametrize(
    "schema",
    [
        steps(500, lambda after: after, {"type": "integer"}),
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {**TEXT, "pattern": "^(a|a)*$"},
    ],
)
def test_circles_and_long_chains_of_references_come_to_an_end(schema: Schema) -> None:
    assert instance(schema, chance("circle")) is not None


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (False, "false"),
        ({"not": {}}, "does not fit"),
        ({**TEXT, "allOf": [{"type": "integer"}]}, "string and of type integer"),
        ({"type": "integer", "minimum": 5, "maximum": 3}, "minimum 5, maximum 3"),
        ({"enum": [1, 2], "minimum": 4}, "minimum of 4"),
        ({"enum": [True], "type": "integer"}, "enum is of type integer"),
        ({"allOf": [{"enum": [1]}, {"enum": [True]}]}, "nothing in common"),
        (strict(a={**TEXT, "minLength": 3, "maxLength": 2}), "#/a"),
        ({**TEXT, "minLength": 10**9}, "minLength 1000000000"),
        ({**TEXT, "format": "date", "maxLength": 5}, "'date'"),
        ({"type": "array", "minItems": 10**6}, "1000000"),
        ({"minItems": 3, "uniqueItems": True, "items": {"type": "boolean"}}, "only 2"),
        ({"type": "object", "minProperties": 10**6}, "1000000"),
        ({"properties": {"a": False}, "required": ["a"]}, "#/a"),
        ({"oneOf": [TEXT, TEXT]}, "oneOf"),
        (strict(next={"$ref": "#"}), "endless"),
        ({"type": "array", "items": {"$ref": "#"}, "minItems": 1}, "endless"),
        ({"anyOf": [{"$ref": "#"}]}, "ends"),
        ({"type": "strin"}, "no valid JSON Schema"),
        ({"properties": 5}, "no valid JSON Schema"),
        ({"$ref": "#/nope"}, "no valid JSON Schema"),
        ({"$ref": "http://example.com/x.json"}, "no valid JSON Schema"),
        ({"$ref": "file:///etc/hostname"}, "no valid JSON Schema"),
        ({"$ref": "#/x-far", "x-far": {"properties": 5}}, "no valid JSON Schema"),
        ({"pattern": "("}, "no valid JSON Schema"),
        ({"minimum": float("inf")}, "no valid JSON Schema"),
        ({"const": object()}, "cannot be written"),
        ({"const": "\ud800"}, "cannot be written"),
        (nested(300), "no valid JSON Schema|nested"),
        (nested(3000), "no valid JSON Schema|cannot be written"),
        (steps(40, lambda after: {"allOf": [after, dict(after)]}, TEXT), "too many ways"),
        (steps(500, lambda after: strict(n=after), TEXT), "nested deeper"),
        (steps(30, lambda after: strict(a=after, b=dict(after)), TEXT), "steps"),
        (steps(8, lambda after: {"type": "array", "minItems": 10, "items": after}, TEXT), "steps"),
        ({**TEXT, "pattern": "^(a|a)*(?=b)$", "minLength": 40}, "too long"),
    ],
)  # fmt: skip
def test_a_schema_without_a_value_is_refused_with_the_reason(schema: Schema, reason: str) -> None:
    with pytest.raises(UnsatisfiableSchema, match=reason):
        instance(schema, chance("refused"))


FORMATS = ["date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]
PATTERNS = [r"^[A-Z]{3}-\d+$", "^(?!0)[0-9]{2,4}$", r"^\w+@\w+$", "^(a|b)*c$"]
SCALARS = st.one_of(st.text(max_size=5), st.integers(), st.none(), st.booleans())
LEAVES = st.one_of(
    st.sampled_from(["string", "integer", "number", "boolean"]).map(lambda kind: {"type": kind}),
    st.sampled_from(FORMATS).map(lambda kind: {**TEXT, "format": kind}),
    st.sampled_from(PATTERNS).map(lambda pattern: {**TEXT, "pattern": pattern}),
    st.lists(SCALARS, min_size=1, max_size=5).map(lambda values: {"enum": values}),
    SCALARS.map(lambda value: {"const": value}),
    st.builds(
        lambda low, width, factor: {
            "type": "integer",
            "minimum": low,
            "maximum": low + width,
            "multipleOf": factor,
        },
        st.integers(-1000, 1000),
        st.integers(20, 500),
        st.integers(1, 9),
    ),
    st.builds(
        lambda low, width: {"type": "number", "exclusiveMinimum": low, "maximum": low + width},
        st.floats(-1e6, 1e6),
        st.floats(1e-3, 1e6),
    ),
    st.builds(
        lambda least, more: {**TEXT, "minLength": least, "maxLength": least + more},
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    st.sampled_from(["one", "two"]).map(
        lambda name: {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}]}
    ),
)
NAMES = st.one_of(
    st.text(min_size=1, max_size=8),
    st.sampled_from(["name", "city", "id", "price", "tags", "a/b~c"]),
)


def wrapped(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.dictionaries(NAMES, inner, max_size=4).map(lambda properties: strict(**properties)),
        st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
        st.tuples(inner, st.integers(0, 3), st.integers(0, 3)).map(
            lambda n: {"type": "array", "items": n[0], "minItems": n[1], "maxItems": n[1] + n[2]}
        ),
    )


STRICT = st.recursive(LEAVES, wrapped, max_leaves=12)
ROOTS = st.builds(
    lambda properties, one, two: {**strict(**properties), "$defs": {"one": one, "two": two}},
    st.dictionaries(NAMES, STRICT, min_size=1, max_size=5),
    st.dictionaries(NAMES, STRICT, max_size=3).map(lambda properties: strict(**properties)),
    STRICT.map(lambda schema: strict(item=schema)),
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(schema=ROOTS, seed=st.integers(0, 10**6))
def test_every_strict_schema_gets_valid_values(schema: dict[str, Any], seed: int) -> None:
    value = json.loads(json.dumps(instance(schema, chance(seed))))
    assert valid(value, schema)
    assert list(value) == list(schema["properties"])
    assert value == instance(schema, chance(seed))
