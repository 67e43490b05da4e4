"""A scripted answer must be one that the real API could give to the call."""

from typing import Any

import pytest

from tests.scripts import Scripts
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json

NATIVE, CHATTED = RESPONSES[0], CHAT[0]
SCHEMA: Json = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
    "required": ["name"],
    "additionalProperties": False,
}
GET: Json = {"type": "function", "name": "get", "parameters": SCHEMA}
RUN: Json = {"type": "custom", "name": "run"}
FORM: Json = {"format": {"type": "json_schema", "name": "city", "schema": SCHEMA}}
OBJECT: Json = {"format": {"type": "json_object"}}
either = pytest.mark.parametrize("way", [NATIVE, CHATTED], ids=["responses", "chat"])


def of_chat(body: Json) -> Json:
    """Return the chat call that means the same."""
    made: Json = {"messages": [{"role": "user", "content": "JSON"}]}
    if tools := body.get("tools"):
        made["tools"] = [
            {"type": tool["type"], tool["type"]: {k: v for k, v in tool.items() if k != "type"}}
            for tool in tools
        ]
    if form := body.get("text", {}).get("format"):
        inner = {key: value for key, value in form.items() if key != "type"}
        made["response_format"] = {
            "type": form["type"],
            **({"json_schema": inner} if inner else {}),
        }
    for name in ("tool_choice", "parallel_tool_calls"):
        if name in body:
            made[name] = body[name]
    return made


def queue(road: Scripts, meaning: Json) -> None:
    keywords = {name: value for name, value in meaning.items() if name != "answer"}
    road.reply(meaning.get("answer"), **keywords)


# The call, the answer, and what is said when it does not fit.
UNFIT: dict[str, tuple[Json, dict[str, Any], str]] = {
    "a tool that is not offered": (
        {"tools": [GET, RUN]},
        {"tool_calls": [("put", {})]},
        "it calls 'put'; the call offers: get, run",
    ),
    "a tool where none is offered": (
        {},
        {"tool_calls": [("put", {})]},
        "it calls 'put'; the call offers: none",
    ),
    "a tool that may not be called": (
        {"tools": [GET], "tool_choice": "none"},
        {"tool_calls": [("get", {"name": "x"})]},
        "it calls 'get', and the call's tool_choice is none",
    ),
    "two calls at once": (
        {"tools": [GET], "parallel_tool_calls": False},
        {"tool_calls": [("get", {"name": "x"})] * 2},
        "it makes 2 tool calls, and the call takes one at a time",
    ),
    "arguments that lack something": (
        {"tools": [GET]},
        {"tool_calls": [("get", {})]},
        'it does not fit the arguments of get: "name" is a required property (at the root)',
    ),
    "arguments that are no JSON": (
        {"tools": [GET]},
        {"tool_calls": [("get", "x y")]},
        "'x y' is no JSON, which the arguments of get asks for",
    ),
    "a value of the wrong type": (
        {"text": FORM},
        {"json": {"name": "x", "size": "big"}},
        'it does not fit the schema of the call: "big" is not of type "integer" (at [\'size\'])',
    ),
    "text in place of a value": (
        {"text": FORM},
        {"text": "Oslo"},
        "'Oslo' is no JSON, which the schema of the call asks for",
    ),
    "text in JSON mode": (
        {"text": OBJECT},
        {"text": "Oslo"},
        "'Oslo' is no JSON, which the JSON mode of the call asks for",
    ),
    "a list in JSON mode": (
        {"text": OBJECT},
        {"json": [1]},
        'it does not fit the JSON mode of the call: [1] is not of type "object" (at the root)',
    ),
    "choices where one is wanted": (
        {},
        {"choices": ["a", "b"]},
        "it has 2 choices, and the call wants 1",
    ),
    "a function that fails": (
        {},
        {"answer": lambda _: 1 // 0},
        "its function raised ZeroDivisionError: integer division or modulo by zero",
    ),
    "a function of a function": (
        {},
        {"answer": lambda _: str},
        (
            f"{str!r} cannot be said in JSON: Object of type type is not JSON serializable.\n"
            "  Give plain data."
        ),
    ),
    "a function that gives a function": (
        {},
        {"answer": lambda _: lambda _: "Hi"},
        "its function returned a function",
    ),
}


@either
@pytest.mark.parametrize("name", UNFIT)
def test_an_answer_that_does_not_fit_says_why(name: str, way: Way) -> None:
    body, meaning, reason = UNFIT[name]
    road = Scripts()
    queue(road, meaning)
    sent = of_chat(body) if way is CHATTED else {"input": "JSON", **body}
    told = road.refused(way, sent)
    assert told == f"The answer queued at test_x.py:7 does not fit this call: {reason}."
    assert (road.last.code, road.last.source) == ("unfit_reply", "script")


@either
@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        ({"tools": [GET]}, {"tool_calls": [("get", {"name": "x", "size": 3})]}),
        ({"tools": [RUN]}, {"tool_calls": [("run", "not JSON")]}),
        ({"tools": [GET]}, {"text": "No call."}),
        ({"tools": [GET]}, {"tool_calls": [("get", '{"na')], "incomplete": "max_output_tokens"}),
        ({"text": FORM}, {"json": {"name": "Ålesund"}}),
        ({"text": FORM}, {"refusal": "I will not."}),
        ({"text": FORM}, {"text": '{"name": "O', "incomplete": "max_output_tokens"}),
        ({"text": OBJECT}, {"text": '{"a": 1}'}),
        ({"text": FORM}, {"answer": lambda asked: {"name": asked.text}}),
        ({}, {"reasoning": 5}),
    ],
)
def test_an_answer_that_fits_is_given(body: Json, meaning: Json, way: Way) -> None:
    road = Scripts()
    queue(road, meaning)
    sent = of_chat(body) if way is CHATTED else {"input": "JSON", **body}
    assert road.ask(way, sent)
    assert road.last.source == "script"


def test_a_tools_broken_schema_holds_nothing_up() -> None:
    road = Scripts()
    broken = {"type": "function", "name": "get", "parameters": {"type": "strange", "$ref": 5}}
    road.reply(tool_calls=[("get", {"a": 1})])
    assert road.send(NATIVE, {"input": "Hi", "tools": [broken]}).status in {200, 400}
    assert road.last.code != "mockgw_defect"


def test_a_refusal_says_when_to_ask_again() -> None:
    road = Scripts()
    road.fail("rate_limit", retry_after=2.5)
    road.fail("rate_limit")
    told, plain = (road.send(NATIVE, {"input": "Hi"}) for _ in range(2))
    assert told.status == plain.status == 429
    assert (told.headers["retry-after"], told.headers["retry-after-ms"]) == ("3", "2500")
    assert (plain.headers["retry-after"], plain.headers["retry-after-ms"]) == ("1", "120")


@pytest.mark.parametrize(
    ("reason", "finish"), [("content_filter", "content_filter"), ("max_output_tokens", "length")]
)
def test_a_chat_answer_that_ended_early_says_why(reason: str, finish: str) -> None:
    road = Scripts()
    road.reply(text="Half of it", incomplete=reason)
    told = road.ask(CHAT[0], {"messages": [{"role": "user", "content": "Hi"}]})
    assert told["choices"][0]["finish_reason"] == finish
