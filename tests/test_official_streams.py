"""What must hold for every stream, beyond the types of its events."""

from typing import Any

import httpx
import pytest

from mockgw.runner import running
from tests.exchanges import PATHS, SETTINGS, chat_chunks, exchange_of, of_kind, posted
from tests.requests_table import CHAT, Json

for_responses = of_kind("responses")
for_chat = of_kind("chat")


@for_responses
def test_sequence_numbers_rise_by_one_from_zero(name: str) -> None:
    events = exchange_of(name).events
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


def without_ciphertext(value: Json) -> Json:
    """Return a response or an item without what streams show and bodies do not, or otherwise."""
    told = {key: one for key, one in value.items() if key not in {"billing", "encrypted_content"}}
    if value.get("type") == "reasoning":
        told.pop("content", None)
    if value.get("object") == "response":
        told["output"] = [without_ciphertext(item) for item in told["output"]]
    return told


@for_responses
def test_the_last_event_brings_the_answer_of_a_plain_call(name: str) -> None:
    exchange = exchange_of(name)
    answer = without_ciphertext(exchange.answer)
    last = exchange.events[-1]
    assert without_ciphertext(last["response"]) == answer
    assert last["type"] == f"response.{answer['status']}"
    assert list(last["response"]) == list(answer)
    first = "queued" if answer["background"] else "in_progress"
    for event in exchange.events[:2]:
        begun = event["response"]
        assert (begun["id"], begun["status"], begun["output"]) == (answer["id"], first, [])


@for_responses
def test_an_item_keeps_its_identity_from_added_to_the_end(name: str) -> None:
    exchange = exchange_of(name)
    told: dict[str, list[Json]] = {"added": [], "done": []}
    for event in exchange.events:
        stage = event["type"].removeprefix("response.output_item.")
        if stage in told:
            assert event["output_index"] == len(told[stage])
            told[stage].append(event["item"])
        elif "item_id" in event:
            assert event["item_id"] == exchange.items[event["output_index"]]["id"]
    plain = [without_ciphertext(item) for item in exchange.items]
    assert [without_ciphertext(item) for item in told["done"]] == plain
    for key in ("id", "type", "call_id", "name", "role", "phase"):
        added = [item.get(key) for item in told["added"]]
        assert added == [item.get(key) for item in exchange.items]


# The event of a delta, without `response.` and `.delta`, and where what it brings is in the end.
PLACES: dict[str, Any] = {
    "output_text": lambda item, event: item["content"][event["content_index"]]["text"],
    "refusal": lambda item, event: item["content"][event["content_index"]]["refusal"],
    "reasoning_summary_text": lambda item, event: item["summary"][event["summary_index"]]["text"],
    "function_call_arguments": lambda item, _: item["arguments"],
    "custom_tool_call_input": lambda item, _: item["input"],
    "mcp_call_arguments": lambda item, _: item["arguments"],
    "code_interpreter_call_code": lambda item, _: item["code"],
    "apply_patch_call_operation_diff": lambda item, _: item["operation"]["diff"],
    "shell_call_command": lambda item, event: item["action"]["commands"][event["command_index"]],
}
# What comes whole, not piece by piece.
WHOLE = "response.shell_call_output_content.delta"
TOLD = (
    "message function_call custom_tool_call mcp_call code_interpreter_call apply_patch_call".split()
)


@for_responses
def test_deltas_add_up_to_what_the_answer_says(name: str) -> None:
    exchange = exchange_of(name)
    joined = ""
    finished = 0
    for event in exchange.events:
        what, _, stage = event["type"].removeprefix("response.").rpartition(".")
        if stage == "delta" and event["type"] != WHOLE:
            assert event["delta"] != ""
            padding = event.get("obfuscation")
            assert (padding is None) == exchange.answer["background"]
            assert padding is None or (len(event["delta"]) + len(padding)) % 16 == 0
            joined += event["delta"]
        elif stage == "done" and what in PLACES:
            assert joined == PLACES[what](exchange.items[event["output_index"]], event)
            joined, finished = "", finished + 1
    assert joined == ""
    said = [item for item in exchange.items if item["type"] in TOLD]
    parts = [part for item in exchange.items for part in item.get("summary", ())]
    commands = [
        one for item in exchange.items for one in (item.get("action") or {}).get("commands", ())
    ]
    assert finished == len(said) + len(parts) + len(commands)


def joined(deltas: list[Json]) -> Json:
    """Return the message that a choice's deltas add up to, with the keys that a message has."""
    message: Json = {"role": None, "content": None, "refusal": None}
    calls: list[Json] = []
    for delta in deltas:
        for key in ("role", "content", "refusal"):
            if delta.get(key) is not None:
                message[key] = (message[key] or "") + delta[key]
        for piece in delta.get("tool_calls", ()):
            if piece["index"] == len(calls):
                calls.append({"id": piece["id"], "type": piece["type"]})
            add(calls[piece["index"]], piece, "function", "custom")
        add(message, delta, "function_call")
    return message | ({"tool_calls": calls} if calls else {})


def add(whole: Json, piece: Json, *keys: str) -> None:
    for key in keys:
        inner = whole.setdefault(key, {}) if key in piece else {}
        for name, text in piece.get(key, {}).items():
            inner[name] = inner.get(name, "") + text


@for_chat
def test_chunks_add_up_to_the_answer_of_a_plain_call(name: str) -> None:
    exchange = exchange_of(name)
    *chunks, last = exchange.events
    for chunk in exchange.events:
        for key in ("id", "created", "model", "service_tier", "system_fingerprint"):
            assert chunk[key] == exchange.answer[key]
    for choice in exchange.answer["choices"]:
        own = [
            one for chunk in chunks for one in chunk["choices"] if one["index"] == choice["index"]
        ]
        ends = [one["finish_reason"] for one in own]
        assert ends == [None] * (len(own) - 1) + [choice["finish_reason"]]
        wanted = {key: value for key, value in choice["message"].items() if key != "annotations"}
        assert joined([one["delta"] for one in own]) == wanted
        notes = [note for one in own for note in one["delta"].get("annotations", ())]
        assert notes == choice["message"]["annotations"]
    assert [chunk["usage"] for chunk in chunks] == [None] * len(chunks)
    assert (last["choices"], last["usage"]) == ([], exchange.answer["usage"])


@pytest.mark.parametrize(
    ("options", "has_usage", "is_padded"),
    [
        (None, False, True),
        ({"include_usage": False}, False, True),
        ({"include_usage": True}, True, True),
        ({"include_obfuscation": False}, False, False),
        ({"include_usage": True, "include_obfuscation": False}, True, False),
    ],
)
def test_stream_options_decide_on_usage_and_padding(
    options: Any, has_usage: bool, is_padded: bool
) -> None:
    body = {**CHAT["chat plain"], "stream": True, "stream_options": options}
    with running(SETTINGS) as gateway, httpx.Client(base_url=gateway.url) as client:
        stream = posted(client, PATHS["chat"], body).text
    for chunk in chat_chunks(stream):
        assert ("usage" in chunk, "obfuscation" in chunk) == (has_usage, is_padded)
    for frame in stream.split("\n\n")[:-2]:
        assert not is_padded or len(frame.removeprefix("data: ").encode()) % 16 == 1
