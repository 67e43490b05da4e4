"""The Response object: every key, its default, its echo; the structure of its ids; its times."""

import re
from typing import Any

import pytest

from mockgw.context import Context
from mockgw.draft import Calls, Draft, Says
from tests.calls import AT, CATALOGUE, respond
from tests.wire import Json, spelled

KEYS = (
    "id object created_at status background billing completed_at error frequency_penalty "
    "incomplete_details instructions max_output_tokens max_tool_calls model moderation output "
    "parallel_tool_calls presence_penalty previous_response_id prompt_cache_key "
    "prompt_cache_retention reasoning safety_identifier service_tier store temperature text "
    "tool_choice tools top_logprobs top_p truncation usage user metadata"
).split()
EARLIER = "resp_063e06a488467aad0169ebb1fc91d4819081d5cf054ee32daa"
SAID = Draft(40, (), (Says("Yes."),))
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
FORM = {"type": "json_schema", "name": "answer", "strict": True, "schema": SCHEMA}
FORM_ECHOED = {
    "type": "json_schema",
    "description": None,
    "name": "answer",
    "schema": SCHEMA,
    "strict": True,
}
TOOL = {"type": "function", "name": "f", "parameters": SCHEMA}
TOOL_ECHOED = {
    "type": "function",
    "description": None,
    "name": "f",
    "output_schema": None,
    "parameters": SCHEMA,
    "strict": True,
}
LOOSE = {
    "type": "object",
    "properties": {
        "place": {"type": "object", "properties": {"city": {"type": "string"}}},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["tags"],
}
STRICT = {
    "type": "object",
    "properties": {
        "place": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "additionalProperties": False,
            "required": ["city"],
        },
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["place", "tags"],
    "additionalProperties": False,
}
PLAIN = {"format": {"type": "text"}, "verbosity": "medium"}
# What is asked, and the key that shows it: left out, given, given as null.
ECHOES: list[tuple[Json, str, Any]] = [
    ({}, "object", "response"),
    ({}, "created_at", int(AT)),
    ({}, "status", "completed"),
    ({}, "background", False),
    ({}, "billing", {"payer": "developer"}),
    ({}, "error", None),
    ({}, "frequency_penalty", 0.0),
    ({"frequency_penalty": 0}, "frequency_penalty", 0.0),
    ({}, "incomplete_details", None),
    ({}, "instructions", None),
    ({"instructions": "Be brief."}, "instructions", "Be brief."),
    ({}, "max_output_tokens", None),
    ({"max_output_tokens": 400}, "max_output_tokens", 400),
    ({}, "max_tool_calls", None),
    ({"max_tool_calls": 3}, "max_tool_calls", 3),
    ({}, "model", "gpt-5.5-pro-2026-04-23"),
    ({"model": "openai/gpt-5.5"}, "model", "gpt-5.5-2026-04-23"),
    ({"model": "gpt-5.5-2026-04-23"}, "model", "gpt-5.5-2026-04-23"),
    ({}, "moderation", None),
    ({}, "parallel_tool_calls", True),
    ({"parallel_tool_calls": False}, "parallel_tool_calls", False),
    ({"parallel_tool_calls": None}, "parallel_tool_calls", True),
    ({}, "presence_penalty", 0.0),
    ({}, "previous_response_id", None),
    ({}, "prompt_cache_key", None),
    ({"prompt_cache_key": "k"}, "prompt_cache_key", "k"),
    ({}, "prompt_cache_retention", "24h"),
    ({"prompt_cache_retention": "in_memory"}, "prompt_cache_retention", "in_memory"),
    ({}, "reasoning", {"effort": "high", "summary": None}),
    ({"reasoning": {"effort": "medium"}}, "reasoning", {"effort": "medium", "summary": None}),
    ({"model": "gpt-5.5"}, "reasoning", {"effort": "medium", "summary": None}),
    ({"model": "gpt-4o"}, "reasoning", {"effort": None, "summary": None}),
    ({"reasoning": {"summary": "auto"}}, "reasoning", {"effort": "high", "summary": "detailed"}),
    ({"reasoning": {"summary": "concise"}}, "reasoning", {"effort": "high", "summary": "concise"}),
    ({}, "safety_identifier", None),
    ({"safety_identifier": "s"}, "safety_identifier", "s"),
    ({}, "service_tier", "default"),
    ({"service_tier": "auto"}, "service_tier", "default"),
    ({"service_tier": "flex"}, "service_tier", "flex"),
    ({}, "store", True),
    ({"store": False}, "store", False),
    ({}, "temperature", 1.0),
    ({"temperature": 1}, "temperature", 1.0),
    ({"model": "gpt-4o", "temperature": 0.5}, "temperature", 0.5),
    ({}, "text", PLAIN),
    ({"text": {"verbosity": "low"}}, "text", {**PLAIN, "verbosity": "low"}),
    ({"text": {"format": FORM}}, "text", {"format": FORM_ECHOED, "verbosity": "medium"}),
    ({}, "tool_choice", "auto"),
    ({"tools": [TOOL], "tool_choice": "required"}, "tool_choice", "required"),
    ({}, "tools", []),
    ({"tools": [TOOL]}, "tools", [TOOL_ECHOED]),
    ({"tools": [{**TOOL, "strict": False}]}, "tools", [{**TOOL_ECHOED, "strict": False}]),
    ({"tools": [{**TOOL, "parameters": LOOSE}]}, "tools", [{**TOOL_ECHOED, "parameters": STRICT}]),
    (
        {"tools": [{**TOOL, "parameters": LOOSE, "strict": False}]},
        "tools",
        [{**TOOL_ECHOED, "parameters": LOOSE, "strict": False}],
    ),
    (
        {"tools": [{"type": "web_search", "search_context_size": "low"}]},
        "tools",
        [
            {
                "type": "web_search",
                "filters": None,
                "search_context_size": "low",
                "user_location": {
                    "type": "approximate",
                    "city": None,
                    "country": "US",
                    "region": None,
                    "timezone": None,
                },
            }
        ],
    ),
    (
        {
            "tools": [
                {
                    "type": "mcp",
                    "server_label": "a",
                    "server_url": "https://example.com",
                    "authorization": "secret",
                    "headers": {"x-key": "secret"},
                }
            ]
        },
        "tools",
        [
            {
                "type": "mcp",
                "allowed_tools": None,
                "headers": {"x-key": "<redacted>"},
                "require_approval": "always",
                "server_description": None,
                "server_label": "a",
                "server_url": "https://example.com",
            }
        ],
    ),
    ({"tools": [{"type": "apply_patch"}]}, "tools", [{"type": "apply_patch"}]),
    ({}, "top_logprobs", 0),
    ({}, "top_p", 0.98),
    ({"model": "gpt-4o"}, "top_p", 1.0),
    ({}, "truncation", "disabled"),
    ({"truncation": "auto"}, "truncation", "auto"),
    ({}, "user", None),
    ({"user": "u"}, "user", "u"),
    ({}, "metadata", {}),
    ({"metadata": {"a": "b"}}, "metadata", {"a": "b"}),
]
ID = re.compile(
    r"(?P<prefix>[a-z]+)_(?P<partition>0[0-9a-f]{15})(?P<flag>0[01])(?P<second>[0-9a-f]{8})"
    r"(?P<fraction>[0-9a-f]{3}[048c])8(?P<node>[0-9a-f]{3})[89ab][0-9a-f]{15}"
)
EVERYTHING = Draft(
    40,
    (),
    (
        Says("A word first.", phase="commentary"),
        Calls("f", "{}"),
        Calls("sql", "select", "custom"),
        Says("Done."),
    ),
)


@pytest.mark.parametrize(("asked", "key", "value"), ECHOES)
def test_a_key_has_its_default_or_echoes_the_request(asked: Json, key: str, value: Any) -> None:
    assert spelled(respond(asked, draft=SAID)[key]) == spelled(value)


def test_every_key_is_there_in_the_order_of_the_provider() -> None:
    assert list(respond({}, draft=SAID)) == KEYS


def test_the_table_of_echoes_leaves_no_key_out() -> None:
    told_elsewhere = {"id", "completed_at", "output", "usage"}
    assert {key for _, key, _ in ECHOES} | told_elsewhere == set(KEYS)


def test_an_answer_that_will_be_streamed_has_no_billing() -> None:
    assert list(respond({"stream": True})) == [key for key in KEYS if key != "billing"]


@pytest.mark.parametrize(
    ("asked", "path", "stored"),
    [
        ({}, "", True),
        ({"store": None}, "", True),
        ({}, "/v1/acc/gw/openai/responses", True),
        ({}, CATALOGUE["responses"], False),
        ({"store": True}, CATALOGUE["responses"], True),
    ],
)
def test_store_is_on_for_the_native_doors_and_off_for_the_catalogue(
    asked: Json, path: str, stored: bool
) -> None:
    told = respond(asked, draft=SAID, path=path)
    assert told["store"] is stored
    assert _ids(told)[0]["flag"] == ("00" if stored else "01")


def test_all_ids_of_a_response_share_partition_flag_and_node() -> None:
    told = _ids(respond({}, draft=EVERYTHING))
    assert [one["prefix"] for one in told] == ["resp", "rs", "msg", "fc", "ctc", "msg"]
    for part in ("partition", "flag", "node"):
        assert len({one[part] for one in told}) == 1


def test_ids_hold_the_second_they_were_made_items_near_the_end_of_the_run() -> None:
    told = respond({}, draft=Draft(400, (), (Says("Yes."),)))
    stamps = [int(one["second"], 16) + int(one["fraction"], 16) / 65536 for one in _ids(told)]
    assert stamps[0] == pytest.approx(AT, abs=0.001)
    assert stamps == sorted(stamps)
    assert told["completed_at"] - 1 <= stamps[1] < stamps[2] <= told["completed_at"]


def test_the_partition_is_inherited_from_the_previous_response() -> None:
    told = respond(
        {"previous_response_id": EARLIER}, draft=SAID, before=Context(partition="063e06a488467aad")
    )
    assert told["previous_response_id"] == EARLIER
    assert {one["partition"] for one in _ids(told)} == {"063e06a488467aad"}


def test_the_partition_is_inherited_from_the_first_structured_id_in_the_input() -> None:
    message = {"type": "message", "role": "assistant", "content": "Yes?"}
    given = [{**message, "id": "msg_1"}, {**message, "id": EARLIER.replace("resp", "msg")}]
    told = respond({"input": [*given, {"role": "user", "content": "And now?"}]}, draft=SAID)
    assert {one["partition"] for one in _ids(told)} == {"063e06a488467aad"}


def test_without_anything_before_a_response_has_a_partition_of_its_own() -> None:
    assert _ids(respond({}, draft=SAID))[0]["partition"] != "063e06a488467aad"


def test_items_have_the_keys_of_the_wire_in_order() -> None:
    told = [" ".join(item) for item in respond({}, draft=EVERYTHING)["output"]]
    message = "id type status content phase role"
    assert told == [
        "id type summary",
        message,
        "id type status arguments call_id name",
        "id type status call_id input name",
        message,
    ]


def test_messages_carry_their_phase_and_calls_an_id_of_their_own() -> None:
    output = respond({}, draft=EVERYTHING)["output"]
    assert [item["phase"] for item in output if item["type"] == "message"] == [
        "commentary",
        "final_answer",
    ]
    calls = [item["call_id"] for item in output if "call_id" in item]
    assert all(re.fullmatch(r"call_[0-9A-Za-z]{24}", one) for one in calls)
    assert len(set(calls)) == 2


def test_a_refusal_is_a_part_of_its_own_kind() -> None:
    (item,) = respond({}, draft=Draft(0, (), (Says("No.", refusal=True),)))["output"]
    assert item["content"] == [{"type": "refusal", "refusal": "No."}]


def test_encrypted_reasoning_is_there_only_when_it_is_included() -> None:
    asked = {"include": ["reasoning.encrypted_content"]}
    item = respond(asked, draft=SAID)["output"][0]
    assert list(item) == ["id", "type", "encrypted_content", "summary"]
    assert re.fullmatch(r"gAAAAA[0-9A-Za-z_-]+={0,2}", item["encrypted_content"])
    assert "encrypted_content" not in respond({}, draft=SAID)["output"][0]


def test_summaries_are_the_parts_of_the_reasoning_item() -> None:
    item = respond({}, draft=Draft(40, ("**One**", "**Two**"), (Says("Yes."),)))["output"][0]
    assert item["summary"] == [
        {"type": "summary_text", "text": "**One**"},
        {"type": "summary_text", "text": "**Two**"},
    ]


def test_completed_at_comes_after_created_at_and_later_for_a_longer_answer() -> None:
    short, long = respond({}, draft=SAID), respond({}, draft=Draft(4000, (), (Says("Yes."),)))
    assert short["created_at"] < short["completed_at"] < long["completed_at"]


@pytest.mark.parametrize("parts", [(), (Says("Half of"),), (Calls("f", '{"a'),)])
def test_an_incomplete_answer_never_completes_and_marks_what_was_cut(parts: Any) -> None:
    told = respond({}, draft=Draft(40, (), parts, incomplete="max_output_tokens"))
    assert (told["status"], told["completed_at"]) == ("incomplete", None)
    assert told["incomplete_details"] == {"reason": "max_output_tokens"}
    assert [item.get("status") for item in told["output"]] == [None, *["incomplete"] * len(parts)]


def _ids(response: Json) -> list[dict[str, str]]:
    found = [ID.fullmatch(one["id"]) for one in (response, *response["output"])]
    assert all(found)
    return [one.groupdict() for one in found if one]
