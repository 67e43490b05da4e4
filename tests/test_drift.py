import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgw.drift import KINDS, drift
from mockgw.model import Json
from tests.exchanges import exchange_of, of_kind

RECORDED: Json = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1777054206,
    "status": "completed",
    "error": None,
    "output": [
        {"id": "rs_1", "type": "reasoning", "summary": []},
        {
            "id": "msg_1",
            "type": "message",
            "content": [{"type": "output_text", "text": "The sky is blue.", "logprobs": []}],
        },
        {
            "id": "fc_1",
            "type": "function_call",
            "call_id": "c",
            "name": "f",
            "arguments": '{"a":1}',
        },
    ],
    "usage": {"input_tokens": 12, "output_tokens": 6},
}


def told(live: Json) -> list[tuple[str, str]]:
    return [(one.kind, str(one)) for one in drift(RECORDED, live)]


def changed(**members: object) -> Json:
    return {**deepcopy(RECORDED), **members}


@of_kind("responses")
def test_a_response_does_not_differ_from_itself(name: str) -> None:
    answer = exchange_of(name).answer
    assert drift(answer, answer) == []


def test_ids_times_and_nulls_do_not_count() -> None:
    live = deepcopy(RECORDED)
    live.update(id="resp_2", created_at=5)
    del live["error"]
    for item in live["output"]:
        item["id"] += "x"
    live["output"][2]["call_id"] = "d"
    live["output"][1]["content"][0]["logprobs"] = [{"token": "The"}]
    assert told(live) == []


def test_what_is_volatile_has_to_be_there_and_of_its_type() -> None:
    assert told(changed(id=7, created_at=None)) == [
        ("shape", "id: recorded 'resp_1', now 7"),
        ("shape", "created_at: recorded 1777054206, now nothing"),
    ]


def test_each_kind_is_told_apart() -> None:
    live = deepcopy(RECORDED)
    live["status"] = "incomplete"
    live["output"][1]["content"][0]["text"] = "The sky is grey."
    live["output"][2]["arguments"] = '{ "a": 2 }'
    live["usage"]["output_tokens"] = 7
    live["brand_new"] = True
    assert told(live) == [
        ("value", "status: recorded 'completed', now 'incomplete'"),
        (
            "wording",
            "output[1].content[0].text: recorded 'The sky is blue.', now 'The sky is grey.'",
        ),
        ("tools", "output[2].arguments.a: recorded 1, now 2"),
        ("usage", "usage.output_tokens: recorded 6, now 7"),
        ("shape", "brand_new: recorded nothing, now true"),
    ]


def test_a_missing_item_is_one_difference_and_not_one_for_each_that_follows() -> None:
    [gone] = drift(RECORDED, changed(output=RECORDED["output"][1:]))
    assert (gone.path, gone.kind, gone.live) == ("output[0]", "shape", None)
    [called] = drift(changed(output=RECORDED["output"][:2]), RECORDED)
    assert (called.path, called.kind, called.recorded) == ("output[2]", "tools", None)


def test_arguments_and_structured_texts_are_compared_as_json() -> None:
    live = deepcopy(RECORDED)
    live["output"][2]["arguments"] = json.dumps({"a": 1}, indent=4)
    assert told(live) == []
    live["output"][2]["name"] = "g"
    assert told(live) == [("tools", "output[2].name: recorded 'f', now 'g'")]


def test_tool_calls_of_chat_are_tools() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    one = {"choices": [{"message": {"content": None, "tool_calls": [call]}}]}
    other = {"choices": [{"message": {"content": "No."}}]}
    assert [(found.path, found.kind) for found in drift(one, other)] == [
        ("choices[0].message.content", "shape"),
        ("choices[0].message.tool_calls", "tools"),
    ]


def test_after_another_status_nothing_else_is_told() -> None:
    [one] = drift(RECORDED, {"error": {}}, 200, 429)
    assert (one.kind, str(one)) == ("status", "status: recorded 200, now 429")


def test_a_long_text_is_shown_where_it_differs() -> None:
    long = "word " * 100
    live = deepcopy(RECORDED)
    live["output"][1]["content"][0]["text"] = long + "new"
    recorded = deepcopy(RECORDED)
    recorded["output"][1]["content"][0]["text"] = long + "old"
    [one] = drift(recorded, live)
    assert "old" in str(one)
    assert "new" in str(one)
    assert len(str(one)) < 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
OBJECTS = st.dictionaries(st.sampled_from(["type", "text", "usage", "id", "a"]), JSON)


@given(OBJECTS)
def test_nothing_differs_from_itself(value: Json) -> None:
    assert drift(value, value) == []


@given(OBJECTS, OBJECTS)
def test_both_ways_tell_the_same_number_of_kinds_that_exist(one: Json, other: Json) -> None:
    found, back = drift(one, other), drift(other, one)
    assert bool(found) == bool(back)
    assert {difference.kind for difference in found} <= set(KINDS)
    assert all(str(difference) for difference in found)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [(1, 1.0, True), (1, True, False), ("1", 1, False), ([], {}, False), ("", None, False)],
)
def test_numbers_are_alike_and_other_types_are_not(one: object, other: object, alike: bool) -> None:
    assert (drift({"a": one}, {"a": other}) == []) == alike
