"""Responses that run in the background: polled, cancelled, cut off and taken up again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from mockgw.cassette import writer
from mockgw.cassette.interaction import Interaction
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.calls import recording
from tests.wire import Json, events, post, send

MODEL = "gpt-5.5"
ASKED: Any = {"model": MODEL, "input": "Name a lake.", "background": True}
UNFINISHED = {"queued", "in_progress"}


@pytest.fixture(scope="module")
def moved() -> Iterator[Gateway]:
    """Return a gateway whose time is moved, where a response waits 2 s and works 10 s."""
    with running(Settings(port=0, mode="synth", clock="virtual", background="2:10")) as gateway:
        yield gateway


def taped(folder: Path, *kept: Interaction) -> Settings:
    """Return settings that answer from these recordings alone."""
    tape = folder / "tape.yaml"
    writer.replace(tape, kept)
    return Settings(port=0, mode="replay", cassettes=(str(tape),))


def client(gateway: Gateway, session: str) -> OpenAI:
    return OpenAI(base_url=f"{gateway.url}/_s/{session}/v1", api_key="any", max_retries=0)


def advance(gateway: Gateway, seconds: float) -> None:
    assert gateway.time is not None
    gateway.time.advance(seconds)


def test_each_look_takes_a_response_one_status_on_while_the_clock_stands(synth: Gateway) -> None:
    with client(synth, "steps") as api:
        made = api.responses.create(**ASKED)
        assert (made.status, made.output, made.usage, made.completed_at) == (
            "queued",
            [],
            None,
            None,
        )
        looks = [api.responses.retrieve(made.id) for _ in range(3)]
    assert [one.status for one in looks] == ["in_progress", "completed", "completed"]
    assert (looks[0].output, looks[0].usage) == ([], None)
    assert "Name a lake." in looks[1].output_text
    assert looks[1].usage is not None
    assert {one.id for one in looks} == {made.id}


async def test_a_loop_that_polls_ends(synth: Gateway) -> None:
    async with openai.AsyncOpenAI(base_url=f"{synth.url}/_s/loop/v1", api_key="any") as api:
        told = await api.responses.create(**ASKED, store=False)
        polls = 0
        while told.status in UNFINISHED:
            told = await api.responses.retrieve(told.id)
            polls += 1
    assert (told.status, polls) == ("completed", 2)


def test_a_response_takes_its_time_while_the_clock_moves(moved: Gateway) -> None:
    with client(moved, "time") as api:
        made = api.responses.create(**ASKED)
        told = []
        for seconds in (0, 1.9, 0.1, 9.9, 0.2):
            advance(moved, seconds)
            told.append(api.responses.retrieve(made.id).status)
    assert told == ["queued", "queued", "in_progress", "in_progress", "completed"]


def test_without_a_setting_a_response_takes_as_long_as_it_says() -> None:
    with (
        running(Settings(port=0, mode="synth", clock="virtual")) as gateway,
        client(gateway, "own") as api,
    ):
        made = api.responses.create(**ASKED)
        assert made.status == "queued"
        twin = api.responses.create(**{**ASKED, "background": False})
        lasts = (twin.completed_at or 0) - twin.created_at
        assert lasts >= 1
        advance(gateway, lasts - 0.1)
        assert api.responses.retrieve(made.id).status == "in_progress"
        advance(gateway, 0.1)
        assert api.responses.retrieve(made.id).status == "completed"


def test_a_timing_says_how_long_it_takes() -> None:
    settings = Settings(port=0, mode="synth", clock="virtual", timing=("first=100",))
    with running(settings) as gateway, client(gateway, "timing") as api:
        made = api.responses.create(**ASKED)
        told = []
        for seconds in (9, 1, 89, 1):
            advance(gateway, seconds)
            told.append(api.responses.retrieve(made.id).status)
    assert told == ["queued", "in_progress", "in_progress", "completed"]


def test_a_cancelled_response_stays_cancelled(moved: Gateway) -> None:
    with client(moved, "cancel") as api:
        made = api.responses.create(**ASKED)
        advance(moved, 3)
        first, second = api.responses.cancel(made.id), api.responses.cancel(made.id)
        advance(moved, 100)
        kept = api.responses.retrieve(made.id)
        assert [one.status for one in (first, second, kept)] == ["cancelled"] * 3
        assert (kept.output, kept.usage) == ([], None)
        over = api.responses.create(**ASKED)
        advance(moved, 100)
        with pytest.raises(openai.BadRequestError, match="Cannot cancel a completed response"):
            api.responses.cancel(over.id)
        plain = api.responses.create(model=MODEL, input="Hi")
        with pytest.raises(openai.BadRequestError, match="Cannot cancel a synchronous response"):
            api.responses.cancel(plain.id)


def test_a_cancelled_response_can_be_streamed_only_if_it_was_made_so(moved: Gateway) -> None:
    with client(moved, "cancelled-stream") as api:
        streamed = next(api.responses.create(**ASKED, stream=True)).response.id
        plain = api.responses.create(**ASKED).id
        for identifier in (streamed, plain):
            api.responses.cancel(identifier)
        again: list[Any] = list(api.responses.retrieve(streamed, stream=True))
        with pytest.raises(openai.BadRequestError, match="not created with stream=true"):
            api.responses.retrieve(plain, stream=True)
    assert [one.type for one in again][-2:] == ["response.in_progress", "response.failed"]
    assert again[-1].response.status == "cancelled"


def test_a_response_is_deleted_while_it_runs(moved: Gateway) -> None:
    with client(moved, "delete") as api:
        made = api.responses.create(**ASKED)
        api.responses.delete(made.id)
        with pytest.raises(openai.NotFoundError):
            api.responses.retrieve(made.id)


@pytest.mark.parametrize("recorded", [False, True], ids=["made up", "recorded"])
def test_a_stream_is_taken_up_again_after_every_event(
    recorded: bool, synth: Gateway, tmp_path: Path
) -> None:
    asked = {**ASKED, "stream": True}
    if not recorded:
        _resumed(f"{synth.url}/_s/tail/v1/responses", asked)
        return
    stream = post(f"{synth.url}/_s/taped/v1/responses", asked).body
    # As a recording may well have it: deltas that are cut otherwise than mockgw cuts them.
    stream = stream.replace(b'"delta":"A"', b'"delta": "A"')
    assert b'"delta": "A"' in stream
    with running(taped(tmp_path, recording(asked, stream))) as gateway:
        whole = _resumed(f"{gateway.url}/v1/responses", asked)
    assert whole == stream


def _resumed(url: str, asked: Json) -> bytes:
    """Hold every tail of a stream against the whole; return the whole."""
    whole = post(url, asked).body
    told = events(whole)
    names = [one["type"] for one in told[:3]]
    assert names == ["response.created", "response.queued", "response.in_progress"]
    assert told[0]["response"]["status"] == "queued"
    assert [one["sequence_number"] for one in told] == list(range(len(told)))
    assert b"obfuscation" not in whole
    place = f"{url}/{told[0]['response']['id']}?stream=true"
    assert send("GET", place).body == whole
    for number in range(len(told)):
        rest = send("GET", f"{place}&starting_after={number}").body
        assert events(rest) == told[number + 1 :]
        assert whole.endswith(rest)
    return whole


def test_a_reader_that_was_cut_off_goes_on_where_it_was(moved: Gateway) -> None:
    with client(moved, "cut") as api:
        stream = api.responses.create(**ASKED, stream=True)
        read = [next(stream) for _ in range(2)]
        stream.close()
        advance(moved, 7)
        place = read[0].response.id
        again = api.responses.retrieve(place, stream=True, starting_after=1)
        soon = [next(again) for _ in range(4)]
        assert api.responses.retrieve(place).status == "in_progress"
        advance(moved, 100)
        rest = list(again)
    numbers = [one.sequence_number for one in (*read, *soon, *rest)]
    assert numbers == list(range(len(numbers)))
    assert rest[-1].type == "response.completed"


def test_a_stream_that_is_read_ends_when_its_response_is_cancelled(moved: Gateway) -> None:
    with client(moved, "stop") as api:
        stream = api.responses.create(**ASKED, stream=True)
        first = next(stream)
        advance(moved, 6)
        api.responses.cancel(first.response.id)
        advance(moved, 100)
        rest = list(stream)
    assert rest[-1].type == "response.failed"
    assert rest[-1].response.status == "cancelled"
    numbers = [one.sequence_number for one in rest]
    assert numbers == list(range(1, len(rest) + 1))


@pytest.mark.parametrize(
    ("body", "wanted"),
    [({}, "background=true"), ({"background": True}, "stream=true")],
)
def test_what_was_not_made_to_be_streamed_again_is_not(
    body: Json, wanted: str, synth: Gateway
) -> None:
    url = f"{synth.url}/_s/refused/v1/responses"
    made = post(url, {"model": MODEL, "input": "Hi", **body}).json()
    told = send("GET", f"{url}/{made['id']}?stream=true")
    error = told.json()["error"]
    assert (told.status, error["param"]) == (400, "stream")
    assert error["message"].endswith(f"because it was not created with {wanted}.")


def test_a_response_goes_on_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(
        port=0, mode="synth", clock="virtual", background="2:10", state=f"sqlite:{tmp_path / 's'}"
    )
    with running(settings) as gateway:
        made = post(f"{gateway.url}/v1/responses", ASKED).json()
    with running(settings) as gateway:
        place = f"{gateway.url}/v1/responses/{made['id']}"
        assert send("GET", place).json()["status"] == "queued"
        advance(gateway, 5)
        assert send("GET", place).json()["status"] == "in_progress"
        advance(gateway, 50)
        assert send("GET", place).json()["status"] == "completed"


def test_what_was_queued_and_what_was_recorded_is_held_back_too(
    synth: Gateway, tmp_path: Path
) -> None:
    order = {"session": "queued", "replies": ["Snow fell."]}
    assert post(f"{synth.url}/_mockgw/script", order).status == 200
    url = f"{synth.url}/_s/queued/v1/responses"
    assert _polled(url, ASKED)["output"][-1]["content"][0]["text"] == "Snow fell."
    answer = post(f"{synth.url}/v1/responses", {**ASKED, "background": False}).json()
    with running(taped(tmp_path, recording(ASKED, answer))) as gateway:
        told = _polled(f"{gateway.url}/v1/responses", ASKED)
    assert told == {**answer, "background": True}


def _polled(url: str, asked: Json) -> Json:
    made = post(url, asked)
    assert made.json()["status"] == "queued"
    looks = [send("GET", f"{url}/{made.json()['id']}").json() for _ in range(2)]
    assert looks[0]["status"] == "in_progress"
    told: Json = looks[1]
    assert told["status"] == "completed"
    return told


def test_looks_that_were_recorded_are_replayed_as_they_were(synth: Gateway, tmp_path: Path) -> None:
    made = post(f"{synth.url}/_s/looks/v1/responses", ASKED)
    place = f"/v1/responses/{made.json()['id']}"
    looks = [send("GET", f"{synth.url}/_s/looks{place}").body for _ in range(2)]
    with running(
        taped(tmp_path, recording(ASKED, made.body), *(_look(place, one) for one in looks))
    ) as gateway:
        assert post(f"{gateway.url}/v1/responses", ASKED).body == made.body
        assert [send("GET", gateway.url + place).body for _ in range(2)] == looks


def _look(place: str, answer: bytes) -> Interaction:
    told = recording(b"", json.loads(answer), uri=f"https://api.openai.com{place}")
    return replace(told, method="GET", request_body=b"", response_body=answer)
