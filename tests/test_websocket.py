"""Responses by WebSocket: one after the other on a connection, each as its stream by HTTP is."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.environments import ROOT, interpreter
from tests.wire import Json, events, post, send

ENDS = {"response.completed", "response.failed", "response.incomplete", "error"}
ASKED: Json = {"model": "gpt-5.5", "input": "Name a lake.", "store": False}


@pytest.fixture(scope="module")
def moved() -> Iterator[Gateway]:
    """Return a gateway whose time is moved, and whose answers take theirs."""
    settings = Settings(port=0, mode="synth", clock="virtual", timing=("rate=1",))
    with running(settings) as gateway:
        yield gateway


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[ClientWebSocketResponse]:
    """Open a WebSocket, and close it at the end."""
    async with aiohttp.ClientSession() as session, session.ws_connect(url, **options) as socket:
        yield socket


async def heard(socket: ClientWebSocketResponse) -> list[Json]:
    """Return the events up to the end of one response."""
    told: list[Json] = []
    while not told or told[-1]["type"] not in ENDS:
        told.append(json.loads(await socket.receive_str(timeout=20)))
    return told


async def asked(socket: ClientWebSocketResponse, **further: Any) -> list[Json]:
    """Order one response, and return its events."""
    await socket.send_json({"type": "response.create", **ASKED, **further})
    return await heard(socket)


def place(gateway: Gateway, session: str, path: str = "/v1/responses") -> str:
    return f"{gateway.url}/_s/{session}{path}"


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/acc/gw/openai/responses"])
async def test_messages_are_what_the_stream_by_http_has(path: str, synth: Gateway) -> None:
    number = len(synth.journal.entries("same"))
    async with opened(place(synth, "same", path)) as socket:
        told = await asked(socket)
    streamed = events(post(place(synth, f"http{len(path)}", path), {**ASKED, "stream": True}).body)
    assert [one["type"] for one in told] == [one["type"] for one in streamed]
    assert [_said(one) for one in told] == [_said(one) for one in streamed]
    (entry,) = synth.journal.entries("same")[: len(synth.journal.entries("same")) - number]
    assert (entry.method, entry.status, entry.operation) == ("POST", 200, "responses.create")


def _said(event: Json) -> list[Any]:
    return [event.get(name) for name in ("delta", "text", "sequence_number", "obfuscation")]


async def test_a_connection_goes_on_with_its_newest_response_alone(synth: Gateway) -> None:
    async with opened(place(synth, "chain")) as socket, opened(place(synth, "chain")) as other:
        first = (await asked(socket))[-1]["response"]
        second = (await asked(socket, previous_response_id=first["id"]))[-1]["response"]
        third = (await asked(socket, previous_response_id=second["id"]))[-1]["response"]
        sizes = [one["usage"]["input_tokens"] for one in (first, second, third)]
        assert sizes == sorted(set(sizes))
        for where, name in ((socket, first["id"]), (other, third["id"])):
            (refused,) = await asked(where, previous_response_id=name)
            error = refused["error"]
            assert (refused["type"], refused["status"]) == ("error", 400)
            assert error["code"] == "previous_response_not_found"
            assert error["param"] == "previous_response_id"
        assert len(await asked(other)) > 1
    assert send("GET", place(synth, "chain", f"/v1/responses/{third['id']}")).status == 404


async def test_what_fails_to_go_on_ends_the_chain(synth: Gateway) -> None:
    lost = [{"type": "function_call_output", "call_id": "call_none", "output": "1"}]
    async with opened(place(synth, "evicted")) as socket:
        name = (await asked(socket))[-1]["response"]["id"]
        (first,) = await asked(socket, input=lost, previous_response_id=name)
        (second,) = await asked(socket, previous_response_id=name)
    assert first["error"]["message"].startswith("No tool call found")
    assert second["error"]["code"] == "previous_response_not_found"


async def test_a_stored_response_is_continued_by_any_connection(synth: Gateway) -> None:
    async with opened(place(synth, "stored")) as socket:
        name = (await asked(socket, store=True))[-1]["response"]["id"]
        unstored = (await asked(socket, previous_response_id=name))[-1]["response"]
        last = await asked(socket, store=True, previous_response_id=unstored["id"])
    url = place(synth, "stored")
    assert send("GET", f"{url}/{name}").json()["id"] == name
    assert last[-1]["type"] == "response.completed"
    async with opened(url) as socket:
        assert (await asked(socket, previous_response_id=name))[-1]["type"] == "response.completed"


async def test_a_warm_up_says_nothing_and_can_be_continued(synth: Gateway) -> None:
    order = {"session": "warm", "replies": ["Snow fell."]}
    assert post(f"{synth.url}/_mockgw/script", order).status == 200
    async with opened(place(synth, "warm")) as socket:
        warm = await asked(socket, generate=False)
        name = warm[-1]["response"]["id"]
        told = await asked(socket, input="Now.", previous_response_id=name)
    created, working, completed = warm
    assert (created["type"], working["type"]) == ("response.created", "response.in_progress")
    assert (completed["response"]["output"], completed["response"]["usage"]["output_tokens"]) == (
        [],
        0,
    )
    assert told[-1]["response"]["output"][-1]["content"][0]["text"] == "Snow fell."


@pytest.mark.parametrize(
    ("sent", "param", "code"),
    [
        ("{", None, None),
        ("[]", None, None),
        ('{"type": "response.cancel"}', "type", "invalid_value"),
        ('{"type": "response.create", "stream_id": 5}', "stream_id", "invalid_type"),
        ('{"type": "response.create", "generate": 1}', "generate", "invalid_type"),
        ('{"type": "response.create"}', "model", "missing_required_parameter"),
        (
            '{"type": "response.create", "model": "gpt-5.5", "input": "", "background": true}',
            "background",
            "unsupported_parameter",
        ),
    ],
)
async def test_a_bad_message_gets_an_event_and_a_journal_entry(
    sent: str, param: str | None, code: str | None, synth: Gateway
) -> None:
    session = f"bad-{param}-{len(sent)}"
    async with opened(place(synth, session)) as socket:
        await socket.send_str(sent)
        (told,) = await heard(socket)
        assert (told["type"], told["status"]) == ("error", 400)
        assert (told["error"]["param"], told["error"]["code"]) == (param, code)
        assert (await asked(socket))[-1]["type"] == "response.completed"
    assert sorted(one.status for one in synth.journal.entries(session)) == [200, 400]


async def test_a_lane_is_named_in_its_events_and_what_is_over_is_not_steered(
    synth: Gateway,
) -> None:
    async with opened(place(synth, "lanes")) as socket:
        told = await asked(socket, stream_id="left")
        assert {one["stream_id"] for one in told} == {"left"}
        steer = {"type": "response.steer", "input": "Shorter."}
        for name, code in (
            (told[-1]["response"]["id"], "response_already_completed"),
            ("resp_none", "response_not_found"),
        ):
            await socket.send_json({**steer, "previous_response_id": name})
            answer = json.loads(await socket.receive_str(timeout=20))
            assert (answer["type"], answer["error"]["code"]) == ("response.steer.failed", code)
            assert answer["steer"] == {"previous_response_id": name, "input": "Shorter."}


async def test_lanes_go_beside_each_other_and_each_keeps_its_order(moved: Gateway) -> None:
    assert moved.time is not None
    async with opened(place(moved, "beside")) as socket:
        order: Json = {"type": "response.create", **ASKED}
        for lane in ("left", "right", "left"):
            await socket.send_json({**order, "stream_id": lane})
        told: list[Json] = []
        while len({one["stream_id"] for one in told}) < 2:
            told.append(json.loads(await socket.receive_str(timeout=20)))
        # Both are under way; the second of the left lane waits for the first.
        assert not any(one["type"] in ENDS for one in told)
        while [one["type"] in ENDS for one in told].count(True) < 3:
            # In steps: after an hour the connection would be closed.
            moved.time.advance(5)
            told.append(json.loads(await socket.receive_str(timeout=20)))
    for lane, responses in (("left", 2), ("right", 1)):
        own = [one["type"] for one in told if one["stream_id"] == lane]
        first = own.index("response.completed")
        assert own.count("response.created") == responses
        assert "response.created" not in own[1:first]


async def test_each_lane_has_a_newest_response_from_which_any_lane_may_fork(
    synth: Gateway,
) -> None:
    async with opened(place(synth, "forks")) as socket:
        left = (await asked(socket, stream_id="left"))[-1]["response"]["id"]
        right = (await asked(socket, stream_id="right"))[-1]["response"]["id"]
        for lane, name in (("left", left), ("third", right), ("right", right)):
            told = await asked(socket, stream_id=lane, previous_response_id=name)
            assert told[-1]["response"]["previous_response_id"] == name
        (refused,) = await asked(socket, stream_id="left", previous_response_id=left)
        assert refused["error"]["code"] == "previous_response_not_found"
        assert refused["stream_id"] == "left"


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"authorization": "Bearer sk-1", "origin": "http://elsewhere.test"}, 403)],
)
async def test_who_may_not_come_in_is_told_before_it_is_open(
    headers: dict[str, str], status: int
) -> None:
    settings = Settings(port=0, mode="synth", api_keys=("sk-1",))
    async with running(settings) as gateway:
        url = f"{gateway.url}/v1/responses"
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            async with opened(url, headers=headers):
                pass
        assert refusal.value.status == status
        own = {"authorization": "Bearer sk-1", "origin": gateway.url}
        async with opened(url, headers=own) as socket:
            assert len(await asked(socket)) > 1


def test_a_handshake_that_is_none_is_refused_and_other_paths_are_not_sockets(
    synth: Gateway,
) -> None:
    upgrade = {"upgrade": "websocket", "connection": "upgrade"}
    assert send("GET", f"{synth.url}/v1/responses", headers=upgrade).status == 400
    assert send("GET", f"{synth.url}/v1/models", headers=upgrade).status == 200


async def test_a_message_that_is_too_large_closes_the_connection() -> None:
    async with (
        running(Settings(port=0, mode="synth", max_body=10_000)) as gateway,
        opened(f"{gateway.url}/v1/responses") as socket,
    ):
        await socket.send_str("x" * 10_001)
        told = await socket.receive(timeout=20)
        assert (told.type, told.data) == (WSMsgType.CLOSE, 1009)


async def test_a_server_that_stops_says_so() -> None:
    async with (
        running(Settings(port=0, mode="synth")) as gateway,
        opened(f"{gateway.url}/v1/responses") as socket,
    ):
        await asked(socket)
        await asyncio.wait_for(gateway.stop(), 5)
        told = await socket.receive(timeout=20)
        assert (told.type, told.data) == (WSMsgType.CLOSE, 1001)


async def test_a_connection_that_is_broken_off_is_gone_for_good() -> None:
    settings = Settings(port=0, mode="synth", faults=("cut_after_events:3:reset times=1",))
    async with running(settings) as gateway:
        url = f"{gateway.url}/v1/responses"
        async with opened(url) as socket:
            await socket.send_json({"type": "response.create", **ASKED})
            told = [await socket.receive(timeout=20) for _ in range(4)]
            assert [one.type for one in told[:3]] == [WSMsgType.TEXT] * 3
            assert told[3].type in {WSMsgType.CLOSED, WSMsgType.ERROR, WSMsgType.CLOSING}
        async with opened(url) as socket:
            assert (await asked(socket))[-1]["type"] == "response.completed"
        (cut, whole) = sorted(gateway.journal.entries(), key=lambda one: one.number)
        assert (cut.course.outcome, whole.course.outcome) == ("cut", "whole")


async def test_a_connection_that_is_refused_does_not_wait_for_the_answer() -> None:
    settings = Settings(
        port=0, mode="synth", clock="virtual", timing=("first=9",), faults=("refused",)
    )
    async with running(settings) as gateway, opened(place(gateway, "refused")) as socket:
        await socket.send_json({"type": "response.create", **ASKED})
        told = await socket.receive(timeout=20)
    assert told.type in {WSMsgType.CLOSED, WSMsgType.ERROR, WSMsgType.CLOSING}


async def test_events_come_in_their_time_and_pings_are_answered_meanwhile(moved: Gateway) -> None:
    assert moved.time is not None
    async with opened(place(moved, "paced")) as socket:
        await socket.send_json({"type": "response.create", **ASKED})
        told: list[Json] = []
        while not told or told[-1]["type"] != "response.content_part.added":
            told.append(json.loads(await socket.receive_str(timeout=20)))
        await socket.ping(b"there?")
        with pytest.raises(TimeoutError):
            await socket.receive_str(timeout=0.2)
        moved.time.advance(1)
        first = json.loads(await socket.receive_str(timeout=20))
        assert first["type"] == "response.output_text.delta"
        moved.time.advance(10_000)
        assert (await heard(socket))[-1]["type"] in ENDS


async def test_an_hour_is_the_longest(moved: Gateway) -> None:
    assert moved.time is not None
    async with opened(place(moved, "hour")) as socket:
        moved.time.advance(3599)
        await asyncio.sleep(0.05)
        moved.time.advance(2)
        (told,) = await heard(socket)
        assert told["error"]["code"] == "websocket_connection_limit_reached"
        assert (await socket.receive(timeout=20)).type is WSMsgType.CLOSE


async def test_a_client_that_leaves_in_the_middle_is_noted(moved: Gateway) -> None:
    async with opened(place(moved, "left")) as socket:
        await socket.send_json({"type": "response.create", **ASKED})
        await socket.receive_str(timeout=20)
    async with asyncio.timeout(20):
        while (entry := moved.journal.entries("left")[0]).course.outcome == "":  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.01)
    assert entry.course.outcome == "left"


async def test_fifty_connections_keep_apart(synth: Gateway) -> None:
    async def one(number: int) -> tuple[str, str]:
        async with opened(place(synth, f"crowd{number % 2}")) as socket:
            first = (await asked(socket, input=f"Lake {number}?"))[-1]["response"]
            name = first["id"]
            second = (await asked(socket, input="More.", previous_response_id=name))[-1]
            return name, second["response"]["previous_response_id"]

    told = await asyncio.gather(*map(one, range(50)))
    assert all(name == continued for name, continued in told)
    assert len({name for name, _ in told}) == 50
    assert [len(synth.journal.entries(f"crowd{side}")) for side in (0, 1)] == [50, 50]


async def test_no_upstream_is_asked_by_a_socket() -> None:
    settings = Settings(port=0, mode="live", upstream="http://127.0.0.1:9/v1")
    async with running(settings) as gateway, opened(f"{gateway.url}/v1/responses") as socket:
        (told,) = await asked(socket)
    assert (told["status"], told["error"]["code"]) == (501, "no_socket_upstream")


async def test_events_that_come_in_pieces_are_whole_messages() -> None:
    async with running(Settings(port=0, mode="synth", faults=("split:7 times=1",))) as gateway:
        async with opened(f"{gateway.url}/v1/responses") as socket:
            pieces, whole = await asked(socket), await asked(socket)
        assert [one.fault for one in gateway.journal.entries()].count("split:7") == 1
    assert [one["type"] for one in pieces] == [one["type"] for one in whole]


@pytest.mark.slow
@pytest.mark.parametrize("line", [2, 3])
def test_the_official_package_works_on_it(line: int) -> None:
    python = {
        2: lambda: interpreter(".venv-openai-2-sockets", "openai[realtime]>=2,<3"),
        3: lambda: interpreter(".venv-openai-3-sockets", "openai>=3,<4", "websockets"),
    }[line]()
    with running(Settings(port=0, mode="synth", api_keys=("sk-right",))) as gateway:
        # The package opens sockets in a way that newer ones of `websockets` warn of.
        warned = ["-W", "error", "-W", "ignore:connect:DeprecationWarning"]
        command = [python, *warned, "tests/socket_client.py", f"{gateway.url}/v1"]
        command += ["generate"] if line > 2 else []
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["version"].startswith(str(line))
    assert told["last"] == ["response.completed"] * 2 + ["error"] * 2 + ["response.completed"]
    assert told["numbers"] == list(range(len(told["numbers"])))
    assert "Name a lake." in told["text"] == told["deltas"]
    assert told["grows"] is True
    assert told["late"] == [400, "previous_response_not_found", "previous_response_id"]
    assert told["beside"] == ["response.completed"] * 2
    assert told["warm"][-1:] == (["response.completed"] if line > 2 else [])
    assert "401" in told["wrong key"]
