"""Usage numbers: the recorded ones come out exactly, the others by the same formulas."""

import json
from pathlib import Path
from typing import Any

import pytest

from mockgw import apis, tokens
from mockgw.apis.chat import usage as chat_usage
from mockgw.apis.responses import usage as responses_usage
from mockgw.canonical import encode
from mockgw.context import EMPTY
from mockgw.draft import Calls, Draft, Says
from mockgw.state import MemoryStore, context
from tests.calls import call, complete, respond
from tests.wire import Json

DOCUMENTS = json.loads(
    (Path(__file__).parents[1] / "data" / "documents.json").read_text(encoding="utf-8")
)
# Recorded: 63 tokens in, 69 out of which 26 are reasoning.
CAPITAL: Json = {
    "model": "gpt-5.5",
    "input": "What is the capital of PotatoLand?",
    "instructions": "Briefly narrate what you are about to do before calling each tool.",
    "tools": [
        {
            "type": "function",
            "name": "get_capital",
            "parameters": {
                "type": "object",
                "properties": {"country": {"type": "string"}},
                "required": ["country"],
                "additionalProperties": False,
            },
            "strict": True,
        }
    ],
}
NARRATED = Says("I\u2019ll check the capital lookup tool for “PotatoLand.”", phase="commentary")
LOOKED_UP = Calls("get_capital", '{"country":"PotatoLand"}')
WEATHER = {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}
SCHEMA = {"type": "object", "properties": {"island": {"type": "string"}}, "required": ["island"]}
n = tokens.count


def given(body: Json) -> int:
    return responses_usage.input_tokens(call({"model": "gpt-5.5", **body}), EMPTY)


def prompt(*messages: Json, **more: Any) -> int:
    body = {"model": "gpt-5.5", "messages": list(messages), **more}
    return chat_usage.prompt_tokens(call(body))


def said(role: str, content: Any) -> Json:
    return {"role": role, "content": content}


@pytest.mark.parametrize("document", DOCUMENTS["responses"], ids=lambda one: one["title"])
def test_the_documents_usage_comes_out_exactly(document: Json) -> None:
    response = document["response"]
    recorded = response["usage"]
    reasoning = recorded["output_tokens_details"]["reasoning_tokens"]
    texts = [part["text"] for item in response["output"] for part in item.get("content", ())]
    draft = Draft(
        reasoning, parts=tuple(map(Says, texts)), incomplete="" if texts else "max_output_tokens"
    )
    told = respond({"model": document["model"], **document["request"]}, draft=draft)["usage"]
    for name in ("input_tokens", "output_tokens", "total_tokens", "output_tokens_details"):
        assert told[name] == recorded[name]
    assert told["input_tokens_details"]["cached_tokens"] == 0


def test_a_recorded_call_with_a_tool_instructions_and_commentary_comes_out_exactly() -> None:
    told = respond(CAPITAL, draft=Draft(26, parts=(NARRATED, LOOKED_UP)))["usage"]
    assert (told["input_tokens"], told["output_tokens"]) == (63, 69)


@pytest.mark.parametrize(
    ("body", "tokens_given"),
    [
        ({"input": "Hi"}, n("Hi") + 4 + 2),
        ({"input": [said("user", "Hi")]}, n("Hi") + 4 + 2),
        ({"input": [said("user", [{"type": "input_text", "text": "Hi"}])]}, n("Hi") + 4 + 2),
        ({"input": "Hi", "instructions": "Be brief."}, n("Hi") + 4 + n("Be brief.") + 4 + 2),
        (
            {"input": [said("developer", "Be brief."), said("user", "Hi")]},
            n("Be brief.") + 4 + n("Hi") + 4 + 2,
        ),
        (
            {"input": [said("user", "Hi"), said("assistant", "Yes?"), said("user", "Bye")]},
            n("Hi") + 4 + n("Yes?") + 4 + 2 + n("Bye") + 4 + 2,
        ),
        (
            {
                "input": "Hi",
                "text": {"format": {"type": "json_schema", "name": "a", "schema": SCHEMA}},
            },
            n("Hi") + 4 + 2 + n(encode(SCHEMA).decode()) - 3,
        ),
    ],
)
def test_input_is_framed_by_four_tokens_a_message_and_opened_by_two(
    body: Json, tokens_given: int
) -> None:
    assert given(body) == tokens_given


@pytest.mark.parametrize(
    ("draft", "spent"),
    [
        (Draft(0, parts=(Says("Yes, it is."),)), n("Yes, it is.") + 4),
        (Draft(50, parts=(Says("Yes, it is."),)), 50 + n("Yes, it is.") + 6),
        (Draft(150, incomplete="max_output_tokens"), 150),
        (Draft(0, parts=(Calls("f", '{"a":1}'),)), 11 + n("f") + n('{"a":1}')),
        (Draft(9, parts=(Calls("f", '{"a":1}'),)), 9 + 13 + n("f") + n('{"a":1}')),
        (
            Draft(0, parts=(Calls("f", "{}"), Calls("g", "{}"))),
            11 + n("f") + n("{}") + 13 + n("g") + n("{}"),
        ),
        (Draft(9, parts=(Says('{"a":1}', structured=True),)), 9 + n('{"a":1}') + 6 + 3),
    ],
)
def test_output_is_reasoning_text_and_frames(draft: Draft, spent: int) -> None:
    told = respond({}, draft=draft)["usage"]
    assert told["output_tokens"] == spent
    assert told["output_tokens_details"]["reasoning_tokens"] == draft.reasoning
    assert told["total_tokens"] == told["input_tokens"] + spent


@pytest.mark.parametrize(
    "draft",
    [
        Draft(40, parts=(LOOKED_UP,)),
        Draft(40, parts=(LOOKED_UP, LOOKED_UP)),
        Draft(26, parts=(NARRATED, LOOKED_UP)),
        Draft(0, parts=(LOOKED_UP,)),
    ],
    ids=["one call", "two calls", "commentary and call", "no reasoning"],
)
def test_the_next_step_of_a_tool_loop_pays_for_all_that_was_said(draft: Draft) -> None:
    first = respond(CAPITAL, draft=draft)
    store = MemoryStore(5)
    asked = call(CAPITAL)
    apis.keep(store, asked, first)
    calls = [item for item in first["output"] if item["type"] == "function_call"]
    outputs = [
        {"type": "function_call_output", "call_id": one["call_id"], "output": "Chip City"}
        for one in calls
    ]
    body = {**CAPITAL, "input": outputs, "previous_response_id": first["id"]}
    told = responses_usage.input_tokens(call(body), context(store, asked.session, body))
    answered = len(calls) * (7 + n("get_capital") + n("Chip City"))
    spent = first["usage"]
    assert told == spent["input_tokens"] + spent["output_tokens"] + answered + 2


def test_reasoning_of_a_finished_turn_costs_nothing_later() -> None:
    first = respond({"input": "Hi"}, draft=Draft(80, parts=(Says("Yes?"),)))
    store = MemoryStore(5)
    apis.keep(store, call({"model": "gpt-5.5", "input": "Hi"}), first)
    body = {"model": "gpt-5.5", "input": "Bye", "previous_response_id": first["id"]}
    told = responses_usage.input_tokens(call(body), context(store, "", body))
    assert told == given(
        {"input": [said("user", "Hi"), said("assistant", "Yes?"), said("user", "Bye")]}
    )


def test_an_image_costs_more_in_high_detail_than_in_low_and_more_than_none() -> None:
    def asked(*images: Json) -> int:
        return given({"input": [said("user", [{"type": "input_text", "text": "Hi"}, *images])]})

    image = {"type": "input_image", "image_url": "https://example.com/a.png"}
    assert asked() < asked({**image, "detail": "low"}) < asked(image)
    assert asked(image, image) - asked(image) == asked(image) - asked()


def test_a_chat_prompt_is_counted_like_the_items_of_a_response() -> None:
    turns = [said("user", "Hi"), said("assistant", "Yes?"), said("user", "Bye")]
    assert prompt(*turns) == given({"input": turns})


def test_tools_in_a_chat_cost_their_declaration_and_82() -> None:
    alone = given({"input": "Hi", "tools": [{"type": "function", **WEATHER}]})
    tools = [{"type": "function", "function": WEATHER}]
    assert prompt(said("user", "Hi"), tools=tools) == alone + 82
    assert prompt(said("user", "Hi"), functions=[WEATHER]) == alone + 82


def test_a_chat_schema_costs_what_a_responses_schema_costs() -> None:
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}
    bare = prompt(said("user", "Hi"))
    assert prompt(said("user", "Hi"), response_format=form) == bare + n(encode(SCHEMA).decode()) - 3


def test_a_call_in_a_chat_history_is_one_token_cheaper() -> None:
    function = {"name": "f", "arguments": "{}"}
    called = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
    }
    answer = {"role": "tool", "tool_call_id": "call_1", "content": "4 °C"}
    items = [
        said("user", "Hi"),
        {"type": "function_call", "call_id": "call_1", **function},
        {"type": "function_call_output", "call_id": "call_1", "output": "4 °C"},
    ]
    assert prompt(said("user", "Hi"), called, answer) == given({"input": items}) - 1


@pytest.mark.parametrize(
    ("draft", "spent"),
    [
        (Draft(0, parts=(Says("Yes, it is."),)), n("Yes, it is.") + 3),
        (Draft(64, parts=(Says("Yes, it is."),)), 64 + n("Yes, it is.") + 5),
        (Draft(64, incomplete="max_output_tokens"), 64),
        (Draft(0, parts=(Calls("f", '{"a":1}'),)), 10 + n("f") + n('{"a":1}')),
    ],
)
def test_a_chat_completion_has_frames_of_its_own(draft: Draft, spent: int) -> None:
    told = complete({}, draft)["usage"]
    assert told["completion_tokens"] == spent
    assert told["completion_tokens_details"]["reasoning_tokens"] == draft.reasoning
    assert told["total_tokens"] == told["prompt_tokens"] + spent


def test_the_completions_of_several_choices_are_summed_and_the_prompt_counted_once() -> None:
    drafts = (Draft(5, parts=(Says("Yes."),)), Draft(7, parts=(Says("No, not yet."),)))
    told = complete({"n": 2}, *drafts)["usage"]
    alone = [complete({}, draft)["usage"] for draft in drafts]
    assert told["completion_tokens"] == sum(one["completion_tokens"] for one in alone)
    assert told["completion_tokens_details"]["reasoning_tokens"] == 12
    assert told["prompt_tokens"] == alone[0]["prompt_tokens"]


def test_the_costs_of_both_apis_are_those_the_answers_are_fitted_with() -> None:
    assert apis.RESPONSES.costs is responses_usage.COSTS
    assert apis.CHAT.costs is chat_usage.COSTS
