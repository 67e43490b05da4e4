"""The items of hosted tools: every kind, its keys, its events, and what the request includes."""

import re
from itertools import groupby
from typing import Any

import pytest

from mockgw.apis.responses import sealed, streaming
from mockgw.draft import ITEMS, Does, Draft, Says
from mockgw.errors import MockgwError
from tests.calls import respond
from tests.wire import Json
from tests.wire import events as read

IMAGE = {"result": "aGk=", "output_format": "png"}
OPERATION = {"type": "update_file", "diff": "+a\n", "path": "a.md"}
OUTPUT = {"outcome": {"type": "exit", "exit_code": 0}, "stderr": "", "stdout": "a"}
# What is done, the keys of its item, and its events without `response.` and the item's own name.
KINDS: dict[str, tuple[Json, str, str]] = {
    "apply_patch_call": (
        {"operation": OPERATION},
        "id type status call_id operation",
        "_operation_diff.delta _operation_diff.done",
    ),
    "code_interpreter_call": (
        {"code": "1 + 1"},
        "id type status code container_id outputs",
        ".in_progress _code.delta _code.done .interpreting .completed",
    ),
    "compaction": ({}, "id type encrypted_content", ".compacting"),
    "computer_call": (
        {"actions": [{"type": "screenshot"}]},
        "id type status call_id pending_safety_checks actions",
        "",
    ),
    "file_search_call": (
        {"queries": ["a"]},
        "id type status queries results",
        ".in_progress .searching .completed",
    ),
    "image_generation_call": (
        IMAGE,
        "id type status background output_format quality result revised_prompt size",
        ".in_progress .generating .partial_image .completed",
    ),
    "local_shell_call": (
        {"action": {"type": "exec", "command": ["ls"], "env": {}}},
        "id type status action call_id",
        "",
    ),
    "mcp_approval_request": ({"name": "b"}, "id type arguments name server_label", ""),
    "mcp_call": (
        {"arguments": "{}", "name": "b", "server_label": "a"},
        "id type status approval_request_id arguments error name output server_label",
        ".in_progress _arguments.delta _arguments.done .completed",
    ),
    "mcp_list_tools": (
        {"server_label": "a"},
        "id type server_label tools",
        ".in_progress .completed",
    ),
    "shell_call": (
        {"action": {"commands": ["ls", "pwd"]}},
        "id type status action call_id environment",
        "_command.added _command.delta _command.done _command.added _command.delta _command.done",
    ),
    "shell_call_output": (
        {"output": [OUTPUT]},
        "id type status call_id max_output_length output",
        "_content.delta _content.done",
    ),
    "tool_search_call": (
        {"arguments": {"paths": ["a"]}},
        "id type status arguments call_id execution",
        "",
    ),
    "tool_search_output": ({}, "id type status call_id execution tools", ""),
    "web_search_call": (
        {"action": {"type": "search", "query": "a"}},
        "id type status action",
        ".in_progress .searching .completed",
    ),
}
TOOL: Json = {"type": "image_generation", "partial_images": 2}
every_kind = pytest.mark.parametrize("kind", KINDS)


def made(*parts: Does | Says, **asked: Any) -> Json:
    return respond({"stream": True, "tools": [TOOL], **asked}, draft=Draft(0, (), parts))


def streamed(response: Json) -> list[Json]:
    return read(b"".join(streaming.events(response, lambda length: "x" * length)))


def test_the_table_has_every_kind() -> None:
    assert sorted(KINDS) == sorted(ITEMS)


@every_kind
def test_an_item_has_the_keys_of_the_wire_in_order(kind: str) -> None:
    data, keys, _ = KINDS[kind]
    (item,) = made(Does(kind, data))["output"]
    assert " ".join(item) == keys
    assert re.fullmatch(r"[a-z]+_0[0-9a-f]{49}", item["id"])
    assert item.get("status", "completed") == "completed"


@every_kind
def test_an_item_is_announced_then_told_step_by_step_then_whole(kind: str) -> None:
    data, _, steps = KINDS[kind]
    response = made(Does(kind, data))
    events = streamed(response)[2:-1]
    added, *inner, done = events
    assert (added["type"], done["type"]) == (
        "response.output_item.added",
        "response.output_item.done",
    )
    assert done["item"] == response["output"][0]
    assert added["item"].get("status", "in_progress") in {"in_progress", "completed"}
    told = [name for name, _ in groupby(event["type"] for event in inner)]
    assert told == [f"response.{kind}{step}" for step in steps.split()]
    for event in inner:
        assert event["output_index"] == 0
        assert event.get("item_id", done["item"]["id"]) == done["item"]["id"]
        assert list(event)[1:] == sorted(list(event)[1:])


@every_kind
def test_an_item_is_announced_without_what_is_not_known_yet(kind: str) -> None:
    data = KINDS[kind][0]
    announced = streamed(made(Does(kind, data)))[2]["item"]
    told = [
        key for key in ("code", "arguments", "queries", "tools", "output") if announced.get(key)
    ]
    assert told in ([], ["arguments"])
    assert (told == ["arguments"]) == (kind == "mcp_approval_request")
    assert "result" not in announced


def test_an_item_of_no_kind_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(MockgwError, match="web_search_call"):
        Does("web_search")


@pytest.mark.parametrize(
    ("kind", "data", "include", "key", "shown", "hidden"),
    [
        ("file_search_call", {"results": [{}]}, "file_search_call.results", "results", [{}], None),
        (
            "code_interpreter_call",
            {"outputs": [{}]},
            "code_interpreter_call.outputs",
            "outputs",
            [{}],
            None,
        ),
        (
            "web_search_call",
            {"action": {"type": "search", "sources": []}},
            "web_search_call.action.sources",
            "action",
            {"type": "search", "sources": []},
            {"type": "search"},
        ),
    ],
)
def test_results_are_shown_only_when_they_are_included(
    kind: str, data: Json, include: str, key: str, shown: Any, hidden: Any
) -> None:
    assert made(Does(kind, data), include=[include])["output"][0][key] == shown
    assert made(Does(kind, data))["output"][0][key] == hidden


def test_partial_images_are_as_many_as_the_tool_asks_for() -> None:
    for count in (0, 1, 3):
        response = made(
            Does("image_generation_call", IMAGE), tools=[{**TOOL, "partial_images": count}]
        )
        partial = [one for one in streamed(response) if one["type"].endswith("partial_image")]
        assert [one["partial_image_index"] for one in partial] == list(range(count))
        assert {one["partial_image_b64"] for one in partial} <= {"aGk="}


def test_the_list_of_an_mcp_server_comes_before_the_reasoning() -> None:
    parts = (Does("mcp_list_tools"), Does("mcp_call"), Says("Yes."))
    response = respond({}, draft=Draft(8, (), parts))
    kinds = [item["type"] for item in response["output"]]
    assert kinds == ["mcp_list_tools", "reasoning", "mcp_call", "message"]


def test_the_output_of_a_shell_has_the_id_of_its_call() -> None:
    call, output = made(Does("shell_call"), Does("shell_call_output"))["output"]
    assert call["call_id"] == output["call_id"]


@pytest.mark.parametrize("kind", ["mcp_call", "mcp_list_tools"])
def test_an_mcp_error_fails_its_item_and_not_the_response(kind: str) -> None:
    response = made(Does(kind, {"error": "gone"}), Says("Sorry."))
    assert response["status"] == "completed"
    assert f"response.{kind}.failed" in [event["type"] for event in streamed(response)]


def test_a_cancelled_response_ends_as_a_failed_one_without_an_error() -> None:
    response = {**made(Says("One")), "status": "cancelled"}
    events = streamed(response)
    assert events[-1]["type"] == "response.failed"
    assert events[-1]["response"]["status"] == "cancelled"
    assert "error" not in [event["type"] for event in events]


def test_ciphertexts_tell_their_tokens_and_are_never_the_same_twice() -> None:
    include = ["reasoning.encrypted_content"]
    response = respond({"stream": True, "include": include}, draft=Draft(77, (), (Says("Yes."),)))
    shown = [response["output"][0]["encrypted_content"]]
    for event in streamed(response):
        item = event.get("item") or {}
        if item.get("type") == "reasoning":
            assert list(item) == ["id", "type", "content", "encrypted_content", "summary"]
            shown.append(item["encrypted_content"])
    assert len(set(shown)) == 3
    assert [sealed.tokens_of(one) for one in shown] == [77] * 3
    assert all(re.fullmatch(r"gAAAAAB[\w-]+={0,2}", one) for one in shown)


@pytest.mark.parametrize("text", ["", "gAAAA", "gAAAAAB" + "x" * 300, "gAAAAAé", None, 7])
def test_a_ciphertext_of_somebody_else_tells_nothing(text: Any) -> None:
    assert sealed.tokens_of(text) is None
    if isinstance(text, str):
        assert sealed.again(text) == text


def test_reasoning_that_is_sent_back_sealed_is_paid_for_as_if_it_were_stored() -> None:
    text = sealed.seal(100, 1_777_054_206, "a")
    call = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "call_1", "output": "4"}
    thought: Json = {"type": "reasoning", "id": "rs_1", "summary": []}
    spent = [
        respond({"input": [{"role": "user", "content": "Hi"}, one, call, output]})["usage"]
        for one in (thought, {**thought, "encrypted_content": text})
    ]
    assert spent[1]["input_tokens"] - spent[0]["input_tokens"] == 102
