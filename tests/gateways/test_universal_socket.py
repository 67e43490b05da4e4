"""The universal endpoint by WebSocket: requests of many callers' ids over one connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from mockgw.runner import running
from mockgw.settings import Settings
from tests.gateways.ground import Ground, step
from tests.wire import Json, events, send

SECRET = "cf-secret-1"


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[ClientWebSocketResponse]:
    """Open a WebSocket to the universal endpoint of a gateway, and close it at the end."""
    place = f"{url}/v1/acc/gw/"
    async with aiohttp.ClientSession() as session, session.ws_connect(place, **options) as socket:
        yield socket


async def ask(socket: ClientWebSocketResponse, request: Any) -> None:
    await socket.send_json({"type": "universal.create", "request": request})


async def hear(socket: ClientWebSocketResponse) -> Json:
    told: Json = json.loads(await socket.receive_str(timeout=20))
    return told


async def stream(socket: ClientWebSocketResponse) -> list[Json]:
    """Return the messages up to the end of one stream."""
    told: list[Json] = []
    while not told or told[-1]["type"] != "universal.done":
        told.append(await hear(socket))
    return told


async def until(true: Callable[[], bool]) -> None:
    """Wait for what nobody tells."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)


def request(event_id: Any = "my-request", /, **more: Any) -> Json:
    """Return a request for a chat, with more in its query."""
    one = step()
    return {"eventId": event_id, **one, "query": {**one["query"], **more}}


async def test_an_answer_is_one_message_with_what_http_says_in_headers(ground: Ground) -> None:
    plain = ground.steps(step())
    ground.session.entries.clear()
    async with opened(ground.url) as socket:
        await ask(socket, request())
        told = await hear(socket)

    assert list(told) == ["type", "metadata", "response"]
    assert told["type"] == "universal.created"
    (log,) = [one for one in ground.logs() if one.get("event_id") == "my-request"]
    assert told["metadata"] == {
        "cacheStatus": "MISS",
        "eventId": "my-request",
        "logId": log["id"],
        "step": "0",
        "contentType": "application/json",
    }
    said = [one["choices"][0]["message"]["content"] for one in (told["response"], plain.json())]
    assert said[0] == said[1]
    (entry,) = ground.session.entries
    assert (entry.method, entry.status, entry.operation) == ("POST", 200, "chat.create")


async def test_a_stream_begins_comes_event_by_event_and_is_done(ground: Ground) -> None:
    async with opened(ground.url) as socket:
        await ask(socket, request(stream=True))
        begins, *said, done = await stream(socket)

    assert (begins["type"], "response" in begins) == ("universal.created", False)
    assert begins["metadata"]["contentType"].startswith("text/event-stream")
    assert done == {**begins, "type": "universal.done"}
    assert {json.dumps(one["metadata"]) for one in said} == {'{"eventId": "my-request"}'}
    assert said.pop()["response"] == "[DONE]"
    wanted = events(ground.steps({**request(), "query": {**request(stream=True)["query"]}}).body)
    assert [one["response"]["choices"] for one in said] == [one["choices"] for one in wanted]


async def test_responses_are_asked_the_same_way(ground: Ground) -> None:
    one = {"provider": "openai", "endpoint": "responses", "eventId": "r"}
    async with opened(ground.url) as socket:
        await ask(socket, {**one, "query": {"model": "gpt-5.5-pro", "input": "Hi"}})
        whole = await hear(socket)
        query = {"model": "gpt-5.5-pro", "input": "Hi", "stream": True}
        await ask(socket, {**one, "query": query})
        told = await stream(socket)

    assert whole["response"]["status"] == "completed"
    assert [one["response"]["type"] for one in told[1:-1]][-1] == "response.completed"


async def test_what_fails_gives_way_to_the_next_step(ground: Ground) -> None:
    ground.fail(429)
    async with opened(ground.url) as socket:
        await ask(socket, [request("two"), step(model="gpt-5.4")])
        told = await hear(socket)

    assert (told["metadata"]["step"], told["metadata"]["eventId"]) == ("1", "two")
    assert told["response"]["model"].startswith("gpt-5.4")


async def test_a_hit_of_the_cache_says_so(ground: Ground) -> None:
    ground.rules(cache_ttl=300)
    async with opened(ground.url) as socket:
        for _ in range(2):
            await ask(socket, request())
        told = [(await hear(socket))["metadata"]["cacheStatus"] for _ in range(2)]

    assert told == ["MISS", "HIT"]


async def test_a_refusal_is_told_as_http_tells_it(ground: Ground) -> None:
    ground.rules(rate_limiting_limit=1)
    async with opened(ground.url) as socket:
        await ask(socket, request("one", nonsense=1))
        await ask(socket, request("two"))
        by_provider, by_gateway = [await hear(socket) for _ in range(2)]

    assert by_provider["type"] == by_gateway["type"] == "universal.created"
    assert by_provider["response"]["error"]["param"] == "nonsense"
    assert by_gateway["metadata"]["eventId"] == "two"
    assert by_gateway["response"]["error"] == [{"code": 2003, "message": "Rate limited"}]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("[]", "type: expected 'universal.create', received null"),
        ('{"type": "response.create"}', 'received "response.create"'),
        ('{"type": "universal.create"}', "request: expected object"),
        ('{"type": "universal.create", "request": []}', "request: expected object"),
        ('{"type": "universal.create", "request": [5]}', "request: expected object"),
        ('{"type": "universal.create", "request": {}}', "provider: Required"),
    ],
)
async def test_what_is_no_request_is_refused_and_the_connection_stays(
    sent: str, said: str, ground: Ground
) -> None:
    async with opened(ground.url) as socket:
        await socket.send_str(sent)
        told = await hear(socket)
        assert said in told["response"]["error"][0]["message"]
        await socket.send_str("{")
        assert "could not parse" in str((await hear(socket))["response"])
        await ask(socket, request())
        assert "choices" in (await hear(socket))["response"]
    assert sorted(one.status for one in ground.session.entries) == [200, 400, 400]


async def test_requests_are_answered_beside_each_other() -> None:
    settings = Settings(port=0, mode="synth", clock="virtual", timing=("first=9",))
    async with running(settings) as gateway, opened(gateway.url) as socket:
        assert gateway.time is not None
        await ask(socket, request("slow"))
        await ask(socket, {**request("quick"), "provider": "nobody"})
        quick = await hear(socket)
        gateway.time.advance(10)
        slow = await hear(socket)

    assert [one["metadata"]["eventId"] for one in (quick, slow)] == ["quick", "slow"]
    assert "choices" in slow["response"]


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({}, 401),
        ({"headers": {"cf-aig-authorization": "Bearer wrong"}}, 401),
        ({"protocols": ["cf-aig-authorization.wrong"]}, 401),
        ({"headers": {"cf-aig-authorization": f"Bearer {SECRET}"}}, 0),
        ({"protocols": [f"cf-aig-authorization.{SECRET}"]}, 0),
        ({"protocols": ["chat", f"cf-aig-authorization.{SECRET}"]}, 0),
    ],
)
async def test_a_gateway_that_wants_a_key_wants_it_before_it_is_open(
    options: Any, status: int
) -> None:
    gateways = {"gw": {"authentication": True}}
    settings = Settings(port=0, mode="synth", api_keys=(SECRET,), gateways=gateways)
    async with running(settings) as gateway:
        if status:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                async with opened(gateway.url, **options):
                    pass
            assert refusal.value.status == status
            return
        async with opened(gateway.url, **options) as socket:
            assert socket.protocol == next(iter(options.get("protocols", [])), None)
            await ask(socket, request())
            assert "choices" in (await hear(socket))["response"]


async def test_a_gateway_that_nobody_has_made_cannot_be_opened(ground: Ground) -> None:
    ground.rules(exists=False)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        async with opened(ground.url):
            pass
    assert refusal.value.status == 400
    assert ground.last.code == "2001"


async def test_a_connection_that_is_broken_off_is_gone_for_all(ground: Ground) -> None:
    settings = Settings(port=0, mode="synth", faults=("cut_after_events:2:reset times=1",))
    async with running(settings) as gateway, opened(gateway.url) as socket:
        await ask(socket, request("cut", stream=True))
        told = [await socket.receive(timeout=20) for _ in range(4)]
        assert [one.type for one in told[:3]] == [WSMsgType.TEXT] * 3
        assert told[3].type in {WSMsgType.CLOSED, WSMsgType.ERROR, WSMsgType.CLOSING}
        (entry,) = gateway.journal.entries()
        assert entry.course.outcome == "cut"


async def test_who_leaves_is_not_waited_for() -> None:
    settings = Settings(port=0, mode="synth", clock="virtual", timing=("rate=1",))
    async with running(settings) as gateway:
        async with opened(gateway.url) as socket:
            for name in range(3):
                await ask(socket, request(name, stream=True))
            await until(lambda: len(gateway.journal) == 3)
        await until(lambda: all(one.course.outcome for one in gateway.journal.entries()))
        assert [one.course.outcome for one in gateway.journal.entries()] == ["left"] * 3


async def test_a_server_that_stops_says_so() -> None:
    async with (
        running(Settings(port=0, mode="synth")) as gateway,
        opened(gateway.url) as socket,
    ):
        await ask(socket, request())
        await hear(socket)
        await asyncio.wait_for(gateway.stop(), 5)
        told = await socket.receive(timeout=20)
        assert (told.type, told.data) == (WSMsgType.CLOSE, 1001)


async def test_no_upstream_is_asked_by_it() -> None:
    settings = Settings(port=0, mode="live", upstream="http://127.0.0.1:9/v1")
    async with running(settings) as gateway, opened(gateway.url) as socket:
        await ask(socket, request())
        told = await hear(socket)
    assert told["response"]["error"]["code"] == "no_socket_upstream"


def test_the_binding_has_no_such_socket(ground: Ground) -> None:
    upgrade = {"upgrade": "websocket", "connection": "upgrade"}
    reply = send("GET", f"{ground.url}/ai-gateway/universal/run/gw", headers=upgrade)
    assert reply.status == 405
