import timeit
from functools import partial
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockgw.errors import ApiError
from mockgw.shape import (
    Anything,
    Choice,
    Either,
    Flag,
    ListOf,
    MapOf,
    Nullable,
    Number,
    Shape,
    Struct,
    Tagged,
    Text,
    Whole,
)

CAT = Struct({"lives": Whole(minimum=1)}, required=("lives",))
DOG = Struct({"type": Text(), "tricks": ListOf(Text())}, closed=True)
PET = Tagged("type", {"cat": CAT, "dog": DOG})
GUEST = Tagged(
    "type",
    {"cat": CAT, "dog": DOG},
    guesses={"lives": "cat"},
    known=("cat", "dog", "horse"),
    whole=True,
    noun="house pet",
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
SHAPES: list[Shape] = [
    Anything(),
    Text(min_length=1, max_length=3, pattern="[a-z]+"),
    Number(minimum=0, maximum=2),
    Whole(minimum=-5, maximum=5),
    Flag(),
    Choice("a", "b"),
    Nullable(Choice("a", "b")),
    ListOf(Whole(), min_items=1, max_items=2),
    MapOf(Text(), max_pairs=2, max_key=3),
    Struct(
        {"a": Text(), "b": Nullable(Flag()), "c": Choice("x")}, required=("a", "b"), closed=True
    ),
    Either(Text(), ListOf(Text())),
    PET,
    GUEST,
]
REFUSED = [
    (Text(), 5, "Invalid type for 'p': expected a string, but got an integer instead."),
    (Text(noun="image URL"), {}, "Invalid type for 'p': expected an image URL, but got an object"),
    (Whole(), "5", "Invalid type for 'p': expected an integer, but got a string instead."),
    (Whole(), True, "Invalid type for 'p': expected an integer, but got a boolean instead."),
    (Whole(), 1.5, "Invalid type for 'p': expected an integer, but got a decimal number instead."),
    (
        Whole(),
        150.0,
        "Invalid type for 'p': expected an integer, but got a decimal number instead.",
    ),
    (Number(), "hot", "Invalid type for 'p': expected a decimal, but got a string instead."),
    (Number(), False, "Invalid type for 'p': expected a decimal, but got a boolean instead."),
    (Flag(), None, "Invalid type for 'p': expected a boolean, but got null instead."),
    (Flag(), 1, "Invalid type for 'p': expected a boolean, but got an integer instead."),
    (Choice("a", "b"), 1, "Invalid type for 'p': expected one of 'a' or 'b', but got an integer"),
    (ListOf(Text()), {}, "Invalid type for 'p': expected an array of strings, but got an object"),
    (
        ListOf(PET),
        "",
        "Invalid type for 'p': expected an array of objects, but got a string instead",
    ),
    (
        ListOf(Choice("message.text", "call.name")),
        "",
        "Invalid type for 'p': expected an array of one of 'mes...ext' or 'cal...ame', but got",
    ),
    (MapOf(Text()), [], "Invalid type for 'p': expected an object, but got an array instead."),
    (
        MapOf(Text(), noun="metadata object"),
        "",
        "Invalid type for 'p': expected a metadata object, but got a string instead.",
    ),
    (
        Either(Text(), ListOf(PET)),
        5,
        "Invalid type for 'p': expected one of a string or array of objects, but got an integer",
    ),
    (
        Either(PET, Choice("none", "auto", "required")),
        7,
        "Invalid type for 'p': expected one of an object or 'none', 'auto', or 'required', but",
    ),
    (GUEST, 7, "Invalid type for 'p': expected a house pet, but got an integer instead."),
    (Choice("a"), "x", "Invalid value: 'x'. Supported values are: 'a'."),
    (Choice("a", "b"), "x", "Invalid value: 'x'. Supported values are: 'a' and 'b'."),
    (Choice("a", "b", "c"), "x", "Invalid value: 'x'. Supported values are: 'a', 'b', and 'c'."),
]
BOUNDS = [
    (
        Whole(minimum=16),
        8,
        "integer_below_min_value",
        "Invalid 'p': integer below minimum value. Expected a value >= 16, but got 8 instead.",
    ),
    (
        Whole(maximum=128),
        129,
        "integer_above_max_value",
        "Invalid 'p': integer above maximum value. Expected a value <= 128, but got 129 instead.",
    ),
    (
        Number(minimum=0),
        -1,
        "decimal_below_min_value",
        "Invalid 'p': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
    ),
    (
        Number(maximum=2),
        2.5,
        "decimal_above_max_value",
        "Invalid 'p': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.",
    ),
    (
        Text(min_length=1),
        "",
        "empty_string",
        (
            "Invalid 'p': empty string. Expected a string with minimum length 1, but got an empty "
            "string instead."
        ),
    ),
    (
        Text(max_length=512),
        "x" * 600,
        "string_above_max_length",
        (
            "Invalid 'p': string too long. Expected a string with maximum length 512, but got a "
            "string with length 600 instead."
        ),
    ),
    (
        Text(pattern="^[a-z]+$"),
        "a b",
        "invalid_value",
        (
            "Invalid 'p': string does not match pattern. Expected a string that matches the "
            "pattern '^[a-z]+$'."
        ),
    ),
    (
        ListOf(Text(), min_items=1),
        [],
        "empty_array",
        (
            "Invalid 'p': empty array. Expected an array with minimum length 1, but got an empty "
            "array instead."
        ),
    ),
    (
        ListOf(Text(), max_items=4),
        ["x"] * 5,
        "array_above_max_length",
        (
            "Invalid 'p': array too long. Expected an array with maximum length 4, but got an "
            "array with length 5 instead."
        ),
    ),
    (
        MapOf(Text(), max_pairs=1),
        {"a": "", "b": ""},
        "object_above_max_properties",
        (
            "Invalid 'p': too many properties. Expected an object with at most 1 properties, but "
            "got an object with 2 properties instead."
        ),
    ),
]
PLACES = [
    (Struct({"a": ListOf(CAT)}), {"a": [{"lives": 9}, {"lives": 0}]}, "a[1].lives"),
    (Struct({"a": MapOf(Text())}), {"a": {"k": 5}}, "a.k"),
    (MapOf(Text(), max_key=3), {"kitten": "x"}, "p.kitten"),
    (CAT, {}, "lives"),
    (CAT, {"lives": None}, "lives"),
    (DOG, {"name": "Rex"}, "name"),
    (PET, {"lives": 9}, "type"),
    (ListOf(PET), [{"type": "horse"}], "p[0].type"),
    (ListOf(PET), [{"type": 5}], "p[0].type"),
    (ListOf(GUEST), [{"type": "horse"}], "p[0]"),
    (ListOf(GUEST), [{"type": "fish"}], "p[0]"),
    (ListOf(GUEST), [{}], "p[0]"),
    (ListOf(Text()), [None], "p[0]"),
]


def refusal(shape: Shape, value: Any, path: str = "p") -> ApiError:
    with pytest.raises(ApiError) as caught:
        shape.check(value, path)
    assert caught.value.status == 400
    return caught.value


@pytest.mark.parametrize(("shape", "value", "message"), REFUSED)
def test_a_wrong_type_or_choice_is_named_in_the_apis_words(
    shape: Shape, value: Any, message: str
) -> None:
    found = refusal(shape, value)
    assert found.message.startswith(message)
    assert found.param == "p"
    assert found.code == (
        "invalid_value" if message.startswith("Invalid value") else "invalid_type"
    )


@pytest.mark.parametrize(("shape", "value", "code", "message"), BOUNDS)
def test_a_broken_bound_is_named_with_its_own_code(
    shape: Shape, value: Any, code: str, message: str
) -> None:
    found = refusal(shape, value)
    assert (found.code, found.message, found.param) == (code, message, "p")


@pytest.mark.parametrize(("shape", "value", "place"), PLACES)
def test_a_fault_is_blamed_on_its_path(shape: Shape, value: Any, place: str) -> None:
    root = "" if isinstance(shape, Struct) or shape is PET else "p"
    assert refusal(shape, value, root).param == place


def test_faults_are_found_in_declared_order_whatever_the_order_of_the_body() -> None:
    shape = Struct({"a": Text(), "b": Text(), "c": Text()}, required=("c",), closed=True)
    steps: list[tuple[dict[str, Any], str | None]] = [
        ({"x": 1, "b": 1, "a": 1}, "c"),
        ({"b": 1, "a": 1, "x": 1, "c": ""}, "x"),
        ({"b": 1, "a": 1, "c": ""}, "a"),
    ]
    assert [refusal(shape, body, "").param for body, _ in steps] == [place for _, place in steps]


def test_null_stands_for_a_left_out_optional_key_but_not_for_a_required_one() -> None:
    shape = Struct({"a": Text(), "b": Text()}, required=("a",))
    shape.check({"a": "", "b": None}, "")
    assert refusal(shape, {"a": None}, "").code == "invalid_type"


def test_an_unknown_key_comes_with_the_known_keys_that_look_like_it() -> None:
    shape = Struct({"stop": Text(), "store": Flag(), "messages": Text()}, closed=True)
    hints = {
        name: refusal(shape, body, "").message
        for name, body in {
            "stor": {"stor": 1},
            "messagess": {"messages": "", "messagess": 1},
            "zzz": {"zzz": 1},
        }.items()
    }
    assert hints == {
        "stor": "Unknown parameter: 'stor'. Did you mean 'stop' or 'store'?",
        "messagess": "Unknown parameter: 'messagess'.",
        "zzz": "Unknown parameter: 'zzz'.",
    }


def test_a_tag_that_exists_elsewhere_lists_only_what_is_supported_here() -> None:
    here, elsewhere = refusal(GUEST, {"type": "horse"}), refusal(GUEST, {"type": "fish"})
    assert here.message == "Invalid value: 'horse'. Supported values are: 'cat' and 'dog'."
    assert elsewhere.message.endswith("'cat', 'dog', and 'horse'.")


def test_a_guess_finds_the_shape_of_an_object_without_a_tag() -> None:
    GUEST.check({"lives": 9}, "p")
    assert refusal(GUEST, {"lives": 0}).param == "p.lives"


def test_an_echoed_value_is_bounded() -> None:
    assert len(refusal(Choice("a"), "x" * 10**6).message) < 2000
    assert len(refusal(Whole(maximum=5), 10**5000).message) < 2000


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_check_raises_nothing_but_api_errors_and_agrees_with_the_schema(value: Any) -> None:
    for shape in SHAPES:
        try:
            shape.check(value, "p")
        except ApiError:
            continue
        assert jsonschema_rs.is_valid(shape.schema(), value)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_schema_is_valid_json_schema(shape: Shape) -> None:
    assert jsonschema_rs.meta.is_valid(shape.schema())


# JSON Schema counts 150.0 as an integer; the API does not.
STRICTER = [row for row in REFUSED if row[1] != 150.0]


@pytest.mark.parametrize(("shape", "value", "_message"), STRICTER)
def test_the_schema_refuses_what_check_refuses(shape: Shape, value: Any, _message: str) -> None:
    assert not jsonschema_rs.is_valid(shape.schema(), value)


def test_a_large_body_is_checked_in_time_linear_in_its_size() -> None:
    shape = ListOf(Either(Text(), CAT))
    small = timeit.repeat(partial(shape.check, [{"lives": 9}] * 1000, "p"), number=1)
    large = timeit.repeat(partial(shape.check, [{"lives": 9}] * 10_000, "p"), number=1)
    assert min(large) < 100 * min(small)
