"""A gateway in front of a real upstream: what it still does, and what it cannot."""

from collections.abc import Iterator
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
