import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import requests
import vcr

from mockgw.cassette.reader import read
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.record.upstreams import EVENTS, odd, raw
from tests.ways import CHAT, RESPONSES, Way

KEY = "sk-" + "proj-" + "0123456789abcdefghijklmnopqrstuvwxyz"
SENT = {"content-type": "application/json", "authorization": f"Bearer {KEY}"}
TOOL = {"type": "function", "name": "get_weather", "parameters": {"type": "object"}}
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("/v1/responses", {"model": "gpt-5.5-pro", "input": "Name a tidal island."}),
    ("/v1/responses", {"model": "gpt-5.5", "input": "Wäre 😀 möglich?", "stream": True}),
    ("/v1/responses", {"model": "gpt-5.5", "input": "weather?", "tools": [TOOL], "stream": True}),
    ("/v1/responses", {"model": "gpt-5.5", "input": "x", "max_output_tokens": 3}),
    ("/v1/chat/completions", {"model": "gpt-5.5", "messages": [{"role": "user", "content": "a"}]}),
    (
        "/v1/chat/completions",
        {
            "model": "gpt-5.5",
            "messages": [{"role": "user", "content": "b"}],
            "stream": True,
            "stream_options": {"include_usage": True},
        },
    ),
]


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@asynccontextmanager
async def recording(upstream: str, tape: Path, mode: str = "record") -> AsyncIterator[Gateway]:
    cassettes = () if mode == "live" else (str(tape),)
    settings = Settings(port=0, mode=mode, upstream=upstream, cassettes=cassettes)  # type: ignore[arg-type] # a name of a mode
    async with running(settings) as gateway:
        yield gateway


async def ask(
    client: aiohttp.ClientSession, url: str, body: Any, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    async with client.post(url, json=body, headers=headers or SENT) as answer:
        return answer.status, await answer.read()


async def test_each_call_too_many_is_recorded_too_where_nothing_is_repeated(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    path, body = CALLS[0]
    async with running(Settings(port=0, mode="synth")) as upstream:
        url = f"{upstream.url}/v1"
        settings = Settings(
            port=0, mode="record", upstream=url, cassettes=(str(tape),), repeats="error"
        )
        for asked in (2, 3):
            async with running(settings) as gateway:
                for _ in range(asked):
                    await ask(client, gateway.url + path, body)
            assert len(list(read(tape))) == asked


async def test_what_was_recorded_is_replayed_byte_for_byte(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "deep" / "tape.yaml"
    async with running(Settings(port=0, mode="synth")) as upstream:
        async with recording(f"{upstream.url}/v1", tape) as gateway:
            said = [await ask(client, gateway.url + path, body) for path, body in CALLS]
            again = [await ask(client, gateway.url + path, body) for path, body in CALLS]
            assert again == said
            assert [one.source for one in gateway.journal.entries()] == ["live"] * 6 + [
                "replay"
            ] * 6
        assert len(upstream.journal) == len(CALLS)
        assert {one.uri for one in read(tape)} == {f"{upstream.url}{path}" for path, _ in CALLS}
    async with running(Settings(port=0, mode="replay", cassettes=(str(tape),))) as gateway:
        assert [await ask(client, gateway.url + path, body) for path, body in CALLS] == said
    assert KEY not in tape.read_text("utf-8")


@pytest.mark.parametrize("status", [400, 404, 422])
@pytest.mark.parametrize("stream", [False, True])
async def test_a_recorded_refusal_is_replayed_byte_for_byte(
    status: int, stream: bool, client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    body = {"model": "gpt-5.5", "input": f"status:{status}", "stream": stream}
    async with odd() as upstream, recording(f"{upstream.url}/v1", tape) as gateway:
        said = await ask(client, f"{gateway.url}/v1/responses", body)
    async with running(Settings(port=0, mode="replay", cassettes=(str(tape),))) as gateway:
        assert await ask(client, f"{gateway.url}/v1/responses", body) == said
    assert said[0] == status


async def test_vcrpy_replays_what_was_recorded(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    async with running(Settings(port=0, mode="synth")) as upstream:
        async with recording(f"{upstream.url}/v1", tape) as gateway:
            said = [await ask(client, gateway.url + path, body) for path, body in CALLS]
        url = upstream.url
    await asyncio.to_thread(_replayed_by_vcrpy, url, tape, said)


def _replayed_by_vcrpy(url: str, tape: Path, said: list[tuple[int, bytes]]) -> None:
    matched = ("method", "uri", "body")
    with vcr.VCR().use_cassette(str(tape), record_mode="none", match_on=matched):
        for (path, body), told in zip(CALLS, said, strict=True):
            answer = requests.post(url + path, json=body, timeout=5)
            assert (answer.status_code, answer.content) == told


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


RESPONSES_SAID = {"input": "Hello"}
CHAT_SAID = {"messages": [{"role": "user", "content": "Hello"}]}


@pytest.mark.parametrize(
    ("way", "body"),
    [
        *(pytest.param(way, RESPONSES_SAID, id=f"responses, {way.name}") for way in RESPONSES),
        *(pytest.param(way, CHAT_SAID, id=f"chat, {way.name}") for way in CHAT),
    ],
)
async def test_every_door_leads_to_the_upstream(
    way: Way, body: dict[str, Any], client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    path, sent, headers = way.request("gpt-5.5", body)
    async with (
        running(Settings(port=0, mode="synth")) as upstream,
        recording(f"{upstream.url}/v1", tape) as gateway,
    ):
        status, answer = await ask(client, gateway.url + path, sent, {**SENT, **headers})
    [one] = read(tape)
    assert status == 200
    assert one.uri.startswith(f"{upstream.url}/v1/")
    assert json.loads(one.request_body) == {"model": "gpt-5.5", **body}
    assert one.response_body in answer


@pytest.mark.parametrize(
    ("status", "kept"),
    [(200, True), (400, True), (404, True), (422, True), (401, False), (403, False), (408, False),
     (409, False), (429, False), (500, False), (503, False)],
)  # fmt: skip
async def test_what_tells_of_the_moment_is_passed_on_and_not_kept(
    status: int, kept: bool, client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(f"{upstream.url}/v1", tape) as gateway:
        body = {"model": "gpt-5.5", "input": f"status:{status}"}
        got, _ = await ask(client, f"{gateway.url}/v1/responses", body)
    assert got == status
    assert tape.exists() is kept


async def test_a_stream_is_handed_on_as_it_comes(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(f"{upstream.url}/v1", tape) as gateway:
        body = {"model": "gpt-5.5", "input": "slow", "stream": True}
        async with client.post(f"{gateway.url}/v1/responses", json=body) as answer:
            assert await answer.content.readany() == EVENTS[0]
            upstream.go_on.set()
            rest = await answer.read()
    [one] = read(tape)
    assert one.response_body == EVENTS[0] + rest
    assert len(str(one.extra["sse_ms"]).split()) == 2


async def test_an_answer_is_kept_when_the_client_leaves(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(f"{upstream.url}/v1", tape) as gateway:
        body = {"model": "gpt-5.5", "input": "slow", "stream": True}
        async with client.post(f"{gateway.url}/v1/responses", json=body) as answer:
            await answer.content.readany()
            answer.close()
        upstream.go_on.set()
        for _ in range(500):
            if tape.exists():
                break
            await asyncio.sleep(0.01)
        [one] = read(tape)
    assert one.response_body.endswith(b'"status":"completed"}}\r\n\r\n')


async def test_a_client_that_leaves_before_the_stream_begins_is_noted(tmp_path: Path) -> None:
    begins = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    ends = b'data: {"type":"response.completed","response":{"id":"resp_1"}}\n\n'
    tape = tmp_path / "tape.yaml"
    async with raw(0.5, begins, 0.1, ends) as upstream, recording(upstream, tape) as gateway:
        host, port = gateway.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        body = b'{"model": "gpt-5.5", "input": "Hi", "stream": true}'
        head = f"POST /v1/responses HTTP/1.1\r\nhost: m\r\ncontent-length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        await asyncio.sleep(0.2)
        at_once = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        writer.transport.abort()
        async with asyncio.timeout(20):
            while not gateway.journal.entries():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        (entry,) = gateway.journal.entries()
    assert entry.course.outcome == "left"
    assert len(read(tape)) == 1


async def test_an_answer_that_is_no_stream_is_kept_too_when_the_client_leaves(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(f"{upstream.url}/v1", tape) as gateway:
        asking = asyncio.create_task(
            ask(client, f"{gateway.url}/v1/responses", {"model": "gpt-5.5", "input": "late"})
        )
        await upstream.begun.wait()
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        upstream.go_on.set()
        for _ in range(500):
            if tape.exists():
                break
            await asyncio.sleep(0.01)
        [one] = read(tape)
    assert json.loads(one.response_body)["id"] == "resp_l"


@pytest.mark.parametrize("word", ["torn", "cut"])
async def test_half_a_stream_is_never_kept(
    word: str, client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(f"{upstream.url}/v1", tape) as gateway:
        body = {"model": "gpt-5.5", "input": word, "stream": True}
        try:
            async with client.post(f"{gateway.url}/v1/responses", json=body) as answer:
                await answer.read()
            broke = False
        except aiohttp.ClientError:
            broke = True
        [entry] = gateway.journal.entries()
    assert broke is (word == "cut")
    assert not tape.exists()
    assert "upstream" in entry.error if broke else "no end" in " ".join(entry.notes)


async def test_bodies_are_kept_decompressed_and_cookies_are_not(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(f"{upstream.url}/v1", tape) as gateway:
        body = {"model": "gpt-5.5", "input": "zipped"}
        _, said = await ask(client, f"{gateway.url}/v1/responses", body)
        assert upstream.seen[0][1]["authorization"] == f"Bearer {KEY}"
    [one] = read(tape)
    assert said == one.response_body == b'{"id": "resp_z",  "object": "response"}'
    assert "set-cookie" not in one.response_headers
    assert "authorization" not in one.request_headers


async def test_an_upstream_that_cannot_be_reached_is_told_and_nothing_is_written(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    async with recording("http://127.0.0.1:9/v1", tape) as gateway:
        body = {"model": "gpt-5.5", "input": "x"}
        status, said = await ask(client, f"{gateway.url}/v1/responses", body)
        [entry] = gateway.journal.entries()
    told = json.loads(said)["error"]["message"]
    assert status == 502
    assert told.startswith("The upstream 127.0.0.1:9 could not be reached: ")
    assert entry.error == told
    assert not tape.exists()


async def test_live_keeps_nothing(client: aiohttp.ClientSession, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream, recording(f"{upstream.url}/v1", tape, "live") as gateway:
        body = {"model": "gpt-5.5", "input": "x"}
        assert (await ask(client, f"{gateway.url}/v1/responses", body))[0] == 200
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("word", "replaced"), [("x", True), ("status:500", False), ("torn", False), ("cut", False)]
)
async def test_rerecording_replaces_the_cassette_only_when_all_went_well(
    word: str, replaced: bool, client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    async with odd() as upstream:
        async with recording(f"{upstream.url}/v1", tape) as gateway:
            await ask(client, f"{gateway.url}/v1/responses", {"model": "gpt-5.5", "input": "old"})
        before = tape.read_bytes()
        async with recording(f"{upstream.url}/v1", tape, "rerecord") as gateway:
            await ask(client, f"{gateway.url}/v1/responses", {"model": "gpt-5.5", "input": "new"})
            with suppress(aiohttp.ClientError):
                last = {"model": "gpt-5.5", "input": word}
                await ask(client, f"{gateway.url}/v1/responses", last)
            assert tape.read_bytes() == before
    asked = [json.loads(one.request_body)["input"] for one in read(tape)]
    assert asked == (["new", "x"] if replaced else ["old"])
    assert names(tmp_path) == ["tape.yaml"]


async def test_the_upstreams_own_key_takes_the_place_of_the_callers(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with odd() as upstream:
        settings = Settings(
            port=0, mode="live", upstream=f"{upstream.url}/v1", upstream_key="real-key"
        )
        async with running(settings) as gateway:
            sent = {**SENT, "cf-aig-authorization": "Bearer x", "cookie": "a=b"}
            body = {"model": "gpt-5.5", "input": "x"}
            await ask(client, f"{gateway.url}/v1/responses", body, sent)
        headers = upstream.seen[0][1]
    assert headers["authorization"] == "Bearer real-key"
    assert "cf-aig-authorization" not in headers
    assert "cookie" not in headers
