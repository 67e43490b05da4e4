import contextlib
import json
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema_rs
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.responses import response_create_params, response_input_item_param, tool_param

from mockgw.apis.responses.refusals import check
from mockgw.apis.responses.request import REQUEST
from mockgw.errors import ApiError
from tests.apis.refusing import Body, Refusing

Fault = tuple[str | None, str | None, str]
DATA = Path(__file__).parents[1] / "data"
refused = Refusing("responses.create", check)
call = refused.call


def function(name: str = "f", **more: Any) -> Body:
    return {"type": "function", "name": name, **more}


def said(content: Any, role: str = "user") -> Body:
    return {"role": role, "content": content}


CALLED = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
ANSWERED = {"type": "function_call_output", "call_id": "call_1", "output": "4"}
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": []}
JSON_FORMAT = {"type": "json_schema", "name": "x", "schema": {"type": "object", "properties": {}}}


ROWS = yaml.safe_load((DATA / "responses_refusals.yaml").read_text())
REFUSED = [(row["send"], (row["param"], row["code"], row["says"])) for row in ROWS]
LONG: list[tuple[Body, Fault]] = [
    (
        {"metadata": {"k": "v" * 600}},
        (
            "metadata.k",
            "string_above_max_length",
            (
                "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, "
                "but got a string with length 600 instead."
            ),
        ),
    ),
    (
        {"metadata": {f"k{number}": "" for number in range(17)}},
        (
            "metadata",
            "object_above_max_properties",
            (
                "Invalid 'metadata': too many properties. Expected an object with at most 16 "
                "properties, but got an object with 17 properties instead."
            ),
        ),
    ),
    (
        {"metadata": {"k" * 70: ""}},
        (
            "metadata." + "k" * 70,
            "property_name_above_max_length",
            (
                "Invalid property name in 'metadata': 'kkk...kkk' is too long. Expected a string "
                "with maximum length 64, but got a string with length 70 instead."
            ),
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
    {
        "tools": [{"type": "web_search", "tools": 5}, function(server_label={})],
        "tool_choice": function(),
    },
    {"prompt": {"id": "pmpt_1"}, "tool_choice": "required", "input": None},
    {"text": {"format": JSON_FORMAT, "verbosity": "low"}},
    {"text": {"format": {"type": "json_object"}}, "input": "In JSON."},
    {"text": {"format": {"type": "json_object"}}, "previous_response_id": "resp_1"},
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


@pytest.mark.parametrize(("extra", "fault"), [*REFUSED, *LONG])
def test_the_real_api_refuses(extra: Body, fault: Fault) -> None:
    model = extra.get("model", "gpt-5.5")
    assert refused({"model": model, "input": "x", **extra}, model) == (400, *fault)


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
    for recorded in json.loads((DATA / "documents.json").read_bytes())["responses"]:
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


def test_the_table_of_refusals_is_long_and_says_nothing_twice() -> None:
    sent = [json.dumps(row["send"], sort_keys=True) for row in ROWS]
    assert len(sent) > 100
    assert len(set(sent)) == len(sent)


@pytest.mark.parametrize("item", [said("a " * 300_000), {**ANSWERED, "output": "a " * 300_000}])
def test_an_input_that_no_window_holds_is_refused_unless_it_may_be_truncated(item: Body) -> None:
    body: Body = {"input": [CALLED, ANSWERED, item] if "role" in item else [CALLED, item]}
    assert refused(body, "gpt-5")[:3] == (400, "input", "context_length_exceeded")
    check(call({**body, "truncation": "auto"}, "gpt-5"))
    check(call(body, "gpt-5.5"))


def test_the_output_of_a_local_shell_may_name_its_call_by_the_id_of_its_item() -> None:
    action = {"type": "exec", "command": ["ls"], "env": {}}
    asked = {"type": "local_shell_call", "id": "lsh_1", "call_id": "call_1", "action": action}
    for name in ("lsh_1", "call_1"):
        output = {"type": "local_shell_call_output", "id": name, "output": "a"}
        check(call({"input": [asked, output]}))
