"""The streams that every client meets, event by event and field by field, through every door."""

import json
from collections.abc import Iterable
from typing import Any

import aiohttp
import pytest

from mockgw.runner import Gateway
from tests.canonical_form import expected, shape, table
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json, Reply, events, post, send, spelled

MESSAGES = [{"role": "user", "content": "When does the tide turn?"}]
ENDS = {"response.completed", "response.failed", "response.incomplete"}
STORING = ("openai", "gateway")


def streams(kind: str, ways: Iterable[Way]) -> pytest.MarkDecorator:
    """Give a test each stream by each way whose door takes what it asks."""
    met = [
        pytest.param(stream, way, id=f"{way.name}-{stream['name']}")
        for way in ways
        for stream in table()[kind]
        if served(way, stream)
    ]
    return pytest.mark.parametrize(("stream", "way"), met)


def served(way: Way, stream: Json) -> bool:
    """Tell whether the door takes what is asked: only those that keep answers have a background."""
    return way.door in STORING or "background" not in stream.get("ask", {})


def body(stream: Json, kind: str) -> Json:
    """Return what is asked, as the provider takes it."""
    asked = {**stream.get("ask", {}), "stream": True}
    if kind == "responses":
        return {"input": "When does the tide turn?", "store": True, **asked}
    counted = stream.get("counted") is not False
    more: Json = {"stream_options": {"include_usage": True}} if counted else {}
    return {"messages": MESSAGES, **asked, **more}


def model(stream: Json, kind: str) -> str:
    return str(stream.get("model", "gpt-5.5-pro" if kind == "responses" else "gpt-5.5"))


def queued(gateway: Gateway, session: str, stream: Json) -> str:
    """Let the session answer with what the table says, and return where it is."""
    told = {"session": session, "replies": [stream["reply"]]}
    assert post(f"{gateway.url}/_mockgw/script", told).status == 200
    return f"{gateway.url}/_s/{session}"


def named(stream: Json, kind: str, place: str) -> str:
    return f"canonical-{kind}-{stream['name']}-{place}".replace(" ", "-").replace(",", "")


def asked(gateway: Gateway, stream: Json, kind: str, way: Way) -> Reply:
    url = queued(gateway, named(stream, kind, way.name), stream)
    prefix = "openai/" if way.run_path or "compat" in way.name else ""
    return way.ask(url, prefix + model(stream, kind), body(stream, kind))


def same(told: list[Json], wanted: list[Json]) -> None:
    assert told == wanted
    # The order of keys counts too, and whether a number is whole.
    assert spelled(told) == spelled(wanted)


@streams("responses", RESPONSES)
def test_a_response_is_streamed_as_the_table_says(stream: Json, way: Way, synth: Gateway) -> None:
    answer = asked(synth, stream, "responses", way)
    assert (answer.status, answer.headers["x-mockgw-source"]) == (200, "script")
    told = events(answer.body)
    assert [one["sequence_number"] for one in told] == list(range(len(told)))
    same(shape(told), expected(stream, "responses"))


@streams("chat", CHAT)
def test_a_completion_is_streamed_as_the_table_says(stream: Json, way: Way, synth: Gateway) -> None:
    answer = asked(synth, stream, "chat", way)
    assert (answer.status, answer.headers["x-mockgw-source"]) == (200, "script")
    told = events(answer.body)
    same(shape(told), expected(stream, "chat"))
    assert answer.body.endswith(b"data: [DONE]\n\n") == ("error" not in told[-1])


@pytest.mark.parametrize("path", ["/v1", "/v1/acc/gw/openai"])
def test_a_stream_of_the_background_is_taken_up_where_the_table_says(
    path: str, synth: Gateway
) -> None:
    (stream,) = (one for one in table()["responses"] if "resumed_after" in one)
    url = queued(synth, f"canonical-resumed{path.replace('/', '-')}", stream) + path
    sent = {"model": model(stream, "responses"), **body(stream, "responses")}
    whole = events(post(f"{url}/responses", sent).body)
    after = stream["resumed_after"]
    query = f"stream=true&starting_after={after}"
    rest = events(send("GET", f"{url}/responses/{whole[0]['response']['id']}?{query}").body)
    assert rest == whole[after + 1 :]
    assert rest[0]["type"] == "response.output_text.delta"


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/acc/gw/openai/responses"])
async def test_a_socket_says_the_same_events(path: str, synth: Gateway) -> None:
    for stream in table()["responses"]:
        if "background" in stream.get("ask", {}):
            continue
        url = queued(synth, named(stream, "socket", path.replace("/", "-")), stream) + path
        order = {"type": "response.create", "model": model(stream, "responses")}
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            await socket.send_json({**order, **body(stream, "responses")})
            told: list[Any] = []
            while not told or told[-1]["type"] not in ENDS:
                told.append(json.loads(await socket.receive_str(timeout=20)))
        same(shape(told), expected(stream, "responses"))
