"""A gateway in front of a real upstream: what it still does, and what it cannot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.gateways.ground import HI, error, step
from tests.wire import Json, post

CHAT = "/v1/acc/gw/openai/chat/completions"


@pytest.fixture(scope="module")
def live(synth: Gateway) -> Iterator[Gateway]:
    """Return a gateway that passes calls on to another one."""
    settings = Settings(port=0, mode="live", upstream=f"{synth.url}/v1")
    with running(settings) as gateway:
        yield gateway


@pytest.mark.parametrize("stream", [False, True])
def test_what_the_upstream_says_is_logged(live: Gateway, stream: bool) -> None:
    live.gateways.forget(None)
    reply = post(live.url + CHAT, {"model": "gpt-5.5", **HI, "stream": stream})

    (log,) = live.gateways.logs.listed("", "gw")
    assert (reply.status, log["id"]) == (200, reply.headers["cf-aig-log-id"])
    assert log["response"] == (reply.body.decode() if stream else reply.json())
    # A chat's stream tells no usage unless it is asked to.
    assert (log["cost"] > 0) is not stream


def test_limits_hold_for_it(live: Gateway) -> None:
    live.gateways.forget(None)
    live.gateways.put(None, {"gw": {"rate_limiting_limit": 1}})
    body: Json = {"model": "gpt-5.5", **HI}
    told = [post(live.url + CHAT, body) for _ in range(2)]

    assert told[0].status == 200
    assert error(told[1])[:2] == (429, 2003)


def test_the_first_step_that_reaches_it_is_the_last(live: Gateway) -> None:
    live.gateways.forget(None)
    steps: Any = [step("anthropic"), step(model="gpt-nope"), step()]
    reply = post(f"{live.url}/v1/acc/gw", steps)

    assert (reply.status, reply.json()["error"]["code"]) == (404, "model_not_found")
    assert reply.headers["cf-aig-step"] == "1"


def test_a_hit_asks_nobody(synth: Gateway, live: Gateway) -> None:
    live.gateways.forget(None)
    live.gateways.put(None, {"gw": {"cache_ttl": 300}})
    body: Json = {"model": "gpt-5.5", **HI, "user": "hit"}
    before = len(synth.journal)
    told = [post(live.url + CHAT, body) for _ in range(3)]

    assert [one.headers["cf-aig-cache-status"] for one in told] == ["MISS", "HIT", "HIT"]
    assert [one.headers["x-mockgw-source"] for one in told] == ["live", "cache", "cache"]
    assert told[0].body == told[1].body == told[2].body
    assert len(synth.journal) == before + 1
    logs = live.gateways.logs.listed("", "gw")
    assert [(one["cached"], one["cost"] > 0) for one in logs] == [
        (False, True),
        (True, False),
        (True, False),
    ]


def test_a_hit_is_not_recorded_again(synth: Gateway, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    gateways = {"gw": {"cache_ttl": 300}}
    upstream, cassettes = f"{synth.url}/v1", (str(tape),)
    settings = Settings(
        port=0, mode="rerecord", upstream=upstream, cassettes=cassettes, gateways=gateways
    )
    with running(settings) as gateway:
        told = [post(gateway.url + CHAT, {"model": "gpt-5.5", **HI}) for _ in range(2)]

    assert told[0].body == told[1].body
    assert tape.read_text("utf-8").count("- request:") == 1


@pytest.mark.parametrize("body", [{"stream": True}, {"nonsense": 1}])
def test_streams_and_errors_of_it_are_not_cached(live: Gateway, body: Json) -> None:
    live.gateways.forget(None)
    live.gateways.put(None, {"gw": {"cache_ttl": 300}})
    told = [post(live.url + CHAT, {"model": "gpt-5.5", **HI, **body}) for _ in range(2)]

    assert [one.headers["cf-aig-cache-status"] for one in told] == ["MISS", "MISS"]


def test_what_it_says_costs_and_is_held_to_the_spend_limit(live: Gateway) -> None:
    live.gateways.forget(None)
    rule = {"id": "r", "limit": 0.000001, "window": 3600}
    live.gateways.put(None, {"gw": {"spend_limits": {"rules": [rule]}}})
    told = [post(live.url + CHAT, {"model": "gpt-5.5", **HI}) for _ in range(2)]

    assert told[0].status == 200
    assert error(told[1])[:2] == (429, 2045)


def test_guardrails_look_at_what_is_asked_and_at_what_it_says(
    synth: Gateway, live: Gateway
) -> None:
    live.gateways.forget(None)
    live.gateways.put(None, {"gw": {"guardrails": {"prompt": ["bomb"], "response": ["tulips"]}}})
    before = len(synth.journal)
    asked = [{"role": "user", "content": "A bomb"}], [{"role": "user", "content": "Tulips"}]
    told = [post(live.url + CHAT, {"model": "gpt-5.5", "messages": one}) for one in asked]

    assert error(told[0])[:2] == (424, 2016)
    assert len(synth.journal) == before + 1
    # What is synthesized repeats what was asked.
    assert error(told[1])[:2] == (424, 2017)
    assert [one["success"] for one in live.gateways.logs.listed("", "gw")] == [False, False]


def test_what_may_not_go_out_is_not_cached(live: Gateway) -> None:
    live.gateways.forget(None)
    rules = {"cache_ttl": 300, "guardrails": {"response": ["tulips"]}}
    live.gateways.put(None, {"gw": rules})
    body: Json = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Tulips"}]}

    assert [error(post(live.url + CHAT, body))[1] for _ in range(2)] == [2017, 2017]
