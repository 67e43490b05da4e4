"""The cache of a gateway: what is given again, for how long, and to whom."""

from typing import Any

import pytest

from tests.gateways.ground import BINDING, COMPAT, HI, NATIVE, WAYS, Ground, step, text
from tests.wire import Json, Reply, post


def statuses(replies: list[Reply]) -> str:
    return " ".join(reply.headers["cf-aig-cache-status"] for reply in replies)


def test_the_same_request_is_answered_from_the_cache_until_it_expires(ground: Ground) -> None:
    ground.rules(cache_ttl=300)
    first = ground.ask()
    ground.pass_by(299)
    second = ground.ask()
    ground.pass_by(1)
    third = ground.ask()
    fourth = ground.ask()

    assert statuses([first, second, third, fourth]) == "MISS HIT MISS HIT"
    assert first.body == second.body
    assert third.json()["id"] != first.json()["id"]
    assert fourth.body == third.body
    assert second.headers["cf-aig-log-id"] != first.headers["cf-aig-log-id"]


def test_a_hit_costs_nothing_and_is_logged_as_cached(ground: Ground) -> None:
    ground.rules(cache_ttl=300)
    ground.ask()
    ground.ask()

    missed, hit = ground.logs()
    assert (missed["cached"], hit["cached"]) == (False, True)
    assert missed["cost"] > 0
    assert (hit["cost"], hit["tokens_in"], hit["tokens_out"]) == (0, 0, 0)
    assert ground.last.source == "cache"
    assert ground.last.notes == ("from the cache of gateway gw",)


def test_without_rules_and_headers_nothing_is_cached(ground: Ground) -> None:
    assert statuses([ground.ask(), ground.ask()]) == "MISS MISS"


@pytest.mark.parametrize(
    ("ttl", "passed", "status"),
    [
        ("60", 59, "HIT"),
        ("60", 60, "MISS"),
        ("1", 59, "HIT"),
        ("1", 60, "MISS"),
        ("99999999", 2_591_999, "HIT"),
        ("99999999", 2_592_000, "MISS"),
        ("0", 0, "MISS"),
        ("soon", 0, "MISS"),
        ("-5", 0, "MISS"),
    ],
)
def test_a_request_says_how_long_its_answer_lives_within_bounds(
    ground: Ground, ttl: str, passed: float, status: str
) -> None:
    ground.ask(cf_aig_cache_ttl=ttl)
    ground.pass_by(passed)

    assert statuses([ground.ask(cf_aig_cache_ttl=ttl)]) == status


@pytest.mark.parametrize("name", ["cf_aig_cache_ttl", "cf_cache_ttl"])
def test_a_request_turns_off_what_the_gateway_caches(ground: Ground, name: str) -> None:
    ground.rules(cache_ttl=300)
    ground.ask()

    assert statuses([ground.ask(**{name: "0"})]) == "MISS"


@pytest.mark.parametrize("name", ["cf_aig_skip_cache", "cf_skip_cache"])
def test_a_request_skips_the_cache_and_leaves_it_as_it_is(ground: Ground, name: str) -> None:
    ground.rules(cache_ttl=300)
    first = ground.ask()
    skipped = ground.ask(**{name: "true"})
    third = ground.ask()

    assert statuses([first, skipped, third]) == "MISS MISS HIT"
    assert third.body == first.body != skipped.body


@pytest.mark.parametrize(
    ("headers", "rules", "lives"),
    [({}, {}, 300), ({"cf_aig_cache_ttl": "60"}, {}, 60), ({}, {"cache_ttl": 120}, 120)],
)
def test_a_key_of_ones_own_stands_for_the_request(
    ground: Ground, headers: dict[str, str], rules: Any, lives: float
) -> None:
    ground.rules(**rules)
    other: Json = {"messages": [{"role": "user", "content": "Bye"}]}
    first = ground.ask(cf_aig_cache_key="a", **headers)
    ground.pass_by(lives - 1)
    same = ground.ask(NATIVE, other, cf_aig_cache_key="a", **headers)
    another = ground.ask(cf_aig_cache_key="b", **headers)
    ground.pass_by(1)
    late = ground.ask(cf_aig_cache_key="a", **headers)

    assert statuses([first, same, another, late]) == "MISS HIT MISS MISS"
    assert same.body == first.body


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (HI, {}, "HIT"),
        (HI, {"cf_aig_metadata": '{"user": 2}'}, "HIT"),
        (HI, {"cf_aig_event_id": "one"}, "HIT"),
        ({**HI, "temperature": 1}, {}, "MISS"),
        ({"messages": [{"role": "user", "content": "Bye"}]}, {}, "MISS"),
        (HI, {"authorization": "Bearer other"}, "MISS"),
    ],
)
def test_the_key_is_what_the_provider_gets(
    ground: Ground, body: Json, headers: dict[str, str], status: str
) -> None:
    ground.rules(cache_ttl=300)
    ground.ask()

    assert statuses([ground.ask(NATIVE, body, **headers)]) == status


def test_another_model_is_another_request(ground: Ground) -> None:
    ground.rules(cache_ttl=300)
    ground.ask()

    assert statuses([NATIVE.ask(ground.url, "gpt-5.4", HI)]) == "MISS"


def test_streams_are_neither_kept_nor_answered_from_what_is(ground: Ground) -> None:
    ground.rules(cache_ttl=300)
    ground.ask()
    streams = [ground.ask(NATIVE, {**HI, "stream": True}) for _ in range(2)]

    assert statuses(streams) == "MISS MISS"
    assert streams[0].body != streams[1].body


def test_errors_are_not_kept(ground: Ground) -> None:
    ground.rules(cache_ttl=300)
    ground.fail(429)

    assert [reply.status for reply in (ground.ask(), ground.ask())] == [429, 200]


def test_two_gateways_and_two_sessions_know_nothing_of_each_other(ground: Ground) -> None:
    ground.rules("*", cache_ttl=300)
    ground.ask()
    other = post(f"{ground.url}/v1/acc/other/openai/chat/completions", {"model": "gpt-5.5", **HI})
    ground.virtual.gateways.put("elsewhere", {"*": {"cache_ttl": 300}})
    away = NATIVE.ask(f"{ground.virtual.url}/_s/elsewhere", "openai/gpt-5.5", HI)
    ground.virtual.gateways.remove("elsewhere")

    assert statuses([other, away, ground.ask()]) == "MISS MISS HIT"


def test_a_step_has_the_last_word(ground: Ground) -> None:
    """Step before request before gateway."""
    headers = {"cf-aig-cache-ttl": "0"}
    ground.steps([step()], cf_aig_cache_ttl="3600")
    kept = ground.steps([step()], cf_aig_cache_ttl="3600")
    refused = ground.steps([step(headers=headers)], cf_aig_cache_ttl="3600")

    assert statuses([kept, refused]) == "HIT MISS"


def test_the_catalogues_doors_are_answered_from_the_cache_without_a_word(ground: Ground) -> None:
    ground.rules("default", cache_ttl=300)
    replies = [ground.ask(WAYS[name]) for name in ("binding with a gateway", "rest openai")]

    assert all("cf-aig-cache-status" not in reply.headers for reply in replies)
    assert replies[0].json() == replies[1].json()
    assert [log["cached"] for log in ground.logs("default")] == [False, True]


def test_the_bindings_options_are_those_of_the_headers(ground: Ground) -> None:
    def run(**options: Any) -> Reply:
        sent = {"inputs": HI, "options": {"gateway": {"id": "gw", **options}}}
        path = f"{ground.url}/ai-gateway/run?version=3"
        return post(path, sent, {"cf-consn-model-id": "openai/gpt-5.5"})

    said = [text(run(cacheKey="k", cacheTtl=60)) for _ in range(2)]
    run(cacheKey="k", cacheTtl=60, skipCache=True)
    run(metadata={"team": 1}, collectLog=True)
    run(collectLog=False)

    assert said[0] == said[1]
    assert [log["cached"] for log in ground.logs()] == [False, True, False, False]
    assert ground.logs()[-1]["metadata"] == '{"team":1}'


def test_what_is_cached_is_the_same_through_compat(ground: Ground) -> None:
    ground.rules(cache_ttl=300)

    assert statuses([ground.ask(NATIVE), ground.ask(COMPAT)]) == "MISS HIT"


def test_a_reset_empties_it(ground: Ground) -> None:
    ground.rules(cache_ttl=300)
    ground.ask()
    name = ground.session.name
    post(f"{ground.virtual.url}/_mockgw/reset", {"session": name})

    assert statuses([ground.ask()]) == "MISS"


def test_the_binding_alone_needs_no_gateway(ground: Ground) -> None:
    ground.rules("*", exists=False)

    alone = {"inputs": HI, "options": {}}
    named = {"cf-consn-model-id": "openai/gpt-5.5"}
    assert post(f"{ground.url}/run?version=3", alone, named).status == 200
    assert ground.ask(BINDING).status == 400
