"""The recordings that come with mockgw say what the documents say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests
import vcr

import mockgw
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import find_cassettes, read
from mockgw.cassette.shipped import shipped

ROOT = Path(mockgw.__file__).parent.parent
DOCUMENTS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent.parent / "data" / "documents.json").read_text(encoding="utf-8")
)
FILES = find_cassettes(shipped())
SECRETS = re.compile(
    r"sk-[A-Za-z0-9]|Bearer |eyJ[A-Za-z0-9]|AKIA[A-Z0-9]{12}|gh[pousr]_|BEGIN [A-Z ]*KEY|"
    r"(?i:authorization|cookie|api[-_]?key|token:|password)"
)


def in_order(value: object) -> str:
    """Return JSON in which the order of keys and the spelling of numbers count."""
    return json.dumps(value, ensure_ascii=False)


def recordings(name: str) -> list[Interaction]:
    return read(shipped() / name)


def test_the_shipped_folder_of_a_checkout_holds_both_models() -> None:
    assert shipped() == ROOT / "cassettes"
    assert [path.name for path in FILES] == ["gpt-5.5-pro.yaml", "gpt-5.5.yaml"]


def test_an_installed_wheel_has_the_folder_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mockgw" / "shipped").mkdir(parents=True)
    monkeypatch.setattr(mockgw, "__file__", str(tmp_path / "mockgw" / "__init__.py"))
    assert shipped() == tmp_path / "mockgw" / "shipped"


def test_the_responses_recordings_are_the_documents_own() -> None:
    found = recordings("gpt-5.5-pro.yaml")
    expected = DOCUMENTS["responses"]
    assert [i.extra["title"] for i in found] == [example["title"] for example in expected]
    for recording, example in zip(found, expected, strict=True):
        assert recording.response_body.decode() == json.dumps(
            example["response"], ensure_ascii=False, indent=2
        )
        assert "derived" not in recording.extra


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_the_requests_are_what_the_workers_binding_sends(api: str) -> None:
    found = recordings({"responses": "gpt-5.5-pro.yaml", "chat": "gpt-5.5.yaml"}[api])
    for recording, example in zip(found, DOCUMENTS[api], strict=True):
        sent = {"inputs": example["request"], "options": example["options"]}
        assert recording.method == "POST"
        assert recording.uri == "https://workers-binding.ai/ai-gateway/run?version=3"
        assert in_order(json.loads(recording.request_body)) == in_order(sent)
        assert recording.request_headers["cf-consn-model-id"] == (example["model"],)
        assert (recording.status, recording.reason) == (200, "OK")
        assert recording.response_headers == {"content-type": ("application/json",)}


def test_the_chat_recording_is_the_documents_text_in_a_real_completion() -> None:
    (recording,) = recordings("gpt-5.5.yaml")
    body = json.loads(recording.response_body)
    (choice,) = body["choices"]
    assert choice["message"]["content"] == DOCUMENTS["chat"][0]["text"]
    assert list(choice["message"]) == ["role", "content", "refusal", "annotations"]
    assert recording.extra["derived"] == "all but choices[0].message.content"
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_the_chat_id_says_when_it_was_created() -> None:
    body = json.loads(recordings("gpt-5.5.yaml")[0].response_body)
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    prefix, digits = body["id"].split("-")
    assert (prefix, len(digits)) == ("chatcmpl", 29)
    since = 0
    for digit in digits[:5]:
        since = since * 62 + alphabet.index(digit)
    assert since == body["created"] - 1576800000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_vcrpy_replays_every_shipped_file_byte_for_byte(path: Path) -> None:
    with vcr.VCR().use_cassette(
        str(path), record_mode="none", match_on=["method", "uri", "body"]
    ) as cassette:
        for recording in read(path):
            response = requests.post(
                recording.uri,
                data=recording.request_body,
                headers={"content-type": "application/json"},
                timeout=5,
            )
            assert response.content == recording.response_body
            assert response.status_code == recording.status
        assert cassette.all_played


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_shipped_files_are_small_and_hold_no_secret(path: Path) -> None:
    assert path.stat().st_size < 256_000
    assert SECRETS.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_shipped_files_keep_the_readable_profile(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    start = "# mockgw cassette - vcrpy v1\nversion: 1\ninteractions:\n- request:\n"
    assert text.startswith(start)
    assert text.endswith('    status: {code: 200, message: "OK"}\n')
    items = text.split("\n- ")[1:]
    assert len(items) == len(read(path))
    for item in items:
        ours, status = item.rstrip("\n").splitlines()[-2:]
        assert ours.startswith("    mockgw: {v: 1, source: ")
        assert status.startswith("    status: {code: ")
        assert item.count("    mockgw: ") == 1
        assert "\\u" not in item
