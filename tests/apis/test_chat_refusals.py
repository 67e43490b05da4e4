import contextlib
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.chat import completion_create_params

from mockgw.apis.chat.refusals import check
from mockgw.apis.chat.request import REQUEST
from mockgw.errors import ApiError
from tests.apis.refusing import Body, Refusing

Fault = tuple[str | None, str | None, str]
DATA = Path(__file__).parents[1] / "data"
refused = Refusing("chat.create", check)
call = refused.call


def said(content: Any, role: str = "user", **more: Any) -> Body:
    return {"role": role, "content": content, **more}


def called(*ids: str) -> Body:
    inner = {"name": "f", "arguments": "{}"}
    calls = [{"id": name, "type": "function", "function": inner} for name in ids]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def answered(name: str) -> Body:
    return {"role": "tool", "tool_call_id": name, "content": "4"}


def function(name: str = "f", **more: Any) -> Body:
    return {"type": "function", "function": {"name": name, **more}}


HELLO = [said("hello")]
UNSUPPORTED = "Unsupported parameter: '{}' is not supported with this model."


def format_of(**more: Any) -> Body:
    schema = {"type": "object", "properties": {}}
    json_schema = {"name": "x", "schema": schema, **more}
    return {"response_format": {"type": "json_schema", "json_schema": json_schema}}


ROWS = yaml.safe_load((DATA / "chat_refusals.yaml").read_text())
REFUSED = [(row["send"], (row["param"], row["code"], row["says"])) for row in ROWS]

# What real clients send beside a model and a message, and the real API takes.
ACCEPTED: list[Body] = [
    {},
    dict.fromkeys(REQUEST.fields.keys() - {"model", "messages"}),
    {"temperature": 1, "top_p": 1.0, "presence_penalty": 0, "logprobs": False, "logit_bias": {}},
    {
        "temperature": 0,
        "top_p": 0.1,
        "logprobs": True,
        "top_logprobs": 5,
        "reasoning_effort": "none",
    },
    {"stream": True, "stream_options": {"include_usage": True, "include_obfuscation": False}},
    {"stop": "x", "seed": -5, "n": 128, "user": "u", "store": True, "metadata": {"k": "v"}},
    {"stop": ["a", "b", "c", "d"]},
    {"tools": []},
    {"tools": [], "tool_choice": "auto", "parallel_tool_calls": True},
    {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": None}]},
    {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "extra": 1}]},
    {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": ""}]},
    {"tools": [function()], "tool_choice": function(), "parallel_tool_calls": False},
    {"tools": [function(parameters={}, strict=None, description=None)], "tool_choice": "required"},
    {
        "tools": [{"type": "custom", "custom": {"name": "c"}}],
        "tool_choice": {"type": "custom", "custom": {"name": "c"}},
    },
    {
        "tools": [function()],
        "tool_choice": {
            "type": "allowed_tools",
            "allowed_tools": {"mode": "auto", "tools": [function()]},
        },
    },
    {
        "functions": [{"name": "f", "parameters": {"type": "object"}}],
        "function_call": {"name": "f"},
    },
    {"response_format": {"type": "json_object"}, "messages": [said("In JSON.")]},
    format_of(strict=False, description="d"),
    format_of(strict=True, schema={"type": "object", "additionalProperties": False}),
    {"messages": [said("x", "system"), said("x", "developer"), said("", "user"), said([], "user")]},
    {"messages": [*HELLO, said(None, "assistant", refusal="no"), said("x", further={"any": 1})]},
    {"messages": [*HELLO, called("call_1", "call_2"), answered("call_2"), answered("call_1")]},
    {"messages": [said("x", tool_calls=5), said("x", "system", tool_calls=[{}])]},
    {"messages": [called("call_1"), answered("call_1"), called("call_1"), answered("call_1")]},
    {"messages": [said("x", "assistant", tool_calls=None, function_call=None, audio=None)]},
    {
        "messages": [
            said(None, "assistant", function_call={"name": "f", "arguments": "{}"}),
            said("4", "function", name="f"),
        ]
    },
    {
        "messages": [
            said(
                [
                    {"type": "text", "text": "x"},
                    {"type": "image_url", "image_url": {"url": "https://example.com/x.png"}},
                ]
            )
        ]
    },
]


@pytest.mark.parametrize(("extra", "fault"), REFUSED)
def test_the_real_api_refuses(extra: Body, fault: Fault) -> None:
    model = extra.get("model", "gpt-5.5")
    assert refused({"model": model, "messages": HELLO, **extra}, model) == (400, *fault)


@pytest.mark.parametrize("extra", ACCEPTED)
def test_the_real_api_accepts(extra: Body) -> None:
    body = {"model": "gpt-5.5", "messages": HELLO, **extra}
    check(call(body))
    assert jsonschema_rs.is_valid(REQUEST.schema(), body)


@pytest.mark.parametrize(
    ("model", "status", "param", "code", "message"),
    [
        ("", 400, None, None, "you must provide a model parameter"),
        (
            "llama-3",
            404,
            None,
            "model_not_found",
            "The model `llama-3` does not exist or you do not have access to it.",
        ),
        (
            "gpt-5.5-pro",
            404,
            "model",
            None,
            "This model is only supported in v1/responses and not in v1/chat/completions.",
        ),
    ],
)
def test_the_model_comes_before_anything_else(
    model: str, status: int, param: str | None, code: str | None, message: str
) -> None:
    assert refused({"zzz": 1}, model) == (status, param, code, message)


def test_missing_messages_come_before_an_unknown_parameter() -> None:
    expected = "Missing required parameter: 'messages'."
    assert refused({"zzz": 1}) == (400, "messages", "missing_required_parameter", expected)


def test_max_tokens_passes_where_the_door_takes_it() -> None:
    body = {"messages": HELLO, "max_tokens": 5}
    check(call(body), max_tokens_refused=False)
    assert refused(body)[1] == "max_tokens"


def test_a_model_that_does_not_reason_takes_sampling_but_no_effort() -> None:
    sampling = {"temperature": 0.2, "top_p": 0.5, "logprobs": True, "logit_bias": {"1": 5}}
    body = {"messages": HELLO, "max_tokens": 5, **sampling}
    check(call(body, "gpt-4.1"))
    assert refused({**body, "reasoning_effort": "low"}, "gpt-4.1") == (
        400,
        "reasoning_effort",
        "unsupported_parameter",
        UNSUPPORTED.format("reasoning_effort"),
    )


def test_the_documented_requests_pass() -> None:
    for recorded in json.loads((DATA / "documents.json").read_bytes())["chat"]:
        check(call(recorded["request"], recorded["model"].removeprefix("openai/")))


def test_every_parameter_of_the_sdk_is_known() -> None:
    known = completion_create_params.CompletionCreateParamsBase.__annotations__.keys()
    assert known | {"stream"} <= REQUEST.fields.keys()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
MESSAGES = st.lists(
    st.sampled_from([said("x"), called("a", "b"), answered("a"), answered("c"), said(None)])
    | st.dictionaries(st.sampled_from(["role", "content", "tool_calls"]), JSON)
)
BODIES = st.dictionaries(st.sampled_from(sorted(REQUEST.fields)), JSON)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BODIES, JSON | MESSAGES)
def test_check_raises_nothing_but_api_errors(body: Body, messages: Any) -> None:
    with contextlib.suppress(ApiError):
        check(call({**body, "messages": messages}))


def test_the_table_of_refusals_is_long_and_says_nothing_twice() -> None:
    sent = [json.dumps(row["send"], sort_keys=True) for row in ROWS]
    assert len(sent) > 100
    assert len(set(sent)) == len(sent)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("gpt-5", "Input tokens exceed the configured limit of 272000 tokens. Your messages"),
        ("gpt-4o", "This model's maximum context length is 128000 tokens. However, your messages"),
    ],
)
def test_messages_that_no_window_holds_are_refused(model: str, words: str) -> None:
    status, param, code, message = refused({"messages": [said("a " * 300_000)]}, model)
    assert (status, param, code) == (400, "messages", "context_length_exceeded")
    assert message.startswith(words)
    assert "resulted in 300" in message
