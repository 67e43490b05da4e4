"""A stream that broke off is taken up again, at any event."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor, wait
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.gateways.ground import ASKS, BINDING, HI, WAYS, Ground, error
from tests.ways import Way
from tests.wire import Json, Reply, send

STREAM: Json = {**HI, "stream": True}
RUN_ID = r"[0-9a-f]{64}"


class Cut(NamedTuple):
    """What came of a stream before it broke off, and the id of its run."""

    run: str
    body: bytes


def cut_off(ground: Ground, way: Way, body: Json) -> Cut:
    """Ask for a stream that breaks off."""
    path, sent, headers = way.request("openai/gpt-5.5", body)
    parts = urlsplit(ground.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request("POST", parts.path + path, json.dumps(sent), headers)
        answer = connection.getresponse()
        try:
            told = answer.read()
        except http.client.IncompleteRead as problem:
            told = problem.partial
        return Cut(answer.getheader("cf-aig-run-id") or "", told)
    finally:
        connection.close()


def resumed(ground: Ground, run: str, start: object, gateway: str = "default") -> Reply:
    return ground.get(f"/ai-gateway/gateways/{gateway}/run/{run}/resume?from={start}")


def frames(stream: bytes) -> list[bytes]:
    return [frame + b"\n\n" for frame in stream.split(b"\n\n") if frame]


@pytest.mark.parametrize(
    ("way", "body"),
    [(BINDING, STREAM), (ASKS["binding with a gateway"], {"input": "Hi", "stream": True})],
    ids=["chat", "responses"],
)
def test_a_stream_cut_at_any_event_is_completed_exactly(
    ground: Ground, way: Way, body: Json
) -> None:
    ground.reply("It snowed all day long.")
    count = len(frames(way.ask(ground.url, "openai/gpt-5.5", body).body))
    assert count > 5
    for number in range(1, count + 1):
        ground.reply("It snowed all day long.", fault=f"cut_after_events:{number}")
        cut = cut_off(ground, way, body)
        assert len(frames(cut.body)) == number
        whole = resumed(ground, cut.run, 0)
        rest = resumed(ground, cut.run, number)
        assert (rest.status, rest.headers["content-type"]) == (200, "text/event-stream")
        assert cut.body + rest.body == whole.body
        assert len(frames(whole.body)) == count


def test_what_lies_behind_the_end_is_empty(ground: Ground) -> None:
    reply = ground.ask(BINDING, STREAM)
    run = reply.headers["cf-aig-run-id"]
    count = len(frames(reply.body))
    told = [resumed(ground, run, start) for start in (count - 1, count, count + 1, 10**30)]

    assert [one.status for one in told] == [200] * 4
    assert [one.body for one in told] == [frames(reply.body)[-1], b"", b"", b""]


@pytest.mark.parametrize(
    ("name", "body", "there"),
    [
        ("binding with a gateway", STREAM, True),
        ("binding with a gateway", HI, False),
        ("gateway", STREAM, False),
        ("gateway compat", STREAM, False),
        ("rest openai", STREAM, False),
    ],
)
def test_only_streams_of_the_binding_have_an_id(
    ground: Ground, name: str, body: Json, there: bool
) -> None:
    assert ("cf-aig-run-id" in ground.ask(WAYS[name], body).headers) is there


def test_a_refused_stream_has_none(ground: Ground) -> None:
    ground.fail(500)

    assert "cf-aig-run-id" not in ground.ask(BINDING, STREAM).headers


@pytest.mark.parametrize("run", ["x", "A" * 64, "a" * 63, "a" * 65, "a%20b"])
def test_an_id_that_is_none(ground: Ground, run: str) -> None:
    assert error(resumed(ground, run, 0)) == (500, 2002, "Invalid run id")


@pytest.mark.parametrize("start", ["-1", "one", "1.5", "%D9%A1"])
def test_a_number_that_is_none(ground: Ground, start: str) -> None:
    run = ground.ask(BINDING, STREAM).headers["cf-aig-run-id"]

    assert error(resumed(ground, run, start)) == (500, 2002, "Invalid value at from")


def test_without_a_number_it_is_the_whole(ground: Ground) -> None:
    reply = ground.ask(BINDING, STREAM)
    run = reply.headers["cf-aig-run-id"]

    assert ground.get(f"/ai-gateway/gateways/default/run/{run}/resume").body == reply.body


def test_a_run_is_there_for_some_minutes(ground: Ground) -> None:
    run = ground.ask(BINDING, STREAM).headers["cf-aig-run-id"]
    ground.pass_by(330)
    early = resumed(ground, run, 3)
    ground.pass_by(30)
    late = resumed(ground, run, 3)

    assert early.status == 200
    assert (late.status, late.body) == (404, b'{"error":"Request not found"}')


def test_a_run_is_its_gateways_and_its_sessions_own(ground: Ground) -> None:
    run = ground.ask(BINDING, STREAM).headers["cf-aig-run-id"]
    other = f"{ground.virtual.url}/_s/elsewhere/ai-gateway/gateways/default/run/{run}/resume"

    assert resumed(ground, run, 0, "gw").status == 404
    assert send("GET", other).status == 404
    assert resumed(ground, run, 0).status == 200


def test_the_rest_of_a_stream_that_still_goes_on_comes_in_its_own_time(ground: Ground) -> None:
    """The first events are due when it is resumed; the others come when they would have come."""
    time = ground.virtual.time
    assert time is not None
    ground.reply("one two three four five", delay=1, pace=2, fault="cut_after_events:1")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(cut_off, ground, BINDING, STREAM)
        while not asked.done():
            if time.next() is not None:
                time.advance(1)
            wait([asked], 0.002)
        cut = asked.result()
    ground.pass_by(3)
    reply, waited = ground.timed(lambda: resumed(ground, cut.run, 1))

    count = len(frames(cut.body + reply.body))
    assert reply.status == 200
    # The last event is due 1 s and two for each gap after the stream began, 4 s of them are gone.
    assert waited == 1 + 2 * (count - 1) - 4
