"""A gateway that is stopped comes to its end in time, whatever is under way."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mockgw import script
from mockgw.runner import Gateway
from mockgw.runner.starting import start
from mockgw.settings import Settings
from tests.record.upstreams import odd

# For ever is longer than this, and a busy machine is not that slow.
SECONDS = 20
BODY: dict[str, Any] = {"model": "gpt-5.5", "input": "Hi", "stream": True}
ORDER = {"type": "response.create", "model": "gpt-5.5", "input": "Hi"}
Begin = Callable[[Gateway, aiohttp.ClientSession], Awaitable[object]]


async def stops(gateway: Gateway) -> float:
    """Stop, and return how many seconds that took."""
    begun = time.monotonic()
    async with asyncio.timeout(SECONDS):
        await gateway.stop()
    return time.monotonic() - begun


@asynccontextmanager
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(SECONDS)) as made:
        yield made


def asking(gateway: Gateway, session: aiohttp.ClientSession, body: Any) -> asyncio.Task[int]:
    async def ask() -> int:
        async with session.post(f"{gateway.url}/_s/t/v1/responses", json=body) as answer:
            return len(await answer.read())

    return asyncio.create_task(ask())


async def under_way(gateway: Gateway) -> None:
    """Wait until an answer has begun, or waits for its moment."""
    async with asyncio.timeout(SECONDS):
        while not gateway.journal.entries():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


def goes(body: dict[str, Any] | None = None, **meaning: Any) -> Begin:
    """Return what begins an answer of that meaning, to that body as well."""

    async def begin(gateway: Gateway, session: aiohttp.ClientSession) -> object:
        gateway.opens("t").script.append(script.reply("one two three", **meaning))
        task = asking(gateway, session, {**BODY, **(body or {})})
        await under_way(gateway)
        return task

    return begin


async def half_a_request(gateway: Gateway, session: aiohttp.ClientSession) -> object:
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /v1/responses HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc")
    await writer.drain()
    await asyncio.sleep(0.1)

    async def heard() -> int:
        try:
            return len(await reader.read())
        finally:
            writer.close()

    return asyncio.create_task(heard())


async def open_socket(gateway: Gateway, session: aiohttp.ClientSession) -> object:
    return await session.ws_connect(f"{gateway.url}/_s/t/v1/responses")


async def speaking_socket(gateway: Gateway, session: aiohttp.ClientSession) -> object:
    gateway.opens("t").script.append(script.reply("Hi", delay=1e9))
    socket = await session.ws_connect(f"{gateway.url}/_s/t/v1/responses")
    await socket.send_json(ORDER)
    await under_way(gateway)
    return socket


KINDS: dict[str, Begin] = {
    "stalled": goes(fault="stall:1"),
    "delayed": goes(delay=1e9),
    "paced": goes(timing="rate=0.0001"),
    "in the background": goes({"background": True}, timing="rate=0.0001"),
    "half a request": half_a_request,
    "an open socket": open_socket,
    "a speaking socket": speaking_socket,
}


@pytest.mark.parametrize("drain", [0.0, 0.2])
@pytest.mark.parametrize("clock", ["frozen", "virtual"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_stop_ends_whatever_is_under_way(kind: str, clock: Any, drain: float) -> None:
    gateway = await start(Settings(port=0, mode="synth", clock=clock, drain=drain))
    async with client() as session:
        held = await KINDS[kind](gateway, session)
        await stops(gateway)
        if isinstance(held, asyncio.Task):
            # Nobody is left waiting: the connection is closed.
            await asyncio.wait({held}, timeout=SECONDS)
            assert held.done()
            held.exception()


@pytest.mark.parametrize("drain", [0.0, 0.2])
@pytest.mark.parametrize("word", ["slow", "late"])
@pytest.mark.parametrize("mode", ["live", "record"])
async def test_a_stop_does_not_wait_for_the_upstream(
    mode: Any, word: str, drain: float, tmp_path: Path
) -> None:
    tape = (str(tmp_path / "tape.yaml"),) if mode == "record" else ()
    async with odd() as upstream, client() as session:
        settings = Settings(
            port=0, mode=mode, drain=drain, upstream=f"{upstream.url}/v1", cassettes=tape
        )
        gateway = await start(settings)
        task = asking(gateway, session, {**BODY, "input": word})
        await asyncio.wait_for(upstream.begun.wait(), SECONDS)
        await stops(gateway)
        await asyncio.wait({task}, timeout=SECONDS)
        assert isinstance(task.exception(), aiohttp.ClientError)
        (entry,) = gateway.journal.entries()
        assert "when mockgw stopped" in entry.error


async def test_what_ends_in_time_is_not_broken_off() -> None:
    gateway = await start(Settings(port=0, mode="synth", drain=SECONDS))
    async with client() as session:
        gateway.opens("t").script.append(script.reply("one two three", timing="rate=10"))
        task = asking(gateway, session, BODY)
        await under_way(gateway)
        await stops(gateway)
        assert await task > 1000


async def test_an_idle_gateway_stops_at_once() -> None:
    async with client() as session, AsyncExitStack() as stack:
        gateway = await start(Settings(port=0, mode="synth", drain=SECONDS * 2))
        url = f"{gateway.url}/v1/responses"
        for _ in range(20):
            # Connections are kept, and idle.
            answer = await stack.enter_async_context(session.post(url, json=BODY))
            await answer.read()
        assert await stops(gateway) < SECONDS


async def test_a_gateway_that_follows_its_files_stops(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    tape.write_text("interactions: []\nversion: 1\n")
    settings = Settings(port=0, mode="replay", watch=True, cassettes=(str(tape),))
    gateway = await start(settings)
    tape.write_text("interactions: []\nversion: 1\n# changed\n")
    await stops(gateway)
