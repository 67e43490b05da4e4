"""What goes wrong with an upstream's answer on purpose does so for the client, not on the tape."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import openai
import pytest
from openai import OpenAI

from mockgw.cassette.reader import read
from mockgw.faults.fault import fault
from mockgw.faults.rule import rules
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.faults.test_faults import BROKEN, FORMS, TABLE
from tests.record.test_odd_upstreams import CHUNKED, CREATED, DONE, STREAM
from tests.record.upstreams import Odd, chunks, odd, raw
from tests.wire import post

SECONDS = 10.0
PATHS = {"openai": "/v1", "gateway": "/v1/acc/gw/openai"}
ASKED: Any = {"model": "gpt-5.5", "input": "Hello"}
REFUSED = {"error_200": 200, "edge_page:502": 502}


@dataclass
class Chain:
    """An upstream, and a gateway before it that records what it says."""

    upstream: Gateway
    gateway: Gateway
    tape: Path
    base: OpenAI

    def client(self, door: str, *, url: str = "") -> OpenAI:
        """Return a client of the gateway, or of another address."""
        base = (url or self.gateway.url) + PATHS[door]
        return self.base.with_options(base_url=base, max_retries=0, timeout=SECONDS)


@pytest.fixture(scope="module")
def base() -> Iterator[OpenAI]:
    """Return a client whose connections all others use: making one takes its time."""
    with OpenAI(base_url="http://127.0.0.1:9", api_key="sk-x") as made:
        yield made


@contextmanager
def chained(synth: Gateway, tape: Path, base: OpenAI) -> Iterator[Chain]:
    settings = Settings(
        port=0,
        mode="record",
        upstream=f"{synth.url}/v1",
        upstreams=(f"gateway={synth.url}/v1/acc/gw/openai",),
        cassettes=(str(tape),),
    )
    with running(settings) as gateway:
        yield Chain(synth, gateway, tape, base)


@pytest.fixture
def chain(synth: Gateway, tmp_path: Path, base: OpenAI) -> Iterator[Chain]:
    with chained(synth, tmp_path / "tape.yaml", base) as made:
        yield made


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds; raises AssertionError when it never does."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("told", "door"),
    list(zip((one for one in TABLE if one != "refused"), cycle(PATHS), strict=False)),
)
def test_a_fault_is_met_on_the_way_and_the_tape_is_whole(
    told: str, door: str, synth: Gateway, tmp_path: Path, base: OpenAI
) -> None:
    for number, (form, (ask, stream)) in enumerate(FORMS.items()):
        outcome = TABLE[told][number]
        with chained(synth, tmp_path / f"{form}.yaml", base) as chain:
            client, direct = chain.client(door), chain.client(door, url=synth.url)
            whole = ask(direct, stream=stream)
            chain.gateway.faults[:] = rules(told)
            if isinstance(outcome, int) or outcome is None:
                change = ask(client, stream=stream) - whole
                assert change == (outcome or 0) or (outcome == -1000 and change == -whole), form
            else:
                with pytest.raises(outcome):
                    ask(client, stream=stream)
            chain.gateway.faults.clear()
            until(lambda: len(chain.gateway.journal.entries()) == 1)
            (entry,) = chain.gateway.journal.entries()
            struck = "" if outcome is None else str(fault(told))
            assert (entry.source, entry.fault) == ("live", struck), form
            assert any(note.startswith("kept in ") for note in entry.notes), form
            assert ask(client, stream=stream) == whole, form
            assert chain.gateway.journal.entries()[-1].source == "replay", form


def test_a_connection_that_is_refused_reaches_nobody(chain: Chain) -> None:
    chain.gateway.faults[:] = rules("refused times=2")
    before = len(chain.upstream.journal)
    client = chain.client("openai")
    for _ in range(2):
        with pytest.raises(BROKEN):
            client.responses.create(**ASKED)
    assert len(chain.upstream.journal) == before
    assert not chain.tape.exists()
    assert client.responses.create(**ASKED).status == "completed"
    assert [one.fault for one in chain.gateway.journal.entries()] == ["refused", "refused", ""]


def test_the_header_tells_the_fault_of_what_was_passed_on(chain: Chain) -> None:
    chain.gateway.faults[:] = rules("split:5")
    for stream in (True, False):
        body = {**ASKED, "input": f"Hello {stream}", "stream": stream}
        answer = httpx.post(f"{chain.gateway.url}/v1/responses", json=body)
        assert answer.headers["x-mockgw-fault"] == "split:5"
        assert answer.headers["x-mockgw-source"] == "live"


def test_an_error_of_a_rule_does_not_ask_the_upstream(chain: Chain) -> None:
    chain.gateway.faults[:] = rules("rate_limit times=1")
    before = len(chain.upstream.journal)
    answer = post(f"{chain.gateway.url}/v1/responses", ASKED)
    assert (answer.status, len(chain.upstream.journal)) == (429, before)
    assert post(f"{chain.gateway.url}/v1/responses", ASKED).status == 200


def test_an_error_of_the_upstream_has_no_fault_of_a_stream(synth: Gateway) -> None:
    settings = Settings(
        port=0, mode="live", upstream=f"{synth.url}/v1", faults=("no_terminal", "edge_page:520")
    )
    bad = {**ASKED, "temperature": 7, "stream": True}
    with running(settings) as gateway:
        answer = post(f"{gateway.url}/v1/responses", bad)
    assert (answer.status, answer.headers.get("x-mockgw-fault")) == (400, None)


def test_the_tape_answers_with_the_fault_while_the_upstream_is_compared(
    chain: Chain, tmp_path: Path
) -> None:
    post(f"{chain.gateway.url}/v1/responses", ASKED)
    settings = Settings(
        port=0, mode="diff", upstream=f"{chain.upstream.url}/v1", cassettes=(str(chain.tape),)
    )
    with running(settings) as gateway:
        gateway.faults[:] = rules("edge_page:524")
        assert post(f"{gateway.url}/v1/responses", ASKED).status == 524
        until(lambda: len(gateway.journal) == 1)
        (entry,) = gateway.journal.entries()
    assert entry.fault == "edge_page:524"
    assert "the upstream says the same" in entry.notes


@asynccontextmanager
async def recording(upstream: str, tape: Path, **more: Any) -> AsyncIterator[Gateway]:
    settings = Settings(
        port=0, mode="record", upstream=f"{upstream}/v1", cassettes=(str(tape),), **more
    )
    async with running(settings) as gateway:
        yield gateway


@asynccontextmanager
async def streaming(
    gateway: Gateway, word: str = "x", **more: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    body = {**ASKED, "input": word, "stream": True, **more}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{gateway.url}/v1/responses", json=body) as answer,
    ):
        yield answer


async def soon(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("how", ["close", "reset"])
async def test_a_client_is_cut_off_while_the_upstream_still_speaks(
    how: str, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    whole = CREATED * 5 + DONE
    answer = (
        STREAM + CHUNKED + b"\r\n", chunks([CREATED] * 3), 3.0, chunks([CREATED] * 2),
        chunks([DONE]) + b"0\r\n\r\n",
    )  # fmt: skip
    async with raw(*answer) as upstream, recording(upstream, tape) as gateway:
        gateway.faults[:] = rules(f"cut_after_events:2:{how}")
        async with streaming(gateway) as got:
            heard = bytearray()
            with suppress(aiohttp.ClientError):
                async for part in got.content.iter_any():
                    heard += part
                raise AssertionError("it came to its end")
        assert heard == CREATED * 2
        assert len(gateway.journal) == 0  # the upstream has not ended
        await soon(lambda: len(gateway.journal) == 1)
        (entry,) = gateway.journal.entries()
    (kept,) = read(tape)
    assert kept.response_body == whole
    assert (entry.course.outcome, entry.course.events) == ("cut", 2)


async def test_a_stall_does_not_keep_the_upstream_waiting_nor_the_server_from_its_end(
    tmp_path: Path,
) -> None:
    tape = tmp_path / "tape.yaml"
    answer = (STREAM + CHUNKED + b"\r\n", chunks([CREATED] * 3 + [DONE]) + b"0\r\n\r\n")
    async with raw(*answer) as upstream, recording(upstream, tape, drain=0.2) as gateway:
        gateway.faults[:] = rules("stall:2")
        async with streaming(gateway) as got:
            heard = bytearray()
            while len(heard) < 2 * len(CREATED):
                heard += await got.content.readany()
            await soon(lambda: len(gateway.journal) == 1)
            assert len(read(tape)) == 1
            await gateway.stop()
            with pytest.raises(aiohttp.ClientError):
                await got.content.read()
        assert heard == CREATED * 2
        (entry,) = gateway.journal.entries()
    assert (entry.fault, entry.course.outcome) == ("stall:2", "stopped")


@pytest.mark.parametrize(
    ("told", "words"), [("slow_headers:500", ("late", "slow")), ("stall:99:500", ("slow",))]
)
async def test_the_silence_of_a_fault_is_virtual_time_and_comes_once(
    told: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    async with odd() as upstream:
        tape = tmp_path / "tape.yaml"
        async with recording(upstream.url, tape, clock="virtual") as gateway:
            assert gateway.time is not None
            gateway.faults[:] = rules(told)
            for word in words:
                upstream.go_on.set()
                body = {**ASKED, "input": word, "stream": word == "slow"}
                async with aiohttp.ClientSession() as client:
                    asking = asyncio.create_task(_status(client, gateway, body))
                    await soon(lambda: gateway.time is not None and gateway.time.next() is not None)
                    assert not asking.done()
                    gateway.time.advance(500)
                    assert await asyncio.wait_for(asking, SECONDS) == 200


async def _status(client: aiohttp.ClientSession, gateway: Gateway, body: Any) -> int:
    async with client.post(f"{gateway.url}/v1/responses", json=body) as answer:
        await answer.read()
        return answer.status


@asynccontextmanager
async def limited(tmp_path: Path, *limits: str) -> AsyncIterator[tuple[Odd, Gateway]]:
    async with odd() as upstream:
        tape = tmp_path / "tape.yaml"
        async with recording(upstream.url, tape, limits=limits, drain=0.2) as gateway:
            yield upstream, gateway


async def _one_place_again(gateway: Gateway) -> None:
    """Return once somebody is let in; raises TimeoutError when nobody is."""
    async with aiohttp.ClientSession() as client, asyncio.timeout(SECONDS):
        while await _status(client, gateway, {**ASKED, "input": "says:hi"}) != 200:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("word", ["slow", "late"])
async def test_a_call_that_is_passed_on_takes_a_place_until_its_client_leaves(
    word: str, tmp_path: Path
) -> None:
    async with limited(tmp_path, "concurrent=1") as (upstream, gateway):
        async with aiohttp.ClientSession() as client:
            body = {**ASKED, "input": word, "stream": word == "slow"}
            asking = asyncio.create_task(_status(client, gateway, body))
            await upstream.begun.wait()
            refused = await asyncio.gather(
                *(_status(client, gateway, {**ASKED, "input": "x"}) for _ in range(3))
            )
            assert refused == [429] * 3
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        # The upstream has not ended: nobody has told it to.
        await _one_place_again(gateway)
        assert not upstream.go_on.is_set()


@pytest.mark.parametrize("word", ["cut", "status:500", "moved", "torn"])
async def test_a_call_whose_upstream_fails_gives_its_place_back(word: str, tmp_path: Path) -> None:
    async with limited(tmp_path, "concurrent=1") as (_, gateway):
        async with aiohttp.ClientSession() as client:
            for _ in range(3):
                with_stream = {**ASKED, "input": word, "stream": True}
                try:
                    assert await _status(client, gateway, with_stream) != 429
                except aiohttp.ClientError:
                    await soon(lambda: bool(gateway.journal.entries()))
        await _one_place_again(gateway)


async def test_a_place_is_given_back_when_the_upstream_cannot_be_reached(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with (
        recording("http://127.0.0.1:9", tape, limits=("concurrent=1",)) as gateway,
        aiohttp.ClientSession() as client,
    ):
        assert [await _status(client, gateway, ASKED) for _ in range(3)] == [502] * 3


def test_limits_are_told_in_place_of_the_upstreams_and_settled_by_its_usage(
    tmp_path: Path,
) -> None:
    tape, settings = str(tmp_path / "tape.yaml"), Settings(port=0, limits=("requests=9/minute",))
    with running(settings) as upstream:
        record = Settings(
            port=0,
            mode="record",
            upstream=f"{upstream.url}/v1",
            cassettes=(tape,),
            clock="virtual",
            limits=("requests=2/minute tokens=9000/minute",),
        )
        with running(record) as gateway:
            first = post(f"{gateway.url}/v1/responses", ASKED)
            told = first.headers
            used = first.json()["usage"]["total_tokens"]
            stream = post(f"{gateway.url}/v1/responses", {**ASKED, "input": "b", "stream": True})
            third = post(f"{gateway.url}/v1/responses", {**ASKED, "input": "c"})
    assert (told["x-ratelimit-limit-requests"], told["x-ratelimit-remaining-requests"]) == (
        "2",
        "1",
    )
    assert told["x-ratelimit-remaining-tokens"] == str(9000 - used)
    assert stream.headers["x-ratelimit-limit-requests"] == "2"
    assert (third.status, third.headers["retry-after"]) == (429, "30")


def test_a_stream_that_stalls_keeps_its_place_until_the_openai_package_leaves(
    chain: Chain,
) -> None:
    settings = Settings(
        port=0, mode="live", upstream=f"{chain.upstream.url}/v1", limits=("concurrent=1",)
    )
    with running(settings) as gateway:
        gateway.faults[:] = rules("stall:1 stream=true")
        slow = chain.client("openai", url=gateway.url).with_options(timeout=1.0)

        def wait_in_vain() -> None:
            with pytest.raises(openai.APITimeoutError):
                list(slow.responses.create(**ASKED, stream=True))

        first = threading.Thread(target=wait_in_vain)
        first.start()
        until(lambda: len(gateway.journal) == 1)
        with pytest.raises(openai.RateLimitError, match="on concurrent requests: Limit 1"):
            chain.client("openai", url=gateway.url).responses.create(**ASKED)
        first.join()
        until(lambda: post(f"{gateway.url}/v1/responses", ASKED).status == 200)
