"""When two calls mean the same, and when they do not."""

import json
from typing import Any

import pytest

from mockgw import matching
from tests.calls import call
from tests.wire import Json

ITEM = {"role": "user", "content": "Hi"}
WRITTEN = {"role": "user", "content": [{"type": "input_text", "text": "Hi"}], "type": "message"}
TOOL = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}
OTHER = {"type": "function", "name": "g", "parameters": {"type": "object", "properties": {}}}
FORM = {"type": "json_schema", "name": "a", "schema": {"type": "object"}}
UUIDS = ("6f1c1c9e-7b0a-4d0e-9c57-2f9b1f0c6a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11")
TIMES = ("2026-04-23T10:15:00Z", "2027-01-01 00:00:59.5+02:00")
IDS = ("resp_0123456789abcdef", "resp_fedcba9876543210")


def written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def responses(**body: Any) -> Json:
    return {"model": "gpt-5.5", "input": "Hi", **body}


def chat(**body: Any) -> Json:
    return {"model": "gpt-5.5", "messages": [ITEM], **body}


def told(text: str) -> Json:
    return responses(input=f"What happened at {text}, and why?")


SAME: dict[str, tuple[Json, Json]] = {
    "nulls": (responses(), responses(instructions=None, tools=None, reasoning=None)),
    "inner nulls": (
        responses(reasoning={"effort": "low"}),
        responses(reasoning={"effort": "low", "summary": None}),
    ),
    "empty list": (responses(), responses(tools=[])),
    "empty object": (responses(), responses(metadata={}, reasoning={})),
    "defaults": (
        responses(),
        responses(
            temperature=1,
            top_p=1,
            tool_choice="auto",
            parallel_tool_calls=True,
            background=False,
            truncation="disabled",
            text={"format": {"type": "text"}},
        ),
    ),
    "decimal default": (responses(), responses(temperature=1.0)),
    "chat defaults": (
        chat(),
        chat(n=1, presence_penalty=0, frequency_penalty=0, response_format={"type": "text"}),
    ),
    "metadata": (responses(), responses(metadata={"run": "7"})),
    "user": (responses(user="a"), responses(user="b", safety_identifier="c")),
    "cache key": (responses(), responses(prompt_cache_key="k", prompt_cache_retention="24h")),
    "store": (responses(store=True), responses(store=False)),
    "tier": (responses(), responses(service_tier="flex")),
    "seed": (chat(seed=1), chat(seed=2)),
    "stream": (responses(), responses(stream=True, stream_options={"include_obfuscation": False})),
    "item": (responses(), responses(input=[ITEM])),
    "typed item": (responses(), responses(input=[{"type": "message", **ITEM}])),
    "part": (
        responses(),
        responses(input=[{"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}]),
    ),
    "chat part": (
        chat(),
        chat(messages=[{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]),
    ),
    "copied answer": (
        responses(input=[ITEM, {"role": "assistant", "content": "Yes?"}, ITEM]),
        responses(
            input=[
                ITEM,
                {
                    "id": "msg_1",
                    "type": "message",
                    "status": "completed",
                    "role": "assistant",
                    "phase": "final_answer",
                    "content": [
                        {"type": "output_text", "text": "Yes?", "annotations": [], "logprobs": []}
                    ],
                },
                ITEM,
            ]
        ),
    ),
    "dated model": (responses(), responses(model="gpt-5.5-2026-04-23")),
    "prefixed model": (responses(), responses(model="openai/gpt-5.5")),
    "order of keys": (
        responses(reasoning={"effort": "low", "summary": "auto"}),
        {"reasoning": {"summary": "auto", "effort": "low"}, "input": "Hi", "model": "gpt-5.5"},
    ),
    "order of tools": (responses(tools=[TOOL, OTHER]), responses(tools=[OTHER, TOOL])),
    "uuid in the text": (told(UUIDS[0]), told(UUIDS[1])),
    "time in the text": (told(TIMES[0]), told(TIMES[1])),
    "id in the text": (told(IDS[0]), told(IDS[1])),
    "previous response": (
        responses(previous_response_id=IDS[0]),
        responses(previous_response_id=IDS[1]),
    ),
}
DIFFERENT: dict[str, tuple[Json, Json]] = {
    "text": (responses(), responses(input="Ho")),
    "instructions": (responses(), responses(instructions="Be brief.")),
    "system prompt": (
        responses(input=[{"role": "system", "content": "Be brief."}, ITEM]),
        responses(input=[{"role": "system", "content": "Be long."}, ITEM]),
    ),
    "role": (responses(), responses(input=[{"role": "developer", "content": "Hi"}])),
    "history": (responses(), responses(input=[ITEM, ITEM])),
    "tools": (responses(), responses(tools=[TOOL])),
    "tool's name": (responses(tools=[TOOL]), responses(tools=[OTHER])),
    "tool's words": (responses(tools=[TOOL]), responses(tools=[{**TOOL, "description": "d"}])),
    "tool choice": (responses(tools=[TOOL]), responses(tools=[TOOL], tool_choice="required")),
    "temperature": (responses(), responses(temperature=0.5)),
    "zero temperature": (responses(), responses(temperature=0)),
    "budget": (responses(max_output_tokens=20), responses(max_output_tokens=30)),
    "effort": (responses(reasoning={"effort": "low"}), responses(reasoning={"effort": "high"})),
    "schema": (
        responses(text={"format": FORM}),
        responses(text={"format": {**FORM, "schema": {"type": "object", "title": "t"}}}),
    ),
    "schema or none": (responses(), responses(text={"format": FORM})),
    "model": (responses(), responses(model="gpt-5.5-pro")),
    "api": (responses(), chat()),
    "n": (chat(), chat(n=2)),
    "two ids or one": (
        responses(input=f"{IDS[0]} or {IDS[1]}"),
        responses(input=f"{IDS[0]} or {IDS[0]}"),
    ),
    "a date alone": (told("2026-04-23"), told("2026-04-24")),
    "previous response or none": (responses(), responses(previous_response_id=IDS[0])),
    "stored prompt": (responses(), responses(prompt={"id": "p"})),
}


def key(body: Json) -> str:
    return matching.normal_key(call(body))


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=list(SAME))
def test_calls_of_the_same_meaning_have_the_same_normal_key(one: Json, other: Json) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=list(DIFFERENT))
def test_calls_of_another_meaning_have_another_key(one: Json, other: Json) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("asked", "recorded", "lines"),
    [
        (
            responses(),
            responses(input="Ho"),
            ["input[0].content[0].text: asked 'Hi', recorded 'Ho'"],
        ),
        (
            responses(),
            responses(model="gpt-5.5-pro"),
            ["model: asked 'gpt-5.5', recorded 'gpt-5.5-pro'"],
        ),
        (responses(temperature=0.5), responses(), ["temperature: asked 0.5, recorded nothing"]),
        (
            responses(),
            responses(tools=[TOOL]),
            [f"tools: asked nothing, recorded {written([TOOL])[:60]}…"],
        ),
        (
            responses(reasoning={"effort": "low"}, input=[ITEM, ITEM]),
            responses(reasoning={"effort": "high"}),
            [
                "reasoning.effort: asked 'low', recorded 'high'",
                f"input[1]: asked {written(WRITTEN)[:60]}…, recorded nothing",
            ],
        ),
        (responses(), responses(metadata={"a": "b"}), []),
    ],
)
def test_differences_name_the_path_and_both_values(
    asked: Json, recorded: Json, lines: list[str]
) -> None:
    found = [str(one) for one in matching.differences(call(asked), call(recorded))]
    assert sorted(found) == sorted(lines)


def test_a_long_text_is_shown_around_the_first_place_that_differs() -> None:
    long = "word " * 40
    (found,) = matching.differences(
        call(responses(input=long + "ebb tide" + long)),
        call(responses(input=long + "flood" + long)),
    )
    shown = str(found)
    assert "ebb tide" in shown
    assert "flood" in shown
    assert shown.count("…") == 4
    assert len(shown) < 220


def test_the_nearest_recording_differs_least() -> None:
    asked = call(responses(input="Name three rivers of Europe", temperature=1))
    near = call(responses(input="Name four rivers of Europe"))
    same_count = call(responses(input="Translate this poem"))
    far = call(responses(input="Name three rivers", instructions="x", tools=[TOOL]))
    found = matching.nearest(asked, [far, same_count, near], lambda one: one)
    assert [one for one, _ in found] == [near, same_count, far]
    assert [len(differences) for _, differences in found] == [1, 1, 3]
