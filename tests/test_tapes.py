"""Recordings are found, played in order, and served in the form that is asked for."""

import json
from pathlib import Path
from typing import Any

import pytest

from mockgw import apis
from mockgw.cassette.interaction import Interaction
from mockgw.draft import Draft, Says
from mockgw.tapes import Tapes, load
from tests.calls import call, complete, recording, respond
from tests.roads import Travels
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json, events, spelled

MODEL = "openai/gpt-5.5"
ASKED = {"input": "Hi"}
SPOKEN = {"messages": [{"role": "user", "content": "Hi"}]}
SAID = respond({"model": "gpt-5.5", **ASKED}, draft=Draft(9, (), (Says("Lindisfarne, 潮."),)))
COMPLETED = complete(SPOKEN, Draft(9, (), (Says("Lindisfarne, 潮."),)))
CHAT_URI = "https://api.openai.com/v1/chat/completions"
HOSTS = {
    "openai": "https://api.openai.com",
    "gateway": "https://gateway.ai.cloudflare.com",
    "rest-run": "https://api.cloudflare.com",
    "rest-openai": "https://api.cloudflare.com",
    "binding": "https://workers-binding.ai",
}
every_way = pytest.mark.parametrize("way", RESPONSES, ids=lambda way: way.name)
every_chat_way = pytest.mark.parametrize("way", CHAT, ids=lambda way: way.name)
unlike = pytest.mark.parametrize("other", RESPONSES, ids=lambda way: way.name)


def taped(body: Json, answer: Any, **more: Any) -> Interaction:
    return recording({"model": "gpt-5.5", **body}, answer, **more)


def recorded_by(way: Way, body: Json, answer: Json) -> Interaction:
    """Return what a recorder would have kept of an exchange through that door."""
    path, sent, headers = way.request(MODEL, body)
    kept = {"result": answer, "success": True, "errors": [], "messages": []}
    uri = HOSTS[way.door] + path
    return recording(sent, kept if way.enveloped else answer, uri=uri, headers=headers)


def stream_of(body: Json, answer: Json) -> bytes:
    asked = call({"model": "gpt-5.5", **body, "stream": True})
    return b"".join(apis.creator(asked.operation).events(answer, asked, "x".__mul__))


def numbered(*answers: str) -> list[Interaction]:
    return [
        taped(ASKED, {**SAID, "id": f"resp_{name}"}, position=place)
        for place, name in enumerate(answers, 1)
    ]


@every_way
@unlike
def test_a_tape_recorded_through_one_door_is_served_through_every_other(
    way: Way, other: Way
) -> None:
    road = Travels(recorded_by(way, ASKED, SAID))
    reply = road.ask(other, MODEL, ASKED)
    assert (reply.status, reply.headers["x-mockgw-match"]) == (200, "exact")
    assert spelled(other.object(reply)) == spelled(SAID)


@every_chat_way
def test_a_chat_recorded_natively_is_served_through_every_door(way: Way) -> None:
    road = Travels(taped(SPOKEN, COMPLETED, uri=CHAT_URI))
    assert spelled(way.object(road.ask(way, MODEL, SPOKEN))) == spelled(COMPLETED)


@pytest.mark.parametrize("way", [RESPONSES[0], RESPONSES[3], RESPONSES[-1]], ids=lambda w: w.name)
def test_a_recording_in_the_asked_form_goes_out_byte_for_byte(way: Way) -> None:
    spaced = json.dumps(SAID, indent=1).encode()
    assert Travels(taped(ASKED, spaced)).ask(way, MODEL, ASKED).body == spaced
    streamed = {**ASKED, "stream": True}
    stream = b": kept\n\n" + stream_of(ASKED, SAID).replace(b'"delta":', b'"delta" :') + b"\n\n"
    assert Travels(taped(streamed, stream)).ask(way, MODEL, streamed).body == stream


@every_way
def test_a_recorded_body_is_streamed_to_the_same_object(way: Way) -> None:
    told = events(Travels(taped(ASKED, SAID)).ask(way, MODEL, {**ASKED, "stream": True}).body)
    assert spelled(told[-1]["response"]) == spelled(SAID)
    assert [one["sequence_number"] for one in told] == list(range(len(told)))


@every_way
def test_a_recorded_stream_is_read_to_its_object(way: Way) -> None:
    road = Travels(taped({**ASKED, "stream": True}, stream_of(ASKED, SAID)))
    told = way.object(road.ask(way, MODEL, ASKED))
    metadata = {"gatewayMetadata": {"keySource": "Unified"}} if way.run_path else {}
    wanted = {**SAID, **metadata}
    wanted["usage"] = {
        **SAID["usage"],
        "input_tokens_details": told["usage"]["input_tokens_details"],
    }
    assert told == wanted
    assert list(told)[:4] == list(SAID)[:3] + (["model"] if way.run_path else ["status"])


@pytest.mark.parametrize("way", [CHAT[0], CHAT[3]], ids=lambda way: way.name)
def test_a_chat_crosses_from_one_form_to_the_other(way: Way) -> None:
    asked = {**SPOKEN, "stream": True, "stream_options": {"include_usage": True}}
    stream = stream_of(asked, COMPLETED)
    kept = Travels(taped(asked, stream, uri=CHAT_URI))
    assert kept.ask(way, MODEL, asked).body == stream
    assert spelled(way.object(kept.ask(way, MODEL, SPOKEN))) == spelled(COMPLETED)
    crossed = Travels(taped(SPOKEN, COMPLETED, uri=CHAT_URI)).ask(way, MODEL, asked).body
    assert crossed.endswith(b"data: [DONE]\n\n")
    assert events(crossed)[-1]["usage"] == COMPLETED["usage"]
    deltas = [one["choices"][0]["delta"] for one in events(crossed)[:-1]]
    assert "".join(delta.get("content") or "" for delta in deltas) == "Lindisfarne, 潮."


def test_equal_calls_are_played_in_recorded_order_and_the_last_one_again() -> None:
    road = Travels(*numbered("a", "b", "c"))
    told = [road.ask(RESPONSES[0], MODEL, ASKED).json()["id"] for _ in range(5)]
    assert told == ["resp_a", "resp_b", "resp_c", "resp_c", "resp_c"]


def test_each_session_plays_from_the_beginning() -> None:
    road = Travels(*numbered("a", "b"))
    order = ["one", "two", "one", "", "two", ""]
    told = [road.ask(RESPONSES[0], MODEL, ASKED, session).json()["id"] for session in order]
    assert told == ["resp_a", "resp_a", "resp_b", "resp_a", "resp_b", "resp_b"]


def test_an_exact_recording_wins_over_one_that_only_means_the_same() -> None:
    loose = taped({**ASKED, "temperature": 1}, {**SAID, "id": "resp_loose"})
    road = Travels(loose, taped(ASKED, {**SAID, "id": "resp_exact"}))
    exact = road.ask(RESPONSES[0], MODEL, ASKED)
    normal = road.ask(RESPONSES[0], MODEL, {**ASKED, "temperature": 1, "metadata": {}})
    assert (exact.json()["id"], exact.headers["x-mockgw-match"]) == ("resp_exact", "exact")
    assert (normal.json()["id"], normal.headers["x-mockgw-match"]) == ("resp_loose", "normalized")


def test_a_synthesized_answer_has_no_level_of_a_match() -> None:
    reply = Travels(synth=True).ask(RESPONSES[0], MODEL, ASKED)
    assert (reply.status, reply.headers["x-mockgw-source"]) == (200, "synth")
    assert "x-mockgw-match" not in reply.headers


@pytest.mark.parametrize(
    ("method", "uri"),
    [
        ("POST", "https://api.anthropic.com/v1/messages"),
        ("POST", "https://api.openai.com/v1/embeddings"),
        ("GET", "https://api.openai.com/v1/files"),
        ("POST", "https://example.com/"),
        ("GET", "https://api.openai.com/v1/responses"),
    ],
)
def test_recordings_of_other_apis_are_left_alone(method: str, uri: str) -> None:
    one = recording(ASKED, SAID, uri=uri)
    foreign = Interaction(
        method, uri, {}, one.request_body, 200, "", one.response_headers, one.response_body
    )
    (found,) = Tapes([foreign, taped(ASKED, SAID)]).recordings
    assert found.interaction == taped(ASKED, SAID)
    assert not Tapes([foreign]).by_file()


def test_a_recorded_call_whose_body_is_no_json_is_left_alone() -> None:
    assert not Tapes([recording(b"{", SAID)]).recordings


def test_files_and_folders_are_loaded_and_counted(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    one = {
        "request": {
            "method": "POST",
            "uri": "https://api.openai.com/v1/responses",
            "headers": {},
            "body": json.dumps({"model": "gpt-5.5", **ASKED}),
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"content-type": ["application/json"]},
            "body": {"string": json.dumps(SAID)},
        },
    }
    for name, count in (("a.json", 1), ("deep/b.json", 2)):
        tape = {"version": 1, "interactions": [one] * count}
        (tmp_path / name).write_text(json.dumps(tape), encoding="utf-8")
    tapes = load([tmp_path])
    assert tapes.by_file() == {str(tmp_path / "a.json"): 1, str(tmp_path / "deep/b.json"): 2}
    assert list(tapes.by_file()) == [str(tmp_path / "a.json"), str(tmp_path / "deep/b.json")]
