import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from mockgw.cassette.har import Skipped, is_har, read_har
from mockgw.cassette.interaction import Interaction
from mockgw.errors import MockgwError

NAME = Path("calls.har")
ANSWER = '{"id": "resp_1", "object": "response", "output": []}'


def entry(**more: Any) -> dict[str, Any]:
    """Return an entry as Chrome exports it."""
    found: dict[str, Any] = {
        "startedDateTime": "2026-04-25T05:30:06.123Z",
        "time": 700.5,
        "request": {
            "method": "POST",
            "url": "https://api.openai.com/v1/responses?x=1#top",
            "httpVersion": "http/2.0",
            "headers": [
                {"name": ":authority", "value": "api.openai.com"},
                {"name": "Content-Type", "value": "application/json"},
            ],
            "postData": {"mimeType": "application/json", "text": '{"model": "gpt-5.5"}'},
        },
        "response": {
            "status": 200,
            "statusText": "",
            "headers": [
                {"name": "Content-Type", "value": "application/json"},
                {"name": "Content-Encoding", "value": "br"},
                {"name": "Set-Cookie", "value": "a=1\nb=2"},
            ],
            "content": {"size": len(ANSWER), "mimeType": "application/json", "text": ANSWER},
        },
        "timings": {"wait": 512.4, "receive": 3},
    }
    for name, value in more.items():
        found[name] = {**found[name], **value} if isinstance(value, dict) else value
    return found


def read(*entries: Any) -> list[Interaction | Skipped]:
    return read_har({"log": {"version": "1.2", "entries": list(entries)}}, NAME)


def test_an_exchange_of_a_browser_is_an_interaction() -> None:
    assert read(entry()) == [
        Interaction(
            method="POST",
            uri="https://api.openai.com/v1/responses?x=1",
            request_headers={"content-type": ("application/json",)},
            request_body=b'{"model": "gpt-5.5"}',
            status=200,
            reason="",
            response_headers={
                "content-type": ("application/json",),
                "set-cookie": ("a=1", "b=2"),
            },
            response_body=ANSWER.encode(),
            extra={"v": 1, "at": "2026-04-25T05:30:06.123Z", "ttfb_ms": 512},
            path="calls.har",
            position=1,
        )
    ]


def test_bodies_in_base64_are_bytes() -> None:
    body = "data: Grüße\n\n".encode()
    content = {"text": b64encode(body).decode(), "encoding": "base64"}
    [one] = read(entry(response={"content": content}))
    assert isinstance(one, Interaction)
    assert one.response_body == body


@pytest.mark.parametrize(
    ("broken", "what", "reason"),
    [
        (entry(response={"status": 0}), "POST https://api.openai.com/v1/responses", "no answer"),
        (
            entry(response={"content": {"size": 90}}),
            "POST https://api.openai.com/v1/responses",
            "the answer's body was not saved",
        ),
        (entry(request={"url": ""}), "entry 1", "no request"),
        ({}, "entry 1", "no request"),
        (None, "entry 1", "no request"),
    ],
)
def test_what_is_no_whole_exchange_is_skipped_and_named(
    broken: Any, what: str, reason: str
) -> None:
    [one] = read(broken)
    assert isinstance(one, Skipped)
    assert one.what == what
    assert reason in one.reason


def test_an_answer_without_a_body_has_none() -> None:
    [one] = read(entry(response={"status": 204, "content": {"size": 0, "mimeType": "x-unknown"}}))
    assert isinstance(one, Interaction)
    assert one.response_body == b""


def test_broken_base64_names_the_entry() -> None:
    content = {"text": "a", "encoding": "base64"}
    with pytest.raises(MockgwError, match=r"calls\.har: entry 2: a body is not base64"):
        read(entry(), entry(response={"content": content}))


@pytest.mark.parametrize("document", [None, [], {}, {"log": []}, {"log": {"entries": {}}}])
def test_what_is_no_har_is_told(document: Any) -> None:
    assert not is_har(document)
    with pytest.raises(MockgwError, match=r"no HAR.*\n.*Save all as HAR"):
        read_har(document, NAME)


def test_a_har_is_known_by_its_entries() -> None:
    assert is_har(json.loads('{"log": {"entries": []}}'))
