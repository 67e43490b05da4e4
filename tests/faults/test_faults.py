"""Every fault, through two doors, as the openai package meets it."""

import json
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from mockgw import script
from mockgw.errors import MockgwError
from mockgw.faults.fault import fault
from mockgw.faults.kind import KINDS
from mockgw.faults.rule import rules
from mockgw.sessions import Session
from tests.faults.conftest import Client

HELLO: Any = [{"role": "user", "content": "Hello"}]
BROKEN = openai.APIConnectionError
GARBLED = (UnicodeDecodeError, openai.APIError)
# What comes of an answer as JSON, of a stream of Responses, and of one of Chat Completions: an
# exception, or how many more events there are than without the fault; None: not for this form.
TABLE: dict[str, tuple[Any, Any, Any]] = {
    "refused": (BROKEN, BROKEN, BROKEN),
    "reset": (BROKEN, BROKEN, BROKEN),
    "reset_after_headers": (BROKEN, BROKEN, BROKEN),
    "cut_after_events:3": (BROKEN, BROKEN, BROKEN),
    "cut_after_events:3:reset": (BROKEN, BROKEN, BROKEN),
    "cut_after_bytes:200": (BROKEN, BROKEN, BROKEN),
    "cut_in_character": (BROKEN, BROKEN, BROKEN),
    "cut_in_frame:4": (BROKEN, BROKEN, BROKEN),
    "split:7": (0, 0, 0),
    "duplicate_event:3": (None, 1, 1),
    "reorder_events:3": (None, 0, 0),
    "malformed_event:3": (None, json.JSONDecodeError, json.JSONDecodeError),
    "no_done": (None, None, 0),
    "no_terminal": (None, -1, -1),
    "event_after_terminal": (None, 1, 0),
    "giant_event:3000000": (None, 0, 0),
    "comments": (None, 0, 0),
    "crlf": (None, 0, 0),
    "wrong_content_type": (0, 0, 0),
    "gzip": (0, 0, 0),
    "gzip_unannounced": (GARBLED, GARBLED, GARBLED),
    "http_1_0": (0, 0, 0),
    "error_200": (0, -1000, -1000),
    "edge_page:502": (openai.InternalServerError,) * 3,
    "edge_page:520": (openai.InternalServerError,) * 3,
    "edge_page:524": (openai.InternalServerError,) * 3,
}
TIMED = {"slow_headers", "stall"}


def responses(client: OpenAI, *, stream: bool) -> int:
    """Return how many events there were, 1 for JSON."""
    if stream:
        with client.responses.create(model="gpt-5.5", input="Hello", stream=True) as events:
            return sum(1 for _ in events)
    client.responses.create(model="gpt-5.5", input="Hello")
    return 1


def chat(client: OpenAI, *, stream: bool) -> int:
    """Return how many chunks there were."""
    made = client.chat.completions.create(model="gpt-5.5", messages=HELLO, stream=True)
    with made as chunks:
        return sum(1 for _ in chunks)


FORMS = {"JSON": (responses, False), "responses": (responses, True), "chat": (chat, True)}


def test_every_fault_is_in_the_tables() -> None:
    assert {told.partition(":")[0] for told in TABLE} | TIMED == set(KINDS)


@pytest.mark.parametrize("door", ["openai", "gateway"])
@pytest.mark.parametrize("told", TABLE)
def test_a_fault_is_what_the_openai_package_meets(
    told: str, door: str, client: Client, session: Session
) -> None:
    for (form, (ask, stream)), outcome in zip(FORMS.items(), TABLE[told], strict=True):
        whole = ask(client(door), stream=stream)
        session.faults[:] = rules(told)
        if isinstance(outcome, int) or outcome is None:
            change = ask(client(door), stream=stream) - whole
            assert change == (outcome or 0) or (outcome == -1000 and change == -whole), form
        else:
            with pytest.raises(outcome):
                ask(client(door), stream=stream)
        struck = "" if outcome is None else str(fault(told))
        assert session.entries[-1].fault == struck, form
        session.faults.clear()


@pytest.mark.parametrize("told", ["refused", "reset", "cut_after_bytes:50", "edge_page:502"])
def test_a_fault_of_the_first_call_is_survived_by_asking_again(
    told: str, client: Client, session: Session, waits: list[float]
) -> None:
    session.faults[:] = rules(f"{told} times=2")
    assert responses(client(retries=2), stream=False) == 1
    assert [one.fault for one in session.entries] == [told, told, ""]
    assert len(waits) == 2
    assert 0.25 <= waits[0] <= 0.5 <= waits[1] <= 1.0


def test_a_character_is_cut_between_its_bytes(session: Session) -> None:
    session.script.append(script.reply("aø", fault="cut_in_character"))
    body = {"model": "gpt-5.5", "input": "Hi", "stream": True}
    got = bytearray()

    def listen() -> None:
        with httpx.stream("POST", f"{session.url}/v1/responses", json=body) as answer:
            for part in answer.iter_raw():
                got.extend(part)

    with pytest.raises(httpx.RemoteProtocolError):
        listen()
    assert got.endswith(b"\xc3")
    with pytest.raises(UnicodeDecodeError):
        got.decode()


def test_what_is_compressed_says_so_and_comes_event_by_event(session: Session) -> None:
    session.faults[:] = rules("gzip")
    body = {"model": "gpt-5.5", "input": "Hi", "stream": True}
    with httpx.stream("POST", f"{session.url}/v1/responses", json=body) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        first = next(answer.iter_bytes())
    assert first.startswith(b"event: response.created\n")


def test_an_answer_of_http_1_0_ends_with_its_connection(session: Session) -> None:
    session.faults[:] = rules("http_1_0")
    answer = httpx.post(f"{session.url}/v1/responses", json={"model": "gpt-5.5", "input": "Hi"})
    assert answer.http_version == "HTTP/1.0"
    assert answer.headers["connection"] == "close"
    assert answer.json()["object"] == "response"


def test_the_page_of_an_edge_is_no_json_and_has_none_of_the_gateways_headers(
    session: Session,
) -> None:
    session.faults[:] = rules("edge_page:524")
    answer = httpx.post(f"{session.url}/v1/responses", json={"model": "gpt-5.5", "input": "Hi"})
    assert answer.status_code == 524
    assert answer.headers["content-type"] == "text/html; charset=UTF-8"
    assert "x-request-id" not in answer.headers
    assert answer.headers["x-mockgw-fault"] == "edge_page:524"
    assert "524 A timeout occurred" in answer.text


@pytest.mark.parametrize("door", ["/v1/responses", "/v1/acc/gw/openai/responses"])
def test_a_scripted_answer_has_its_own_fault(door: str, session: Session) -> None:
    session.script.append(script.reply("one", fault={"edge_page": 520}))
    session.script.append(script.fail("rate_limit", fault="edge_page:502"))
    session.script.append(script.reply("three"))
    body = {"model": "gpt-5.5", "input": "Hi"}
    told = [httpx.post(session.url + door, json=body).status_code for _ in range(3)]
    assert told == [520, 502, 200]
    assert [one.source for one in session.entries] == ["script"] * 3


def test_a_scripted_fault_that_the_answer_cannot_have_is_told(session: Session) -> None:
    session.script.append(script.reply("one", fault="no_done"))
    answer = httpx.post(f"{session.url}/v1/responses", json={"model": "gpt-5.5", "input": "Hi"})
    assert answer.status_code == 400
    assert "its fault no_done needs the stream of a chat" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("rest", "There is no fault named 'rest'.\n  Did you mean reset?"),
        ("split=3", "There is no fault named 'split=3'.\n  Did you mean split:3?"),
        ("reset:3", "'reset:3' says more than reset takes.\n  Give reset."),
        (
            "cut_after_events:1:now",
            "'now' in 'cut_after_events:1:now' is no ending.\n  Known: close, reset.",
        ),
        (
            "cut_after_events:-1",
            (
                "events in 'cut_after_events:-1': '-1' is not allowed.\n"
                "  Give a number from 0 to 1e+08."
            ),
        ),
        (
            "split:1.5",
            "count in 'split:1.5': 1.5 is not allowed.\n  Give a whole number.",
        ),
        (
            "edge_page:200",
            "status in 'edge_page:200': '200' is not allowed.\n  Give a number from 500 to 599.",
        ),
    ],
)
def test_what_is_no_fault_is_refused(told: str, said: str) -> None:
    with pytest.raises(MockgwError) as caught:
        fault(told)
    assert str(caught.value) == said


@pytest.mark.parametrize("told", [*TABLE, "stall:2", "slow_headers:0.5", "stall:1:9"])
def test_a_fault_is_told_as_it_is_read(told: str) -> None:
    assert fault(str(fault(told))) == fault(told)
