"""JSON paths at which nothing is kept: in JSON, in streams, and in what doors wrap around it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockgw.cassette.emitter import HEAD, item
from mockgw.redaction.redactor import redactor
from mockgw.redaction.rules import Rules
from tests.cli.tapes import call

RULES = Rules(paths=("$.metadata.customer", "$..ssn", "$.user", "$.tools[*].secret"))
REDACTOR = redactor({}, "salt", RULES)
NAME = 'Ada "the\tCountess" Lovelace'
HIDDEN = json.loads(REDACTOR.body(json.dumps({"user": NAME}).encode()))["user"]


def body(value: Any) -> Any:
    """Return what is left of a body, and hold that a second pass changes nothing."""
    once = REDACTOR.body(json.dumps(value).encode())
    assert REDACTOR.body(once) == once
    assert REDACTOR.scan(once) == []
    return json.loads(once)


def test_a_value_has_a_placeholder_that_equal_values_share() -> None:
    assert HIDDEN.startswith("REDACTED-secret-")
    assert body({"user": NAME, "metadata": {"customer": NAME}}) == {
        "user": HIDDEN,
        "metadata": {"customer": HIDDEN},
    }


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"user": "", "a": NAME}, {"user": "", "a": NAME}),
        ({"user": None, "x": [True]}, {"user": None, "x": [True]}),
        ({"user": True}, {"user": True}),
        ({"user": 4711}, {"user": 0}),
        ({"user": -1.5e3, "n": 7}, {"user": 0, "n": 7}),
        ({"deep": [{"ssn": "1"}, {"ssn": [2, None]}]}, None),
        ({"customer": NAME}, {"customer": NAME}),
        ({"tools": [{"secret": 1, "name": "n"}]}, {"tools": [{"secret": 0, "name": "n"}]}),
    ],
)
def test_what_stands_at_a_path_goes_and_the_rest_stays(value: Any, left: Any) -> None:
    told = body(value)
    if left is None:
        one, other = told["deep"]
        assert one["ssn"].startswith("REDACTED-secret-")
        assert other == {"ssn": [0, None]}
    else:
        assert told == left


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda one: {"model": "openai/gpt-5.5", "input": one},
        lambda one: {"inputs": one, "options": {}},
        lambda one: {"result": one, "success": True},
        lambda one: {"type": "response.completed", "response": one},
        lambda one: [{"provider": "openai", "query": one}],
    ],
    ids=["input", "inputs", "result", "event", "universal"],
)
def test_a_path_counts_from_the_providers_own_body(wrapped: Any) -> None:
    assert body(wrapped({"user": NAME})) == wrapped({"user": HIDDEN})


def test_what_stood_at_a_path_is_hidden_wherever_the_call_says_it() -> None:
    said = f"My name is {NAME}."
    assert body({"user": NAME, "input": said})["input"] == f"My name is {HIDDEN}."
    short = body({"user": "Ada", "input": "Ada"})
    assert short["input"] == "Ada", "what is that short may be any word"


def test_an_answer_does_not_tell_what_the_request_hides() -> None:
    before = call("Hello", f"Good morning, {NAME}!")
    asked = {**json.loads(before.request_body), "metadata": {"customer": NAME}}
    after = REDACTOR.interaction(replace(before, request_body=json.dumps(asked).encode()))
    assert b"Lovelace" not in after.request_body + after.response_body
    assert HIDDEN.encode() in after.response_body


def test_a_stream_does_not_tell_it_piece_by_piece() -> None:
    events = [{"type": "response.created", "response": {"user": NAME}}]
    events += [{"type": "d", "delta": NAME[start : start + 5]} for start in range(0, len(NAME), 5)]
    stream = "".join(f"data: {json.dumps(one)}\n\n" for one in events).encode()
    after = REDACTOR.body(stream)
    assert REDACTOR.scan(stream) != []
    assert REDACTOR.scan(after) == []
    told = [json.loads(line[6:]) for line in after.decode().splitlines() if line]
    assert "".join(one.get("delta", "") for one in told) == HIDDEN
    assert told[0]["response"]["user"] == HIDDEN


@pytest.mark.parametrize("style", ["readable", "compact"])
@pytest.mark.parametrize("head", ["", HEAD])
def test_a_scan_of_a_cassette_tells_the_line(style: str, head: str) -> None:
    one = call("Hello")
    asked = {"model": "gpt-5.5", "input": "Hello", "user": "the one"}
    one = replace(one, request_body=json.dumps(asked).encode())
    text = head + item(call("First"), style) + item(one, style)
    found = REDACTOR.scan(text.encode())
    assert [each.kind for each in found] == ["path"]
    assert "the one" in text.splitlines()[found[0].line - 1]
    assert REDACTOR.scan((head + item(REDACTOR.interaction(one), style)).encode()) == []


NAMES = st.sampled_from(["user", "metadata", "customer", "ssn", "tools", "secret", "input", "x"])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(max_size=12)
    | st.sampled_from([NAME, "12345678901", "Lovelace & co"])
)
BODIES = st.dictionaries(
    NAMES,
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=BODIES)
def test_what_is_written_and_what_is_compared_agree(value: dict[str, Any]) -> None:
    written = json.loads(REDACTOR.body(json.dumps(value).encode()))
    compared = REDACTOR.hide(value)
    assert REDACTOR.hide(written) == written
    assert json.loads(REDACTOR.text(json.dumps(compared))) == written
