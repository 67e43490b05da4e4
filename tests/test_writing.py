"""Streams in virtual time: each event at its moment, comments in silence, nobody waits in vain."""

import asyncio
import gc
import json
import socket
import struct
import threading
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from mockgw import script
from mockgw.runner import Gateway, running
from mockgw.settings import FROZEN_AT, Settings
from mockgw.writing.timer import LoopTimer, VirtualTime

BODY: Any = {"model": "gpt-5.5", "input": "Hi", "stream": True}


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running(Settings(port=0, mode="synth", clock="virtual", drain=0)) as made:
        yield made


async def until(holds: Callable[[], object]) -> None:
    """Wait, for a few seconds at most, until something holds."""
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came")


class Listener:
    """Reads a stream on its own, and knows what has come so far."""

    def __init__(self, gateway: Gateway, client: aiohttp.ClientSession) -> None:
        assert gateway.time is not None
        self.time = gateway.time
        self.got = b""
        self._url = f"{gateway.url}/_s/t/v1/responses"
        self._client = client
        self.task: asyncio.Task[None] = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async with self._client.post(self._url, json=BODY) as answer:
            async for part in answer.content.iter_any():
                self.got += part

    @property
    def deltas(self) -> int:
        return self.got.count(b"event: response.output_text.delta")

    async def waits(self) -> float:
        """Return how long the answer still waits for its next event."""
        await until(lambda: self.time.next() is not None)
        return (self.time.next() or 0) - self.time.now()


Listen = Callable[[], Awaitable[Listener]]


@pytest.fixture
async def listen(gateway: Gateway) -> AsyncIterator[Callable[..., Listener]]:
    async with aiohttp.ClientSession() as client:

        def begin(**meaning: Any) -> Listener:
            gateway.opens("t").script.append(script.reply("one two three", **meaning))
            return Listener(gateway, client)

        yield begin


async def test_an_event_comes_at_its_moment_and_not_before(
    listen: Callable[..., Listener],
) -> None:
    heard = listen(timing="first=2 rate=0.1")
    assert await heard.waits() == pytest.approx(2)
    assert heard.got == b""
    heard.time.advance(1.9)
    assert await heard.waits() == pytest.approx(0.1)
    heard.time.advance(0.1)
    await until(lambda: b"response.content_part.added" in heard.got)
    for count in range(1, 4):
        assert await heard.waits() == pytest.approx(10)
        assert heard.deltas == count - 1
        heard.time.advance(10)
        await until(lambda count=count: heard.deltas == count)  # type: ignore[misc]
    await asyncio.wait_for(heard.task, 5)
    assert b"event: response.completed" in heard.got


async def test_what_was_late_does_not_make_the_rest_later(
    listen: Callable[..., Listener],
) -> None:
    heard = listen(timing="rate=0.1")
    await heard.waits()
    heard.time.advance(15)
    await until(lambda: heard.deltas == 1)
    assert await heard.waits() == pytest.approx(5)
    heard.time.advance(100)
    await asyncio.wait_for(heard.task, 5)
    assert heard.deltas == 3


async def test_a_long_silence_is_broken_by_comments(listen: Callable[..., Listener]) -> None:
    heard = listen(reasoning=100, timing="thinking=2 keep_alive=15")
    for comments in range(4):
        assert await heard.waits() == pytest.approx(15 if comments < 3 else 5)
        assert heard.got.count(b": keep-alive\n\n") == comments
        heard.time.advance(15)
        await until(lambda count=comments: heard.got.count(b": keep-alive") > count or count == 3)  # type: ignore[misc]
    await asyncio.wait_for(heard.task, 5)
    assert heard.got.count(b": keep-alive\n\n") == 3


async def test_a_body_that_stalls_goes_on_after_its_time(listen: Callable[..., Listener]) -> None:
    heard = listen(fault="stall:2:60")
    assert await heard.waits() == pytest.approx(60)
    await until(lambda: heard.got.count(b"\n\n") == 2)
    assert not heard.task.done()
    heard.time.advance(60)
    await asyncio.wait_for(heard.task, 5)
    assert b"event: response.completed" in heard.got


async def test_slow_headers_come_after_their_time(listen: Callable[..., Listener]) -> None:
    heard = listen(fault="slow_headers:30", timing="first=1")
    assert await heard.waits() == pytest.approx(31)
    heard.time.advance(31)
    await asyncio.wait_for(heard.task, 5)


async def test_a_stall_ends_when_the_client_says_no_more(
    listen: Callable[..., Listener], gateway: Gateway
) -> None:
    heard = listen(fault="stall:1")
    listening: Any = gateway._listening
    runner = listening._runner
    await until(lambda: b"response.created" in heard.got)
    heard.task.cancel()
    await until(lambda: not runner.server.connections)


@pytest.mark.parametrize("stream", ["false", "true"])
async def test_an_answer_that_nobody_waits_for_is_not_waited_for(
    stream: str, gateway: Gateway
) -> None:
    gateway.opens("t").script.append(script.reply("Hi", delay=1e9, pace=1))
    listening: Any = gateway._listening
    runner = listening._runner
    host, port = runner.addresses[0]
    reader, writer = await asyncio.open_connection(host, port)
    body = f'{{"model": "gpt-5.5", "input": "Hi", "stream": {stream}}}'.encode()
    head = (
        f"POST /_s/t/v1/responses HTTP/1.1\r\nhost: {host}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await until(lambda: [one.waiting for one in runner.server.connections if one.waiting])
    at_once = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    writer.transport.abort()
    await until(lambda: not runner.server.connections)
    assert not await reader.read()


async def test_a_virtual_time_wakes_in_order_and_is_a_clock() -> None:
    clock = VirtualTime(FROZEN_AT)
    woken: list[int] = []

    async def sleep(seconds: int) -> None:
        await clock.at(clock.now() + seconds)
        woken.append(seconds)

    tasks = [asyncio.create_task(sleep(seconds)) for seconds in (3, 1, 2, 9)]
    await asyncio.sleep(0)
    assert clock.next() == FROZEN_AT + 1
    assert clock.advance(5) == FROZEN_AT + 5 == clock.now()
    await until(lambda: len(woken) == 3)
    assert woken == [1, 2, 3]
    tasks[3].cancel()
    await asyncio.sleep(0)
    assert clock.next() is None
    assert (clock.at(0).done(), clock.at(float("inf")).done()) == (True, False)


async def test_the_time_of_the_loop_passes_by_itself() -> None:
    timer = LoopTimer()
    begun = timer.now()
    await timer.at(begun + 0.02)
    assert timer.now() - begun >= 0.019
    assert not timer.at(float("inf")).done()


async def test_nobody_is_woken_early_however_many_wait() -> None:
    timer = LoopTimer()
    begun = timer.now()
    early: list[float] = []

    async def sleep(moment: float) -> None:
        await timer.at(moment)
        early.append(moment - timer.now())

    await asyncio.gather(*(sleep(begun + number / 5000) for number in range(300)))
    assert len(early) == 300
    assert max(early) <= time.get_clock_info("monotonic").resolution


def test_one_timer_serves_the_loops_of_several_threads() -> None:
    timer = LoopTimer()
    woken: list[int] = []

    async def sleep(number: int) -> None:
        await asyncio.gather(*(timer.at(timer.now() + part / 1000) for part in range(20)))
        woken.append(number)

    def twice(number: int) -> None:
        asyncio.run(asyncio.wait_for(sleep(number), 10))
        asyncio.run(asyncio.wait_for(sleep(number), 10))

    threads = [threading.Thread(target=twice, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(woken) == [0, 0, 1, 1, 2, 2, 3, 3]


def _posted() -> bytes:
    body = json.dumps(BODY)
    head = f"POST /_s/t/v1/responses HTTP/1.1\r\nhost: m\r\ncontent-length: {len(body)}\r\n\r\n"
    return (head + body).encode()


async def test_a_client_that_does_not_read_is_waited_for(gateway: Gateway) -> None:
    assert gateway.time is not None
    clock = gateway.time
    gateway.opens("t").script.append(script.reply("word " * 8000, timing="rate=1000"))
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    connection.setblocking(False)
    host, port = gateway.url.removeprefix("http://").split(":")
    await asyncio.get_running_loop().sock_connect(connection, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=connection)
    writer.write(_posted())
    await until(lambda: clock.next() is not None)
    listening: Any = gateway._listening
    [served] = listening._runner.server.connections
    way = served.transport.get_extra_info("socket")
    way.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
    clock.advance(3600)
    await until(lambda: served.writing_paused)
    assert served.transport.get_write_buffer_size() < 200_000
    got = b""
    while not got.endswith(b"\r\n0\r\n\r\n"):
        part = await asyncio.wait_for(reader.read(65_536), 10)
        assert part
        got += part
    assert got.count(b"event: response.output_text.delta") == 8001
    assert got.count(b"event: response.completed") == 1
    writer.close()


async def test_an_event_that_never_comes_is_not_waited_for(gateway: Gateway) -> None:
    told = script.reply("one two", timing="rate=1 stall=inf stalls=1")
    gateway.opens("t").script.append(told)
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(_posted())
    await reader.readuntil(b"response.content_part.added")
    # Who has nothing to say any more may still listen, but not for ever.
    writer.write_eof()
    assert not (await asyncio.wait_for(reader.read(), 5)).endswith(b"\r\n0\r\n\r\n")
    writer.close()


async def test_who_leaves_does_not_disturb_those_who_are_due_with_it(
    listen: Callable[..., Listener],
) -> None:
    heard = [listen(timing="rate=0.1") for _ in range(3)]
    clock = heard[0].time
    await until(lambda: all(b"content_part.added" in one.got for one in heard))
    heard[1].task.cancel()
    for count in range(1, 4):
        clock.advance(10)
        await until(lambda count=count: heard[0].deltas == heard[2].deltas == count)  # type: ignore[misc]
    for one in (heard[0], heard[2]):
        await asyncio.wait_for(one.task, 5)
        assert one.got.count(b"event: response.completed") == 1
    assert heard[1].deltas == 0


async def test_a_long_wait_that_is_given_up_leaves_nothing_behind() -> None:
    timer = LoopTimer()
    wait = timer.at(timer.now() + 3600)
    left = weakref.ref(wait)
    wait.cancel()
    await asyncio.sleep(0)
    del wait
    gc.collect()
    assert left() is None


async def test_waits_for_a_time_that_stands_do_not_pile_up_when_they_are_given_up() -> None:
    timer = VirtualTime(FROZEN_AT)
    kept = timer.at(FROZEN_AT + 7)
    left = []
    for _ in range(3_000):
        wait = timer.at(FROZEN_AT + 3600)
        left.append(weakref.ref(wait))
        wait.cancel()
    del wait
    gc.collect()
    assert sum(one() is not None for one in left) < 1_000
    timer.advance(7)
    await kept
