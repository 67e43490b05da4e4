"""Many clients at once, and slow ones: everybody gets their own answer, whole."""

import asyncio
import json
import logging
import socket
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp.web_protocol import RequestHandler

from mockgw.runner import Gateway, running
from mockgw.settings import Settings

RECORDED = {"model": "gpt-5.5-pro", "input": "What are the three laws of thermodynamics?"}
CROWD = 200


@pytest.fixture(autouse=True)
def silence(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which the server or the event loop complains."""
    caplog.set_level(logging.WARNING)
    yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []


def question(number: int) -> tuple[str, Any]:
    """Return the path and the body of one client of the crowd, each another."""
    said = f"Question {number}: why?"
    session = f"/_s/s{number % 7}" if number % 3 == 0 else ""
    stream = {"stream": True} if number % 2 else {}
    if number % 10 == 0:
        return f"{session}/v1/responses", {**RECORDED, **stream}
    if number % 5 < 2:
        body = {"model": "gpt-5.5", "messages": [{"role": "user", "content": said}], **stream}
        return f"{session}/v1/acc/gw/openai/chat/completions", body
    return f"{session}/v1/responses", {"model": "gpt-5.5", "input": said, **stream}


async def answered(client: aiohttp.ClientSession, number: int) -> tuple[int, bytes]:
    path, body = question(number)
    async with client.post(path, json=body) as answer:
        return answer.status, await answer.read()


async def test_everybody_in_a_crowd_gets_their_own_answer() -> None:
    settings = Settings(port=0, seed=3)
    async with running(settings) as alone, aiohttp.ClientSession(alone.url) as client:
        expected = [await answered(client, number) for number in range(CROWD)]
    connector = aiohttp.TCPConnector(limit=CROWD)
    async with (
        running(settings) as gateway,
        aiohttp.ClientSession(gateway.url, connector=connector) as client,
    ):
        found = await asyncio.gather(*(answered(client, number) for number in range(CROWD)))
        assert len(gateway.journal) == CROWD
    assert {status for status, _ in found} == {200}
    assert len({body for _, body in found}) >= CROWD * 9 // 10
    assert found == expected


@pytest.mark.parametrize("path", ["/v1/responses", "/client/v4/accounts/a/ai/run/openai/gpt-5.5"])
@pytest.mark.parametrize("mode", ["auto", "synth"])
async def test_every_event_arrives_whole_as_one_chunk(mode: str, path: str) -> None:
    async with (
        running(Settings(port=0, mode=mode)) as gateway,  # type: ignore[arg-type] # both are modes
        aiohttp.ClientSession(gateway.url) as client,
        client.post(path, json={**RECORDED, "stream": True}) as answer,
    ):
        chunks, chunk = [], b""
        async for data, ended in answer.content.iter_chunks():
            chunk += data
            if ended:
                chunks.append(chunk)
                chunk = b""
    assert len(chunks) > 10
    for number, one in enumerate(chunks):
        assert one.count(b"\n\n") == 1
        assert one.endswith(b"\n\n")
        assert json.loads(one.partition(b"\ndata: ")[2])["sequence_number"] == number


def server_side(gateway: Gateway) -> RequestHandler:
    """Return the server's side of the only connection."""
    assert gateway._listening is not None
    [handler] = gateway._listening._server.connections
    assert isinstance(handler, RequestHandler)
    return handler


async def test_a_slow_reader_does_not_fill_the_memory() -> None:
    many = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "x"}], "n": 128}
    body = json.dumps({**many, "stream": True, "verbosity": "high"}).encode()
    head = f"POST /v1/chat/completions HTTP/1.0\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    read = waiting = 0
    loop = asyncio.get_running_loop()
    async with running(Settings(port=0, mode="synth")) as gateway:
        with socket.socket() as plain:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            plain.setblocking(False)
            await loop.sock_connect(plain, ("127.0.0.1", int(gateway.url.rpartition(":")[2])))
            await loop.sock_sendall(plain, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            await loop.sock_recv(plain, 4096)
            transport = server_side(gateway).transport
            assert transport is not None
            accepted = transport.get_extra_info("socket")
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            await loop.sock_sendall(plain, head + body)
            while data := await loop.sock_recv(plain, 32_768):
                read += len(data)
                waiting = max(waiting, transport.get_write_buffer_size())
                await asyncio.sleep(0)
    assert read > 1_500_000
    assert 0 < waiting < 200_000
