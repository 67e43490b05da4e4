"""Bodies as real clients write them: nulls, leftovers of earlier answers, and odd text."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from mockgw.runner import running
from mockgw.settings import Settings

BARE = {"name": "ping"}
TOOL = {"type": "function", "name": "ping"}
CHAT_TOOL = {"type": "function", "function": BARE}
USER = {"role": "user", "content": "Say something."}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with (
        running(Settings(port=0, mode="synth")) as gateway,
        aiohttp.ClientSession(gateway.url) as session,
    ):
        yield session


async def posted(client: aiohttp.ClientSession, path: str, body: Any) -> Any:
    async with client.post(path, json=body) as answer:
        told = await answer.json()
        assert answer.status == 200, told
        return told


RESPONSES: dict[str, Any] = {
    "explicit nulls": {
        "input": "Hi",
        "instructions": None,
        "tools": None,
        "tool_choice": None,
        "text": None,
        "reasoning": None,
        "previous_response_id": None,
        "stream_options": None,
        "metadata": None,
        "stream": None,
    },
    "empty lists and false": {"input": "Hi", "tools": [], "include": [], "stream": False},
    "truncation at its default": {"input": "Hi", "truncation": "disabled"},
    "item without type": {"input": [{"role": "user", "content": "Hi"}]},
    "assistant without content": {"input": [{"role": "assistant"}, USER]},
    "assistant with null content": {"input": [{"role": "assistant", "content": None}, USER]},
    "assistant with empty content": {"input": [{"role": "assistant", "content": []}, USER]},
    "a message copied from an answer": {
        "input": [
            {
                "type": "message",
                "id": "msg_1",
                "role": "assistant",
                "status": "completed",
                "phase": "final_answer",
                "parsed": None,
                "content": [
                    {"type": "output_text", "text": "x", "annotations": [], "logprobs": []}
                ],
            },
            USER,
        ]
    },
    "a call without id": {
        "input": [
            USER,
            {"type": "function_call", "call_id": "c", "name": "ping", "arguments": ""},
            {"type": "function_call_output", "call_id": "c", "output": ""},
        ]
    },
    "a tool without parameters": {"input": "Hi", "tools": [TOOL]},
    "a tool without properties": {
        "input": "Hi",
        "tools": [{**TOOL, "parameters": {"type": "object"}, "strict": None}],
        "tool_choice": "required",
    },
    "an empty question": {"input": ""},
    "odd text": {"input": "e\u0301 \U0001f3f3\ufe0f\u200d\U0001f308 \u202e \x00 \ufffe \u2028"},
}


@pytest.mark.parametrize("case", RESPONSES)
async def test_a_responses_body_is_taken_with(client: aiohttp.ClientSession, case: str) -> None:
    answer = await posted(client, "/v1/responses", {"model": "gpt-5.5", **RESPONSES[case]})
    assert answer["status"] == "completed"
    assert answer["output"]


CHAT: dict[str, Any] = {
    "explicit nulls": {
        "messages": [USER],
        "tools": None,
        "tool_choice": None,
        "response_format": None,
        "stop": None,
        "n": None,
        "max_completion_tokens": None,
        "stream_options": None,
        "user": None,
    },
    "no tools and no stream": {"messages": [USER], "tools": [], "stream": False},
    "assistant with empty content": {"messages": [USER, {"role": "assistant", "content": ""}]},
    "an assistant copied from an answer": {
        "messages": [
            USER,
            {
                "role": "assistant",
                "content": None,
                "refusal": None,
                "annotations": [],
                "audio": None,
                "function_call": None,
                "reasoning_content": "kept by somebody",
                "tool_calls": [
                    {
                        "id": "c",
                        "index": 0,
                        "type": "function",
                        "function": {"name": "ping", "arguments": "{}", "parsed": None},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "c", "content": "", "name": "ping"},
        ]
    },
    "an assistant's call without content": {
        "messages": [
            USER,
            {
                "role": "assistant",
                "tool_calls": [
                    {
                        "id": "c",
                        "type": "function",
                        "function": {"name": "ping", "arguments": "no JSON"},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": ""}]},
        ]
    },
    "a tool without parameters": {
        "messages": [USER],
        "tools": [CHAT_TOOL],
        "tool_choice": "required",
    },
    "odd text": {"messages": [{"role": "user", "content": "e\u0301 \u202e \x00 \U0001f308"}]},
}


@pytest.mark.parametrize("case", CHAT)
async def test_a_chat_body_is_taken_with(client: aiohttp.ClientSession, case: str) -> None:
    body = {"model": "gpt-5.5", **CHAT[case]}
    message = (await posted(client, "/v1/chat/completions", body))["choices"][0]["message"]
    assert message["content"] or message["tool_calls"]


async def test_a_null_means_the_same_as_leaving_out(client: aiohttp.ClientSession) -> None:
    plain = {"model": "gpt-5.5", "input": "Hi"}
    with_nulls = {**plain, "tools": None, "text": None, "reasoning": None}
    first = await posted(client, "/v1/responses", plain)
    second = await posted(client, "/v1/responses", with_nulls)
    assert first["output"][-1]["content"] == second["output"][-1]["content"]
    assert first["usage"] == second["usage"]


async def test_text_of_any_script_is_given_back_as_it_came(client: aiohttp.ClientSession) -> None:
    said = "e\u0301 \U0001f308 \u202e \x00 \ufffe 日本 \\ud83d"
    body = {"model": "gpt-5.5", "input": "Hi", "instructions": said, "metadata": {"é": said}}
    answer = await posted(client, "/v1/responses", body)
    assert (answer["instructions"], answer["metadata"]) == (said, {"é": said})


@pytest.mark.parametrize("api", ["responses", "chat"])
async def test_a_named_tool_wins_over_a_format(client: aiohttp.ClientSession, api: str) -> None:
    named = {"name": "o", "schema": SCHEMA}
    if api == "responses":
        body = {
            "input": "Hi",
            "tools": [TOOL],
            "tool_choice": {"type": "function", "name": "ping"},
            "text": {"format": {"type": "json_schema", **named}},
        }
        answer = await posted(client, "/v1/responses", {"model": "gpt-5.5", **body})
        calls = [item["name"] for item in answer["output"] if item["type"] == "function_call"]
        assert all(item["type"] != "message" for item in answer["output"])
    else:
        body = {
            "messages": [USER],
            "tools": [CHAT_TOOL],
            "tool_choice": {"type": "function", "function": BARE},
            "response_format": {"type": "json_schema", "json_schema": named},
        }
        answer = await posted(client, "/v1/chat/completions", {"model": "gpt-5.5", **body})
        message = answer["choices"][0]["message"]
        calls = [call["function"]["name"] for call in message["tool_calls"]]
        assert message["content"] is None
    assert calls == ["ping"]


async def test_keys_that_occur_twice_count_by_their_last_value(
    client: aiohttp.ClientSession,
) -> None:
    body = b'{"model":"nope","input":"Hi","model":"gpt-5.5"}'
    async with client.post("/v1/responses", data=body) as answer:
        assert (answer.status, json.loads(await answer.read())["status"]) == (200, "completed")
