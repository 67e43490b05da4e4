"""The chat.completion object: its keys, its choices, its messages and its id."""

import re
from typing import Any

import pytest

from mockgw.draft import Calls, Draft, Says
from tests.calls import AT, complete
from tests.wire import Json, spelled

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SAID = Draft(40, (), (Says("Yes."),))
FUNCTION = {"name": "f"}
TOOLS = {"tools": [{"type": "function", "function": FUNCTION}]}
CUT = "max_output_tokens"


def message(completion: Json) -> Json:
    found: Json = completion["choices"][0]["message"]
    return found


def test_the_keys_stand_in_the_order_of_the_provider() -> None:
    told = complete({}, SAID)
    assert " ".join(told) == (
        "id object created model choices usage service_tier system_fingerprint"
    )
    assert " ".join(told["choices"][0]) == "index message finish_reason"
    assert " ".join(message(told)) == "role content refusal annotations"


@pytest.mark.parametrize(
    ("asked", "key", "value"),
    [
        ({}, "object", "chat.completion"),
        ({}, "created", int(AT)),
        ({}, "model", "gpt-5.5-2026-04-23"),
        ({"model": "openai/gpt-5.5"}, "model", "gpt-5.5-2026-04-23"),
        ({"model": "gpt-4o-mini"}, "model", "gpt-4o-mini-2024-07-18"),
        ({}, "service_tier", "default"),
        ({"service_tier": "auto"}, "service_tier", "default"),
        ({"service_tier": "priority"}, "service_tier", "priority"),
        ({}, "system_fingerprint", None),
    ],
)
def test_a_key_has_its_default_or_echoes_the_request(asked: Json, key: str, value: Any) -> None:
    assert complete(asked, SAID)[key] == value


def test_the_id_begins_with_its_second_in_base_62() -> None:
    told = complete({}, SAID)
    found = re.fullmatch(r"chatcmpl-([0-9A-Za-z]{5})[0-9A-Za-z]{24}", told["id"])
    assert found
    second = 0
    for letter in found.group(1):
        second = second * 62 + BASE62.index(letter)
    assert second + 1_576_800_000 == told["created"]


def test_a_model_that_does_not_reason_has_null_logprobs_and_one_that_does_has_none() -> None:
    plain = complete({"model": "gpt-4o"}, Draft(0, (), (Says("Yes."),)))["choices"][0]
    assert " ".join(plain) == "index message logprobs finish_reason"
    assert plain["logprobs"] is None


@pytest.mark.parametrize(
    ("asked", "draft", "finish", "content", "refusal"),
    [
        ({}, SAID, "stop", "Yes.", None),
        ({}, Draft(40, (), (Says("Ye"),), CUT), "length", "Ye", None),
        ({}, Draft(64, incomplete=CUT), "length", "", None),
        (TOOLS, Draft(0, (), (Calls("f", "{}"),)), "tool_calls", None, None),
        (TOOLS, Draft(0, (), (Calls("f", '{"a'),), CUT), "length", None, None),
        ({}, Draft(0, (), (Says("No.", refusal=True),)), "stop", None, "No."),
        ({"functions": [FUNCTION]}, Draft(0, (), (Calls("f", "{}"),)), "function_call", None, None),
    ],
)
def test_finish_reason_content_and_refusal_say_how_it_ended(
    asked: Json, draft: Draft, finish: str, content: str | None, refusal: str | None
) -> None:
    (choice,) = complete(asked, draft)["choices"]
    told = choice["message"]
    assert choice["finish_reason"] == finish
    assert (told["content"], told["refusal"], told["annotations"]) == (content, refusal, [])


def test_tool_calls_have_the_form_of_the_wire_and_ids_of_their_own() -> None:
    parts = (Calls("f", '{"a":1}'), Calls("sql", "select", "custom"))
    told = message(complete(TOOLS, Draft(0, (), parts)))
    assert " ".join(told) == "role content tool_calls refusal annotations"
    one, two = told["tool_calls"]
    function = {"name": "f", "arguments": '{"a":1}'}
    custom = {"name": "sql", "input": "select"}
    assert spelled(one) == spelled({"id": one["id"], "type": "function", "function": function})
    assert spelled(two) == spelled({"id": two["id"], "type": "custom", "custom": custom})
    assert all(re.fullmatch(r"call_[0-9A-Za-z]{24}", call["id"]) for call in (one, two))
    assert one["id"] != two["id"]


def test_the_older_functions_are_answered_by_a_function_call() -> None:
    told = message(complete({"functions": [FUNCTION]}, Draft(0, (), (Calls("f", "{}"),))))
    assert " ".join(told) == "role content function_call refusal annotations"
    assert told["function_call"] == {"name": "f", "arguments": "{}"}


def test_choices_are_numbered_and_each_says_its_own() -> None:
    drafts = [Draft(0, (), (Says(text),)) for text in ("One.", "Two.", "Three.")]
    told = complete({"n": 3}, *drafts)["choices"]
    assert [one["index"] for one in told] == [0, 1, 2]
    assert [one["message"]["content"] for one in told] == ["One.", "Two.", "Three."]
