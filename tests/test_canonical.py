"""JSON in, JSON out, and the one form of equal meaning."""

import json
from typing import Any

import pytest

from mockgw import canonical
from mockgw.digits import seed
from mockgw.errors import ApiError


@pytest.mark.parametrize(
    "value", [{"b": [1, 2.0, None], "a": {"y": "ü", "x": True}}, [], "潮 😀", 1e300, -0.5]
)
def test_what_is_encoded_is_decoded_again_in_the_same_order(value: Any) -> None:
    assert json.dumps(canonical.decode(canonical.encode(value))) == json.dumps(value)


def test_json_goes_out_compact_and_unescaped() -> None:
    assert canonical.encode({"b": "ü", "a": 1.0}) == '{"b":"ü","a":1.0}'.encode()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "We could not parse the JSON body of your request."),
        (b"{", "We could not parse the JSON body of your request."),
        (b"{'a': 1}", "was not valid JSON."),
        (b'{"a": NaN}', "We could not parse"),
        (b'{"a": 1} x', "We could not parse"),
        (b'{"a": "\xff"}', "It is not UTF-8: byte 0xff."),
        (b'{"a": "\\ud83d"}', "half of a surrogate pair (\\ud83d)"),
        (b"[" * 129 + b"]" * 129, "nested deeper than 128 levels"),
        (b"[" * 100_000, "nested deeper than 128 levels"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "nested deeper than 128 levels"),
    ],
)
def test_what_is_no_json_is_refused_in_the_words_of_the_api(body: bytes, words: str) -> None:
    with pytest.raises(ApiError) as told:
        canonical.decode(body)
    assert words in told.value.message
    assert told.value.message.startswith("We could not parse the JSON body of your request.")
    error = told.value
    assert (error.status, error.type, error.param, error.code) == (
        400,
        "invalid_request_error",
        None,
        None,
    )


def test_nesting_is_taken_up_to_128_levels_and_breadth_without_limit() -> None:
    deep = b"[" * 128 + b"]" * 128
    assert canonical.encode(canonical.decode(deep)) == deep
    assert len(canonical.decode(b"[" + b"[]," * 500 + b"[]]")) == 501


def test_the_ordered_form_forgets_the_order_of_keys_and_keeps_that_of_lists() -> None:
    one, two = {"b": 1, "a": {"d": 1, "c": 2}}, {"a": {"c": 2, "d": 1}, "b": 1}
    assert canonical.ordered(one) == canonical.ordered(two) == b'{"a":{"c":2,"d":1},"b":1}'
    assert canonical.ordered([1, 2]) != canonical.ordered([2, 1])


def test_the_borders_between_the_parts_of_a_digest_count() -> None:
    told = {canonical.digest(*parts) for parts in [("ab", "c"), ("a", "bc"), ("abc",), ("abc", "")]}
    assert len(told) == 4
    assert canonical.digest("ü") == canonical.digest("ü".encode())
    assert len(canonical.digest("\ud83d")) == 32


@pytest.mark.parametrize("last", ["", "c", "ü", "\ud83d", "1234567890"])
def test_a_digest_may_be_taken_up_to_its_last_part(last: str) -> None:
    for before in ((), ("ab",), ("a", "b"), ("", "ü\ud83d")):
        begun = canonical.digester(*before, last=len(last.encode("utf-8", "surrogatepass")))
        begun.update(last.encode("utf-8", "surrogatepass"))
        assert begun.hexdigest() == canonical.digest(*before, last)
        assert seed(before, last) == canonical.digest(*before, last)


def test_errors_are_printed_with_two_spaces() -> None:
    assert canonical.pretty({"error": {"code": None}}) == (
        b'{\n  "error": {\n    "code": null\n  }\n}'
    )
