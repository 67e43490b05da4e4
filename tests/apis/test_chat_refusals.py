import contextlib
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.chat import completion_create_params

from mockgw.apis.chat.refusals import check
from mockgw.apis.chat.request import REQUEST
from mockgw.errors import ApiError
from mockgw.model import Call

Body = dict[str, Any]
DOCUMENTS = Path(__file__).parents[1] / "data" / "documents.json"


def call(body: Body, model: str = "gpt-5.5") -> Call:
    stream = body.get("stream") is True
    return Call("chat.create", "openai", False, "", model, body, stream, "")


def refused(body: Body, model: str = "gpt-5.5") -> tuple[int, str | None, str | None, str]:
    with pytest.raises(ApiError) as caught:
        check(call(body, model))
    found = caught.value
    assert (found.type, found.origin) == ("invalid_request_error", "provider")
    return found.status, found.param, found.code, found.message


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
NO_OUTPUT = (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
    "'tool_call_id'. The following tool_call_ids did not have response messages: "
)
STRAY = (
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
    "'tool_calls'."
)
NO_CONTENT = "Invalid value for 'content': expected a string, got null."
NO_ADDITIONAL = "In context=(), 'additionalProperties' is required to be supplied and to be false."
UNSUPPORTED = "Unsupported parameter: '{}' is not supported with this model."


def format_of(**more: Any) -> Body:
    schema = {"type": "object", "properties": {}}
    json_schema = {"name": "x", "schema": schema, **more}
    return {"response_format": {"type": "json_schema", "json_schema": json_schema}}


# What is sent beside a model and a message; then param, code and message of the refusal.
REFUSED: list[tuple[Body, str | None, str | None, str]] = [
    (
        {"reasoning": {"effort": "low"}},
        "reasoning",
        "unknown_parameter",
        "Unknown parameter: 'reasoning'.",
    ),
    (
        {"top_k": 5},
        "top_k",
        "unknown_parameter",
        "Unknown parameter: 'top_k'. Did you mean 'top_p'?",
    ),
    (
        {"messages": []},
        "messages",
        "empty_array",
        (
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an "
            "empty array instead."
        ),
    ),
    (
        {"messages": "hello"},
        "messages",
        "invalid_type",
        "Invalid type for 'messages': expected an array of objects, but got a string instead.",
    ),
    (
        {"messages": [said(7)]},
        "messages[0].content",
        "invalid_type",
        (
            "Invalid type for 'messages[0].content': expected one of a string or array of objects, "
            "but got an integer instead."
        ),
    ),
    (
        {"messages": [said("x", "boss")]},
        "messages[0].role",
        "invalid_value",
        (
            "Invalid value: 'boss'. Supported values are: 'system', 'assistant', 'user', "
            "'function', 'tool', and 'developer'."
        ),
    ),
    (
        {"messages": [{"content": "x"}]},
        "messages[0].role",
        "missing_required_parameter",
        "Missing required parameter: 'messages[0].role'.",
    ),
    ({"messages": [{"role": "user"}]}, "messages.[0].content", None, NO_CONTENT),
    ({"messages": [*HELLO, said(None, "assistant")]}, "messages.[1].content", None, NO_CONTENT),
    (
        {"messages": [said("x", "assistant", tool_calls=[])]},
        "messages[0].tool_calls",
        "empty_array",
        (
            "Invalid 'messages[0].tool_calls': empty array. Expected an array with minimum length "
            "1, but got an empty array instead."
        ),
    ),
    (
        {"messages": [*HELLO, called("call_1", "call_2"), answered("call_1"), said("x")]},
        "messages.[3].role",
        None,
        NO_OUTPUT + "call_2",
    ),
    (
        {"messages": [*HELLO, called("call_1", "call_2")]},
        "messages.[1].role",
        None,
        NO_OUTPUT + "call_1, call_2",
    ),
    ({"messages": [*HELLO, answered("call_1")]}, "messages.[1].role", None, STRAY),
    (
        {"messages": [called("call_1"), answered("call_1"), said("x"), answered("call_1")]},
        "messages.[3].role",
        None,
        STRAY,
    ),
    (
        {"messages": [called("call_1"), answered("call_2")]},
        "messages.[1].tool_call_id",
        None,
        (
            "Invalid parameter: 'tool_call_id' of 'call_2' not found in 'tool_calls' of previous "
            "message."
        ),
    ),
    (
        {"max_tokens": 5},
        "max_tokens",
        "unsupported_parameter",
        UNSUPPORTED.format("max_tokens") + " Use 'max_completion_tokens' instead.",
    ),
    (
        {"temperature": 0.5},
        "temperature",
        "unsupported_value",
        (
            "Unsupported value: 'temperature' does not support 0.5 with this model. Only the "
            "default (1) value is supported."
        ),
    ),
    ({"top_p": 0.5}, "top_p", "unsupported_parameter", UNSUPPORTED.format("top_p")),
    (
        {"presence_penalty": 1},
        "presence_penalty",
        "unsupported_parameter",
        UNSUPPORTED.format("presence_penalty"),
    ),
    (
        {"frequency_penalty": 1},
        "frequency_penalty",
        "unsupported_parameter",
        UNSUPPORTED.format("frequency_penalty"),
    ),
    ({"logprobs": True}, "logprobs", "unsupported_parameter", UNSUPPORTED.format("logprobs")),
    (
        {"logit_bias": {"1": 5}},
        "logit_bias",
        "unsupported_parameter",
        UNSUPPORTED.format("logit_bias"),
    ),
    (
        {"prediction": {"type": "content", "content": "x"}},
        "prediction",
        "unsupported_parameter",
        UNSUPPORTED.format("prediction"),
    ),
    (
        {"top_logprobs": 2},
        "top_logprobs",
        None,
        "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
    ),
    (
        {"reasoning_effort": "minimal"},
        "reasoning_effort",
        "unsupported_value",
        (
            "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. "
            "Supported values are: 'none', 'low', 'medium', 'high', and 'xhigh'."
        ),
    ),
    (
        {"n": 0},
        "n",
        "integer_below_min_value",
        "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ),
    (
        {"n": 129},
        "n",
        "integer_above_max_value",
        "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead.",
    ),
    (
        {"seed": 1.5},
        "seed",
        "invalid_type",
        "Invalid type for 'seed': expected an integer, but got a decimal number instead.",
    ),
    (
        {"stop": ["a", "b", "c", "d", "e"]},
        "stop",
        "array_above_max_length",
        (
            "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an "
            "array with length 5 instead."
        ),
    ),
    (
        {"stream_options": {"include_usage": True}},
        "stream_options",
        None,
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    ),
    (
        {"stream": True, "stream_options": {"bogus": 1}},
        "stream_options.bogus",
        "unknown_parameter",
        "Unknown parameter: 'stream_options.bogus'.",
    ),
    (
        {"tools": []},
        "tools",
        "empty_array",
        (
            "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an "
            "empty array instead."
        ),
    ),
    (
        {"tools": [{"type": "function", "name": "f"}]},
        "tools[0].function",
        "missing_required_parameter",
        "Missing required parameter: 'tools[0].function'.",
    ),
    (
        {"tools": [function("")]},
        "tools[0].function.name",
        "empty_string",
        (
            "Invalid 'tools[0].function.name': empty string. Expected a string with minimum length "
            "1, but got an empty string instead."
        ),
    ),
    (
        {"tools": [function(), function()]},
        "tools",
        "invalid_value",
        "Invalid 'tools': tool names must be unique, but 'f' occurs twice.",
    ),
    (
        {"tools": [function(parameters={"type": "object"}, strict=True)]},
        "tools[0].function.parameters",
        "invalid_function_parameters",
        "Invalid schema for function 'f': " + NO_ADDITIONAL,
    ),
    (
        {"functions": [{"name": "f", "parameters": {"type": "list"}}]},
        "functions[0].parameters",
        "invalid_function_parameters",
        "Invalid schema for function 'f': 'list' is not valid under any of the given schemas.",
    ),
    (
        {"tool_choice": "auto"},
        "tool_choice",
        None,
        (
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are "
            "specified."
        ),
    ),
    (
        {"parallel_tool_calls": False},
        "parallel_tool_calls",
        None,
        (
            "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when "
            "'tools' are specified."
        ),
    ),
    (
        {"function_call": "auto"},
        "function_call",
        None,
        (
            "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' "
            "are specified."
        ),
    ),
    (
        {"tools": [function()], "tool_choice": function("g")},
        "function_call",
        None,
        (
            "Invalid value for 'function_call': no function named 'g' was specified in the "
            "'functions' parameter."
        ),
    ),
    (
        {"functions": [{"name": "f"}], "function_call": {"name": "g"}},
        "function_call",
        None,
        (
            "Invalid value for 'function_call': no function named 'g' was specified in the "
            "'functions' parameter."
        ),
    ),
    (
        {"tools": [function()], "tool_choice": 7},
        "tool_choice",
        "invalid_type",
        (
            "Invalid type for 'tool_choice': expected one of one of 'none', 'auto', or 'required' "
            "or object, but got an integer instead."
        ),
    ),
    (
        {"response_format": {"type": "json_schema"}},
        "response_format.json_schema",
        "missing_required_parameter",
        "Missing required parameter: 'response_format.json_schema'.",
    ),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}},
        "response_format.json_schema.schema",
        "missing_required_parameter",
        "Missing required parameter: 'response_format.json_schema.schema'.",
    ),
    (
        format_of(strict=True),
        "response_format",
        "invalid_json_schema",
        "Invalid schema for response_format 'x': " + NO_ADDITIONAL,
    ),
]

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
    {"response_format": {"type": "json_object"}},
    format_of(strict=False, description="d"),
    format_of(strict=True, schema={"type": "object", "additionalProperties": False}),
    {"messages": [said("x", "system"), said("x", "developer"), said("", "user"), said([], "user")]},
    {"messages": [*HELLO, said(None, "assistant", refusal="no"), said("x", further={"any": 1})]},
    {"messages": [*HELLO, called("call_1", "call_2"), answered("call_2"), answered("call_1")]},
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


@pytest.mark.parametrize(("extra", "param", "code", "message"), REFUSED)
def test_the_real_api_refuses(
    extra: Body, param: str | None, code: str | None, message: str
) -> None:
    assert refused({"model": "gpt-5.5", "messages": HELLO, **extra}) == (400, param, code, message)


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
    for recorded in json.loads(DOCUMENTS.read_bytes())["chat"]:
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
