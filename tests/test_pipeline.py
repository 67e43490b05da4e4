"""The road as a whole: one journal entry per request, and what is kept between requests."""

from typing import Any

import pytest

from mockgw.draft import Draft, Says
from mockgw.model import Raw
from tests.calls import AT, CATALOGUE, NATIVE, recording, respond
from tests.roads import Travels
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json, events

PRO, MODEL = "openai/gpt-5.5-pro", "openai/gpt-5.5"
HI: Json = {"input": "Hi"}
SPOKEN: Json = {"messages": [{"role": "user", "content": "Hi"}]}
TOOL: Json = {"type": "function", "name": "get_tides"}
OBEYED = "max_tokens obeyed: the live gateway refuses it for this model (--max-tokens refuse)"
every_way = pytest.mark.parametrize("way", RESPONSES, ids=lambda way: way.name)
every_chat_way = pytest.mark.parametrize("way", CHAT, ids=lambda way: way.name)
native = pytest.mark.parametrize("way", [way for way in RESPONSES if not way.run_path])

# What is sent, and what the journal says of it: status, source, operation.
SENT: dict[str, tuple[str, str, Any, int, str, str]] = {
    "answer": (
        "POST",
        NATIVE["responses"],
        {"model": MODEL, **HI},
        200,
        "synth",
        "responses.create",
    ),
    "stream": (
        "POST",
        NATIVE["chat"],
        {"model": MODEL, **SPOKEN, "stream": True},
        200,
        "synth",
        "chat.create",
    ),
    "refusal": ("POST", NATIVE["responses"], {"model": MODEL}, 400, "refused", "responses.create"),
    "bad JSON": ("POST", NATIVE["responses"], b"{", 400, "refused", ""),
    "no object": ("POST", NATIVE["responses"], b"[]", 400, "refused", ""),
    "no body": ("POST", NATIVE["responses"], None, 400, "refused", ""),
    "unknown path": ("POST", "/nowhere", {}, 404, "refused", ""),
    "wrong method": ("PUT", NATIVE["responses"], {}, 405, "refused", ""),
    "unknown id": ("GET", "/v1/responses/resp_0", None, 404, "refused", "responses.retrieve"),
    "odd path": ("POST", "/%ff/\\x00/..", {}, 404, "refused", ""),
    "catalogue": (
        "POST",
        CATALOGUE["chat"],
        {"model": "nope", **SPOKEN},
        404,
        "refused",
        "chat.create",
    ),
}


@pytest.mark.parametrize("name", SENT)
def test_every_request_writes_exactly_one_entry(name: str) -> None:
    method, path, body, status, source, operation = SENT[name]
    road = Travels(synth=True)
    reply = road.send(method, path, body)
    (entry,) = road.journal.entries()
    assert (entry.status, entry.source, entry.operation) == (status, source, operation)
    assert (entry.method, entry.path, entry.number, entry.at) == (method, path, 1, AT)
    assert reply.status == status
    assert reply.headers["x-mockgw-source"] == source
    assert bool(entry.error) == (status >= 400)


def test_a_miss_and_a_recording_say_where_they_come_from() -> None:
    said = respond({"model": "gpt-5.5", **HI})
    road = Travels(recording({"model": "gpt-5.5", **HI}, said))
    road.send("POST", NATIVE["responses"], {"model": MODEL, **HI})
    road.send("POST", NATIVE["responses"], {"model": MODEL, "input": "Ho"})
    hit, miss = road.journal.entries()
    assert (hit.source, hit.match, hit.where) == ("replay", "exact", "tape.yaml, item 1")
    assert (miss.source, miss.match, miss.where) == ("missing", "", "")
    assert road.journal.counts()["misses"] == 1


@every_way
def test_a_recorded_error_is_a_recording_whatever_form_it_takes(way: Way) -> None:
    error = {"error": {"message": "No.", "type": "invalid_request_error"}}
    road = Travels(recording({"model": "gpt-5.5", **HI}, error, status=400))
    reply = road.ask(way, MODEL, HI)
    (entry,) = road.journal.entries()
    assert (entry.status, entry.source, entry.where) == (400, "replay", "tape.yaml, item 1")
    assert reply.headers["x-mockgw-source"] == "replay"


def test_a_fault_of_ours_is_told_logged_and_written_down(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(dict[str, str]):
        def get(self, key: str, default: Any = None) -> Any:
            raise ZeroDivisionError

    road = Travels(synth=True)
    reply = road.travel(Raw("POST", NATIVE["responses"], "", Broken(), b'{"model":"gpt-5.5"}'))
    assert (reply.status, reply.headers["x-should-retry"]) == (500, "false")
    assert "mockgw itself failed on this request (ZeroDivisionError)" in reply.body.decode()
    assert [entry.status for entry in road.journal.entries()] == [500]
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_a_large_body_is_answered_and_left_out_of_the_journal() -> None:
    road = Travels(synth=True)
    body = {"model": MODEL, "input": "tide " * 60_000}
    assert road.send("POST", NATIVE["responses"], body).status == 200
    (entry,) = road.journal.entries()
    assert entry.body == {}
    assert entry.notes[-1].endswith("bytes is not kept here")


def test_the_key_is_asked_before_the_body_is_read() -> None:
    road = Travels(synth=True, keys=("sk-test",))
    assert road.send("POST", NATIVE["responses"], b"{").status == 401
    shown = {"authorization": "Bearer sk-test"}
    assert road.send("POST", NATIVE["responses"], b"{", shown).status == 400


@every_chat_way
def test_max_tokens_is_obeyed_on_the_catalogues_doors_and_refused_elsewhere(way: Way) -> None:
    road = Travels(synth=True)
    reply = road.ask(way, MODEL, {**SPOKEN, "max_tokens": 20})
    (entry,) = road.journal.entries()
    if way.run_path:
        told = way.object(reply)
        assert told["choices"][0]["finish_reason"] == "length"
        assert told["usage"]["completion_tokens"] == 20
        assert entry.notes == (OBEYED,)
    else:
        assert (reply.status, reply.json()["error"]["code"]) == (400, "unsupported_parameter")
        assert entry.notes == ()


@every_chat_way
def test_max_tokens_is_plainly_right_for_a_model_that_does_not_reason(way: Way) -> None:
    road = Travels(synth=True)
    told = way.object(road.ask(way, "openai/gpt-4o", {**SPOKEN, "max_tokens": 8}))
    assert told["choices"][0]["finish_reason"] == "length"
    assert road.journal.entries()[0].notes == ()


@every_chat_way
def test_max_tokens_is_refused_everywhere_when_the_settings_say_so(way: Way) -> None:
    road = Travels(synth=True, max_tokens_refused=True)
    reply = road.ask(way, MODEL, {**SPOKEN, "max_tokens": 20})
    assert reply.status == 400
    assert "Use 'max_completion_tokens' instead." in reply.body.decode()


@native
def test_a_stored_response_is_retrieved_and_deleted(way: Way) -> None:
    road = Travels(synth=True)
    made = road.ask(way, MODEL, HI).json()
    place = f"{way.path}/{made['id']}"
    assert road.send("GET", place).json() == made
    deleted = {"id": made["id"], "object": "response", "deleted": True}
    assert road.send("DELETE", place).json() == deleted
    for method in ("GET", "DELETE"):
        reply = road.send(method, place)
        assert reply.status == 404
        assert reply.json()["error"]["message"] == f"Response with id '{made['id']}' not found."


def test_a_streamed_response_is_stored_as_it_was_streamed() -> None:
    road = Travels(synth=True)
    told = events(road.ask(RESPONSES[0], MODEL, {**HI, "stream": True}).body)[-1]["response"]
    assert road.send("GET", f"/v1/responses/{told['id']}").json() == told


@pytest.mark.parametrize(
    ("way", "more", "kept"),
    [
        (RESPONSES[0], {"store": False}, False),
        (RESPONSES[0], {"store": True}, True),
        (RESPONSES[3], {}, False),
        (RESPONSES[3], {"store": True}, True),
    ],
)
def test_only_what_is_to_be_stored_is_kept(way: Way, more: Json, kept: bool) -> None:
    road = Travels(synth=True)
    made = road.ask(way, MODEL, {**HI, **more}).json()
    again = road.ask(way, MODEL, {**HI, "previous_response_id": made["id"]})
    assert again.status == (200 if kept else 400)
    assert road.send("GET", f"/v1/responses/{made['id']}").status == (200 if kept else 404)


def test_sessions_do_not_share_stored_responses() -> None:
    road = Travels(synth=True)
    made = road.ask(RESPONSES[0], MODEL, HI, "one").json()["id"]
    assert road.send("GET", f"/_s/one/v1/responses/{made}").status == 200
    assert road.send("GET", f"/_s/two/v1/responses/{made}").status == 404
    assert road.send("GET", f"/v1/responses/{made}").status == 404
    assert road.ask(RESPONSES[0], MODEL, {**HI, "previous_response_id": made}, "two").status == 400


def test_a_chain_of_responses_pays_for_what_was_said_before() -> None:
    road = Travels(synth=True)
    first = road.ask(RESPONSES[0], MODEL, {**HI, "instructions": "Be brief."}).json()
    second = road.ask(RESPONSES[0], MODEL, {**HI, "previous_response_id": first["id"]}).json()
    third = road.ask(RESPONSES[0], MODEL, {**HI, "previous_response_id": second["id"]}).json()
    spent = [one["usage"]["input_tokens"] for one in (first, second, third)]
    assert second["instructions"] is None
    assert spent[1] < spent[2]
    assert third["previous_response_id"] == second["id"]
    assert len({one["id"][5:21] for one in (first, second, third)}) == 1


def test_a_tool_loop_over_previous_response_ends_with_text() -> None:
    road = Travels(synth=True)
    asked = {"input": "The tides?", "tools": [TOOL]}
    first = road.ask(RESPONSES[0], MODEL, asked).json()
    (called,) = [item for item in first["output"] if item["type"] == "function_call"]
    output = {"type": "function_call_output", "call_id": called["call_id"], "output": "ebb"}
    body = {"input": [output], "tools": [TOOL], "previous_response_id": first["id"]}
    second = road.ask(RESPONSES[0], MODEL, body).json()
    assert [item["type"] for item in second["output"]] == ["reasoning", "message"]


def test_a_replayed_response_that_was_stored_can_be_retrieved_and_continued() -> None:
    said = respond({"model": "gpt-5.5", **HI}, draft=Draft(9, (), (Says("Lindisfarne."),)))
    road = Travels(recording({"model": "gpt-5.5", **HI}, said), synth=True)
    assert road.ask(RESPONSES[0], MODEL, HI).headers["x-mockgw-source"] == "replay"
    assert road.send("GET", f"/v1/responses/{said['id']}").json() == said
    told = road.ask(RESPONSES[0], MODEL, {**HI, "previous_response_id": said["id"]}).json()
    alone = road.ask(RESPONSES[0], MODEL, {"input": "Ho"}).json()
    assert told["usage"]["input_tokens"] > alone["usage"]["input_tokens"]


def test_a_recording_that_continues_one_never_recorded_is_served_all_the_same() -> None:
    body = {**HI, "previous_response_id": "resp_0123456789"}
    road = Travels(recording({"model": "gpt-5.5", **body}, respond({"model": "gpt-5.5", **HI})))
    assert road.ask(RESPONSES[0], MODEL, body).status == 200


def test_the_oldest_stored_response_gives_way() -> None:
    road = Travels(synth=True, state_size=2)
    made = [road.ask(RESPONSES[0], MODEL, {"input": text}).json()["id"] for text in "abc"]
    assert [road.send("GET", f"/v1/responses/{one}").status for one in made] == [404, 200, 200]


def test_the_same_call_again_is_the_same_answer_under_another_id() -> None:
    road, other = Travels(synth=True), Travels(synth=True)
    first, second = (road.ask(RESPONSES[0], MODEL, HI).json() for _ in range(2))
    assert first["id"] != second["id"]
    texts = [one["output"][-1]["content"][0]["text"] for one in (first, second)]
    assert texts[0] == texts[1]
    assert other.ask(RESPONSES[0], MODEL, HI).json() == first
