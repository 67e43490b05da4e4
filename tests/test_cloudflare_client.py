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
        (PRO, {}, cloudflare.NotFoundError, "only supported in v1/responses"),
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


async def test_the_async_client_does_the_same(gateway: Gateway) -> None:
    base = f"{gateway.url}/client/v4"
    async with AsyncCloudflare(base_url=base, api_token="any") as client:
        answer: Any = await client.ai.run(CHAT, account_id="acc", messages=HELLO)
        assert "Name a lake." in answer["choices"][0]["message"]["content"]
        with pytest.raises(cloudflare.NotFoundError):
            await client.ai.run(PRO, account_id="acc", messages=HELLO)
