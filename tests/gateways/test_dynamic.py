"""Dynamic routes: a name that stands for models, at each door where the live gateway knows it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockgw.runner import running
from mockgw.settings import Settings
from tests.gateways.ground import HI, Ground, error, step, text
from tests.wire import Json, Reply, events, post, send

ACCOUNT = "/client/v4/accounts/acc/ai"
GATEWAY = {"cf-aig-gateway-id": "gw"}
ROUTES = {"support": ["openai/gpt-5.5-mini", "openai/gpt-5.4"]}
Ask = Callable[[str, str, Json], Reply]


def compat(url: str, model: str, body: Json) -> Reply:
    return post(f"{url}/v1/acc/gw/compat/chat/completions", {"model": model, **body})


def universal(url: str, model: str, body: Json) -> Reply:
    return post(f"{url}/v1/acc/gw", step("compat", model))


def as_documented(url: str, model: str, body: Json) -> Reply:
    one = step("compat", model, endpoint="chat/completion")
    return post(f"{url}/ai-gateway/universal/run/gw", json.dumps([one]).encode())


def binding(url: str, model: str, body: Json) -> Reply:
    told = {"inputs": body, "options": {"gateway": {"id": "gw"}}}
    return post(f"{url}/ai-gateway/run?version=3", told, {"cf-consn-model-id": model})


def rest(url: str, model: str, body: Json) -> Reply:
    return post(f"{url}{ACCOUNT}/run", {"model": model, "input": body}, GATEWAY)


def rest_path(url: str, model: str, body: Json) -> Reply:
    return post(f"{url}{ACCOUNT}/run/{model}", body, GATEWAY)


def rest_encoded(url: str, model: str, body: Json) -> Reply:
    return rest_path(url, model.replace("/", "%2F"), body)


def rest_openai(url: str, model: str, body: Json) -> Reply:
    return post(f"{url}{ACCOUNT}/v1/chat/completions", {"model": model, **body}, GATEWAY)


NATIVE = (compat, universal, as_documented)
RUNS = (binding, rest, rest_path, rest_encoded, rest_openai)


@pytest.mark.parametrize("ask", [*NATIVE, *RUNS])
def test_the_first_model_that_answers_does_and_is_named(ask: Ask, ground: Ground) -> None:
    ground.rules(routes=ROUTES)
    ground.fail(500)

    reply = ask(ground.url, "dynamic/support", HI)

    assert reply.status == 200
    assert text(reply)
    assert reply.headers["cf-aig-model"] == "gpt-5.4"
    assert reply.headers["cf-aig-provider"] == "openai"
    assert reply.headers.get("cf-aig-step") == ("1" if ask in NATIVE else None)
    assert [(one["model"], one["success"]) for one in ground.logs()] == [
        ("gpt-5.5-mini", False),
        ("gpt-5.4", True),
    ]


@pytest.mark.parametrize("ask", RUNS)
def test_a_run_tells_no_log(ask: Ask, ground: Ground) -> None:
    ground.rules(routes=ROUTES)

    assert "cf-aig-log-id" not in ask(ground.url, "dynamic/support", HI).headers


@pytest.mark.parametrize("ask", NATIVE)
def test_compat_says_of_a_route_that_is_not_there_that_nobody_answered(
    ask: Ask, ground: Ground
) -> None:
    ground.rules(routes=ROUTES)

    reply = ask(ground.url, "dynamic/sales", HI)

    assert error(reply) == (400, 2005, "Failed to get response from provider")
    assert ground.last.notes == ("gateway gw has no route sales; known: support",)
    (log,) = ground.logs()
    assert (log["model"], log["success"], log["cost"]) == ("dynamic/sales", False, 0)


@pytest.mark.parametrize("ask", RUNS)
def test_a_run_says_that_there_is_no_such_model(ask: Ask, ground: Ground) -> None:
    ground.rules(routes=ROUTES)

    reply = ask(ground.url, "dynamic/sales", HI)

    assert error(reply) == (404, 7003, "Model not found: dynamic/sales")
    assert ground.last.notes == ("gateway gw has no route sales; known: support",)


def test_a_run_through_no_gateway_knows_no_routes(ground: Ground) -> None:
    ground.rules(routes=ROUTES)
    ground.rules("default", routes=ROUTES)
    head = {"cf-consn-model-id": "dynamic/support"}

    reply = post(f"{ground.url}/run?version=3", {"inputs": HI, "options": {}}, head)

    assert error(reply) == (404, 7003, "Model not found: dynamic/support")


def test_rest_without_a_gateway_asks_the_routes_of_default(ground: Ground) -> None:
    ground.rules("default", routes={"support": ["openai/gpt-5.4"]})

    reply = post(f"{ground.url}{ACCOUNT}/run", {"model": "dynamic/support", "input": HI})

    assert reply.json()["result"]["model"].startswith("gpt-5.4")


def test_the_provider_itself_knows_no_routes(ground: Ground) -> None:
    ground.rules(routes=ROUTES)
    path = "/v1/acc/gw/openai/chat/completions"

    reply = post(ground.url + path, {"model": "dynamic/support", **HI})

    assert (reply.status, reply.json()["error"]["code"]) == (404, "model_not_found")
    assert ground.last.notes == ()


@pytest.mark.parametrize("ask", [compat, binding, rest_openai])
def test_a_stream_comes_by_a_route_too(ask: Ask, ground: Ground) -> None:
    ground.rules(routes=ROUTES)

    reply = ask(ground.url, "dynamic/support", {**HI, "stream": True})

    assert events(reply.body)[0]["model"].startswith("gpt-5.5-mini")
    assert reply.headers["cf-aig-model"] == "gpt-5.5-mini"


def test_a_step_of_an_unknown_route_gives_way_to_the_next(ground: Ground) -> None:
    reply = ground.steps([step("compat", "dynamic/none"), step()])

    assert (reply.status, reply.headers["cf-aig-step"]) == (200, "1")


@pytest.mark.parametrize("inputs", [None, 5, "dynamic/support", {"messages": 5}])
def test_what_no_model_takes_is_refused_as_ever(inputs: Any, ground: Ground) -> None:
    ground.rules(routes=ROUTES)

    assert binding(ground.url, "dynamic/support", inputs).status == 400


def test_an_upstream_may_know_a_route_that_is_not_set_here(ground: Ground) -> None:
    ground.rules(routes={"support": ["openai/gpt-5.4"]})
    upstream = f"{ground.url}/v1/acc/gw/compat"
    with running(Settings(port=0, mode="live", upstream=upstream)) as gateway:
        reply = compat(gateway.url, "dynamic/support", HI)

    assert reply.json()["model"].startswith("gpt-5.4")


def test_routes_are_set_over_http_for_one_session(ground: Ground) -> None:
    told = {"session": ground.session.name, "gateways": {"gw": {"routes": ROUTES}}}
    assert binding(ground.url, "dynamic/support", HI).status == 404
    body = json.dumps(told).encode()

    assert send("PUT", ground.virtual.url + "/_mockgw/gateways", body).status == 200
    assert binding(ground.url, "dynamic/support", HI).status == 200
