"""A request is told by its meaning, the same for both APIs and all doors."""

from typing import Any

import pytest

from mockgw.asked import Asked
from mockgw.model import Entry
from tests.calls import call
from tests.roads import Travels
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json

SCHEMA: Json = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
BOTH: list[Json] = [
    {
        "model": "gpt-5.5",
        "instructions": "Be brief.",
        "input": [
            {"role": "user", "content": "First."},
            {"role": "assistant", "content": "Yes."},
            {"role": "user", "content": [{"type": "input_text", "text": "Which city?"}]},
        ],
        "tools": [
            {"type": "function", "name": "get", "parameters": SCHEMA},
            {"type": "custom", "name": "run"},
        ],
        "text": {"format": {"type": "json_schema", "name": "city", "schema": SCHEMA}},
    },
    {
        "model": "gpt-5.5",
        "messages": [
            {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
            {"role": "user", "content": "First."},
            {"role": "assistant", "content": "Yes."},
            {"role": "user", "content": [{"type": "text", "text": "Which city?"}]},
        ],
        "tools": [
            {"type": "function", "function": {"name": "get", "parameters": SCHEMA}},
            {"type": "custom", "custom": {"name": "run"}},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "city", "schema": SCHEMA},
        },
    },
]


def asked_on(road: Travels) -> Asked:
    (entry,) = road.journal.entries()
    return Asked.of(entry)


@pytest.mark.parametrize("body", BOTH, ids=["responses", "chat"])
def test_a_request_of_either_api_has_the_same_meaning(body: Json) -> None:
    asked = Asked(call(body))
    assert (asked.text, asked.instructions) == ("Which city?", "Be brief.")
    assert (list(asked.tools), asked.schema) == (["get", "run"], SCHEMA)
    assert (asked.model, asked.body, asked.stream) == ("gpt-5.5", body, False)


@pytest.mark.parametrize(
    ("way", "body"),
    [(way, body) for ways, body in zip((RESPONSES, CHAT), BOTH, strict=True) for way in ways],
    ids=[f"{api} {way.name}" for api, ways in (("r", RESPONSES), ("c", CHAT)) for way in ways],
)
def test_a_request_is_the_same_through_every_door(way: Way, body: Json) -> None:
    road = Travels(synth=True)
    said = {name: value for name, value in body.items() if name != "model"}
    road.ask(way, "openai/gpt-5.5", said)
    asked = asked_on(road)
    assert (asked.door, asked.model, asked.status, asked.source) == (
        way.door,
        "gpt-5.5",
        200,
        "synth",
    )
    assert {key: asked.body[key] for key in said} == said
    assert (asked.text, list(asked.tools), asked.schema) == ("Which city?", ["get", "run"], SCHEMA)
    assert asked.usage["total_tokens"] > 0


@pytest.mark.parametrize(
    ("body", "instructions"),
    [
        ({"input": "Hi"}, ""),
        ({"input": [{"role": "developer", "content": "Be kind."}]}, "Be kind."),
        ({"instructions": "Be.", "input": [{"role": "system", "content": "Not."}]}, "Be."),
        ({"messages": [{"role": "developer", "content": "Be kind."}]}, "Be kind."),
        ({"messages": [{"role": "user", "content": "Hi"}]}, ""),
        ({"messages": "no list"}, ""),
        ({"input": ["no item", {"role": "system"}]}, ""),
    ],
)
def test_instructions_are_found_where_they_stand(body: Json, instructions: str) -> None:
    assert Asked(call({"model": "gpt-5.5", **body})).instructions == instructions


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"input": 5},
        {"input": [[]], "tools": [1, {"type": "function"}], "text": []},
        {"input": "x", "reasoning": 3, "max_output_tokens": "many", "tool_choice": [1]},
        {"messages": [None, 3], "tools": {"a": 1}, "response_format": "json", "n": []},
        {"messages": [{"role": "user", "content": {"a": 1}}], "stop": 5, "functions": 3},
        {"messages": "x", "response_format": {"type": "json_schema", "json_schema": [1]}},
    ],
)
def test_a_request_that_was_refused_can_still_be_looked_at(body: Json) -> None:
    road = Travels(synth=True)
    road.send("POST", "/v1/chat/completions" if "messages" in body else "/v1/responses", body)
    asked = asked_on(road)
    told: Any = (asked.text, asked.tools, asked.schema, asked.instructions, repr(asked))
    assert told
    assert (asked.status, asked.source, asked.usage) == (400, "refused", {})
    assert asked.error
    assert asked.body == body


def test_what_creates_nothing_says_nothing() -> None:
    road = Travels(synth=True)
    road.send("GET", "/v1/responses/resp_0")
    asked = asked_on(road)
    assert (asked.operation, asked.text, list(asked.tools)) == ("responses.retrieve", "", [])
    assert asked.schema is None


def test_a_request_shows_itself_in_one_line() -> None:
    asked = Asked(call({"model": "gpt-5.5", "input": "Hi", "stream": True}))
    assert repr(asked) == "<responses.create gpt-5.5 'Hi'>"
    assert asked.stream
    entry = Entry(
        1, 0.0, "POST", "/", "", "openai", "chat.create", "m", stream=False, status=404,
        source="missing", match="", where="", notes=(), error="No.", body={},
    )  # fmt: skip
    assert repr(Asked.of(entry)) == "<chat.create m '' -> 404 missing>"
