"""`/_mockgw/templates`: what any language can add to a session, look at, and take back."""

import json
from typing import Any
from urllib.parse import quote

from tests.templates.ground import Ground
from tests.wire import Reply, send

ONE = "- name: greet\n  when: {text: hello}\n  reply: Good morning.\n"


def ask(ground: Ground, method: str, text: str = "", session: str | None = None) -> Reply:
    name = quote(ground.name if session is None else session)
    return send(method, f"{ground.gateway.url}/_mockgw/templates?session={name}", text.encode())


def test_templates_are_added_to_a_session_listed_and_taken_back(ground: Ground) -> None:
    added = ask(ground, "POST", ONE)
    told = ground.text("hello")
    listed = ask(ground, "GET").json()
    removed = ask(ground, "DELETE").json()

    assert (added.status, added.json()) == (200, {"added": ["greet"]})
    assert told == "Good morning."
    (one,) = listed["templates"]
    assert (one["name"], one["when"], one["answered"]) == ("greet", "text contains 'hello'", 1)
    assert removed == {"removed": 1}
    assert ground.text("hello") != told


def test_json_is_taken_as_well(ground: Ground) -> None:
    one: Any = {"when": {"text": "hello"}, "reply": {"text": "Good morning."}}

    assert ask(ground, "POST", json.dumps([one])).status == 200
    assert ask(ground, "POST", json.dumps(one)).status == 200

    assert ground.text("hello") == "Good morning."


def test_the_other_sessions_know_nothing_of_it(ground: Ground) -> None:
    ask(ground, "POST", ONE)

    assert ask(ground, "GET", session=f"{ground.name}-other").json()["templates"] == []


def test_a_template_of_the_same_name_takes_the_others_place(ground: Ground) -> None:
    ask(ground, "POST", ONE)
    ask(ground, "POST", ONE.replace("morning", "evening"))

    assert ground.text("hello") == "Good evening."
    assert len(ask(ground, "GET").json()["templates"]) == 1


def test_one_that_was_added_can_wait_for_one_that_was_there(ground: Ground) -> None:
    ask(ground, "POST", ONE)

    later = "- name: later\n  when: {after: greet}\n  reply: Good night."
    assert ask(ground, "POST", later).status == 200


def test_a_mistake_is_told_with_its_place_and_adds_nothing(ground: Ground) -> None:
    reply = ask(ground, "POST", f"{ONE}- when: {{txt: a}}\n  reply: x\n")

    assert reply.status == 400
    error = reply.json()["error"]
    assert error["code"] == "wrong_template"
    assert error["message"] == (
        "the request's body:4:10: 'txt' asks nothing.\n  Did you mean text?"
    )
    assert ask(ground, "GET").json()["templates"] == []


def test_the_state_of_a_scenario_is_told(ground: Ground) -> None:
    ask(ground, "POST", "- {scenario: s, state: start, to: end, reply: x}")
    ground.text("a")

    assert ask(ground, "GET").json()["scenarios"] == {"s": "end"}
