"""Who may come in, and whose key the provider is shown."""

from typing import Any

import pytest

from mockgw.runner import running
from mockgw.settings import Settings
from tests.gateways.ground import BINDING, COMPAT, HI, WAYS, Ground, error, step
from tests.wire import Json, post


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer sk-of-the-provider"}, 401),
        ({"cf_aig_authorization": "token"}, 401),
        ({"cf_aig_authorization": "Bearer "}, 401),
        ({"cf_aig_authorization": "Bearer token"}, 200),
    ],
)
@pytest.mark.parametrize("way", [WAYS["gateway"], COMPAT], ids=lambda way: way.name)
def test_an_authenticated_gateway_asks_for_a_token(
    ground: Ground, way: Any, headers: dict[str, str], status: int
) -> None:
    ground.rules(authentication=True)

    assert ground.ask(way, **headers).status == status


def test_who_is_not_let_in_leaves_no_log(ground: Ground) -> None:
    ground.rules(authentication=True)
    reply = ground.ask()

    assert "cf-aig-log-id" not in reply.headers
    assert ground.logs() == []


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/acc/gw", {}, 401),
        ("/v1/acc/gw", {"cf_aig_authorization": "Bearer token"}, 200),
        ("/ai-gateway/universal/run/gw", {}, 200),
    ],
)
def test_the_universal_endpoint_asks_for_it_and_the_binding_does_not(
    ground: Ground, path: str, headers: dict[str, str], status: int
) -> None:
    ground.rules(authentication=True)

    assert ground.steps([step()], path, **headers).status == status


@pytest.mark.parametrize("headers", [{}, {"cf-aig-authorization": "Bearer token"}])
def test_a_dynamic_route_asks_for_it(ground: Ground, headers: dict[str, str]) -> None:
    ground.rules(authentication=True, routes={"support": ["openai/gpt-5.4"]})
    body: Json = {"model": "dynamic/support", **HI}

    reply = post(f"{ground.url}/v1/acc/gw/compat/chat/completions", body, headers)

    assert reply.status == (200 if headers else 401)


def test_a_token_must_be_one_of_the_servers_keys() -> None:
    settings = Settings(
        port=0,
        mode="synth",
        api_keys=("cf-token",),
        gateways={"gw": {"authentication": True}},
    )
    with running(settings) as gateway:
        url = f"{gateway.url}/v1/acc/gw/openai/chat/completions"
        body: Json = {"model": "gpt-5.5", **HI}
        told = [
            post(url, body, {"cf-aig-authorization": f"Bearer {token}"})
            for token in ("cf-token", "other")
        ]
        beside = post(url, body, {"authorization": "Bearer cf-token"})

    assert [reply.status for reply in told] == [200, 401]
    assert error(told[1]) == error(beside) == (401, 2009, "Unauthorized")


@pytest.mark.parametrize(
    ("headers", "rules", "source"),
    [
        ({}, {}, "Unified"),
        ({"cf_aig_byok_alias": "ours"}, {}, "BYOK"),
        ({"cf_aig_byok_alias": "ours"}, {"byok_aliases": ["ours"]}, "BYOK"),
        ({}, {"byok_aliases": ["ours"]}, "Unified"),
        ({}, {"byok_aliases": ["default"]}, "BYOK"),
    ],
)
@pytest.mark.parametrize("way", [BINDING, WAYS["rest openai"], WAYS["rest run"]], ids=str)
def test_the_catalogue_tells_whose_key_it_was(
    ground: Ground, way: Any, headers: dict[str, str], rules: Any, source: str
) -> None:
    ground.rules("default", **rules)
    told = way.object(ground.ask(way, **headers))

    assert told["gatewayMetadata"] == {"keySource": source}


def test_without_any_stored_key_the_refusal_says_so(ground: Ground) -> None:
    ground.rules(byok_aliases=[])

    assert error(ground.ask(cf_aig_byok_alias="x"))[2].endswith("Configured aliases: (none)")
