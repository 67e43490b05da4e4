"""A gateway at whose port nobody listens for a while, as its clients meet it."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.wire import post, send

ASKED: Any = {"model": "gpt-5.5", "input": "Hello"}
SECONDS = 30.0


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as made:
        yield made


@pytest.fixture
def client(gateway: Gateway) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{gateway.url}/v1", api_key="k", max_retries=0) as made:
        yield made


def refused(gateway: Gateway) -> bool:
    try:
        httpx.get(f"{gateway.url}/_mockgw/health", timeout=SECONDS)
    except httpx.ConnectError as problem:
        return "refused" in str(problem)
    return False


def test_nobody_listens_for_the_length_of_a_block(gateway: Gateway, client: OpenAI) -> None:
    client.responses.create(**ASKED)
    url = gateway.url
    for _ in range(3):
        with gateway.refusing():
            for _ in range(2):
                with pytest.raises(openai.APIConnectionError) as caught:
                    client.responses.create(**ASKED)
                assert type(caught.value.__cause__).__name__ == "ConnectError"
            assert refused(gateway)
        assert client.responses.create(**ASKED).status == "completed"
    assert gateway.url == url
    assert [entry.status for entry in gateway.journal.entries()] == [200] * 4


def test_a_block_is_not_ended_by_an_absence_that_is_shorter(gateway: Gateway) -> None:
    post(f"{gateway.url}/_mockgw/refusing", {"seconds": 0.1})
    with gateway.refusing():
        time.sleep(0.4)
        assert refused(gateway)
    assert not refused(gateway)


def test_nobody_else_gets_the_port_meanwhile(gateway: Gateway) -> None:
    port = int(gateway.url.rpartition(":")[2])
    with gateway.refusing(), socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))


def test_the_openai_package_asks_again_until_somebody_listens(
    gateway: Gateway, client: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = gateway.refusing()
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            absent.__exit__(None, None, None)

    sleeping: Any = openai._base_client
    monkeypatch.setattr(sleeping.time, "sleep", sleep)
    absent.__enter__()
    answer = client.with_options(max_retries=3).responses.create(**ASKED)
    assert (answer.status, len(waited)) == ("completed", 2)


def test_what_is_being_answered_is_answered(gateway: Gateway) -> None:
    gateway.sessions.open(gateway.session("s", gateway.settings, gateway.tapes))
    send("PUT", f"{gateway.url}/_mockgw/faults", b'{"faults": ["slow_headers:0.5"], "session":"s"}')
    got: list[int] = []
    asking = threading.Thread(
        target=lambda: got.append(post(f"{gateway.url}/_s/s/v1/responses", ASKED).status)
    )
    asking.start()
    while not gateway.journal.entries():
        asking.join(0.01)
    with gateway.refusing():
        assert refused(gateway)
        asking.join()
    assert got == [200]


def test_any_language_can_have_it_refuse_for_a_time(gateway: Gateway) -> None:
    told = send("POST", f"{gateway.url}/_mockgw/refusing", b'{"seconds": 1.5}')
    assert told.json() == {"refusing": 1.5}
    end = time.monotonic() + SECONDS
    seen: list[bool] = []
    while not (seen and seen[-1] is False and True in seen):
        assert time.monotonic() < end
        seen.append(refused(gateway))
        time.sleep(0.02)


@pytest.mark.parametrize(
    "given", [b"", b'{"seconds": 0}', b'{"seconds": "1"}', b'{"seconds": 9e9}']
)
def test_a_time_that_is_none_is_refused_with_what_to_give(given: bytes, gateway: Gateway) -> None:
    told = send("POST", f"{gateway.url}/_mockgw/refusing", given)
    assert told.status == 400
    assert 'Give {"seconds": …}, at most 3600.' in told.json()["error"]["message"]


def test_a_gateway_that_refuses_can_be_stopped() -> None:
    async def holds() -> None:
        async with running(Settings(port=0, mode="synth")) as gateway:
            gateway.refuse(3600)
            await asyncio.sleep(0.2)
        port = int(gateway.url.rpartition(":")[2])
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", port))

    asyncio.run(asyncio.wait_for(holds(), SECONDS))
