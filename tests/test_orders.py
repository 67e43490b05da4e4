"""What a running gateway can be told over HTTP: answers, faults, a new beginning, the time."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import FROZEN_AT, Settings
from tests.wire import Reply, post, send

HELLO: Any = {"model": "gpt-5.5", "input": "Hello"}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="auto", clock="virtual")) as made:
        yield made


def order(gateway: Gateway, method: str, path: str, body: Any = None) -> Reply:
    data = b"" if body is None else json.dumps(body).encode()
    return send(method, f"{gateway.url}/_mockgw{path}", data)


def ask(gateway: Gateway, session: str = "", **more: Any) -> Reply:
    place = f"/_s/{session}" if session else ""
    return post(f"{gateway.url}{place}/v1/responses", {**HELLO, **more})


def text(reply: Reply) -> str:
    return str(reply.json()["output"][-1]["content"][0]["text"])


def test_queued_answers_are_given_in_their_order_and_told_while_they_wait(gateway: Gateway) -> None:
    replies = [
        "one",
        {"text": "two", "reasoning": 64, "usage": {"input": 9}},
        {"error": "rate_limit", "retry_after": 3},
        {"error": 503, "fault": "edge_page:502"},
    ]
    told = order(gateway, "POST", "/script", {"session": "t", "replies": replies}).json()
    place = {"queued_at": "/_mockgw/script"}
    assert told == {
        "session": "t",
        "waiting": [
            {"says": [{"text": "one"}], **place},
            {"says": [{"text": "two"}], **place},
            {"error": "rate_limit", **place},
            {"error": "overloaded", **place, "fault": "edge_page:502"},
        ],
    }
    assert text(ask(gateway)) != "one"
    assert text(ask(gateway, "t")) == "one"
    assert ask(gateway, "t").json()["usage"]["input_tokens"] == 9
    assert len(order(gateway, "GET", "/script?session=t").json()["waiting"]) == 2
    assert ask(gateway, "t").headers["retry-after"] == "3"
    assert ask(gateway, "t").status == 502
    assert order(gateway, "GET", "/script?session=t").json()["waiting"] == []


def test_a_queue_can_be_that_of_requests_without_a_session_and_be_taken_away(
    gateway: Gateway,
) -> None:
    order(gateway, "POST", "/script", {"replies": ["one", "two", "three"]})
    assert text(ask(gateway)) == "one"
    assert order(gateway, "DELETE", "/script").json() == {"session": "", "waiting": []}
    assert text(ask(gateway)) not in {"two", "three"}


def test_faults_are_those_of_a_session_or_of_all(gateway: Gateway) -> None:
    rules = ["edge_page:520 times=1", {"fault": "gateway.2003", "model": "gpt-5.5*"}]
    told = order(gateway, "PUT", "/faults", {"session": "t", "faults": rules}).json()
    shown = ["edge_page:520 times=1", "fault=gateway.2003 model=gpt-5.5*"]
    assert told == {"session": "t", "faults": shown}
    assert [ask(gateway, "t").status, ask(gateway, "t").status, ask(gateway, "u").status] == [
        520,
        429,
        200,
    ]
    order(gateway, "PUT", "/faults", {"faults": "500 model=gpt-5.5"})
    assert [ask(gateway, "u").status, ask(gateway, "t").status] == [500, 429]
    order(gateway, "DELETE", "/faults?session=t")
    assert order(gateway, "GET", "/faults?session=t").json()["faults"] == []
    assert ask(gateway, "t").status == 500
    order(gateway, "DELETE", "/faults")
    assert ask(gateway, "t").status == 200


def test_a_reset_is_a_new_beginning_of_one_session_or_of_all(gateway: Gateway) -> None:
    first = {name: ask(gateway, name, store=True) for name in ("t", "u")}
    for name in ("t", "u"):
        order(gateway, "POST", "/script", {"session": name, "replies": ["one"]})
    assert order(gateway, "POST", "/reset", {"session": "t"}).json() == {"reset": "t"}
    assert order(gateway, "GET", "/journal?session=t").json()["entries"] == []
    assert len(order(gateway, "GET", "/journal?session=u").json()["entries"]) == 1
    stored = f"/_s/t/v1/responses/{first['t'].json()['id']}"
    assert send("GET", gateway.url + stored).status == 404
    assert ask(gateway, "t", store=True).body == first["t"].body
    assert text(ask(gateway, "u")) == "one"
    assert order(gateway, "POST", "/reset").json() == {"reset": "all"}
    assert ask(gateway, "u", store=True).body == first["u"].body


def test_the_time_is_told_and_moved_on(gateway: Gateway) -> None:
    assert order(gateway, "GET", "/clock").json() == {"now": FROZEN_AT, "next": None}
    assert order(gateway, "POST", "/clock", {"advance": 90}).json()["now"] == FROZEN_AT + 90
    assert ask(gateway, "t").json()["created_at"] == FROZEN_AT + 90


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", "/script", {"replies": [{"txt": "a"}]},
         "replies[0]: 'txt' has no meaning here. Did you mean text?"),
        ("POST", "/script", {"replies": ["a", 7]},
         "replies[1]: 7 is no answer. Give a text, or an object with its keywords."),
        ("POST", "/script", {"replies": [{"error": "rate_limt"}]},
         "replies[0]: There is no error named 'rate_limt'. Did you mean rate_limit?"),
        ("POST", "/script", {"replies": [{"error": True}]},
         "replies[0]: error=True is no error. Give a status or a name."),
        ("POST", "/script", {"replies": [{}]},
         "replies[0]: {} says nothing. Give text, json, tool_calls, error or another."),
        ("POST", "/script", {},
         'replies: there is nothing to queue. Give "replies": ["a text", {"error": 429}].'),
        ("POST", "/script", {"reply": []},
         "'reply' has no meaning here. Did you mean replies?"),
        ("POST", "/script", {"session": 3},
         "session=3 is no name. Give a text."),
        ("PUT", "/faults", {"faults": ["rset"]},
         "faults: There is no fault or error named 'rset'. (in 'rset') Did you mean reset?"),
        ("PUT", "/faults", [],
         "The body is no JSON object. Give one of session, faults."),
        ("POST", "/reset?sesion=t", {},
         "'sesion' has no meaning here. Did you mean session?"),
        ("DELETE", "/templates?sesion=t", {},
         "'sesion' has no meaning here. Did you mean session?"),
        ("POST", "/reset", {"sesion": "t"},
         "'sesion' has no meaning here. Did you mean session?"),
        ("POST", "/clock", {"advance": -1},
         'advance: -1 is no time to move on by. Give {"advance": seconds}.'),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_nothing_is_done(
    gateway: Gateway, method: str, path: str, body: Any, said: str
) -> None:
    answer = order(gateway, method, path, body)
    assert answer.status == 400
    assert answer.json()["error"]["message"] == said
    assert order(gateway, "GET", "/script").json()["waiting"] == []
    assert order(gateway, "GET", "/faults").json()["faults"] == []


def test_a_clock_that_is_not_virtual_is_not_moved(auto: Gateway) -> None:
    answer = order(auto, "POST", "/clock", {"advance": 5})
    assert answer.status == 400
    assert "Start it with --clock virtual." in answer.json()["error"]["message"]


def test_a_gateway_with_keys_takes_orders_only_with_one() -> None:
    with running(Settings(port=0, mode="synth", api_keys=("sk-own",))) as gateway:
        for method, path in (("POST", "/script"), ("PUT", "/faults"), ("POST", "/reset")):
            assert order(gateway, method, path, {}).status == 401
