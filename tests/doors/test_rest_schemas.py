"""The catalogue's schemas, in both directions: what is taken, and every answer that is given."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockgw.apis.cloudflare import inputs
from mockgw.apis.cloudflare.schemas import schemas
from mockgw.catalogue import Model, find
from mockgw.errors import ApiError
from mockgw.runner import Gateway
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json

DOCUMENTS = json.loads((Path(__file__).parents[1] / "data/documents.json").read_text("utf-8"))
CATALOGUE = [way for way in (*RESPONSES, *CHAT) if way.run_path]
HELLO = [{"role": "user", "content": "Name a lake."}]
WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
CHATS: dict[str, Json] = {
    "a text": {},
    "cut": {"max_completion_tokens": 30},
    "cut while thinking": {"max_completion_tokens": 2},
    "cut by the older name": {"max_tokens": 30},
    "a tool call": {
        "tools": [{"type": "function", "function": {"name": "weather", "parameters": WEATHER}}],
        "tool_choice": "required",
    },
    "three choices": {"n": 3},
    "a value": {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "w", "schema": WEATHER, "strict": True},
        }
    },
}
ASKS: dict[str, Json] = {
    "a text": {},
    "cut": {"max_output_tokens": 60},
    "cut while thinking": {"max_output_tokens": 16},
    "a tool call": {
        "tools": [{"type": "function", "name": "weather", "parameters": WEATHER, "strict": True}],
        "tool_choice": "required",
    },
    "a summary": {"reasoning": {"effort": "medium", "summary": "auto"}},
}


def model(name: str) -> Model:
    found = find(name.removeprefix("openai/"))
    assert found is not None
    return found


@cache
def validator(name: str, side: str) -> Draft202012Validator:
    return Draft202012Validator(schemas(model(name))[side])


def check_answer(way: Way, gateway: Gateway, name: str, body: Json) -> None:
    reply = way.ask(gateway.url, name, body)
    assert reply.status == 200, reply.body
    answer = way.object(reply)
    side = "openai/gpt-5.5-pro" if answer["object"] == "response" else "openai/gpt-5.5"
    validator(side, "output").validate(answer)


@pytest.mark.parametrize("case", CHATS)
@pytest.mark.parametrize("way", [way for way in CHAT if way.run_path], ids=lambda way: way.name)
def test_a_synthesized_completion_is_what_the_schema_promises(
    synth: Gateway, way: Way, case: str
) -> None:
    body = {"messages": HELLO, **CHATS[case]}
    validator("openai/gpt-5.5", "input").validate(body)
    check_answer(way, synth, "openai/gpt-5.5", body)


@pytest.mark.parametrize("case", ASKS)
@pytest.mark.parametrize(
    "way", [way for way in RESPONSES if way.run_path], ids=lambda way: way.name
)
def test_a_synthesized_response_is_what_the_schema_promises(
    synth: Gateway, way: Way, case: str
) -> None:
    check_answer(way, synth, "openai/gpt-5.5-pro", {"input": "Name a lake.", **ASKS[case]})


@pytest.mark.parametrize(
    "one",
    [*DOCUMENTS["responses"], *DOCUMENTS["chat"]],
    ids=lambda one: f"{one['model']} {one['title']}",
)
def test_what_the_documents_show_is_taken_and_its_recording_fits(
    replay: Gateway, one: Json
) -> None:
    validator(one["model"], "input").validate(one["request"])
    chat = "messages" in one["request"]
    inputs.check(one["request"], responses=not chat)
    ways = CHAT if chat else RESPONSES
    for way in ways:
        if way.run_path:
            check_answer(way, replay, one["model"], one["request"])


WRONG: list[tuple[str, Json, str]] = [
    ("gpt-5.5", {}, "Required value missing: messages"),
    ("gpt-5.5", {"messages": None}, "Required value missing: messages"),
    (
        "gpt-5.5",
        {"messages": "Hi"},
        "Invalid value at messages: Invalid input: expected array, received string",
    ),
    (
        "gpt-5.5",
        {"messages": ["Hi"]},
        "Invalid value at messages.0: Invalid input: expected object, received string",
    ),
    ("gpt-5.5", {"messages": [{"content": "Hi"}]}, "Required value missing: messages.0.role"),
    ("gpt-5.5", {"messages": [{"role": "user"}]}, "Required value missing: messages.0.content"),
    (
        "gpt-5.5",
        {"messages": [{"role": "user", "content": 5}]},
        "Invalid value at messages.0.content: Invalid input",
    ),
    (
        "gpt-5.5",
        {"messages": HELLO, "temperature": 2.5},
        "Invalid value at temperature: Too big: expected number to be <=2",
    ),
    (
        "gpt-5.5",
        {"messages": HELLO, "top_p": -1},
        "Invalid value at top_p: Too small: expected number to be >=0",
    ),
    (
        "gpt-5.5",
        {"messages": HELLO, "max_completion_tokens": 0},
        "Invalid value at max_completion_tokens: Too small: expected number to be >0",
    ),
    (
        "gpt-5.5",
        {"messages": HELLO, "stream": "yes"},
        "Invalid value at stream: Invalid input: expected boolean, received string",
    ),
    (
        "gpt-5.5",
        {"messages": HELLO, "stream_options": {"include_usage": 1}},
        (
            "Invalid value at stream_options.include_usage: Invalid input: expected boolean, "
            "received number"
        ),
    ),
    ("gpt-5.5-pro", {"messages": HELLO}, "Required value missing: input"),
    ("gpt-5.5-pro", {"input": 5}, "Invalid value at input: Invalid input"),
    (
        "gpt-5.5-pro",
        {"input": "Hi", "reasoning": "high"},
        "Invalid value at reasoning: Invalid input: expected object, received string",
    ),
]


@pytest.mark.parametrize(("name", "body", "words"), WRONG, ids=[str(case[1]) for case in WRONG])
def test_what_the_schema_forbids_is_refused_by_the_catalogue_and_not_by_the_provider(
    synth: Gateway, name: str, body: Json, words: str
) -> None:
    assert not validator(name, "input").is_valid(body)
    for way in CATALOGUE:
        told = way.ask(synth.url, f"openai/{name}", body)
        if way.door == "rest-openai" and ("responses" in way.path) != ("pro" in name):
            continue
        listed = told.json().get("errors") or told.json()["error"]
        assert (told.status, listed[0]["code"]) == (400, 7003)
        assert listed[0]["message"] == f"Model execution failed (User Input Error): {words}"


def test_what_the_schema_leaves_open_is_for_the_provider_to_refuse(synth: Gateway) -> None:
    body = {"messages": HELLO, "nonsense": 1}
    validator("gpt-5.5", "input").validate(body)
    for way in CHAT:
        if way.run_path:
            assert b"Unknown parameter: 'nonsense'." in way.ask(synth.url, "gpt-5.5", body).body


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 40) | st.floats(-3, 3) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["role", "content", "effort", "format"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(["gpt-5.5", "gpt-5.5-pro"]), data=st.data())
def test_the_check_refuses_what_the_schema_forbids_and_nothing_else(name: str, data: Any) -> None:
    """An explicit null, a closed object and a list of words are where the check is the milder."""
    fields = list(schemas(model(name))["input"]["properties"])
    body = data.draw(st.dictionaries(st.sampled_from(fields), VALUES, max_size=4))
    told = _without_nulls(body)
    forbidden = [
        fault
        for fault in validator(name, "input").iter_errors(told)
        if fault.validator not in {"enum", "additionalProperties"}
    ]
    try:
        inputs.check(body, responses=name.endswith("-pro"))
    except ApiError:
        assert forbidden
    else:
        assert not forbidden


def _without_nulls(body: Json) -> Json:
    """Return the body without its nulls, those of a message's content aside."""
    told: Json = {}
    for name, value in body.items():
        if isinstance(value, dict):
            told[name] = _without_nulls(value)
        elif isinstance(value, list) and name == "messages":
            told[name] = [_message(one) if isinstance(one, dict) else one for one in value]
        elif value is not None:
            told[name] = value
    return told


def _message(message: Json) -> Json:
    return {key: value for key, value in message.items() if value is not None or key == "content"}
