"""Upstreams that speak legal HTTP which few speak, and those that fail: what the client gets."""

import asyncio
import gzip
import json
import ssl
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mockgw.cassette.reader import read
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.record.upstreams import chunks, odd, raw

OBJECT = b'{"id": "resp_1",  "object": "response", "output": []}'
JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n"
CREATED = b'event: response.created\r\ndata: {"type":"response.created"}\r\n\r\n'
DONE = (
    b'event: response.completed\r\ndata: {"type":"response.completed",'
    b'"response":{"id":"resp_1","object":"response","status":"completed"}}\r\n\r\n'
)
WHOLE = CREATED + DONE


@asynccontextmanager
async def recording(upstream: str, tape: Path, **further: Any) -> AsyncIterator[Gateway]:
    settings = Settings(
        port=0, mode="record", upstream=f"{upstream}/v1", cassettes=(str(tape),), **further
    )
    async with running(settings) as gateway:
        yield gateway


async def asked(gateway: Gateway, text: str = "x", *, stream: bool = False) -> tuple[int, bytes]:
    body = {"model": "gpt-5.5", "input": text, "stream": stream}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{gateway.url}/v1/responses", json=body) as answer,
    ):
        return answer.status, await answer.read()


def zipped(data: bytes) -> bytes:
    return gzip.compress(data)


LEGAL: dict[str, tuple[tuple[bytes | float, ...], bytes]] = {
    "length": ((JSON + b"content-length: %d\r\n\r\n" % len(OBJECT), OBJECT), OBJECT),
    "until it closes": ((JSON + b"\r\n", OBJECT), OBJECT),
    "HTTP/1.0": ((JSON.replace(b"1.1", b"1.0") + b"\r\n", OBJECT), OBJECT),
    "chunks of a byte": (
        (JSON + CHUNKED + b"\r\n", chunks([OBJECT[n : n + 1] for n in range(len(OBJECT))]),
         b"0\r\n\r\n"),
        OBJECT,
    ),
    "trailers": (
        (JSON + CHUNKED + b"trailer: x-sum\r\n\r\n", chunks([OBJECT]), b"0\r\nx-sum: 1\r\n\r\n"),
        OBJECT,
    ),
    "gzip": (
        (JSON + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(zipped(OBJECT)),
         zipped(OBJECT)),
        OBJECT,
    ),
    "deflate": (
        (JSON + b"content-encoding: deflate\r\n\r\n", zlib.compress(OBJECT)),
        OBJECT,
    ),
    "deflate without its wrapping": (
        (JSON + b"content-encoding: deflate\r\n\r\n", zlib.compress(OBJECT, wbits=-15)),
        OBJECT,
    ),
    "gzip in two members, byte by byte": (
        (JSON + b"content-encoding: GZIP\r\n" + CHUNKED + b"\r\n",
         chunks([bytes((one,)) for one in zipped(OBJECT[:9]) + zipped(OBJECT[9:])]),
         b"0\r\n\r\n"),
        OBJECT,
    ),
    "100 before it": (
        (b"HTTP/1.1 100 Continue\r\n\r\n", JSON + b"content-length: %d\r\n\r\n" % len(OBJECT),
         OBJECT),
        OBJECT,
    ),
    "a slow first byte": ((0.2, JSON + b"\r\n", OBJECT), OBJECT),
    "two cookies": (
        (JSON + b"set-cookie: a=abcdefgh1\r\nset-cookie: b=abcdefgh2\r\n\r\n", OBJECT),
        OBJECT,
    ),
    "SSE in halves of a frame": (
        (STREAM + CHUNKED + b"\r\n", chunks([WHOLE[:40]]), 0.02, chunks([WHOLE[40:90]]), 0.02,
         chunks([WHOLE[90:]]) + b"0\r\n\r\n"),
        WHOLE,
    ),
    "SSE zipped": (
        (STREAM + b"content-encoding: gzip\r\n" + CHUNKED + b"\r\n", chunks([zipped(WHOLE)]),
         b"0\r\n\r\n"),
        WHOLE,
    ),
    "SSE with a comment and a mark": (
        (STREAM + b"\r\n", b"\xef\xbb\xbf: hi\n\n" + WHOLE),
        b"\xef\xbb\xbf: hi\n\n" + WHOLE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LEGAL)
async def test_what_is_legal_http_is_handed_on_and_kept_byte_for_byte(
    name: str, tmp_path: Path
) -> None:
    answer, body = LEGAL[name]
    tape, stream = tmp_path / "tape.yaml", name.startswith("SSE")
    async with raw(*answer) as upstream, recording(upstream, tape) as gateway:
        assert await asked(gateway, stream=stream) == (200, body)
    [one] = read(tape)
    assert one.response_body == body
    assert set(one.response_headers) == {"content-type"}
    async with running(Settings(port=0, mode="replay", cassettes=(str(tape),))) as gateway:
        assert await asked(gateway, stream=stream) == (200, body)


BROKEN: dict[str, tuple[tuple[bytes | float, ...], bool]] = {
    "closed before the head": ((b"HTTP/1.1 2",), True),
    "reset before the head": ((), False),
    "closed in the body": ((JSON + b"content-length: 400\r\n\r\n", OBJECT), True),
    "reset in the body": ((JSON + b"content-length: 400\r\n\r\n", OBJECT, 0.05), False),
    "a chunk without its end": ((JSON + CHUNKED + b"\r\n", b"40\r\n{"), True),
    "chunks without the last": ((JSON + CHUNKED + b"\r\n", chunks([OBJECT])), True),
    "no HTTP": ((b"220 mail.example ESMTP\r\n",), True),
    "half of a gzip": (
        (JSON + b"content-encoding: gzip\r\ncontent-length: 20\r\n\r\n", zipped(OBJECT)[:20]),
        True,
    ),
    "a gzip without its last byte": (
        (JSON + b"content-encoding: gzip\r\n\r\n", zipped(OBJECT)[:-1]),
        True,
    ),
    "no gzip": ((JSON + b"content-encoding: gzip\r\n\r\n", OBJECT), True),
    "a coding that nobody asked for": (
        (JSON + b"content-encoding: br\r\ncontent-length: 4\r\n\r\n", b"\x0b\x01\x80\x7b"),
        True,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_what_breaks_off_is_a_502_and_not_kept(name: str, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    answer, lets_go = BROKEN[name]
    async with (
        raw(*answer, lets_go=lets_go) as upstream,
        recording(upstream, tape) as gateway,
    ):
        status, said = await asked(gateway)
        [entry] = gateway.journal.entries()
        assert gateway.ledger is not None
        assert gateway.ledger.line() == "1 not kept (the upstream failed)"
    error = json.loads(said)["error"]
    assert (status, error["code"]) == (502, "upstream_failed")
    assert error["message"].endswith("Nothing was recorded.")
    assert entry.error == error["message"]
    assert not tape.exists()


@pytest.mark.parametrize(
    ("name", "answer", "lets_go"),
    [
        ("closed in a chunk", (CHUNKED + b"\r\n", b"400\r\n" + CREATED), True),
        ("reset between chunks", (CHUNKED + b"\r\n", chunks([CREATED]), 0.05), False),
        ("closed before its length", (b"content-length: 4000\r\n\r\n", CREATED), True),
        (
            "a gzip without its end",
            (
                b"content-encoding: gzip\r\n" + CHUNKED + b"\r\n",
                chunks([zipped(WHOLE)[:-4]]) + b"0\r\n\r\n",
            ),
            True,
        ),
    ],
)
async def test_a_stream_that_breaks_off_breaks_off_for_the_client_too(
    name: str, answer: tuple[bytes | float, ...], lets_go: bool, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    first, *rest = answer
    assert isinstance(first, bytes)
    async with (
        raw(STREAM + first, *rest, lets_go=lets_go) as upstream,
        recording(upstream, tape) as gateway,
    ):
        with pytest.raises(aiohttp.ClientError):
            await asked(gateway, stream=True)
        [entry] = gateway.journal.entries()
    assert "broke off in the middle" in entry.error
    assert not tape.exists()


CHAT = b'data: {"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":%s}]}\n\n'


@pytest.mark.parametrize(
    ("stream", "kept"),
    [
        (CHAT % b"null", False),
        (CHAT % b'"stop"', False),
        (CHAT % b'"stop"' + b"data: [DONE]\n\n", True),
        (b'data: {"error":{"message":"Overloaded"}}\n\n', False),
    ],
)
async def test_chat_is_whole_when_it_says_so(stream: bytes, kept: bool, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with raw(STREAM + b"\r\n", stream) as upstream, recording(upstream, tape) as gateway:
        messages = [{"role": "user", "content": "x"}]
        body = {"model": "gpt-5.5", "messages": messages, "stream": True}
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{gateway.url}/v1/chat/completions", json=body) as answer,
        ):
            assert await answer.read() == stream
    assert tape.exists() is kept


async def test_a_page_that_says_200_is_no_answer_to_keep(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(upstream.url, tape) as gateway:
        assert (await asked(gateway, "page"))[1] == b"<html>Log in</html>"
        [entry] = gateway.journal.entries()
    assert entry.notes == ("not kept: its body is no JSON object",)
    assert not tape.exists()


async def test_a_redirection_is_told_and_no_key_follows_it(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(upstream.url, tape) as gateway:
        status, said = await asked(gateway, "moved")
        assert len(upstream.seen) == 1
    told = json.loads(said)["error"]["message"]
    assert status == 502
    assert "leads elsewhere to https://elsewhere.example (status 307)" in told
    assert "hunter2" not in told
    assert "abcdefgh" not in told
    assert not tape.exists()


async def test_ten_megabytes_go_through_and_are_kept(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(upstream.url, tape) as gateway:
        status, said = await asked(gateway, "big")
    [one] = read(tape)
    assert status == 200
    assert len(said) > 10_000_000
    assert one.response_body == said


async def test_an_upstream_that_does_not_begin_in_time_is_a_504(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(upstream.url, tape, upstream_timeout=0.1) as gateway:
        status, said = await asked(gateway, "late")
    assert status == 504
    assert "did not begin to answer within 0.1 s" in json.loads(said)["error"]["message"]
    assert not tape.exists()


async def test_a_stream_that_has_begun_may_take_longer_than_that(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with (
        raw(STREAM + b"\r\n", CREATED, 0.4, DONE) as upstream,
        recording(upstream, tape, upstream_timeout=0.2) as gateway,
    ):
        assert await asked(gateway, stream=True) == (200, WHOLE)
    assert len(read(tape)) == 1


async def test_a_client_that_left_is_not_waited_for_without_end(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    pieces = [part for _ in range(40) for part in (0.05, b": more\n\n")]
    async with (
        raw(STREAM + b"\r\n", CREATED, *pieces, lets_go=False) as upstream,
        recording(upstream, tape, upstream_timeout=0.3) as gateway,
    ):
        body = {"model": "gpt-5.5", "input": "x", "stream": True}
        async with aiohttp.ClientSession() as client:
            answer = await client.post(f"{gateway.url}/v1/responses", json=body)
            await answer.content.readany()
            answer.close()
        for _ in range(400):
            if gateway.journal.entries():
                break
            await asyncio.sleep(0.01)
        [entry] = gateway.journal.entries()
    assert "had not ended 0.3 s after the client left" in entry.error
    assert not tape.exists()


async def test_what_is_under_way_when_mockgw_stops_is_told_and_not_kept(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(upstream.url, tape, drain=0.1) as gateway:
        task = asyncio.create_task(asked(gateway, "slow", stream=True))
        await upstream.begun.wait()
        await asyncio.sleep(0.05)
        await gateway.stop()
        with suppress(aiohttp.ClientError):
            await task
        [entry] = gateway.journal.entries()
        assert gateway.ledger is not None
        assert gateway.ledger.line() == "1 not kept (mockgw stopped before it was whole)"
    assert "had not ended when mockgw stopped" in entry.error
    assert not tape.exists()


async def test_a_certificate_that_nobody_signed_is_told(tmp_path: Path) -> None:
    certificate, key = await own_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(asyncio.Protocol, "127.0.0.1", ssl=context)
    tape = tmp_path / "tape.yaml"
    port = server.sockets[0].getsockname()[1]
    async with server, recording(f"https://127.0.0.1:{port}", tape) as gateway:
        status, said = await asked(gateway)
    assert status == 502
    assert "its TLS certificate was refused" in json.loads(said)["error"]["message"]
    assert not tape.exists()


async def own_certificate(folder: Path) -> tuple[Path, Path]:
    """Return a certificate and its key, made for this test."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    process = await asyncio.create_subprocess_exec(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-keyout", str(key), "-out", str(certificate),
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await process.wait() == 0
    return certificate, key


async def test_a_netrc_does_not_put_its_own_key_beside_the_callers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password hunter2hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(upstream.url, tape) as gateway:
        async with (
            aiohttp.ClientSession() as client,
            client.post(
                f"{gateway.url}/v1/responses",
                json={"model": "gpt-5.5", "input": "x"},
                headers={"authorization": "Bearer mine"},
            ) as answer,
        ):
            assert answer.status == 200
        assert upstream.seen[0][1]["authorization"] == "Bearer mine"


async def test_a_proxy_of_the_environment_leads_to_other_hosts_and_never_to_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = tmp_path / "tape.yaml"
    async with raw(JSON + b"\r\n", OBJECT) as proxy, odd() as upstream:
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        async with recording("http://api.openai.example", tape) as gateway:
            assert await asked(gateway) == (200, OBJECT)
        async with recording(upstream.url, tape) as gateway:
            await asked(gateway, "another")
        assert len(upstream.seen) == 1
    assert [one.uri.split("/v1")[0] for one in read(tape)] == [
        "http://api.openai.example",
        upstream.url,
    ]


async def test_more_than_a_hundred_are_asked_at_once(tmp_path: Path) -> None:
    async with odd() as upstream, recording(upstream.url, tmp_path / "tape.yaml") as gateway:
        body = {"model": "gpt-5.5", "input": "late"}
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as client:

            async def ask() -> int:
                async with client.post(f"{gateway.url}/v1/responses", json=body) as answer:
                    return answer.status

            tasks = [asyncio.create_task(ask()) for _ in range(120)]
            async with asyncio.timeout(30):
                while len(upstream.seen) < 120:  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.01)
            upstream.go_on.set()
            assert await asyncio.gather(*tasks) == [200] * 120


async def test_the_head_of_a_stream_does_not_wait_for_its_body(tmp_path: Path) -> None:
    async with odd() as upstream, recording(upstream.url, tmp_path / "tape.yaml") as gateway:
        upstream.go_on.clear()
        body = {"model": "gpt-5.5", "input": "silent", "stream": True}
        async with (
            aiohttp.ClientSession() as client,
            asyncio.timeout(30),
            client.post(f"{gateway.url}/v1/responses", json=body) as answer,
        ):
            assert answer.status == 200
            upstream.go_on.set()
            assert b"response.completed" in await answer.read()
