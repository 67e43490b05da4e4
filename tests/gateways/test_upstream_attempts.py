"""A gateway asks an upstream again, as it asks any provider."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.gateways.ground import HI, Ground, error, text
from tests.record.upstreams import odd
from tests.wire import Json, events, post

CHAT, ASK = "/v1/acc/gw/openai/chat/completions", "/v1/acc/gw/openai/responses"
BODY: Json = {"model": "gpt-5.5", **HI}


@contextmanager
def before(upstream: str, mode: Any = "live", **rules: Any) -> Iterator[Gateway]:
    """Run a gateway in front of an upstream."""
    cassettes = rules.pop("cassettes", ())
    settings = Settings(
        port=0, mode=mode, upstream=f"{upstream}/v1", gateways={"gw": rules}, cassettes=cassettes
    )
    with running(settings) as gateway:
        yield gateway


@pytest.mark.parametrize("stream", [False, True])
def test_what_fails_is_asked_again(stream: bool, ground: Ground) -> None:
    ground.fail(500)
    ground.fail(429)
    ground.reply("Here I am.")
    with before(ground.url, retry_max_attempts=3) as gateway:
        reply = post(gateway.url + CHAT, {**BODY, "stream": stream})
        (entry,) = gateway.journal.entries()
        (log,) = gateway.gateways.logs.listed("", "gw")

    assert reply.status == 200
    said = events(reply.body) if stream else []
    deltas = "".join(one["choices"][0]["delta"].get("content", "") for one in said)
    assert (deltas if stream else text(reply)) == "Here I am."
    assert sorted(one.status for one in ground.session.entries) == [200, 429, 500]
    assert entry.notes[-1] == "gateway gw asked 3 times"
    assert log["success"] is True


@pytest.mark.parametrize(("fails", "attempts", "status"), [(400, 3, 400), (500, 2, 500)])
def test_what_is_refused_for_good_or_too_often_is_told(
    fails: int, attempts: int, status: int, ground: Ground
) -> None:
    ground.fail(fails, times=5)
    with before(ground.url, retry_max_attempts=attempts) as gateway:
        reply = post(gateway.url + CHAT, BODY)

    assert reply.status == status
    assert len(ground.session.entries) == (1 if fails == 400 else attempts)


def test_the_call_says_how_often(ground: Ground) -> None:
    ground.fail(503)
    with before(ground.url) as gateway:
        headers = {"cf-aig-max-attempts": "2", "cf-aig-retry-delay": "1"}
        assert post(gateway.url + CHAT, BODY, headers).status == 200


def test_only_the_answer_that_counts_is_recorded(ground: Ground, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    ground.fail(500)
    rules = {"retry_max_attempts": 2, "cassettes": (str(tape),)}
    with before(ground.url, "rerecord", **rules) as gateway:
        assert post(gateway.url + CHAT, BODY).status == 200

    told = tape.read_text("utf-8")
    assert told.count("- request:") == 1
    assert "code: 500" not in told


async def test_who_does_not_begin_in_time_is_given_up() -> None:
    async with odd() as upstream:
        with before(upstream.url, request_timeout=50) as gateway:
            body = {"model": "gpt-5.5", "input": "late"}
            reply = await asyncio.to_thread(post, gateway.url + ASK, body)
            (entry,) = gateway.journal.entries()

    assert error(reply)[:2] == (400, 2005)
    assert entry.notes == ("the upstream let the gateway wait for more than 0.05 s",)


async def test_the_last_attempt_is_waited_for() -> None:
    async with odd() as upstream:
        with before(upstream.url, request_timeout=50, retry_max_attempts=2) as gateway:
            body = {"model": "gpt-5.5", "input": "late"}
            asked = asyncio.create_task(asyncio.to_thread(post, gateway.url + ASK, body))
            async with asyncio.timeout(20):
                while len(upstream.seen) < 2:  # noqa: ASYNC110 - nobody tells when
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            assert not asked.done()
            upstream.go_on.set()
            reply = await asked

    assert (reply.status, reply.json()["id"]) == (200, "resp_l")


def test_an_upstream_that_is_not_there_is_asked_as_often_too() -> None:
    with before("http://127.0.0.1:9", retry_max_attempts=2) as gateway:
        reply = post(gateway.url + CHAT, BODY)
        (entry,) = gateway.journal.entries()

    assert (reply.status, reply.json()["error"]["code"]) == (502, "upstream_failed")
    assert "gateway gw asked 2 times" in entry.notes


async def test_the_pause_passes_in_the_time_of_the_gateway(ground: Ground) -> None:
    ground.fail(500)
    gateways = {"gw": {"retry_max_attempts": 2, "retry_delay": 60_000}}
    upstream = f"{ground.url}/v1"
    settings = Settings(port=0, mode="live", upstream=upstream, gateways=gateways, clock="virtual")
    with running(settings) as gateway:
        assert gateway.time is not None
        asked = asyncio.create_task(asyncio.to_thread(post, gateway.url + CHAT, BODY))
        async with asyncio.timeout(20):
            while (due := gateway.time.next()) is None:  # noqa: ASYNC110 - nobody tells when
                await asyncio.sleep(0.01)
        assert due - gateway.time.now() == 60
        gateway.time.advance(60)
        assert (await asked).status == 200
