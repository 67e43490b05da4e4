"""Every error of an AI Gateway through each door that has it: status, body, headers."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest

from tests.gateways.ground import ASKS, BINDING, COMPAT, HI, NATIVE, WAYS, Ground, error, step
from tests.ways import Way
from tests.wire import Json, Reply

REST, REST_RUN = WAYS["rest openai"], WAYS["rest run"]
BLOCK = {"id": "secrets", "words": ["hi"], "action": "BLOCK"}
SPEND = {"rules": [{"id": "team", "limit": 0.002, "window": 3600}]}
CREDITS = (
    "Insufficient wholesale credits. Please add additional credits on the AI Gateway Cloudflare "
    "dashboard to continue using provider models."
)
BALANCE = "Insufficient balance; add money to your gateway or use BYOK"


class Case(NamedTuple):
    """A code, what brings it about, and what is said."""

    code: int
    status: int
    message: str
    rules: Mapping[str, Any] = {}
    headers: Mapping[str, str] = {}
    before: int = 0
    native: bool = False
    run: str = ""
    description: str = ""
    again: Callable[[Ground], None] | None = None


def slow(ground: Ground) -> None:
    ground.reply("late", delay=3)


def spoken(ground: Ground) -> None:
    ground.reply("say hi there")


CASES = [
    Case(2001, 400, "Please configure AI Gateway in the Cloudflare dashboard", {"exists": False}),
    Case(2003, 429, "Rate limited", {"rate_limiting_limit": 2}, before=2),
    Case(2005, 400, "Failed to get response from provider", {"request_timeout": 500}, again=slow),
    Case(2009, 401, "Unauthorized", {"authentication": True}, native=True),
    Case(
        2016,
        424,
        "Prompt blocked due to security configurations",
        {"guardrails": {"prompt": ["HI"]}},
    ),
    Case(
        2017,
        424,
        "Response blocked due to security configurations",
        {"guardrails": {"response": ["there"]}},
        again=spoken,
    ),
    Case(2021, 402, CREDITS, {"balance": 0}, run=BALANCE,
         description="Insufficient AI Gateway credits"),
    Case(
        2029,
        424,
        "Request content blocked due to DLP policy violations",
        {"dlp": {"policies": [{**BLOCK, "check": ["REQUEST"]}]}},
    ),
    Case(
        2030,
        424,
        "Response content blocked due to DLP policy violations",
        {"dlp": {"policies": [{**BLOCK, "words": ["there"]}]}},
        again=spoken,
    ),
    Case(
        2040,
        400,
        "Provider 'openai' has no BYOK credential named 'ours'. Configured aliases: 'a', 'b'",
        {"byok_aliases": ["a", "b"]},
        {"cf-aig-byok-alias": "ours"},
    ),
    Case(
        2045,
        429,
        "Spend limit exceeded: rule 'team' (cost limit 0.002 per 3600s, fixed) for openai "
        "openai/gpt-5.5",
        {"spend_limits": SPEND},
        before=1,
    ),
]  # fmt: skip
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.code))


def caused(ground: Ground, case: Case, ask: Callable[[Mapping[str, str]], Reply]) -> Reply:
    """Bring a refusal about, and return it."""
    for gateway in ("gw", "default"):
        ground.rules(gateway, **case.rules)
    for _ in range(case.before):
        assert ask({}).status == 200
    if case.again is not None:
        case.again(ground)
    return ground.timed(lambda: ask(case.headers))[0]


@each_case
@pytest.mark.parametrize("way", [NATIVE, COMPAT, ASKS["gateway"]], ids=lambda way: way.path)
def test_the_gateway_itself_refuses_with_its_whole_form(
    ground: Ground, case: Case, way: Way
) -> None:
    body = HI if way is not ASKS["gateway"] else {"input": "Hi"}

    reply = caused(
        ground, case, lambda headers: way.ask(ground.url, "gpt-5.5", body, dict(headers))
    )

    assert reply.status == case.status
    told = reply.json()
    assert len(told.pop("requestId")) == 36
    assert told == {
        "success": False,
        "result": [],
        "messages": [],
        "error": [{"code": case.code, "message": case.message}],
        "name": "AiGatewayError",
        "httpCode": case.status,
        "internalCode": case.code,
        "message": case.message,
        "description": case.description or case.message,
    }
    assert reply.headers["content-type"] == "application/json"
    assert "retry-after" not in reply.headers


@each_case
def test_a_step_of_the_universal_endpoint_is_refused_alike(ground: Ground, case: Case) -> None:
    reply = caused(ground, case, lambda headers: ground.steps([step(headers=dict(headers))]))

    assert error(reply) == (case.status, case.code, case.message)
    assert reply.headers["cf-aig-step"] == "0"


@each_case
def test_the_binding_is_refused_with_what_it_shows(ground: Ground, case: Case) -> None:
    reply = caused(
        ground, case, lambda headers: BINDING.ask(ground.url, "openai/gpt-5.5", HI, dict(headers))
    )

    if case.native:
        assert reply.status == 200
        return
    message = case.run or case.message
    assert error(reply) == (case.status, case.code, message)
    assert reply.json()["description"] == case.description or message
    assert len(reply.headers["cf-aig-request-id"]) == 26
    assert ("cf-aig-log-id" in reply.headers) is (case.status == 429)


@each_case
@pytest.mark.parametrize("way", [REST, REST_RUN], ids=lambda way: way.name)
def test_rest_refuses_in_the_plural(ground: Ground, case: Case, way: Way) -> None:
    reply = caused(
        ground, case, lambda headers: way.ask(ground.url, "openai/gpt-5.5", HI, dict(headers))
    )

    if case.native:
        assert reply.status == 200
        return
    told: Json = {"code": case.code, "message": case.run or case.message}
    assert (reply.status, reply.json()) == (
        case.status,
        {"result": None, "success": False, "errors": [told], "messages": []},
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"messages": [{"role": "user", "content": 5}]}, 400, 7003),
        ({}, 400, 7003),
        (HI, 402, 2021),
    ],
)
def test_the_balance_is_looked_at_after_the_body(
    ground: Ground, body: Json, status: int, code: int
) -> None:
    ground.rules("default", balance=0)

    assert error(ground.ask(BINDING, body))[:2] == (status, code)


def test_the_balance_is_looked_at_after_the_model(ground: Ground) -> None:
    ground.rules("default", balance=0)

    reply = BINDING.ask(ground.url, "openai/nope", HI)

    assert error(reply) == (404, 7003, "Model not found: openai/nope")


def test_who_is_refused_by_a_gateway_that_is_not_there_leaves_no_log(ground: Ground) -> None:
    ground.rules(exists=False)
    reply = ground.ask()

    assert "cf-aig-log-id" not in reply.headers
    assert ground.logs() == []


def test_any_gateway_without_rules_of_its_own_has_those_of_the_star(ground: Ground) -> None:
    ground.rules("*", exists=False)
    ground.rules("default")

    assert error(ground.ask())[:2] == (400, 2001)
    assert ground.ask(BINDING).status == 200
