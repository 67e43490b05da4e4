"""What gateways are set to do: read, refused with a hint, and changed while they run."""

from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI, RateLimitError

from mockgw.errors import MockgwError
from mockgw.gateways.rules import DEFAULT, Rules, rules
from mockgw.gateways.wishes import NOTHING, Wishes, wishes
from mockgw.model import Call
from mockgw.runner import running
from mockgw.settings import Settings
from mockgw.sources import load
from tests.gateways.ground import HI, Ground, error
from tests.wire import Json, Reply, post, send

FILE = """
[gateways.default]
cache_ttl = 300

[gateways.prod]
rate_limiting_limit = 2
guardrails = { prompt = ["bomb"] }
routes = { support = ["openai/gpt-5.5-pro", "openai/gpt-5.5"] }

[[gateways.prod.spend_limits.rules]]
id = "team"
limit = 0.5
window = 60
technique = "sliding"
metadata = { user = { mode = "partition" } }

[[gateways.prod.dlp.policies]]
id = "cards"
words = ["4111"]
action = "BLOCK"
"""


def test_a_file_sets_each_gateway_in_a_table(tmp_path: Path) -> None:
    (tmp_path / "mockgw.toml").write_text(FILE)

    told = rules(load({}, {}, tmp_path).gateways)

    assert told["default"].cache_ttl == 300
    prod = told["prod"]
    assert (prod.rate_limiting_limit, prod.guardrails.prompt) == (2, ("bomb",))
    assert prod.routes == {"support": ("openai/gpt-5.5-pro", "openai/gpt-5.5")}
    (rule,) = prod.spend_limits.rules
    assert (rule.id, rule.limit, rule.technique) == ("team", 0.5, "sliding")
    assert rule.metadata["user"].mode == "partition"
    assert prod.dlp.policies[0].action == "BLOCK"


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ([], "gateways=[] is no table.", "Give such as"),
        ({"a": {"cache_tl": 1}}, "gateways.a: there is no cache_tl.", "Did you mean cache_ttl?"),
        (
            {"a": {"cache_ttl": -1}},
            "gateways.a.cache_ttl: expected a whole number >= 0.",
            "Correct the value.",
        ),
        ({"a": 5}, "gateways.a: expected a table, got a whole number.", '{"cache_ttl" = 300}'),
        (
            {"a": {"retry_max_attempts": 6}},
            "gateways.a.retry_max_attempts: expected a whole number <= 5.",
            "Correct the value.",
        ),
        (
            {"a": {"balance": "x"}},
            "gateways.a.balance: expected a number or nothing, got a text.",
            "Correct the value.",
        ),
        (
            {"a": {"retry_backoff": "expo"}},
            "gateways.a.retry_backoff: 'expo' is not allowed.",
            "Give constant or linear or exponential.",
        ),
        (
            {"a": {"guardrails": {"promt": ["x"]}}},
            "gateways.a.guardrails: there is no promt.",
            "Did you mean prompt?",
        ),
        (
            {"a": {"spend_limits": {"rules": [{"limit": 1, "metadata": {"k": {"mod": 1}}}]}}},
            "gateways.a.spend_limits.rules[0].metadata[...]: there is no mod.",
            "Did you mean mode?",
        ),
        (
            {"a": {"dlp": {"policies": [{"id": "x", "words": [], "check": ["ALL"]}]}}},
            "gateways.a.dlp.policies[0].check[0]: 'ALL' is not allowed.",
            "Give REQUEST or RESPONSE.",
        ),
        (
            {"a": {"spend_limits": {"rules": [{"limit": 1, "limitType": "x"}]}}},
            "gateways.a.spend_limits.rules[0].limitType: 'x' is not allowed.",
            "Give cost.",
        ),
        (
            {"a": {"dlp": {"policies": [{"id": "x"}]}}},
            "gateways.a.dlp.policies[0]: words is missing.",
            "Give such as {policies = ",
        ),
        (
            {"a": {"prices": {"gpt-5.5": [5]}}},
            "gateways.a.prices[...]: expected a list of length 2, got 1.",
            'Give such as {"gpt-5.5" = [5, 30]}.',
        ),
    ],
)
def test_what_cannot_be_read_is_told(given: Any, message: str, hint: str) -> None:
    with pytest.raises(MockgwError) as caught:
        rules(given)
    assert caught.value.message == message
    assert hint in caught.value.hint


def test_a_server_with_rules_that_cannot_be_read_does_not_start() -> None:
    settings = Settings(port=0, gateways={"default": {"cache": 1}})

    with (
        pytest.raises(MockgwError, match=r"gateways.default: there is no cache"),
        running(settings),
    ):
        pass


def test_a_variable_may_hold_what_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(MockgwError, match="MOCKGW_GATEWAYS"):
        load({}, {"MOCKGW_GATEWAYS": "default"}, tmp_path)


def test_a_gateway_that_nobody_sets_does_nothing() -> None:
    assert rules({"x": {}}) == {"x": DEFAULT} == {"x": Rules()}


def ruled(ground: Ground, method: str, body: bytes = b"", query: str = "") -> Reply:
    return send(method, f"{ground.virtual.url}/_mockgw/gateways{query}", body)


def test_rules_are_told_put_and_taken_away_over_http(ground: Ground) -> None:
    name = ground.session.name
    query = "?session=a"
    put = ruled(ground, "PUT", b'{"session":"a","gateways":{"gw":{"cache_ttl":60}}}')
    assert put.json()["gateways"]["gw"]["cache_ttl"] == 60
    assert ruled(ground, "GET", query=query).json() == put.json()
    assert ruled(ground, "GET").json() == {"session": None, "gateways": {}}
    assert ruled(ground, "DELETE", query=query).json()["gateways"] == {}
    shared = post(f"{ground.virtual.url}/_mockgw/gateways", {"gateways": {"gw": {"exists": False}}})
    assert shared.status == 404
    ruled(ground, "PUT", b'{"gateways":{"gw":{"exists":false}}}')
    assert error(ground.ask())[1] == 2001
    ground.virtual.gateways.put(name, {})
    assert ground.ask().status == 200
    ruled(ground, "DELETE")
    assert ruled(ground, "GET").json()["gateways"] == {}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"gateways":{"gw":{"cache_tl":1}}}', "Did you mean cache_ttl?"),
        (b"{}", "gateways=None is no table."),
        (b'{"gateway":{}}', "'gateway' has no meaning here. Did you mean gateways?"),
        (b"[", "parse the JSON"),
    ],
)
def test_a_mistake_in_them_is_told(ground: Ground, body: bytes, words: str) -> None:
    reply = ruled(ground, "PUT", body)

    assert reply.status == 400
    assert words in reply.json()["error"]["message"]


def test_a_reset_of_all_brings_the_settings_back() -> None:
    settings = Settings(port=0, mode="synth", gateways={"gw": {"cache_ttl": 60}})
    with running(settings) as gateway:
        gateway.gateways.put(None, {})
        gateway.gateways.put("s", {"gw": {}})
        post(f"{gateway.url}/_mockgw/reset", {})

        assert gateway.gateways.table()["gw"].cache_ttl == 60
        assert gateway.gateways.table("s")["gw"].cache_ttl == 60


def test_the_sdk_meets_a_limit_of_its_gateway() -> None:
    settings = Settings(port=0, mode="synth", gateways={"gw": {"rate_limiting_limit": 1}})
    with (
        running(settings) as gateway,
        OpenAI(base_url=f"{gateway.url}/v1/acc/gw/openai", api_key="sk-x", max_retries=0) as client,
    ):
        assert client.responses.create(model="gpt-5.5", input="Hi").status == "completed"
        with pytest.raises(RateLimitError) as caught:
            client.responses.create(model="gpt-5.5", input="Hi")

    told: Any = caught.value.response.json()
    assert told["internalCode"] == 2003


def test_the_sdk_is_told_what_its_gateway_says_in_headers(ground: Ground) -> None:
    ground.rules(cache_ttl=300)
    with OpenAI(base_url=f"{ground.url}/v1/acc/gw/openai", api_key="sk-x") as client:
        ask = client.chat.completions.with_raw_response.create
        messages: Any = HI["messages"]
        told = [ask(model="gpt-5.5", messages=messages) for _ in range(2)]

    assert [one.headers["cf-aig-cache-status"] for one in told] == ["MISS", "HIT"]
    assert told[0].parse().id == told[1].parse().id


def call(door: str = "gateway", options: Json | None = None) -> Call:
    return Call("chat.create", door, False, "", "m", {}, False, "k", options=options or {})


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, NOTHING),
        ({"accept": "x"}, NOTHING),
        ({"CF-AIG-Cache-TTL": "90"}, Wishes(cache_ttl=90)),
        ({"cf-aig-cache-ttl": "inf"}, NOTHING),
        ({"cf-aig-cache-ttl": "1e400"}, NOTHING),
        ({"cf-aig-skip-cache": "TRUE"}, Wishes(skip_cache=True)),
        ({"cf-aig-skip-cache": "false"}, NOTHING),
        ({"cf-aig-max-attempts": "3.9"}, Wishes(attempts=3)),
        ({"cf-aig-retry-delay": "250"}, Wishes(delay=0.25)),
        ({"cf-aig-backoff": "linear"}, Wishes(backoff="linear")),
        ({"cf-aig-request-timeout": "0"}, NOTHING),
        ({"cf-aig-request-timeout": "1500"}, Wishes(timeout=1.5)),
        ({"cf-aig-metadata": '{"a":1}'}, Wishes(metadata={"a": 1})),
        ({"cf-aig-custom-cost": '{"total_cost":"2"}'}, Wishes(custom_cost={"total_cost": 2.0})),
        ({"cf-aig-collect-log-payload": "false"}, Wishes(collect_payload=False)),
        ({"cf-aig-zdr": "true", "cf-aig-nonsense": "x"}, NOTHING),
        ({"cf-aig-metadata": "[" * 5000}, NOTHING),
    ],
)
def test_each_header_is_read_or_let_be(headers: dict[str, str], wanted: Wishes) -> None:
    assert wishes(headers, call()) == wanted


def test_a_header_comes_before_the_bindings_option() -> None:
    options: Json = {"gateway": {"id": "g", "cacheTtl": 60, "retries": {"maxAttempts": 2}}}

    told = wishes({"cf-aig-cache-ttl": "120"}, call("binding", options))

    assert told == Wishes(cache_ttl=120, attempts=2)
    assert wishes({}, call("rest-run", options)) == NOTHING
    odd: Json = {"gateway": {"retries": [1], "cacheTtl": {}, "metadata": 5}}
    assert wishes({}, call("binding", odd)) == NOTHING
