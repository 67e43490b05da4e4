"""What a gateway counts: requests in a time, and dollars."""

from typing import Any

import pytest

from mockgw.gateways.prices import cost
from mockgw.gateways.window import Window
from tests.gateways.ground import ASKS, BINDING, HI, NATIVE, Ground, error
from tests.wire import Json

COST = {"cf_aig_custom_cost": '{"total_cost": 1}'}


def test_a_fixed_window_ends_as_a_whole() -> None:
    window = Window("fixed", 60)
    for at in (100.0, 130.0, 159.0):
        window.add(1, at)
    assert [window.used(at) for at in (159.9, 160.0, 500.0)] == [3, 0, 0]
    window.add(2, 170.0)
    assert [window.used(at) for at in (229.9, 230.0)] == [2, 0]


def test_a_sliding_window_forgets_each_use_by_itself() -> None:
    window = Window("sliding", 60)
    for at in (100.0, 130.0, 159.0):
        window.add(1, at)
    assert [window.used(at) for at in (159.9, 160.0, 190.0, 219.0)] == [3, 2, 1, 0]


def test_a_window_remembers_a_bounded_number_of_uses() -> None:
    window = Window("sliding", 100)
    for number in range(10_000):
        window.add(1, number * 0.01)
    assert len(window._uses) <= 1001
    assert window.used(100) == pytest.approx(10_000, abs=20)


@pytest.mark.parametrize(
    ("technique", "moments", "let_in"),
    [
        ("fixed", [0, 50, 59, 60, 60, 61], [True, True, False, True, True, False]),
        ("sliding", [0, 50, 59, 60, 60, 110], [True, True, False, True, False, True]),
    ],
)
def test_so_many_requests_in_a_time(
    ground: Ground, technique: str, moments: list[int], let_in: list[bool]
) -> None:
    ground.rules(
        rate_limiting_limit=2, rate_limiting_interval=60, rate_limiting_technique=technique
    )
    told, now = [], 0
    for moment in moments:
        ground.pass_by(moment - now)
        now = moment
        told.append(ground.ask().status == 200)

    assert told == let_in


def test_a_limit_is_a_gateways_own(ground: Ground) -> None:
    ground.rules("*", rate_limiting_limit=1)

    assert [ground.ask().status, ground.ask().status, ground.ask(BINDING).status] == [200, 429, 200]


def test_a_limited_call_is_logged(ground: Ground) -> None:
    ground.rules("default", rate_limiting_limit=1)
    replies = [ground.ask(BINDING) for _ in range(2)]

    assert [log["status_code"] for log in ground.logs("default")] == [200, 429]
    assert replies[1].headers["cf-aig-log-id"] == ground.logs("default")[1]["id"]


USAGE: Json = {"input_tokens": 1_000_000, "output_tokens": 100_000}
CHAT_USAGE: Json = {"prompt_tokens": 1000, "completion_tokens": 100}


@pytest.mark.parametrize(
    ("model", "usage", "own", "custom", "dollars"),
    [
        ("gpt-5.5", CHAT_USAGE, {}, {}, 0.008),
        ("gpt-5.5-2026-04-23", CHAT_USAGE, {}, {}, 0.008),
        ("gpt-5.5", {**CHAT_USAGE, "input_tokens": 2000}, {}, {}, 0.013),
        ("gpt-5.5", CHAT_USAGE, {"gpt-5.5": (1.0, 2.0)}, {}, 0.0012),
        ("mine", CHAT_USAGE, {}, {}, None),
        ("mine", CHAT_USAGE, {"mine": (1.0, 2.0)}, {}, 0.0012),
        ("mine", CHAT_USAGE, {}, {"total_cost": 7}, 7.0),
        ("gpt-5.5", USAGE, {}, {"per_token_in": 1e-06, "per_token_out": 2e-06}, 1.2),
        ("gpt-5.5", USAGE, {}, {"per_token_in": 1e-06}, 1.0),
    ],
)
def test_what_an_answer_costs(
    model: str, usage: Json, own: Any, custom: Json, dollars: float | None
) -> None:
    assert cost(model, usage, own, custom) == dollars


def test_tokens_are_counted_at_the_price_of_the_model(ground: Ground) -> None:
    ground.reply("Hello.", usage={"input": 1000, "output": 100})
    ground.ask()

    (log,) = ground.logs()
    assert (log["cost"], log["custom_cost"], log["tokens_in"]) == (0.008, False, 1000)


@pytest.mark.parametrize(
    ("custom", "dollars", "told"),
    [
        ('{"per_token_in": 0.5, "per_token_out": 0.25}', 525.0, True),
        ('{"total_cost": 2}', 2.0, True),
        ("{broken", 0.008, False),
        ('{"per_token_in": "much"}', 0.008, False),
        ("[]", 0.008, False),
    ],
)
def test_a_call_may_say_what_it_costs(
    ground: Ground, custom: str, dollars: float, told: bool
) -> None:
    ground.reply("Hello.", usage={"input": 1000, "output": 100})
    ground.ask(cf_aig_custom_cost=custom)

    (log,) = ground.logs()
    assert (log["cost"], log["custom_cost"]) == (dollars, told)


@pytest.mark.parametrize(
    ("technique", "moments", "let_in"),
    [
        ("fixed", [0, 3500, 3599, 3600], [True, True, False, True]),
        ("sliding", [0, 3500, 3599, 3600, 3600], [True, True, False, True, False]),
    ],
)
def test_so_many_dollars_in_a_time(
    ground: Ground, technique: str, moments: list[int], let_in: list[bool]
) -> None:
    ground.rules(spend_limits={"rules": [{"limit": 2, "window": 3600, "technique": technique}]})
    told, now = [], 0
    for moment in moments:
        ground.pass_by(moment - now)
        now = moment
        told.append(ground.ask(**COST).status == 200)

    assert told == let_in


@pytest.mark.parametrize(
    ("rule", "first", "second", "status"),
    [
        ({}, {}, {}, 429),
        ({"enabled": False}, {}, {}, 200),
        ({"model": {"mode": "filter", "values": ["openai/gpt-5.5"]}}, {}, {}, 429),
        ({"model": {"mode": "filter", "values": ["gpt-5.5"]}}, {}, {}, 429),
        ({"model": {"mode": "filter", "values": ["gpt-5.4"]}}, {}, {}, 200),
        ({"provider": {"mode": "filter", "values": ["openai"]}}, {}, {}, 429),
        ({"provider": {"mode": "filter", "values": ["anthropic"]}}, {}, {}, 200),
        ({"metadata": {"user": {"mode": "partition"}}}, {"user": 1}, {"user": 1}, 429),
        ({"metadata": {"user": {"mode": "partition"}}}, {"user": 1}, {"user": 2}, 200),
        (
            {"metadata": {"user": {"mode": "filter", "values": ["1"]}}},
            {"user": 1},
            {"user": 1},
            429,
        ),
        (
            {"metadata": {"user": {"mode": "filter", "values": ["1"]}}},
            {"user": 2},
            {"user": 2},
            200,
        ),
    ],
)
def test_a_spend_rule_is_for_those_whom_it_names(
    ground: Ground, rule: Json, first: Json, second: Json, status: int
) -> None:
    ground.rules(spend_limits={"rules": [{"id": "r", "limit": 1, "limitType": "cost", **rule}]})
    spelled = [str(told).replace("'", '"') for told in (first, second)]
    ground.ask(cf_aig_metadata=spelled[0], **COST)

    assert ground.ask(cf_aig_metadata=spelled[1], **COST).status == status


def test_spend_limits_can_be_turned_off(ground: Ground) -> None:
    ground.rules(spend_limits={"enabled": False, "rules": [{"limit": 0}]})

    assert ground.ask().status == 200


def test_who_has_spent_all_still_has_what_is_cached(ground: Ground) -> None:
    ground.rules(cache_ttl=300, spend_limits={"rules": [{"limit": 1}]})
    first = ground.ask(**COST)
    again = ground.ask(**COST)
    other = ground.ask(NATIVE, {"messages": [{"role": "user", "content": "Bye"}]}, **COST)

    assert (first.status, again.body, other.status) == (200, first.body, 429)


def test_an_error_costs_nothing(ground: Ground) -> None:
    ground.rules(spend_limits={"rules": [{"limit": 0.000001}]})
    ground.fail(500)
    ground.ask()

    assert ground.logs()[0]["cost"] == 0
    assert ground.ask().status == 200


def test_what_is_read_again_costs_nothing(ground: Ground) -> None:
    made = ASKS["gateway"].ask(ground.url, "gpt-5.5", {"input": "Hi"}).json()
    ground.get(f"/v1/acc/gw/openai/responses/{made['id']}")

    costs = [log["cost"] for log in ground.logs()]
    assert costs[0] > 0
    assert costs[1] == 0


def test_the_balance_is_used_up(ground: Ground) -> None:
    ground.rules("default", balance=1.5)

    told = [ground.ask(BINDING, **COST).status for _ in range(3)]

    assert told == [200, 200, 402]


@pytest.mark.parametrize(
    ("headers", "rules", "status"),
    [
        ({}, {}, 402),
        ({"authorization": "Bearer sk-mine"}, {}, 200),
        ({"cf_aig_byok_alias": "ours"}, {}, 200),
        ({}, {"byok_aliases": ["default"]}, 200),
        ({}, {"byok_aliases": ["ours"]}, 402),
    ],
)
def test_who_has_a_key_of_his_own_needs_no_balance(
    ground: Ground, headers: dict[str, str], rules: Any, status: int
) -> None:
    ground.rules(balance=0, **rules)

    assert ground.ask(NATIVE, HI, **headers).status == status


def test_a_reset_gives_back_what_was_used(ground: Ground) -> None:
    ground.rules(rate_limiting_limit=1)
    ground.ask()
    assert error(ground.ask())[1] == 2003
    ground.virtual.gateways.forget(ground.session.name)

    assert ground.ask().status == 200
