"""The official `cloudflare` client against the REST door, sync and async."""

from collections.abc import Iterator
from typing import Any

import cloudflare
import pytest
from cloudflare import AsyncCloudflare, Cloudflare

from mockgw.runner import Gateway, running
from mockgw.settings import Settings

CHAT, PRO = "openai/gpt-5.5", "openai/gpt-5.5-pro"
HELLO: Any = [{"role": "user", "content": "Name a lake."}]
SETTINGS: Any = {
    "cache_invalidate_on_update": False,
    "cache_ttl": 300,
    "collect_logs": True,
    "rate_limiting_interval": 0,
    "rate_limiting_limit": 0,
}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as started:
        yield started


@pytest.fixture
def client(gateway: Gateway) -> Iterator[Cloudflare]:
    with Cloudflare(base_url=f"{gateway.url}/client/v4", api_token="any") as made:
        yield made


def test_run_gives_a_completion_for_messages(client: Cloudflare) -> None:
    answer: Any = client.ai.run(CHAT, account_id="acc", messages=HELLO)
    assert answer["object"] == "chat.completion"
    assert "Name a lake." in answer["choices"][0]["message"]["content"]
    assert answer["gatewayMetadata"] == {"keySource": "Unified"}


def test_run_gives_a_response_for_input(client: Cloudflare) -> None:
    inputs = {"input": "Name a lake."}
    answer: Any = client.ai.run(PRO, account_id="acc", extra_body=inputs)
    assert (answer["object"], answer["status"]) == ("response", "completed")
    assert "Name a lake." in answer["output"][-1]["content"][0]["text"]
    raw = client.ai.with_raw_response.run(PRO, account_id="acc", extra_body=inputs)
    envelope = raw.http_response.json()
    assert list(envelope) == ["result", "success", "errors", "messages"]
    assert envelope["result"]["output"][-1]["content"] == answer["output"][-1]["content"]
    assert raw.headers["content-type"] == "application/json"


def test_the_model_may_be_named_in_the_body(client: Cloudflare) -> None:
    body = {"model": PRO, "input": {"input": "Name a lake."}}
    envelope: Any = client.post("/accounts/acc/ai/run", body=body, cast_to=object)
    assert envelope["success"] is True
    assert envelope["result"]["model"] == "gpt-5.5-pro-2026-04-23"


@pytest.mark.parametrize(
    ("model", "more", "kind", "message"),
    [
        ("openai/no-such", {}, cloudflare.NotFoundError, "Model not found: openai/no-such"),
        (PRO, {}, cloudflare.BadRequestError, "Required value missing: input"),
        (CHAT, {"temperature": 0.5}, cloudflare.BadRequestError, "User Input Error"),
        (CHAT, {"extra_body": {"nonsense": 1}}, cloudflare.BadRequestError, "nonsense"),
    ],
)
def test_refusals_list_their_errors(
    client: Cloudflare, model: str, more: Any, kind: type[cloudflare.APIStatusError], message: str
) -> None:
    with pytest.raises(kind) as caught:
        client.ai.run(model, account_id="acc", messages=HELLO, **more)
    (error,) = caught.value.errors
    assert error.code == 7003
    assert error.message is not None
    assert message in error.message


def test_a_wrong_token_is_an_authentication_error() -> None:
    with (
        running(Settings(port=0, mode="synth", api_keys=("the-right-one",))) as guarded,
        Cloudflare(base_url=f"{guarded.url}/client/v4", api_token="a-wrong-one") as client,
    ):
        with pytest.raises(cloudflare.AuthenticationError) as caught:
            client.ai.run(CHAT, account_id="acc", messages=HELLO)
        assert [error.code for error in caught.value.errors] == [10000]


def test_a_miss_is_told_once_and_not_retried() -> None:
    with (
        running(Settings(port=0, mode="replay")) as tape,
        Cloudflare(base_url=f"{tape.url}/client/v4", api_token="any", max_retries=5) as client,
    ):
        with pytest.raises(cloudflare.NotFoundError, match="No recording answers"):
            client.ai.run(CHAT, account_id="acc", messages=HELLO)
        assert len(tape.journal) == 1


def test_models_are_listed_page_by_page_and_have_schemas(client: Cloudflare) -> None:
    found: list[Any] = list(client.ai.models.list(account_id="acc", search="5.5", per_page=1))
    assert [one["name"] for one in found] == [PRO, CHAT]
    schema: Any = client.ai.models.schema.get(account_id="acc", model=PRO)
    assert schema.input.required == ["input"]
    authors: list[Any] = list(client.ai.authors.list(account_id="acc"))
    assert [one["id"] for one in authors] == ["openai"]
    assert len(list(client.ai.tasks.list(account_id="acc"))) == 1


def test_a_gateway_is_made_and_what_went_through_it_is_read(gateway: Gateway) -> None:
    base = f"{gateway.url}/_s/cloudflare/client/v4"
    with Cloudflare(base_url=base, api_token="any") as client:
        gateways, logs = client.ai_gateway, client.ai_gateway.logs
        made = gateways.create(account_id="acc", id="mine", **SETTINGS)
        assert (made.id, made.cache_ttl) == ("mine", 300)
        assert gateways.update("mine", account_id="acc", **SETTINGS).modified_at is not None
        assert [one.id for one in gateways.list(account_id="acc")] == ["default", "mine"]
        header = {"cf-aig-gateway-id": "mine"}
        for _ in range(2):
            client.ai.run(CHAT, account_id="acc", messages=HELLO, extra_headers=header)
        newest, oldest = logs.list("mine", account_id="acc", order_by_direction="desc")
        assert (newest.cached, oldest.cached) == (True, False)
        where: Any = {"account_id": "acc", "gateway_id": "mine"}
        assert oldest.tokens_out is not None
        assert oldest.tokens_out > 0
        logs.edit(oldest.id, **where, feedback=1, score=5, metadata={"team": "blue"})
        told = logs.get(oldest.id, **where)
        assert told.metadata == '{"team":"blue"}'
        asked: Any = logs.request(oldest.id, **where)
        assert asked["messages"] == HELLO
        answered: Any = logs.response(oldest.id, **where)
        assert answered["result"]["object"] == "chat.completion"
        cached: Any = [{"key": "cached", "operator": "eq", "value": [True]}]
        assert [one.id for one in logs.list("mine", account_id="acc", filters=cached)] == [
            newest.id
        ]
        assert logs.delete("mine", account_id="acc", filters=cached).success
        assert [one.id for one in logs.list("mine", account_id="acc")] == [oldest.id]
        url = gateways.urls.get("openai", **where)
        assert url == f"{gateway.url}/_s/cloudflare/v1/acc/mine/openai"
        assert gateways.delete("mine", account_id="acc").id == "mine"
        with pytest.raises(cloudflare.NotFoundError):
            gateways.get("mine", account_id="acc")


def test_the_older_key_opens_too() -> None:
    with (
        running(Settings(port=0, mode="synth", api_keys=("the-right-one",))) as guarded,
        Cloudflare(
            base_url=f"{guarded.url}/client/v4",
            api_key="the-right-one",
            api_email="a@example.com",
            api_token=None,
        ) as client,
    ):
        assert list(client.ai.tasks.list(account_id="acc"))


async def test_the_async_client_does_the_same(gateway: Gateway) -> None:
    base = f"{gateway.url}/client/v4"
    async with AsyncCloudflare(base_url=base, api_token="any") as client:
        answer: Any = await client.ai.run(CHAT, account_id="acc", messages=HELLO)
        assert "Name a lake." in answer["choices"][0]["message"]["content"]
        with pytest.raises(cloudflare.BadRequestError):
            await client.ai.run(PRO, account_id="acc", messages=HELLO)
        rows: list[Any] = [one async for one in client.ai.models.list(account_id="acc", per_page=4)]
        assert {CHAT, PRO} < {one["name"] for one in rows}
