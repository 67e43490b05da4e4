import contextlib
import json
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.responses import response_create_params, response_input_item_param, tool_param

from mockgw.apis.responses.refusals import check
from mockgw.apis.responses.request import REQUEST
from mockgw.errors import ApiError
from mockgw.model import Call

Body = dict[str, Any]
DOCUMENTS = Path(__file__).parents[1] / "data" / "documents.json"


def call(body: Body, model: str = "gpt-5.5") -> Call:
    stream = body.get("stream") is True
    return Call("responses.create", "openai", False, "", model, body, stream, "")


def refused(body: Body, model: str = "gpt-5.5") -> tuple[int, str | None, str | None, str]:
    with pytest.raises(ApiError) as caught:
        check(call(body, model))
    found = caught.value
    assert (found.type, found.origin) == ("invalid_request_error", "provider")
    return found.status, found.param, found.code, found.message


def function(name: str = "f", **more: Any) -> Body:
    return {"type": "function", "name": name, **more}


def said(content: Any, role: str = "user") -> Body:
    return {"role": role, "content": content}


CALLED = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
ANSWERED = {"type": "function_call_output", "call_id": "call_1", "output": "4"}
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": []}
JSON_FORMAT = {"type": "json_schema", "name": "x", "schema": {"type": "object", "properties": {}}}
MOVED = (
    "In the Responses API, this parameter has moved to '{}'. Try again with the new parameter. See "
    "the API documentation for more information: "
    "https://platform.openai.com/docs/api-reference/responses/create."
)
NO_ADDITIONAL = "In context=(), 'additionalProperties' is required to be supplied and to be false."

# What is sent beside a model and an input; then param, code and message of the refusal.
REFUSED: list[tuple[Body, str | None, str | None, str]] = [
    (
        {"max_output_tokens": "x"},
        "max_output_tokens",
        "invalid_type",
        "Invalid type for 'max_output_tokens': expected an integer, but got a string instead.",
    ),
    (
        {"max_output_tokens": 8},
        "max_output_tokens",
        "integer_below_min_value",
        (
            "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but "
            "got 8 instead."
        ),
    ),
    (
        {"temperature": -1},
        "temperature",
        "decimal_below_min_value",
        (
            "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -1 "
            "instead."
        ),
    ),
    (
        {"input": [{"type": "function_call", "call_id": "call_1", "name": "f"}]},
        "input[0].arguments",
        "missing_required_parameter",
        "Missing required parameter: 'input[0].arguments'.",
    ),
    (
        {"input": None},
        "input",
        "missing_required_parameter",
        "Missing required parameter: 'input'.",
    ),
    ({"zzz": 1}, "zzz", "unknown_parameter", "Unknown parameter: 'zzz'."),
    (
        {"temperatur": 1},
        "temperatur",
        "unknown_parameter",
        "Unknown parameter: 'temperatur'. Did you mean 'temperature'?",
    ),
    ({"functions": []}, "functions", "unknown_parameter", "Unknown parameter: 'functions'."),
    (
        {"reasoning_effort": "low"},
        None,
        "unsupported_parameter",
        "Unsupported parameter: 'reasoning_effort'. " + MOVED.format("reasoning.effort"),
    ),
    (
        {"response_format": {"type": "text"}},
        None,
        "unsupported_parameter",
        "Unsupported parameter: 'response_format'. " + MOVED.format("text.format"),
    ),
    (
        {"max_completion_tokens": 16},
        None,
        "unsupported_parameter",
        "Unsupported parameter: 'max_completion_tokens'. " + MOVED.format("max_output_tokens"),
    ),
    (
        {"messages": []},
        None,
        "unsupported_parameter",
        "Unsupported parameter: 'messages'. " + MOVED.format("input"),
    ),
    (
        {"temperature": 0.5},
        "temperature",
        None,
        "Unsupported parameter: 'temperature' is not supported with this model.",
    ),
    (
        {"top_p": 0.5},
        "top_p",
        None,
        "Unsupported parameter: 'top_p' is not supported with this model.",
    ),
    (
        {"reasoning": {"effort": "minimal"}},
        "reasoning.effort",
        "unsupported_value",
        (
            "Unsupported value: 'minimal' is not supported with the 'gpt-5.5' model. Supported "
            "values are: 'none', 'low', 'medium', 'high', and 'xhigh'."
        ),
    ),
    (
        {"reasoning": {"effort": "huge"}},
        "reasoning.effort",
        "invalid_value",
        (
            "Invalid value: 'huge'. Supported values are: 'none', 'minimal', 'low', 'medium', "
            "'high', 'xhigh', and 'max'."
        ),
    ),
    (
        {"reasoning": {"bogus": 1}},
        "reasoning.bogus",
        "unknown_parameter",
        "Unknown parameter: 'reasoning.bogus'.",
    ),
    (
        {"stream": True, "stream_options": {"include_usage": True}},
        "stream_options.include_usage",
        "unknown_parameter",
        "Unknown parameter: 'stream_options.include_usage'.",
    ),
    (
        {"stream_options": {"include_obfuscation": False}},
        "stream_options",
        None,
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    ),
    (
        {"top_logprobs": 3},
        "top_logprobs",
        "unsupported_parameter",
        "logprobs are not supported with reasoning models.",
    ),
    (
        {"include": ["message.output_text.logprobs"]},
        "include",
        "unsupported_parameter",
        "logprobs are not supported with reasoning models.",
    ),
    (
        {"metadata": {"k": "v" * 600}},
        "metadata.k",
        "string_above_max_length",
        (
            "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, but "
            "got a string with length 600 instead."
        ),
    ),
    (
        {"metadata": {f"k{number}": "" for number in range(17)}},
        "metadata",
        "object_above_max_properties",
        (
            "Invalid 'metadata': too many properties. Expected an object with at most 16 "
            "properties, but got an object with 17 properties instead."
        ),
    ),
    (
        {"metadata": {"k" * 70: ""}},
        "metadata." + "k" * 70,
        "property_name_above_max_length",
        (
            "Invalid property name in 'metadata': 'kkk...kkk' is too long. Expected a string with "
            "maximum length 64, but got a string with length 70 instead."
        ),
    ),
    (
        {"previous_response_id": "resp_1", "conversation": "conv_1"},
        None,
        "mutually_exclusive_parameters",
        (
            "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you "
            "are only providing one of these parameters."
        ),
    ),
    (
        {"input": 5},
        "input",
        "invalid_type",
        (
            "Invalid type for 'input': expected one of a string or array of input items, but got "
            "an integer instead."
        ),
    ),
    (
        {"input": ["hello"]},
        "input[0]",
        "invalid_type",
        "Invalid type for 'input[0]': expected an input item, but got a string instead.",
    ),
    (
        {"input": [said("x", role="tool")]},
        "input[0]",
        "invalid_value",
        (
            "Invalid value: 'tool'. Supported values are: 'assistant', 'system', 'developer', and "
            "'user'."
        ),
    ),
    (
        {"input": [{}]},
        "input[0]",
        "invalid_value",
        (
            "Invalid value: ''. Supported values are: 'assistant', 'system', 'developer', and "
            "'user'."
        ),
    ),
    (
        {"input": [{"role": "user"}]},
        "input[0].content",
        "missing_required_parameter",
        "Missing required parameter: 'input[0].content'.",
    ),
    (
        {"input": [said([{"type": "text", "text": "x"}])]},
        "input[0].content[0].type",
        "invalid_value",
        (
            "Invalid value: 'text'. Supported values are: 'input_text', 'input_image', "
            "'input_audio', 'output_text', 'refusal', 'input_file', 'computer_screenshot', "
            "'summary_text', and 'encrypted_content'."
        ),
    ),
    (
        {"input": [said([{"type": "input_text", "text": "x"}], role="assistant"), said("y")]},
        "input[0].content[0]",
        "invalid_value",
        "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'.",
    ),
    (
        {"input": [said([{"type": "input_text"}])]},
        "input[0].content[0].text",
        "missing_required_parameter",
        "Missing required parameter: 'input[0].content[0].text'.",
    ),
    (
        {"input": [said([{"type": "input_image", "image_url": {"url": "x"}}])]},
        "input[0].content[0].image_url",
        "invalid_type",
        (
            "Invalid type for 'input[0].content[0].image_url': expected an image URL, but got an "
            "object instead."
        ),
    ),
    (
        {"input": [said("x"), CALLED]},
        "input",
        None,
        "No tool output found for function call call_1.",
    ),
    (
        {"input": [CALLED, said("x")], "previous_response_id": "resp_1"},
        "input",
        None,
        "No tool output found for function call call_1.",
    ),
    (
        {"input": [ANSWERED]},
        "input",
        None,
        "No tool call found for function call output with call_id call_1.",
    ),
    (
        {"input": [{"type": "custom_tool_call_output", "call_id": "call_9", "output": "x"}]},
        "input",
        None,
        "No tool call found for custom tool call output with call_id call_9.",
    ),
    (
        {"input": [said("x"), THOUGHT]},
        "input",
        None,
        "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
    ),
    (
        {"input": [THOUGHT, said("x"), THOUGHT, said("y")]},
        "input",
        None,
        (
            "Duplicate item found with id rs_1. Remove duplicate items from your input and try "
            "again."
        ),
    ),
    (
        {"tools": [{"type": "function", "function": {"name": "f"}}]},
        "tools[0].name",
        "missing_required_parameter",
        "Missing required parameter: 'tools[0].name'.",
    ),
    (
        {"tools": [{}]},
        "tools[0].type",
        "missing_required_parameter",
        "Missing required parameter: 'tools[0].type'.",
    ),
    (
        {"tools": "x"},
        "tools",
        "invalid_type",
        "Invalid type for 'tools': expected an array of tools, but got a string instead.",
    ),
    (
        {"tools": [function("no spaces")]},
        "tools[0].name",
        "invalid_value",
        (
            "Invalid 'tools[0].name': string does not match pattern. Expected a string that "
            "matches the pattern '^[a-zA-Z0-9_-]+$'."
        ),
    ),
    (
        {"tools": [function(), function()]},
        "tools",
        "invalid_value",
        "Invalid 'tools': tool names must be unique, but 'f' occurs twice.",
    ),
    (
        {"tools": [function(), function("g", parameters={"type": "object"}, strict=True)]},
        "tools[1].parameters",
        "invalid_function_parameters",
        "Invalid schema for function 'g': " + NO_ADDITIONAL,
    ),
    (
        {"tools": [function(parameters={"properties": {"a": {"type": "int"}}})]},
        "tools[0].parameters",
        "invalid_function_parameters",
        "Invalid schema for function 'f': 'int' is not valid under any of the given schemas.",
    ),
    (
        {"text": {"format": {**JSON_FORMAT, "strict": True}}},
        "text.format.schema",
        "invalid_json_schema",
        "Invalid schema for response_format 'x': " + NO_ADDITIONAL,
    ),
    (
        {"text": {"format": {**JSON_FORMAT, "schema": {"type": "array"}}}},
        "text.format.schema",
        "invalid_json_schema",
        (
            "Invalid schema for response_format 'x': schema must be a JSON Schema of 'type: "
            '"object"\', got \'type: "array"\'.'
        ),
    ),
    (
        {"text": {"format": {"type": "json_schema", "json_schema": {}}}},
        "text.format.name",
        "missing_required_parameter",
        "Missing required parameter: 'text.format.name'.",
    ),
    (
        {"tool_choice": "required"},
        "tool_choice",
        None,
        "Tool choice 'required' must be specified with 'tools' parameter.",
    ),
    (
        {"tools": [function()], "tool_choice": function("g")},
        "tool_choice",
        None,
        "Tool choice 'function' not found in 'tools' parameter.",
    ),
    (
        {"tools": [function()], "tool_choice": {"type": "web_search"}},
        "tool_choice",
        None,
        "Tool choice 'web_search' not found in 'tools' parameter.",
    ),
    (
        {"tools": [function()], "tool_choice": {"type": "function", "function": {"name": "f"}}},
        "tool_choice.name",
        "missing_required_parameter",
        "Missing required parameter: 'tool_choice.name'.",
    ),
    (
        {"tool_choice": 7},
        "tool_choice",
        "invalid_type",
        (
            "Invalid type for 'tool_choice': expected one of an object or 'none', 'auto', or "
            "'required', but got an integer instead."
        ),
    ),
]

# What real clients send beside a model and an input, and the real API takes.
ACCEPTED: list[Body] = [
    {},
    dict.fromkeys(REQUEST.fields.keys() - {"model", "input"}),
    {"temperature": 1, "top_p": 0.98, "presence_penalty": 0, "top_logprobs": 0},
    {"temperature": 0.2, "top_p": 0.1, "top_logprobs": 2, "reasoning": {"effort": "none"}},
    {"tools": [], "include": [], "stream": False, "metadata": {}, "text": {}, "reasoning": {}},
    {"stream": True, "stream_options": {"include_obfuscation": False}},
    {"tools": [function()], "tool_choice": function()},
    {"tools": [function(parameters=None, strict=None, description=None)]},
    {"tools": [function(parameters={"type": "object"})], "tool_choice": "required"},
    {"tools": [function(parameters={}, strict=False)], "tool_choice": "auto"},
    {"tools": [{"type": "web_search_preview"}], "tool_choice": {"type": "web_search"}},
    {
        "tools": [{"type": "mcp", "server_label": "m"}],
        "tool_choice": {"type": "mcp", "server_label": "m"},
    },
    {"tools": [{"type": "custom", "name": "c"}], "tool_choice": {"type": "custom", "name": "c"}},
    {
        "tools": [{"type": "namespace", "name": "n", "description": "", "tools": [function()]}],
        "tool_choice": function(),
    },
    {"prompt": {"id": "pmpt_1"}, "tool_choice": "required", "input": None},
    {"text": {"format": JSON_FORMAT, "verbosity": "low"}},
    {"text": {"format": {"type": "json_object"}}},
    {"metadata": {f"k{number}": "v" * 512 for number in range(16)}},
    {"max_output_tokens": 16},
    {"conversation": {"id": "conv_1"}, "input": None},
    {"previous_response_id": "resp_1", "input": [ANSWERED]},
    {"input": ""},
    {"input": []},
    {"input": [said("x", "system"), said("x", "developer"), said("x"), said("x", "assistant")]},
    {"input": [said(None, "assistant"), said("", "assistant"), {"role": "assistant"}, said("x")]},
    {
        "input": [
            said(
                [
                    {"type": "output_text", "text": "x", "annotations": [], "logprobs": []},
                    {"type": "refusal", "refusal": "no"},
                ],
                "assistant",
            ),
            said([{"type": "input_text", "text": "y", "further": 1}]),
        ]
    },
    {
        "input": [
            {**THOUGHT, "encrypted_content": None, "content": None, "status": None},
            {**CALLED, "id": "fc_1", "status": "completed", "further": {"deep": []}},
            ANSWERED,
        ]
    },
    {
        "input": [
            {**CALLED, "call_id": "call_2"},
            CALLED,
            ANSWERED,
            {**ANSWERED, "call_id": "call_2"},
        ]
    },
    {"input": [CALLED, {**ANSWERED, "output": [{"type": "input_text", "text": "x"}]}]},
    {"input": [{"id": "fc_1"}, ANSWERED]},
    {"input": [{"type": None, "id": "msg_1"}, {"type": "item_reference", "id": "msg_2"}]},
    {"input": [{"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {}}]},
]


@pytest.mark.parametrize(("extra", "param", "code", "message"), REFUSED)
def test_the_real_api_refuses(
    extra: Body, param: str | None, code: str | None, message: str
) -> None:
    assert refused({"model": "gpt-5.5", "input": "x", **extra}) == (400, param, code, message)


@pytest.mark.parametrize("extra", ACCEPTED)
def test_the_real_api_accepts(extra: Body) -> None:
    body = {"model": "gpt-5.5", "input": "x", **extra}
    check(call(body))
    assert jsonschema_rs.is_valid(REQUEST.schema(), body)


@pytest.mark.parametrize(
    ("model", "status", "param", "code", "message"),
    [
        ("", 400, "model", "missing_required_parameter", "Missing required parameter: 'model'."),
        (
            "llama-3",
            404,
            None,
            "model_not_found",
            "The model `llama-3` does not exist or you do not have access to it.",
        ),
    ],
)
def test_an_absent_or_unknown_model_comes_before_anything_else(
    model: str, status: int, param: str | None, code: str, message: str
) -> None:
    assert refused({"zzz": 1}, model) == (status, param, code, message)


def test_the_model_may_be_known_without_being_in_the_body() -> None:
    check(call({"input": "x"}, "gpt-5.5-pro"))


@pytest.mark.parametrize(
    ("model", "effort", "supported"),
    [
        ("gpt-5.1", "minimal", "'none', 'low', 'medium', and 'high'"),
        ("gpt-5.5-pro", "low", "'medium', 'high', and 'xhigh'"),
        ("gpt-5-pro", "medium", "'high'"),
    ],
)
def test_each_model_supports_its_own_efforts(model: str, effort: str, supported: str) -> None:
    message = refused({"input": "x", "reasoning": {"effort": effort}}, model)[3]
    assert message == (
        f"Unsupported value: '{effort}' is not supported with the '{model}' model. Supported "
        f"values are: {supported}."
    )


def test_a_model_that_does_not_reason_takes_sampling_but_no_effort() -> None:
    body = {"input": "x", "temperature": 0.2, "top_p": 0.5, "top_logprobs": 3}
    check(call(body, "gpt-4.1"))
    assert refused({**body, "reasoning": {"effort": "low"}}, "gpt-4.1")[:3] == (
        400,
        "reasoning.effort",
        "unsupported_parameter",
    )


def test_a_model_whose_default_effort_is_none_takes_sampling() -> None:
    check(call({"input": "x", "temperature": 0.2}, "gpt-5.2"))
    assert refused({"input": "x", "temperature": 0.2, "reasoning": {"effort": "low"}}, "gpt-5.2")


def test_the_documented_requests_pass() -> None:
    for recorded in json.loads(DOCUMENTS.read_bytes())["responses"]:
        check(call(recorded["request"], recorded["model"].removeprefix("openai/")))


def test_every_parameter_of_the_sdk_is_known() -> None:
    known = response_create_params.ResponseCreateParamsBase.__annotations__.keys()
    assert known | {"stream"} <= REQUEST.fields.keys()


def tags(union: Any) -> set[str]:
    """Return the values of `type` in a union of the SDK's TypedDicts."""
    found: set[str] = set()
    for member in get_args(union):
        hint = get_type_hints(member).get("type")
        found |= {tag for tag in get_args(hint) if isinstance(tag, str)}
    return found


def test_every_item_and_tool_of_the_sdk_is_known() -> None:
    items = tags(response_input_item_param.ResponseInputItemParam)
    tools = tags(tool_param.ToolParam)
    assert "function_call" in items
    assert "mcp" in tools
    for kind in items - {"message"}:
        # The number is refused, or a key that the item lacks, but not its type.
        assert refused({"input": [{"type": kind, "id": 5}]})[1] != "input[0]"
    listed = refused({"input": "x", "tools": [{"type": "no such tool"}]})[3]
    assert {kind for kind in tools if f"'{kind}'" not in listed} == set()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
ITEM_KEYS = st.sampled_from(["type", "id", "role", "content", "call_id", "output", "summary"])
WORDS = st.sampled_from(["message", "user", "assistant", "reasoning", "function_call", "rs_1"])
ITEMS = st.lists(st.dictionaries(ITEM_KEYS, WORDS | JSON))
BODIES = st.dictionaries(st.sampled_from(sorted(REQUEST.fields)), JSON)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BODIES, JSON | ITEMS)
def test_check_raises_nothing_but_api_errors(body: Body, items: Any) -> None:
    with contextlib.suppress(ApiError):
        check(call({**body, "input": items}))
