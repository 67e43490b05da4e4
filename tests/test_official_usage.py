"""Usage numbers, counted here once more, and where a budget ends an answer.

The formulas are those that recorded usage of both APIs obeys; the tokenizer is asked directly.
"""

from typing import Any

import pytest
import splintr

from tests.exchanges import exchange_of, exchanges, of_kind
from tests.requests_table import TABLE, Json

TOKENIZER = splintr.Tokenizer.from_pretrained("o200k_base")
for_responses = of_kind("responses")
for_chat = of_kind("chat")


def n(text: str) -> int:
    return len(TOKENIZER.encode_ordinary(text))


def asks_for_a_schema(body: Json) -> bool:
    form = (body.get("text") or {}).get("format") or body.get("response_format") or {}
    return bool(form.get("type") == "json_schema")


@for_responses
def test_usage_of_responses_adds_up(name: str) -> None:
    usage = exchange_of(name).answer["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert usage["output_tokens"] >= usage["output_tokens_details"]["reasoning_tokens"] >= 0
    assert usage["input_tokens_details"] == {"cached_tokens": 0, "cache_write_tokens": 0}


@for_chat
def test_usage_of_chat_adds_up(name: str) -> None:
    usage = exchange_of(name).answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["completion_tokens"] >= usage["completion_tokens_details"]["reasoning_tokens"] >= 0


def cost_of_item(item: Json, body: Json, *, first: bool) -> int:
    if item["type"] == "function_call":
        return (11 if first else 13) + n(item["name"]) + n(item["arguments"])
    if item["type"] == "custom_tool_call":
        return (11 if first else 13) + n(item["name"]) + n(item["input"])
    structured = 3 if asks_for_a_schema(body) else 0
    return (4 if first else 6) + n(item["content"][0]["text"]) + structured


# What hosted tools cost is an estimate.
PLAIN = [one.name for one in TABLE if one.kind == "responses" and "hosted" not in one.name]


@pytest.mark.parametrize("name", PLAIN)
def test_output_tokens_are_reasoning_text_and_frame(name: str) -> None:
    exchange = exchange_of(name)
    usage, body = exchange.answer["usage"], exchange.request.body
    cost = reasoning = usage["output_tokens_details"]["reasoning_tokens"]
    said = [item for item in exchange.items if item["type"] != "reasoning"]
    assert bool(reasoning) == (len(said) < len(exchange.items))
    if exchange.answer["status"] == "completed":
        for place, item in enumerate(said):
            cost += cost_of_item(item, body, first=not reasoning and place == 0)
        assert usage["output_tokens"] == cost
    else:
        assert usage["output_tokens"] == body["max_output_tokens"]


def cost_of_choice(choice: Json, body: Json, *, reasons: bool) -> int:
    message = choice["message"]
    calls = message.get("tool_calls", [])
    if "function_call" in message:
        calls = [{"function": message["function_call"]}]
    if calls:
        told = [call.get("function") or call["custom"] for call in calls]
        return sum(
            10 + n(one["name"]) + n(one["arguments"] if "arguments" in one else one["input"])
            for one in told
        )
    structured = 3 if asks_for_a_schema(body) else 0
    return n(message["content"]) + (5 if reasons else 3) + structured


@for_chat
def test_completion_tokens_are_reasoning_text_and_frame(name: str) -> None:
    exchange = exchange_of(name)
    usage, body = exchange.answer["usage"], exchange.request.body
    cost = reasoning = usage["completion_tokens_details"]["reasoning_tokens"]
    choices = exchange.answer["choices"]
    if any(choice["finish_reason"] == "length" for choice in choices):
        assert usage["completion_tokens"] == body["max_completion_tokens"]
    else:
        cost += sum(cost_of_choice(one, body, reasons=bool(reasoning)) for one in choices)
        assert usage["completion_tokens"] == cost


def messages_of(body: Json) -> list[Json]:
    said: str | list[Json] = body["input"] if "input" in body else body["messages"]
    return [{"role": "user", "content": said}] if isinstance(said, str) else said


def is_plain(body: Json) -> bool:
    """Tell whether the prompt is nothing but messages of text."""
    further = body.get("tools") or body.get("functions") or asks_for_a_schema(body)
    said = messages_of(body)
    return not further and all(isinstance(one.get("content"), str) for one in said)


@pytest.mark.parametrize("name", [one.name for one in TABLE if is_plain(one.body)])
def test_input_tokens_are_the_messages_and_their_frames(name: str) -> None:
    exchange = exchange_of(name)
    body, usage = exchange.request.body, exchange.answer["usage"]
    cost = 2
    for message in messages_of(body):
        cost += n(message["content"]) + (6 if message["role"] == "assistant" else 4)
    if body.get("instructions"):
        cost += n(body["instructions"]) + 4
    assert usage.get("input_tokens", usage.get("prompt_tokens")) == cost


@pytest.mark.parametrize(
    ("name", "status", "kinds"),
    [
        ("budget ends in reasoning", "incomplete", [("reasoning", None)]),
        ("budget ends in text", "incomplete", [("reasoning", None), ("message", "incomplete")]),
        ("budget ends in text without reasoning", "incomplete", [("message", "incomplete")]),
        ("budget ends in arguments", "incomplete", [("function_call", "incomplete")]),
        ("budget large enough", "completed", [("reasoning", None), ("message", "completed")]),
    ],
)
def test_a_budget_ends_an_answer_where_it_is_spent(name: str, status: str, kinds: Any) -> None:
    answer = exchange_of(name).answer
    assert answer["status"] == status
    assert [(item["type"], item.get("status")) for item in answer["output"]] == kinds
    reason = {"reason": "max_output_tokens"} if status == "incomplete" else None
    assert answer["incomplete_details"] == reason
    assert (answer["completed_at"] is None) == (status == "incomplete")


@pytest.mark.parametrize("where", ["reasoning", "text", "arguments"])
def test_a_budget_ends_a_completion_where_it_is_spent(where: str) -> None:
    answer = exchange_of(f"chat budget ends in {where}").answer
    (choice,) = answer["choices"]
    message, details = choice["message"], answer["usage"]["completion_tokens_details"]
    assert choice["finish_reason"] == "length"
    assert (message["content"] == "") == (where == "reasoning")
    assert bool(message.get("tool_calls")) == (where == "arguments")
    assert (details["reasoning_tokens"] == 16) == (where == "reasoning")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("tool", ["get_weather"]),
        ("tool required", ["look_up"]),
        ("tool named", ["get_tides"]),
        ("tool none", []),
        ("tool without parameters", ["tell_time"]),
        ("several tools named", ["get_weather", "get_tides"]),
        ("several tools one at a time", ["get_weather"]),
        ("allowed tools", ["get_tides"]),
        ("custom tool", ["run_sql"]),
        ("custom tool with a grammar", ["spell"]),
        ("tool output", []),
        ("second turn of a loop", ["get_tides"]),
    ],
)
def test_the_tools_that_fit_are_called(name: str, called: list[str]) -> None:
    items = exchange_of(name).items
    assert [item["name"] for item in items if item["type"].endswith("_call")] == called


def test_the_table_is_answered_in_many_ways() -> None:
    kinds = {
        event["type"] for one in exchanges().values() for event in one.events if "type" in event
    }
    assert len(TABLE) >= 70
    assert {
        "response.incomplete",
        "response.reasoning_summary_text.delta",
        "response.function_call_arguments.delta",
        "response.custom_tool_call_input.delta",
    } <= kinds
