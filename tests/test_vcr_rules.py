"""vcrpy's own recordings by the rules of the project: what it writes, and what it plays again."""

import gzip
import json
from pathlib import Path

import pytest
import vcr as vcrpy
from vcr.request import Request

import mockgw.vcr
from tests.redaction.planted import ACCOUNT, KEY

TICKET = "TCK-" + "004217"
URL = f"https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/ai/run/openai/gpt-5.5"
ASKED = json.dumps({"input": f"What of {TICKET}?", "metadata": {"customer": "Ada L."}}).encode()
ANSWER = json.dumps({"output_text": f"{TICKET} is closed, {KEY}."}).encode()


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> vcrpy.VCR:
    """Return a vcrpy that takes secrets out by the rules of a project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mockgw.toml").write_text(
        "redact_paths = ['$.metadata.customer']\nredact_patterns = {ticket = 'TCK-[0-9]{6}'}"
    )
    mockgw.vcr._cleaning.cache_clear()
    recorder = vcrpy.VCR(
        serializer="mockgw",
        match_on=("method", "uri", "body"),
        before_record_request=mockgw.vcr.clean_request,
        before_record_response=mockgw.vcr.clean_response,
    )
    recorder.register_serializer("mockgw", mockgw.vcr)
    return recorder


def request(body: object = ASKED) -> Request:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    return Request("POST", URL, body, headers)


@pytest.mark.parametrize(
    "body", [ASKED, ASKED.decode(), [ASKED[:9], ASKED[9:]]], ids=["bytes", "text", "iterator"]
)
@pytest.mark.parametrize("coded", [True, False])
def test_what_vcrpy_records_by_the_rules_it_plays_again(
    recorder: vcrpy.VCR, tmp_path: Path, body: object, coded: bool
) -> None:
    coding = {"Content-Encoding": ["gzip"]} if coded else {}
    response = {
        "status": {"code": 200, "message": "OK"},
        "headers": {"Content-Type": ["application/json"], "Set-Cookie": ["a=b"], **coding},
        "body": {"string": gzip.compress(ANSWER) if coded else ANSWER},
    }
    given = iter(body) if isinstance(body, list) else body
    with recorder.use_cassette("tape.yaml") as tape:
        tape.append(request(given), response)
    text = (tmp_path / "tape.yaml").read_text()
    for secret in (TICKET, KEY, ACCOUNT, "Ada L.", "a=b"):
        assert secret not in text
    with recorder.use_cassette("tape.yaml", record_mode="none") as tape:
        assert tape.can_play_response_for(request())
        played = tape.play_response(request())["body"]["string"]
        assert b"is closed" in played
        assert TICKET.encode() not in played
        assert not tape.can_play_response_for(request(ASKED.replace(b"What", b"Why")))


def test_what_is_decompressed_does_not_say_that_it_is_compressed(
    recorder: vcrpy.VCR, tmp_path: Path
) -> None:
    rules = tmp_path / "mockgw.toml"
    rules.write_text('keep_headers = ["content-encoding", "content-length", "x-trace"]')
    told = gzip.compress(ANSWER)
    headers = {
        "Content-Encoding": ["gzip"],
        "Content-Length": [str(len(told))],
        "X-Trace": ["1"],
    }
    kept = mockgw.vcr.clean_response(
        {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": {"string": told}}
    )
    assert kept["headers"] == {"x-trace": ["1"]}
    assert b"is closed" in kept["body"]["string"]
