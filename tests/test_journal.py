"""The journal: what an entry tells, how entries are chosen, and the forms they leave in."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import IncompleteRead
from pathlib import Path
from typing import Any

import pytest
import vcr
import yaml
from openai import OpenAI

from mockgw.cassette.har import Skipped, read_har
from mockgw.cassette.reader import read
from mockgw.course import Course, Spoken
from mockgw.journal import Journal
from mockgw.model import Entry
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.connections import asked, settled
from tests.ways import RESPONSES, Way
from tests.wire import Json, Reply, events, post, send

BODY: Json = {"model": "gpt-5.5", "input": "Hello"}
SECRET = "sk-proj-abcdefghijklmnopqrstuvwx0123456789"
PAST = "2026-04-24T"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as started:
        yield started


def told(gateway: Gateway, query: str = "") -> list[Json]:
    reply = send("GET", f"{gateway.url}/_mockgw/journal{query}")
    assert reply.status == 200, reply.body
    entries: list[Json] = reply.json()["entries"]
    return entries


def respond(
    gateway: Gateway, body: Json = BODY, session: str = "", headers: dict[str, str] | None = None
) -> Reply:
    prefix = f"/_s/{session}" if session else ""
    return post(f"{gateway.url}{prefix}/v1/responses", body, headers)


def script(gateway: Gateway, *replies: Any, session: str = "") -> None:
    assert post(f"{gateway.url}/_mockgw/script", {"session": session, "replies": replies})


def test_an_entry_tells_how_the_answer_went_out(gateway: Gateway) -> None:
    whole = respond(gateway, headers={"authorization": f"Bearer {SECRET}"})
    streamed = respond(gateway, {**BODY, "stream": True})
    settled(gateway.journal.entries())
    first, second = told(gateway)
    assert first["written"] == {
        "outcome": "whole",
        "status": 200,
        "events": 0,
        "bytes": len(whole.body),
    }
    assert second["written"] == {
        "outcome": "whole",
        "status": 200,
        "events": len(events(streamed.body)),
        "bytes": len(streamed.body),
    }
    assert first["timing"]["arrived"] == 0.0
    assert second["timing"]["arrived"] > first["timing"]["first_byte"] > 0
    assert second["timing"]["ended"] >= second["timing"]["first_byte"]
    assert first["key"] == second["key"]
    assert first["client"]["auth"] == "bearer"
    assert second["client"]["auth"] is None


@pytest.mark.parametrize("form", ["", "?format=jsonl", "?format=har", "?format=cassette"])
def test_no_form_tells_a_secret(gateway: Gateway, form: str) -> None:
    url = f"{gateway.url}/v1/{'0' * 31}1/private/openai/responses?api_key=hunter2-secret&x={SECRET}"
    post(url, {**BODY, "input": f"My key is {SECRET}"}, {"authorization": f"Bearer {SECRET}"})
    said = send("GET", f"{gateway.url}/_mockgw/journal{form}").body.decode()
    assert "gpt-5.5" in said
    for secret in (SECRET, "hunter2-secret", "0" * 31 + "1", "private/openai"):
        assert secret not in said


def test_an_entry_tells_how_it_was_asked(gateway: Gateway) -> None:
    respond(gateway, headers={"x-stainless-retry-count": "2", "idempotency-key": "mine"})
    respond(gateway, headers={"x-stainless-retry-count": "many", "api-key": "mine"})
    post(f"{gateway.url}/v1/responses?token=mine", BODY)
    first, second, third = (one["client"] for one in told(gateway))
    assert (first["retry"], len(first["idempotency_key"])) == (2, 16)
    assert (second["retry"], second["auth"], second["idempotency_key"]) == (None, "header", None)
    assert (first["key_in_url"], third["key_in_url"]) == (None, "query")
    assert first["connection"] != second["connection"]
    assert "mine" not in json.dumps(told(gateway))


def test_an_error_tells_what_it_advised(gateway: Gateway) -> None:
    script(gateway, {"error": 429, "retry_after": 1.5}, {"error": 400, "should_retry": True})
    for _ in range(3):
        respond(gateway)
    advice = [one["advice"] for one in told(gateway)]
    assert advice[0] == {"should_retry": None, "retry_after": 1.5}
    assert advice[1]["should_retry"] is True
    assert advice[2] == {"should_retry": None, "retry_after": None}


@pytest.mark.parametrize(
    ("fault", "outcome", "status"),
    [
        ("cut_after_events:3", "cut", 200),
        ("reset", "cut", 200),
        ("edge_page:520", "whole", 520),
        ("comments", "whole", 200),
    ],
)
def test_a_fault_shows_in_what_was_written(
    gateway: Gateway, fault: str, outcome: str, status: int
) -> None:
    script(gateway, {"text": "Snow fell all day.", "fault": fault})
    with suppress(ConnectionError, IncompleteRead):
        respond(gateway, {**BODY, "stream": True})
    settled(gateway.journal.entries())
    (entry,) = told(gateway)
    assert (entry["written"]["outcome"], entry["written"]["status"]) == (outcome, status)
    assert entry["fault"] == fault
    if fault.startswith("cut"):
        assert entry["written"]["events"] == 3


def test_a_client_that_left_is_told_with_what_it_got(gateway: Gateway) -> None:
    script(gateway, {"text": "Snow fell all day.", "pace": 0.05, "delay": 0.01})
    with asked(gateway, {**BODY, "stream": True}) as connection:
        assert connection.recv(100)
        (entry,) = told(gateway)
        assert entry["written"]["outcome"] is None
        assert entry["timing"]["ended"] is None
    settled(gateway.journal.entries())
    (entry,) = told(gateway)
    assert entry["written"]["outcome"] == "left"
    assert 0 < entry["written"]["events"] < 12
    assert entry["timing"]["delay"] == 0.01
    assert entry["timing"]["first_byte"] >= 0.01


def test_a_client_that_waits_no_longer_is_told(gateway: Gateway) -> None:
    script(gateway, {"text": "Late.", "delay": 0.2})
    with asked(gateway, BODY):
        pass
    while not gateway.journal.entries():
        time.sleep(0.005)
    (entry,) = settled(gateway.journal.entries())
    assert entry.course.outcome == "left"


def test_a_gateway_that_stops_says_so_of_its_streams() -> None:
    with ExitStack() as stack:
        with running(Settings(port=0, mode="synth", drain=0.1)) as gateway:
            script(gateway, {"text": "Snow fell all day.", "pace": 30})
            connection = stack.enter_context(asked(gateway, {**BODY, "stream": True}))
            assert connection.recv(100)
        (entry,) = gateway.journal.entries()
        assert entry.course.outcome == "stopped"


@pytest.mark.parametrize(
    ("usage", "model", "dollars"),
    [
        ({"input": 1_000_000, "output": 0}, "gpt-5.4-nano", 0.2),
        ({"input": 1000, "output": 100}, "gpt-5.5", 0.008),
        ({"input": 1000, "output": 100, "cached": 600}, "gpt-5.5", 0.0053),
        ({"input": 1000, "output": 100, "cached": 600}, "gpt-5.2-2025-12-11", 0.002205),
        ({"input": 300_000, "output": 100}, "gpt-5.5", 3.0045),
        ({"input": 1000, "output": 100}, "gpt-6-sol", None),
    ],
)
@pytest.mark.parametrize("chat", [False, True])
def test_an_answer_has_its_price(
    gateway: Gateway, usage: Json, model: str, dollars: float | None, chat: bool
) -> None:
    script(gateway, {"text": "Hi.", "usage": usage})
    path = "chat/completions" if chat else "responses"
    said = {"messages": [{"role": "user", "content": "Hi"}]} if chat else {"input": "Hi"}
    assert post(f"{gateway.url}/v1/{path}", {"model": model, **said}).status == 200
    (entry,) = told(gateway)
    assert entry["cost"] == dollars


def test_a_pro_model_pays_for_what_is_cached(gateway: Gateway) -> None:
    usage = {"input": 1000, "output": 100, "cached": 600}
    script(gateway, {"text": "Hi.", "usage": usage})
    respond(gateway, {"model": "gpt-5.5-pro", "input": "Hi"})
    assert told(gateway)[0]["cost"] == 0.048


@pytest.mark.parametrize("stream", [False, True])
def test_what_an_upstream_says_has_its_course_too(gateway: Gateway, stream: bool) -> None:
    said = {**BODY, "stream": stream}
    with running(Settings(port=0, mode="live", upstream=f"{gateway.url}/v1")) as between:
        answer = respond(between, said)
        respond(between, {"model": "gpt-5.5"})
        settled(between.journal.entries())
        first, second = told(between)
        form = send("GET", f"{between.url}/_mockgw/journal?format=har").json()["log"]["entries"]
    assert first["written"]["outcome"] == "whole"
    assert first["written"]["bytes"] == len(answer.body)
    assert first["written"]["events"] == len(events(answer.body))
    assert (second["status"], second["written"]["outcome"]) == (400, "whole")
    assert form[0]["response"]["content"]["text"] == answer.body.decode()


def test_an_upstream_that_is_left_is_told(gateway: Gateway) -> None:
    script(gateway, {"text": "Snow fell all day.", "pace": 0.05})
    with running(Settings(port=0, mode="live", upstream=f"{gateway.url}/v1")) as between:
        with asked(between, {**BODY, "stream": True}) as connection:
            assert connection.recv(100)
        while not between.journal.entries():
            time.sleep(0.005)
        (entry,) = settled(between.journal.entries())
    assert entry.course.outcome == "left"


@pytest.fixture(scope="module")
def varied() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as gateway:
        script(gateway, {"error": 429}, session="a")
        respond(gateway, session="a")  # 1
        respond(gateway, {**BODY, "model": "gpt-5.4"}, session="a")  # 2
        respond(gateway, {}, session="b")  # 3
        chat = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Hi"}]}
        post(f"{gateway.url}/v1/acc/gw/openai/chat/completions", chat)  # 4
        script(gateway, {"text": "Hi.", "fault": "edge_page:503"})
        respond(gateway)  # 5
        send("GET", f"{gateway.url}/v1/responses/resp_1")  # 6
        settled(gateway.journal.entries())
        yield gateway


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("?session=a", [1, 2]),
        ("?session=a,b", [1, 2, 3]),
        ("?session=", [4, 5, 6]),
        ("?source=synth", [2, 4]),
        ("?source=script,refused", [1, 3, 5, 6]),
        ("?status=429", [1]),
        ("?status=4xx", [1, 3, 6]),
        ("?status=5xx,200", [2, 4, 5]),
        ("?status=40x", [3, 6]),
        ("?operation=chat.*", [4]),
        ("?operation=responses.*&session=a", [1, 2]),
        ("?model=gpt-5.4", [2]),
        ("?door=gateway", [4]),
        ("?fault=edge_page*", [5]),
        ("?since=4", [5, 6]),
        ("?limit=2", [5, 6]),
        ("?limit=1&source=synth", [4]),
        ("?limit=0", []),
        ("?since=99", []),
    ],
)
def test_entries_are_chosen_by_what_they_tell(
    varied: Gateway, query: str, numbers: list[int]
) -> None:
    assert [one["number"] for one in told(varied, query)] == numbers
    lines = send("GET", f"{varied.url}/_mockgw/journal{query or '?'}&format=jsonl")
    assert [json.loads(one)["number"] for one in lines.body.splitlines()] == numbers
    assert lines.headers["content-type"] == "application/jsonl"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?sesion=a", "journal: 'sesion' has no meaning here. Did you mean session?"),
        ("?format=yaml", "There is no format 'yaml'. Known: json, jsonl, har, cassette."),
        ("?status=teapot", "status='teapot' is no status. Give 429, 4xx or several of them."),
        ("?status=9xx", "is no status"),
        ("?limit=-1", "limit='-1' is no number."),
        ("?since=soon", "since='soon' is no number. Give a whole number."),
    ],
)
def test_a_wrong_wish_is_told_what_is_right(varied: Gateway, query: str, said: str) -> None:
    reply = send("GET", f"{varied.url}/_mockgw/journal{query}")
    assert reply.status == 400
    assert said in reply.json()["error"]["message"]


def exported(gateway: Gateway, path: Path, query: str = "") -> Path:
    reply = send("GET", f"{gateway.url}/_mockgw/journal?format=cassette{query}")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/yaml")
    path.write_bytes(reply.body)
    return path


@pytest.mark.parametrize("way", RESPONSES, ids=lambda way: way.name)
@pytest.mark.parametrize("stream", [False, True])
def test_what_was_said_replays_through_every_door(
    gateway: Gateway, tmp_path: Path, way: Way, stream: bool
) -> None:
    path, body, headers = way.request("openai/gpt-5.5", {"input": "Hello", "stream": stream})
    first = post(f"{gateway.url}/_s/some%20one{path}", body, headers)
    tape = exported(gateway, tmp_path / "said.yaml")
    (kept,) = read(tape)
    assert kept.response_body == first.body
    assert "_s/" not in kept.uri
    settings = Settings(port=0, mode="replay", cassettes=(str(tape),))
    with running(settings) as replaying:
        again = post(f"{replaying.url}{path}", body, headers)
        other = post(f"{replaying.url}/v1/responses", BODY)
    assert (again.status, again.headers["x-mockgw-source"]) == (200, "replay")
    assert again.body == first.body
    assert other.status == 200


def test_what_was_said_replays_in_vcrpy(gateway: Gateway, tmp_path: Path) -> None:
    script(gateway, "Snow fell.", "It still falls.", {"error": "context_length"})
    with OpenAI(base_url=f"{gateway.url}/v1", api_key="sk-test") as client:
        client.responses.create(model="gpt-5.5", input="Hello")
        list(client.responses.create(model="gpt-5.5", input="And?", stream=True))
    respond(gateway)
    tape = exported(gateway, tmp_path / "said.yaml", "&status=200")
    with (
        vcr.use_cassette(str(tape), record_mode="none", match_on=("method", "uri", "body")) as kept,
        OpenAI(base_url="https://api.openai.com/v1", api_key="sk-test") as client,
    ):
        answer = client.responses.create(model="gpt-5.5", input="Hello")
        stream = list(client.responses.create(model="gpt-5.5", input="And?", stream=True))
        assert kept.all_played
    assert answer.output_text == "Snow fell."
    assert stream[-1].type == "response.completed"
    assert stream[-1].response.output_text == "It still falls."


def test_a_cassette_holds_answers_and_leaves_the_rest_out(gateway: Gateway, tmp_path: Path) -> None:
    script(gateway, "Well.", {"error": 503, "retry_after": 2}, {"text": "x", "fault": "error_200"})
    for _ in range(3):
        respond(gateway)
    respond(gateway, {})
    post(f"{gateway.url}/v1/nope", {})
    tape = exported(gateway, tmp_path / "said.yaml")
    assert [one.status for one in read(tape)] == [200, 503, 400]
    assert next(iter(read(tape))).extra["at"].startswith(PAST)
    assert tape.read_text().splitlines()[-1].startswith("# 2 left out")
    assert list(read(exported(gateway, tmp_path / "none.yaml", "&status=418"))) == []
    assert yaml.safe_load((tmp_path / "none.yaml").read_text())["interactions"] == []


def test_misses_are_no_recordings(tmp_path: Path) -> None:
    with running(Settings(port=0, mode="replay")) as gateway:
        assert respond(gateway).status == 404
        assert list(read(exported(gateway, tmp_path / "none.yaml"))) == []


def test_a_har_is_one_that_others_can_read(gateway: Gateway) -> None:
    script(gateway, {"text": "Snow fell.", "delay": 0.02})
    first = respond(gateway)
    streamed = respond(gateway, {**BODY, "stream": True})
    settled(gateway.journal.entries())
    reply = send("GET", f"{gateway.url}/_mockgw/journal?format=har")
    document = reply.json()
    assert document["log"]["version"] == "1.2"
    found = read_har(document, Path("told.har"))
    assert not [one for one in found if isinstance(one, Skipped)]
    bodies = [one.response_body for one in found if not isinstance(one, Skipped)]
    assert bodies == [first.body, streamed.body]
    entry = document["log"]["entries"][0]
    assert entry["request"]["url"] == "https://api.openai.com/v1/responses"
    assert entry["request"]["postData"]["mimeType"] == "application/json"
    assert entry["timings"]["wait"] == 20
    assert entry["time"] == pytest.approx(sum(entry["timings"].values()))
    assert (entry["comment"], entry["response"]["statusText"]) == ("script", "OK")


def made(number: int, size: int) -> Entry:
    spoken = Spoken(b"x" * size, {}, (), b"")
    return Entry(
        number, 0.0, "POST", "/", "", "openai", "chat.create", "m", stream=False, status=200,
        source="synth", match="", where="", notes=(), error="", body={},
        course=Course(spoken=spoken),
    )  # fmt: skip


def test_what_was_said_is_forgotten_before_there_is_too_much_of_it() -> None:
    journal = Journal(5, room=100)
    for number in range(1, 4):
        journal.add(made(number, 40))
    assert [one.course.spoken is None for one in journal.entries()] == [True, False, False]
    before = journal.entries()
    for number in range(4, 12):
        journal.add(made(number, 1))
    assert all(one.course.spoken is None for one in before)
    assert [one.number for one in journal.entries()] == [7, 8, 9, 10, 11]
    kept = journal.entries()
    journal.forget(None)
    assert all(one.course.spoken is None for one in kept)


def test_the_journal_can_be_read_while_it_is_written() -> None:
    journal = Journal(50)
    for number in range(200):
        journal.add(made(number, 10))
        assert len(journal.entries()) == min(number + 1, 50)
    assert len(journal) == 200
