"""What real clients send and a double must take in stride, at the level of the socket."""

import asyncio
import gzip
import json
import logging
import socket
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings

ASK = {"model": "gpt-5.5", "input": "Say something."}
SAY = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Say something."}]}
SMALL = 4096


@pytest.fixture(autouse=True)
def silence(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which the server or the event loop complains."""
    caplog.set_level(logging.WARNING)
    yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running(Settings(port=0, mode="synth")) as started:
        yield started


@dataclass
class Answer:
    """An answer as it came over the wire, chunks apart."""

    status: int
    headers: dict[str, str]
    body: bytes
    chunks: list[bytes]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Line:
    """A connection to the gateway."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self, method: str = "POST") -> Answer:
        """Read one answer off the wire."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.rstrip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
        chunks = []
        if method == "HEAD":
            body = b""
        elif headers.get("transfer-encoding") == "chunked":
            while (size := int(await self.reader.readline(), 16)) > 0:
                chunks.append((await self.reader.readexactly(size + 2))[:-2])
            await self.reader.readexactly(2)
            body = b"".join(chunks)
        elif "content-length" in headers:
            body = await self.reader.readexactly(int(headers["content-length"]))
        else:
            body = await self.reader.read()
        return Answer(int(first.split()[1]), headers, body, chunks)

    async def ask(self, wire: bytes, method: str = "POST") -> Answer:
        """Send a request and return its answer."""
        self.writer.write(wire)
        return await self.answer(method)

    async def closed(self) -> bool:
        """Return whether the server has closed the connection after its last answer."""
        return await asyncio.wait_for(self.reader.read(), 5) == b""


@asynccontextmanager
async def line(gateway: Gateway, **options: Any) -> AsyncIterator[Line]:
    host, _, port = gateway.url.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port), **options)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()
        await asyncio.wait_for(writer.wait_closed(), 5)


def request(
    body: Any = ASK,
    path: str = "/v1/responses",
    *headers: str,
    method: str = "POST",
    version: str = "1.1",
) -> bytes:
    """Return the bytes of a request; a body that is no bytes is written as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    own = [f"content-length: {len(data)}"]
    if any(one.lower().startswith("transfer-encoding") for one in headers):
        own = []
    lines = [f"{method} {path} HTTP/{version}", "host: gateway", *headers, *own, "", ""]
    return "\r\n".join(lines).encode() + data


async def asked(gateway: Gateway, wire: bytes, method: str = "POST") -> Answer:
    async with line(gateway) as opened:
        return await opened.ask(wire, method)


REST = "/client/v4/accounts/acc/ai/run/"
PATHS = [
    ("POST", REST + "openai%2Fgpt-5.5", SAY, 200),
    ("POST", REST + "openai/gpt-5.5", SAY, 200),
    ("POST", "/v1/responses/", ASK, 200),
    ("POST", "//v1//responses", ASK, 200),
    ("POST", "/v1/responses?a=1&b=%20&c", ASK, 200),
    ("POST", "http://gateway/v1/responses?x", ASK, 200),
    ("POST", "/run?version=3", {"inputs": SAY}, 400),
    ("POST", "/v1/../v1/responses", ASK, 404),
    ("HEAD", "/v1/responses", b"", 405),
    ("OPTIONS", "/v1/responses", b"", 405),
    ("OPTIONS", "*", b"", 404),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), PATHS)
async def test_odd_paths_and_methods_lead_where_they_mean(
    gateway: Gateway, method: str, path: str, body: Any, status: int
) -> None:
    async with line(gateway) as opened:
        answer = await opened.ask(request(body, path, method=method), method)
        again = await opened.ask(request())
    assert (answer.status, again.status) == (status, 200)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("authorization: Bearer",),
        ("authorization: Bearer ",),
        ("authorization: Basic dTpw",),
        ("cf-aig-authorization: Bearer token",),
    ],
)
@pytest.mark.parametrize("path", ["/v1/responses", "/v1/acc/gw/openai/responses"])
async def test_whatever_a_caller_shows_opens_a_gateway_without_keys(
    gateway: Gateway, path: str, headers: tuple[str, ...]
) -> None:
    assert (await asked(gateway, request(ASK, path, *headers))).status == 200


async def test_the_gateway_door_takes_either_header_as_its_key_and_openai_only_its_own() -> None:
    own, other = "cf-aig-authorization: Bearer sesame", "authorization: Bearer sk-of-the-provider"
    async with running(Settings(port=0, mode="synth", api_keys=("sesame",))) as locked:
        gate, openai = "/v1/acc/gw/openai/responses", "/v1/responses"
        told = [
            (await asked(locked, request(ASK, path, *headers))).status
            for path, headers in [
                (gate, (own,)),
                (gate, (own, other)),
                (gate, (other,)),
                (openai, (own,)),
                (openai, ("authorization: bearer  sesame",)),
            ]
        ]
    assert told == [200, 200, 401, 401, 200]


async def test_a_stream_is_streamed_whatever_accept_says(gateway: Gateway) -> None:
    wire = request({**ASK, "stream": True}, "/v1/responses", "accept: application/json")
    answer = await asked(gateway, wire)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.body.startswith(b"event: response.created\n")


async def test_a_client_that_waits_for_100_gets_it_before_the_answer(gateway: Gateway) -> None:
    head, _, body = request(ASK, "/v1/responses", "Expect: 100-continue").partition(b"\r\n\r\n")
    async with line(gateway) as opened:
        interim = await opened.ask(head + b"\r\n\r\n", "HEAD")
        answer = await opened.ask(body)
    assert (interim.status, answer.status) == (100, 200)


@pytest.fixture
async def narrow() -> AsyncIterator[Gateway]:
    async with running(Settings(port=0, mode="synth", max_body=SMALL)) as started:
        yield started


async def test_a_body_too_large_is_refused_before_it_is_sent(narrow: Gateway) -> None:
    told = ["POST /v1/responses HTTP/1.1", "host: x", "content-length: 5000"]
    wire = "\r\n".join([*told, "expect: 100-continue", "", ""]).encode()
    async with line(narrow) as opened:
        answer = await opened.ask(wire)
    assert answer.status == 413
    assert answer.json["error"]["code"] == "request_too_large"
    assert answer.headers["connection"] == "close"


def chunked(body: bytes, size: int = 1000) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in [*parts, b""])


FORMS = [
    ("/v1/responses", {"error"}),
    (REST + "openai/gpt-5.5", {"result", "success", "errors", "messages"}),
    (
        "/ai-gateway/run",
        set(
            "success result messages error name httpCode internalCode message description "
            "requestId".split()
        ),
    ),
]


@pytest.mark.parametrize(("path", "keys"), FORMS)
@pytest.mark.parametrize("framing", ["length", "chunks"])
async def test_a_body_too_large_is_refused_in_the_form_of_the_door(
    narrow: Gateway, path: str, keys: set[str], framing: str
) -> None:
    large = json.dumps({**ASK, "input": "a" * SMALL}).encode()
    if framing == "length":
        wire = request(large, path)
    else:
        wire = request(chunked(large), path, "transfer-encoding: chunked")
    answer = await asked(narrow, wire)
    assert (answer.status, answer.json.keys()) == (413, keys)
    assert [one.status for one in narrow.journal.entries()] == [413]


async def test_a_body_of_8_megabytes_is_taken(gateway: Gateway) -> None:
    image = "data:image/png;base64,iVBORw0KGgo=".removesuffix("=") + "A" * 8_000_001
    part = {"type": "input_image", "image_url": image, "detail": "low"}
    body = {**ASK, "input": [{"role": "user", "content": [part]}]}
    assert (await asked(gateway, request(body))).status == 200


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", gzip.compress(json.dumps(ASK).encode(), mtime=0)),
        ("deflate", zlib.compress(json.dumps(ASK).encode())),
        ("identity", json.dumps(ASK).encode()),
    ],
)
async def test_compressed_bodies_are_read(gateway: Gateway, coding: str, data: bytes) -> None:
    answer = await asked(gateway, request(data, "/v1/responses", f"content-encoding: {coding}"))
    plain = await asked(gateway, request(ASK, "/_s/other/v1/responses"))
    assert answer.status == 200
    assert answer.json["output"][-1]["content"] == plain.json["output"][-1]["content"]


@pytest.mark.parametrize(
    ("headers", "data", "words"),
    [
        (("content-encoding: gzip",), b"no gzip", "gzip"),
        (("content-encoding: br",), b"no brotli", "br"),
        (("transfer-encoding: chunked",), b"zz\r\nhello\r\n0\r\n\r\n", "chunk size"),
        (("x: a\0b",), b"", "header"),
        ((f"x: {'a' * 70_000}",), b"", "65536"),
        ((), b'{"model":"gpt-5.5","input":"\\ud83d"}', "surrogate"),
        ((), b'{"model":"gpt-5.5","input":"\xed\xa0\xbd"}', "UTF-8"),
        ((), b'{"model":"gpt-5.5","input":"\xff"}', "UTF-8"),
        ((), b'{"model":"gpt-5.5","input":' + b"[" * 200 + b"]" * 200 + b"}", "128 levels"),
        ((), b'{"model":"gpt-5.5","inp', "not valid JSON"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_the_reason(
    gateway: Gateway, headers: tuple[str, ...], data: bytes, words: str
) -> None:
    answer = await asked(gateway, request(data, "/v1/responses", *headers))
    assert answer.status == 400
    assert words in answer.json["error"]["message"]
    assert len(gateway.journal) == 1


async def test_requests_follow_each_other_on_one_connection(gateway: Gateway) -> None:
    async with line(gateway) as opened:
        first = await opened.ask(request())
        second = await opened.ask(request({**ASK, "stream": True}))
        third = await opened.ask(request(ASK, "/v1/responses", "Connection: close"))
        assert await opened.closed()
    assert [one.status for one in (first, second, third)] == [200] * 3


async def test_pipelined_requests_are_answered_in_their_order(gateway: Gateway) -> None:
    bodies = [{**SAY, "stream": True}, SAY, {**SAY, "stream": True, "n": 2}]
    async with line(gateway) as opened:
        opened.writer.write(b"".join(request(one, "/v1/chat/completions") for one in bodies))
        told = [await opened.answer() for _ in bodies]
    assert [bool(one.chunks) for one in told] == [True, False, True]
    assert b'"index":1' in told[2].body
    assert b'"index":1' not in told[0].body


@pytest.mark.parametrize("body", [ASK, {**ASK, "stream": True}])
async def test_a_client_of_http_1_0_gets_no_chunks_and_the_end_by_close(
    gateway: Gateway, body: Any
) -> None:
    modern = await asked(gateway, request(body))
    async with line(gateway) as opened:
        answer = await opened.ask(request(body, "/_s/old/v1/responses", version="1.0"))
        assert await opened.closed()
    assert "transfer-encoding" not in answer.headers
    assert abs(len(answer.body) - len(modern.body)) < 10


@pytest.mark.parametrize("body", [ASK, {**ASK, "stream": True}, {**ASK, "input": "a " * 99_000}])
async def test_a_client_that_half_closes_gets_its_answers_all_the_same(
    gateway: Gateway, body: Any
) -> None:
    async with line(gateway) as opened:
        opened.writer.write(request(body) * 2)
        opened.writer.write_eof()
        told = [await opened.answer(), await opened.answer()]
        assert await opened.closed()
    assert [one.status for one in told] == [200, 200]


async def test_clients_that_leave_do_not_disturb_the_others(gateway: Gateway) -> None:
    echo = {"model": "gpt-5.5", "instructions": "long " * 50_000, "input": "x", "stream": True}
    wires = [request(echo), request(echo)[:-10], request(echo)[:40], b"\x16\x03\x01", b""]
    for wire in wires * 4:
        async with line(gateway) as leaving:
            leaving.writer.write(wire)
            await leaving.writer.drain()
            linger = leaving.writer.get_extra_info("socket")
            linger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        assert (await asked(gateway, request())).status == 200
