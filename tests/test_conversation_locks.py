"""A conversation takes one response at a time: another is refused while one is under way."""

import time
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.wire import post

ASKED: Any = {"model": "gpt-5.5", "input": "Name a lake."}
LOCKED = "Another process is currently operating on this conversation."


@pytest.fixture(scope="module")
def moved() -> Iterator[Gateway]:
    """Return a gateway whose time is moved, and whose answers take theirs."""
    settings = Settings(
        port=0, mode="synth", clock="virtual", timing=("rate=1",), background="2:10"
    )
    with running(settings) as gateway:
        yield gateway


def client(gateway: Gateway, session: str) -> OpenAI:
    return OpenAI(base_url=f"{gateway.url}/_s/{session}/v1", api_key="any", max_retries=0)


def advance(gateway: Gateway, seconds: float) -> None:
    assert gateway.time is not None
    gateway.time.advance(seconds)


def refused(api: OpenAI, place: str, **more: Any) -> None:
    with pytest.raises(openai.BadRequestError, match=LOCKED) as refusal:
        api.responses.create(**{**ASKED, "conversation": place, **more})
    assert (refusal.value.code, refusal.value.param) == ("conversation_locked", "conversation")


def test_a_response_of_the_background_holds_its_conversation_until_it_is_over(
    moved: Gateway,
) -> None:
    with client(moved, "background") as api:
        place, other = api.conversations.create().id, api.conversations.create().id
        asked = {**ASKED, "conversation": {"id": place}, "background": True}
        api.responses.create(**asked)
        for seconds in (0, 1.9, 10):
            advance(moved, seconds)
            refused(api, place, background=True)
        assert api.responses.create(**{**asked, "conversation": other}).status == "queued"
        advance(moved, 0.2)
        assert api.responses.create(**asked).status == "queued"


@pytest.mark.parametrize("ended", ["cancel", "delete"])
def test_a_response_that_is_given_up_holds_nothing(ended: str, moved: Gateway) -> None:
    with client(moved, ended) as api:
        asked = {**ASKED, "conversation": api.conversations.create().id, "background": True}
        made = api.responses.create(**asked)
        refused(api, asked["conversation"])
        getattr(api.responses, ended)(made.id)
        assert api.responses.create(**asked).status == "queued"


def test_where_the_clock_stands_a_look_at_the_end_lets_go(synth: Gateway) -> None:
    with client(synth, "looks") as api:
        asked = {**ASKED, "conversation": api.conversations.create().id, "background": True}
        made = api.responses.create(**asked)
        api.conversations.items.create(
            asked["conversation"], items=[{"role": "user", "content": "Beside."}]
        )
        while api.responses.retrieve(made.id).status != "completed":
            refused(api, asked["conversation"])
        assert api.responses.create(**asked).status == "queued"


def test_a_stream_holds_its_conversation_until_its_last_event(moved: Gateway) -> None:
    with client(moved, "stream") as api:
        place = api.conversations.create().id
        with api.responses.create(**ASKED, conversation=place, stream=True) as stream:
            next(iter(stream))
            told = {"session": "stream", "replies": ["Lake Van."]}
            post(f"{moved.url}/_mockgw/script", told)
            refused(api, place)
            advance(moved, 10_000)
            assert list(stream)[-1].type == "response.completed"
        with api.responses.create(**ASKED, conversation=place, stream=True) as stream:
            advance(moved, 10_000)
            # What was queued was not used up by the call that was refused.
            assert "Lake Van." in str(list(stream)[-1])
        assert len(list(api.conversations.items.list(place))) == 5


def test_a_client_that_leaves_lets_go_with_the_next_event(moved: Gateway) -> None:
    with client(moved, "left") as api:
        place = api.conversations.create().id
        with api.responses.create(**ASKED, conversation=place, stream=True) as stream:
            next(iter(stream))
            refused(api, place)
        ends = time.monotonic() + 20
        while not all(one.course.outcome for one in moved.journal.entries("left")):
            assert time.monotonic() < ends
            advance(moved, 1)
            time.sleep(0.01)
        assert {one.course.outcome for one in moved.journal.entries("left")} == {"whole", "left"}
        told = api.responses.create(**ASKED, conversation=place, background=True)
        assert told.status == "queued"


def test_a_reset_lets_go(moved: Gateway) -> None:
    with client(moved, "reset") as api:
        place = api.conversations.create().id
        with api.responses.create(**ASKED, conversation=place, stream=True) as stream:
            next(iter(stream))
            refused(api, place)
            post(f"{moved.url}/_mockgw/reset", {"session": "reset"})
            # What begins anew has the ids that it had at first.
            assert api.conversations.create().id == place
            told = api.responses.create(**ASKED, conversation=place, background=True)
            assert told.status == "queued"


def test_answers_that_take_no_time_never_meet(synth: Gateway) -> None:
    with client(synth, "at once") as api:
        place = api.conversations.create().id
        told = [api.responses.create(**ASKED, conversation=place) for _ in range(3)]
    assert {one.status for one in told} == {"completed"}
