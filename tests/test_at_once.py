"""A request that came in whole is answered before a task is woken, and nobody can tell."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from mockgw import connection, script
from mockgw.runner import Gateway, running
from mockgw.server import Edge
from mockgw.settings import Settings

_LONG = 1 << 20
RECORDED = {"model": "gpt-5.5-pro", "input": "What are the three laws of thermodynamics?"}
HELLO = {"model": "gpt-5.5", "input": "Hello"}
CHAT = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Hello"}]}
ASKED: dict[str, tuple[str, bytes]] = {
    "recorded": ("/v1/responses", json.dumps(RECORDED).encode()),
    "recorded stream": ("/v1/responses", json.dumps({**RECORDED, "stream": True}).encode()),
    "made up": ("/v1/responses", json.dumps(HELLO).encode()),
    "made up stream": ("/v1/responses", json.dumps({**HELLO, "stream": True}).encode()),
    "chat by REST": ("/client/v4/accounts/a/ai/v1/chat/completions", json.dumps(CHAT).encode()),
    "no JSON": ("/v1/responses", b"{"),
    "no body": ("/v1/responses", b""),
    "no path": ("/v1/nowhere", b"{}"),
    "whole URL": ("http://localhost/v1/responses?a=b", json.dumps(HELLO).encode()),
    "journal": ("/_mockgw/nothing", b"{}"),
}


def request(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Line:
    """A connection to a gateway."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    @asynccontextmanager
    async def to(cls, gateway: Gateway) -> "AsyncIterator[Line]":
        host, _, port = gateway.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=_LONG)
        try:
            yield cls(reader, writer)
        finally:
            writer.close()
            await writer.wait_closed()

    async def send(self, *parts: bytes) -> None:
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()
            await asyncio.sleep(0.01)

    async def answer(self) -> bytes:
        """Return an answer as it came, to its last byte."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        if b"transfer-encoding: chunked" in head:
            return head + await self.reader.readuntil(b"\r\n0\r\n\r\n")
        length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return head + await self.reader.readexactly(int(length))


async def answers(settings: Settings, path: str, body: bytes) -> list[bytes]:
    told = []
    async with running(settings) as gateway:
        async with Line.to(gateway) as line:
            for _ in range(4):
                await line.send(request(path, body))
                told.append(await line.answer())
        entries = gateway.journal.entries()
    assert len(entries) == (0 if path.startswith("/_mockgw") else 4)
    assert {one.course.outcome for one in entries} <= {"whole"}
    sizes = [(one.course.size, one.course.events) for one in entries]
    return [*told, repr(sizes).encode()]


@pytest.mark.parametrize("name", ASKED)
async def test_an_answer_is_the_same_with_a_task_and_without(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(port=0)
    at_once = await answers(settings, *ASKED[name])
    monkeypatch.setattr(connection, "_CAN", False)
    assert at_once == await answers(settings, *ASKED[name])


@pytest.fixture
async def taskless(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    """Give a gateway in which a task answers nothing."""

    async def serve(self: Edge, request: Any) -> Any:
        raise AssertionError("a task was woken")

    monkeypatch.setattr(Edge, "_serve", serve)
    async with running(Settings(port=0)) as gateway:
        yield gateway


async def test_aiohttp_has_all_that_it_takes(taskless: Gateway) -> None:
    async with Line.to(taskless) as line:
        for name in ("recorded", "recorded stream", "made up", "no path"):
            await line.send(request(*ASKED[name]))
            assert b"HTTP/1.1" in await line.answer()


@pytest.mark.parametrize("cut", [1, 30, 78])
async def test_a_body_may_come_behind_its_head(taskless: Gateway, cut: int) -> None:
    whole = request(*ASKED["recorded"])
    async with Line.to(taskless) as line:
        for _ in range(2):
            await line.send(whole[:-cut], whole[-cut:])
            assert b" 200 OK" in await line.answer()


async def test_a_request_may_come_byte_by_byte(taskless: Gateway) -> None:
    async with Line.to(taskless) as line:
        await line.send(*(bytes([byte]) for byte in request(*ASKED["no path"])))
        assert b" 404 " in await line.answer()


async def test_who_leaves_within_his_body_leaves_nothing_behind() -> None:
    whole = request(*ASKED["recorded"])
    async with running(Settings(port=0)) as gateway:
        async with Line.to(gateway) as line:
            await line.send(whole[:-5])
        async with Line.to(gateway) as line:
            await line.send(whole)
            assert b" 200 OK" in await line.answer()
        assert len(gateway.journal.entries()) == 1


async def test_a_large_body_is_refused_before_it_has_come() -> None:
    body = json.dumps({**HELLO, "input": "a" * 200_000}).encode()
    async with (
        running(Settings(port=0, max_body=150_000)) as gateway,
        Line.to(gateway) as line,
    ):
        await line.send(request("/v1/responses", body)[:1000])
        assert b" 413 " in await line.answer()


async def test_what_has_to_wait_is_asked_once_and_waited_for() -> None:
    async with running(Settings(port=0, mode="synth", clock="virtual")) as gateway:
        time = gateway.time
        assert time is not None
        session = gateway.session("t", gateway.settings, gateway.tapes)
        session.script.append(script.reply("Late.", delay=5.0))
        async with Line.to(gateway) as line:
            await line.send(request("/_s/t/v1/responses", json.dumps(HELLO).encode()))
            for _ in range(500):
                await asyncio.sleep(0.01 if time.next() is None else 0)
            assert len(session.entries) == 1
            time.advance(5)
            assert b"Late." in await line.answer()
        assert [one.course.outcome for one in session.entries] == ["whole"]


def compressed(body: bytes, level: int = 9) -> bytes:
    asked = request("/v1/responses", gzip.compress(body, level))
    return asked.replace(b"Host:", b"Content-Encoding: gzip\r\nHost:")


@pytest.mark.parametrize("behind", [0, 40])
async def test_a_short_body_that_is_long_when_decompressed_is_read(behind: int) -> None:
    asked = compressed(json.dumps(HELLO).encode() + b" " * 4_000_000)
    async with running(Settings(port=0)) as gateway, Line.to(gateway) as line:
        for _ in range(2):
            await line.send(asked[: len(asked) - behind], asked[len(asked) - behind :])
            assert b" 200 OK" in await asyncio.wait_for(line.answer(), 20)
        assert len(gateway.journal.entries()) == 2


async def test_what_was_answered_is_not_refused_for_its_length_afterwards() -> None:
    body = json.dumps(HELLO).encode().ljust(1_024)
    asked = compressed(body, level=0)
    settings = Settings(port=0, max_body=len(body), timing=("first=0.01",))
    async with running(settings) as gateway, Line.to(gateway) as line:
        await line.send(asked)
        assert b" 200 OK" in await line.answer()
        assert [one.course.outcome for one in gateway.journal.entries()] == ["whole"]


@pytest.mark.parametrize("spoilt", ["stall", "stall:0"])
async def test_nobody_is_waited_for_who_had_said_all_before_an_endless_answer(spoilt: str) -> None:
    asked = request("/v1/responses", json.dumps({**HELLO, "stream": True}).encode())
    async with running(Settings(port=0, faults=(spoilt,))) as gateway, Line.to(gateway) as line:
        # Both come before a task is woken.
        line.writer.write(asked)
        line.writer.write_eof()
        await asyncio.wait_for(line.reader.read(), 20)
        assert [one.course.outcome for one in gateway.journal.entries()] == ["left"]


async def test_a_place_is_free_when_its_client_has_left_before_a_task_is_woken() -> None:
    settings = Settings(port=0, clock="virtual", limits=("concurrent=1",), timing=("first=600",))
    asked = request("/v1/responses", json.dumps(HELLO).encode())
    async with running(settings) as gateway:
        for _ in range(3):
            async with Line.to(gateway) as line:
                line.writer.write(asked)
            for _ in range(500):
                if gateway.journal.entries():
                    break
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
        # The time stands: only the client's leaving can have freed the place.
        assert [one.status for one in gateway.journal.entries()] == [200] * 3
