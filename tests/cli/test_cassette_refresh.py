"""Recordings asked again: of a gateway that makes its answers up, and of one that breaks."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import read
from mockgw.cli.cassette.renaming import renamed
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.cli.tapes import JSON, call, cassette, comments, refused, tape

KEY = "sk-" + "proj-" + "z9Y8" * 12


@pytest.fixture
def upstream() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth", api_keys=(KEY,))) as gateway:
        yield gateway


def refresh(path: Path, upstream: Gateway, *options: str) -> tuple[int, list[str]]:
    """Return exit code and lines of a refresh."""
    ask = ("--upstream", f"{upstream.url}/v1", "--upstream-key", KEY)
    done = cassette("refresh", path, *ask, *options)
    return done.exit_code, done.output.splitlines()


def fates(path: Path, upstream: Gateway, *options: str) -> list[str]:
    ask = ("--upstream", f"{upstream.url}/v1", "--upstream-key", KEY)
    found = json.loads(cassette("refresh", path, *ask, *options, "--json").output)
    return [one["fate"] for one in found]


def answers(path: Path) -> list[Any]:
    return [json.loads(one.response_body) for one in read(path)]


def recorded(upstream: Gateway, path: Path, *bodies: dict[str, Any]) -> Path:
    """Record what the upstream says today."""
    settings = Settings(
        port=0,
        mode="record",
        upstream=f"{upstream.url}/v1",
        upstream_key=KEY,
        cassettes=(str(path),),
    )
    with running(settings) as gateway:
        for body in bodies:
            httpx.post(f"{gateway.url}/v1/responses", json=body)
    return path


def test_the_new_answer_takes_the_place_of_the_old_one_and_nothing_else_changes(
    upstream: Gateway, tmp_path: Path
) -> None:
    path = tape(tmp_path / "tape.yaml", [call("one"), call("two")])
    code, lines = refresh(path, upstream)
    assert code == 1  # an invented answer has other fields than the one on the tape
    assert lines[-1] == "2 recordings asked again, 2 refreshed, 2 drifted, 0 without a new answer"
    assert "  shape  output[0].id: recorded nothing, now 'msg_" in "\n".join(lines)
    assert comments(path) == ["number 1", "number 2"]
    with httpx.Client(base_url=upstream.url, headers={"authorization": f"Bearer {KEY}"}) as client:
        body = {"model": "gpt-5.5", "input": "one"}
        live = client.post("/v1/responses", json=body).json()
    [first, _] = answers(path)
    assert first["output"][-1]["content"] == live["output"][-1]["content"]
    assert read(path)[0].uri == f"{upstream.url}/v1/responses"
    assert KEY not in path.read_text("utf-8")
    assert "at" in read(path)[0].extra


def test_a_tape_that_is_true_is_content(upstream: Gateway, tmp_path: Path) -> None:
    bodies: list[dict[str, Any]] = [
        {"model": "gpt-5.5", "input": "one"},
        {"model": "gpt-5.5", "input": "x", "stream": True},
    ]
    path = recorded(upstream, tmp_path / "tape.yaml", *bodies)
    before = path.read_bytes()
    assert fates(path, upstream, "--failing-diff") == ["stays as good as new"] * 2
    assert refresh(path, upstream, "--failing-diff")[0] == 0
    assert path.read_bytes() == before
    assert refresh(path, upstream)[0] == 0
    assert [one.response_headers["content-type"][0][:9] for one in read(path)] == [
        "applicati",
        "text/even",
    ]


def test_only_what_fails_the_comparison_is_taken(upstream: Gateway, tmp_path: Path) -> None:
    path = recorded(upstream, tmp_path / "tape.yaml", {"model": "gpt-5.5", "input": "one"})
    [good] = read(path)
    tape(path, [good, call("two")])
    assert fates(path, upstream, "--failing-diff") == ["stays as good as new", "refreshed"]
    assert read(path)[0].response_body == good.response_body


def test_only_what_is_older_is_asked(upstream: Gateway, tmp_path: Path) -> None:
    path = tape(tmp_path / "tape.yaml", [call("old", days=40), call("new"), call("?", days=None)])
    assert fates(path, upstream, "--older-than", "30d") == ["refreshed", "refreshed"]
    assert [one.body["input"] for one in upstream.journal.entries()] == ["old", "?"]


def test_a_dry_run_tells_and_writes_nothing(upstream: Gateway, tmp_path: Path) -> None:
    path = tape(tmp_path / "tape.yaml", [call("one")])
    before = path.read_bytes()
    code, lines = refresh(path, upstream, "--dry-run")
    assert (code, "1 would be refreshed" in lines[-1]) == (1, True)
    assert path.read_bytes() == before


def test_what_cannot_be_had_stays(upstream: Gateway, tmp_path: Path) -> None:
    secret = replace(call("x"), request_body=b'{"model":"gpt-5.5","input":"REDACTED-openai-1a2b"}')
    path = tape(tmp_path / "tape.yaml", [refused("limited", 429), secret, call("fine")])
    held = read(path)
    assert fates(path, upstream) == [
        "stays: its status 429 tells of a moment",
        "stays: its request holds a placeholder where a secret was",
        "refreshed",
    ]
    assert [one.response_body for one in read(path)][:2] == [one.response_body for one in held][:2]


def test_a_key_that_opens_nothing_leaves_everything_as_it_was(
    upstream: Gateway, tmp_path: Path
) -> None:
    path = tape(tmp_path / "tape.yaml", [call("one")])
    before = path.read_bytes()
    done = cassette(
        "refresh", path, "--upstream", f"{upstream.url}/v1", "--upstream-key", "sk-wrong"
    )
    assert done.exit_code == 1
    assert "stays: the upstream said 401: Incorrect API key" in done.output
    assert path.read_bytes() == before


def test_an_upstream_that_is_not_there_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with running(Settings(port=0, mode="synth")) as gateway:
        url = gateway.url
    path = tape(tmp_path / "tape.yaml", [call("one")])
    before = path.read_bytes()
    done = cassette("refresh", path, "--upstream", f"{url}/v1")
    assert done.exit_code == 1
    assert "could not be reached" in done.output
    assert path.read_bytes() == before


def test_a_conversation_speaks_of_its_new_ids(upstream: Gateway, tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    first = call("one", id="resp_" + "0" * 50)
    told = {"model": "gpt-5.5", "input": "two", "previous_response_id": "resp_" + "0" * 50}
    second = replace(call("two"), request_body=json.dumps(told).encode())
    young = replace(second, request_body=second.request_body.replace(b"two", b"six"))
    tape(path, [replace(first, extra={}), replace(second, extra={}), young])
    assert fates(path, upstream, "--older-than", "1d") == ["refreshed", "refreshed"]
    one, *others = read(path)
    new = json.loads(one.response_body)["id"]
    assert new != "resp_" + "0" * 50
    assert len(others) == 2
    for other in others:
        assert json.loads(other.request_body)["previous_response_id"] == new
    assert others[1].response_body == young.response_body


def test_an_answer_that_stays_keeps_its_id_though_the_next_request_was_asked_with_the_new_one(
    upstream: Gateway, tmp_path: Path
) -> None:
    path = recorded(upstream, tmp_path / "tape.yaml", {"model": "gpt-5.5", "input": "one"})
    [first] = read(path)
    old = json.loads(first.response_body)["id"]
    other = old[:-4] + "0000"  # the upstream does not know it
    first = replace(first, response_body=first.response_body.replace(old.encode(), other.encode()))
    told = {"model": "gpt-5.5", "input": "two", "previous_response_id": other}
    tape(path, [first, replace(call("two"), request_body=json.dumps(told).encode())])
    assert fates(path, upstream, "--failing-diff") == ["stays as good as new", "refreshed"]
    assert upstream.journal.entries()[-1].body["previous_response_id"] != other
    one, two = read(path)
    assert json.loads(one.response_body)["id"] == other
    assert json.loads(two.request_body)["previous_response_id"] == other


def test_an_answer_is_not_exchanged_for_a_refusal(upstream: Gateway, tmp_path: Path) -> None:
    gone = {"model": "gpt-5.5", "input": "x", "previous_response_id": "resp_gone"}
    path = tape(tmp_path / "t.yaml", [replace(call("x"), request_body=json.dumps(gone).encode())])
    before = path.read_bytes()
    code, lines = refresh(path, upstream)
    assert code == 1
    assert "stays: the upstream said 4" in lines[0]
    assert path.read_bytes() == before


def test_each_new_id_is_known_by_the_place_of_the_old_one() -> None:
    def answer(mark: str) -> dict[str, Any]:
        calls = [{"id": f"call_{mark}_{n}_____", "type": "function"} for n in range(2)]
        item = {"type": "function_call", "id": f"fc_{mark}_______", "call_id": f"call_{mark}______"}
        return {
            "id": f"resp_{mark}______",
            # The new answer thinks no more.
            "output": [item]
            if mark == "new"
            else [{"type": "reasoning", "id": "rs_old____"}, item],
            "choices": [{"message": {"tool_calls": calls}}],
        }

    assert renamed(answer("old"), answer("new")) == {
        "resp_old______": "resp_new______",
        "fc_old_______": "fc_new_______",
        "call_old______": "call_new______",
        "call_old_0_____": "call_new_0_____",
        "call_old_1_____": "call_new_1_____",
    }


def test_what_somebody_noted_on_the_tape_stays(upstream: Gateway, tmp_path: Path) -> None:
    noted = replace(call("one"), extra={"v": 1, "at": "2020-01-01T00:00:00Z", "note": "mine"})
    path = tape(tmp_path / "tape.yaml", [noted])
    refresh(path, upstream)
    extra = read(path)[0].extra
    assert extra["note"] == "mine"
    assert extra["at"] > "2020-01-02"


def test_a_file_that_cannot_be_written_is_told_before_anybody_is_asked(
    upstream: Gateway, tmp_path: Path
) -> None:
    path = tmp_path / "tape.json"
    path.write_text(json.dumps({"version": 1, "interactions": [as_vcrpy(call("one"))]}))
    code, lines = refresh(path, upstream)
    assert code == 2
    assert "cannot be edited in place" in "\n".join(lines)
    assert upstream.journal.entries() == []


def as_vcrpy(one: Interaction) -> dict[str, Any]:
    request = {
        "method": one.method,
        "uri": one.uri,
        "headers": {},
        "body": one.request_body.decode(),
    }
    body = {"string": one.response_body.decode()}
    status = {"code": one.status, "message": one.reason}
    headers = {name: list(values) for name, values in JSON.items()}
    return {"request": request, "response": {"status": status, "headers": headers, "body": body}}


def test_an_upstream_that_is_no_address_is_told(tmp_path: Path) -> None:
    done = cassette("refresh", tape(tmp_path / "t.yaml", [call("one")]), "--upstream", "openai")
    assert done.exit_code == 2
    assert "https://api.openai.com/v1" in done.output
