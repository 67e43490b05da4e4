"""Words that may not be said: guardrails, and policies against the loss of data."""

import json
from typing import Any

import pytest

from tests.gateways.ground import ASKS, BINDING, HI, NATIVE, Ground, error
from tests.wire import Json


def said(text: str) -> Json:
    return {"messages": [{"role": "user", "content": text}]}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Tell me of the BOMB.", 424),
        ("bomb", 424),
        ("bombastic", 200),
        ("a-bomb", 424),
        ("hello", 200),
        ("top  secret", 200),
        ("a Top Secret plan", 424),
    ],
)
def test_a_word_is_found_as_a_whole(ground: Ground, text: str, status: int) -> None:
    ground.rules(guardrails={"prompt": ["bomb", "top secret"]})

    assert ground.ask(NATIVE, said(text)).status == status


@pytest.mark.parametrize(
    "body",
    [
        {"input": "the bomb"},
        {"input": [{"role": "user", "content": [{"type": "input_text", "text": "the bomb"}]}]},
        {"input": "x", "instructions": "the bomb"},
    ],
)
def test_all_that_is_asked_is_looked_through(ground: Ground, body: Json) -> None:
    ground.rules(guardrails={"prompt": ["bomb"]})

    assert error(ASKS["gateway"].ask(ground.url, "gpt-5.5", body))[:2] == (424, 2016)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("gateway", ["gw", "default"])
def test_an_answer_is_looked_through_before_it_is_told(
    ground: Ground, stream: bool, gateway: str
) -> None:
    ground.rules(gateway, guardrails={"response": ["snow"]})
    ground.reply("It is Snow.")
    way = NATIVE if gateway == "gw" else BINDING

    assert error(ground.ask(way, {**HI, "stream": stream}))[:2] == (424, 2017)


def test_a_blocked_prompt_reaches_no_provider(ground: Ground) -> None:
    ground.rules(guardrails={"prompt": ["bomb"]})
    ground.reply("Not told.")
    ground.ask(NATIVE, said("bomb"))

    assert len(ground.session.script) == 1
    assert [log["status_code"] for log in ground.logs()] == [424]


@pytest.mark.parametrize(
    ("action", "check", "said_words", "checks"),
    [
        ("FLAG", ["REQUEST"], ("my 4111", "fine"), ["REQUEST"]),
        ("FLAG", ["RESPONSE"], ("my 4111", "fine"), []),
        ("FLAG", ["RESPONSE"], ("mine", "is 4111"), ["RESPONSE"]),
        ("FLAG", ["REQUEST", "RESPONSE"], ("my 4111", "is 4111"), ["REQUEST", "RESPONSE"]),
        ("BLOCK", ["REQUEST"], ("my 4111", "fine"), ["REQUEST"]),
        ("BLOCK", ["RESPONSE"], ("mine", "is 4111"), ["RESPONSE"]),
        ("BLOCK", ["REQUEST"], ("mine", "is 4111"), []),
    ],
)
def test_a_policy_tells_what_it_found_in_a_header(
    ground: Ground,
    action: str,
    check: list[str],
    said_words: tuple[str, str],
    checks: list[str],
) -> None:
    policy = {"id": "cards", "words": ["4111"], "action": action, "check": check}
    ground.rules(dlp={"policies": [policy]})
    ground.reply(said_words[1])

    reply = ground.ask(NATIVE, said(said_words[0]))

    assert reply.status == (424 if checks and action == "BLOCK" else 200)
    if not checks:
        assert "cf-aig-dlp" not in reply.headers
        return
    told = json.loads(reply.headers["cf-aig-dlp"])
    assert told["action"] == action
    assert [one["check"] for one in told["findings"]] == checks
    first: Any = told["findings"][0]
    assert (first["policy_ids"], first["profile"]["context"]) == (["cards"], {})
    assert len(first["profile"]["entry_ids"]) == 1
    assert "4111" not in reply.headers["cf-aig-dlp"]
    assert ground.logs()[0]["dlp_action"] == action


def test_policies_can_be_turned_off_one_by_one_and_together(ground: Ground) -> None:
    policy = {"id": "all", "words": ["hi"], "action": "BLOCK"}
    ground.rules(dlp={"enabled": False, "policies": [policy]})
    assert ground.ask().status == 200
    ground.rules(dlp={"policies": [{**policy, "enabled": False}]})
    assert ground.ask().status == 200
    ground.rules(dlp={"policies": [policy]})
    assert ground.ask().status == 424
