"""The two source documents, through every door."""

import json
from pathlib import Path
from typing import Any

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json, events, spelled

DOCUMENTS = json.loads((Path(__file__).parent / "data" / "documents.json").read_text("utf-8"))
FIVE: list[Json] = DOCUMENTS["responses"]
SPOKEN: Json = DOCUMENTS["chat"][0]
NAMES = ("openai/{}", "{}", "openai/{}-2026-04-23", "{}-2026-04-23")
INPUT_TOKENS = (15, 30, 76, 13, 48)
TERMINAL = {"completed": "response.completed", "incomplete": "response.incomplete"}

every_way = pytest.mark.parametrize("way", RESPONSES, ids=lambda way: way.name)
every_chat_way = pytest.mark.parametrize("way", CHAT, ids=lambda way: way.name)
every_document = pytest.mark.parametrize("document", FIVE, ids=lambda one: one["title"])


@every_way
@every_document
def test_a_door_answers_with_the_body_of_the_document(
    replay: Gateway, way: Way, document: Json
) -> None:
    reply = way.ask(replay.url, document["model"], document["request"])
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert spelled(way.object(reply)) == spelled(document["response"])


@pytest.mark.parametrize("way", [way for way in RESPONSES if way.enveloped], ids=lambda w: w.name)
def test_the_envelope_of_the_rest_api_holds_the_four_keys_in_order(
    replay: Gateway, way: Way
) -> None:
    told = way.ask(replay.url, FIVE[0]["model"], FIVE[0]["request"]).json()
    assert list(told) == ["result", "success", "errors", "messages"]
    assert (told["success"], told["errors"], told["messages"]) == (True, [], [])


@every_way
@every_document
def test_a_document_is_streamed_as_a_legal_stream_that_ends_with_it(
    replay: Gateway, way: Way, document: Json
) -> None:
    asked = {**document["request"], "stream": True}
    reply = way.ask(replay.url, document["model"], asked)
    told = events(reply.body)
    wanted = "text/event-stream" if way.run_path else "text/event-stream; charset=utf-8"
    assert reply.headers["content-type"] == wanted
    assert [one["sequence_number"] for one in told] == list(range(len(told)))
    assert [one["type"] for one in told[:2]] == ["response.created", "response.in_progress"]
    assert told[-1]["type"] == TERMINAL[document["response"]["status"]]
    assert spelled(told[-1]["response"]) == spelled(document["response"])


@every_document
def test_the_text_of_a_document_is_what_its_deltas_add_up_to(
    replay: Gateway, document: Json
) -> None:
    asked = {**document["request"], "stream": True}
    told = events(RESPONSES[0].ask(replay.url, document["model"], asked).body)
    deltas = [one["delta"] for one in told if one["type"] == "response.output_text.delta"]
    assert "".join(deltas) == _text(document["response"])


@every_chat_way
def test_the_chat_document_gives_its_text_through_every_door(replay: Gateway, way: Way) -> None:
    reply = way.ask(replay.url, SPOKEN["model"], SPOKEN["request"])
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    completion = way.object(reply)
    assert completion["choices"][0]["message"]["content"] == SPOKEN["text"]
    assert completion["model"] == "gpt-5.5-2026-04-23"


@every_chat_way
def test_the_chat_document_is_streamed_to_its_text(replay: Gateway, way: Way) -> None:
    reply = way.ask(replay.url, SPOKEN["model"], {**SPOKEN["request"], "stream": True})
    deltas = [one["choices"][0]["delta"].get("content") or "" for one in events(reply.body)]
    assert "".join(deltas) == SPOKEN["text"]
    assert reply.body.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("way", "asked", "base"),
    [
        *[(way, FIVE[3], "gpt-5.5-pro") for way in RESPONSES],
        *[(way, SPOKEN, "gpt-5.5") for way in CHAT],
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_model_is_known_by_each_of_its_names(
    replay: Gateway, way: Way, asked: Json, base: str, name: str
) -> None:
    reply = way.ask(replay.url, name.format(base), asked["request"])
    assert (reply.status, reply.headers["x-mockgw-source"]) == (200, "replay")


@every_way
def test_a_session_in_front_of_a_path_gives_the_same_answer(replay: Gateway, way: Way) -> None:
    reply = way.ask(f"{replay.url}/_s/one", FIVE[0]["model"], FIVE[0]["request"])
    assert way.object(reply) == FIVE[0]["response"]
    assert replay.journal.entries("one")[-1].door == way.door


@pytest.mark.parametrize("seed", [0, 1, 2026])
def test_synthesis_counts_what_the_documents_count(seed: int) -> None:
    with running(Settings(port=0, mode="synth", seed=seed)) as gateway:
        told = [_native(gateway, document) for document in FIVE]
    assert tuple(one["usage"]["input_tokens"] for one in told) == INPUT_TOKENS
    third = told[2]
    assert third["status"] == "incomplete"
    assert third["incomplete_details"] == {"reason": "max_output_tokens"}
    assert third["completed_at"] is None
    assert [item["type"] for item in third["output"]] == ["reasoning"]
    assert third["usage"]["output_tokens"] == 150
    assert third["usage"]["output_tokens_details"] == {"reasoning_tokens": 150}


@pytest.mark.parametrize("way", [way for way in RESPONSES if way.run_path], ids=lambda w: w.name)
@every_document
def test_synthesis_for_the_catalogue_has_the_keys_of_the_documents_in_their_order(
    synth: Gateway, way: Way, document: Json
) -> None:
    told = way.object(way.ask(synth.url, document["model"], document["request"]))
    assert _shape(told) == _shape(document["response"])
    for name in ("temperature", "top_p", "frequency_penalty", "presence_penalty", "store"):
        assert spelled(told[name]) == spelled(document["response"][name])


def test_synthesis_for_the_native_door_has_the_native_order_and_floats(synth: Gateway) -> None:
    body = RESPONSES[0].ask(synth.url, "gpt-5.5-pro", FIVE[0]["request"]).body
    keys = (
        "id object created_at status background billing completed_at error frequency_penalty "
        "incomplete_details instructions max_output_tokens max_tool_calls model moderation output "
        "parallel_tool_calls presence_penalty previous_response_id prompt_cache_key "
        "prompt_cache_retention reasoning safety_identifier service_tier store temperature text "
        "tool_choice tools top_logprobs top_p truncation usage user metadata"
    )
    assert list(json.loads(body)) == keys.split()
    for written in (b'"frequency_penalty":0.0', b'"presence_penalty":0.0', b'"temperature":1.0'):
        assert written in body


def _native(gateway: Gateway, document: Json) -> Json:
    told: Json = RESPONSES[0].ask(gateway.url, document["model"], document["request"]).json()
    return told


def _text(response: Json) -> str:
    parts = [part for item in response["output"] for part in item.get("content", ())]
    return "".join(part["text"] for part in parts)


def _shape(value: Any) -> Any:
    """Return keys in order, all the way down, without the values."""
    if isinstance(value, dict):
        return [(key, _shape(inner)) for key, inner in value.items()]
    return [_shape(inner) for inner in value[:1]] if isinstance(value, list) else None
