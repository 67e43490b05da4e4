"""Log probabilities: one entry a token, those of a distribution, in both APIs and both forms."""

from math import exp

import pytest

from mockgw.apis.chat import collecting as chat_collecting
from mockgw.apis.chat import streaming as chat_streaming
from mockgw.apis.logprobs import logprobs
from mockgw.apis.responses import streaming
from mockgw.digits import Digits
from mockgw.draft import Draft, Says
from tests.calls import complete, respond
from tests.wire import Json
from tests.wire import events as read

SAID = "Grüße \U0001f469\u200d\U0001f467, naïve world!"
ASKED: Json = {
    "model": "gpt-4o",
    "stream": True,
    "include": ["message.output_text.logprobs"],
    "top_logprobs": 3,
}


def of(entries: list[Json]) -> bytes:
    return b"".join(bytes(one["bytes"]) for one in entries)


def test_the_tokens_add_up_to_the_text_even_inside_a_character() -> None:
    entries = logprobs(SAID, 0, Digits("a"))
    assert of(entries).decode() == SAID
    assert any("\\x" in one["token"] for one in entries)
    assert all(one["top_logprobs"] == [] for one in entries)


@pytest.mark.parametrize("top", [1, 5, 20])
def test_the_likeliest_come_first_and_their_chances_add_up_to_one_at_most(top: int) -> None:
    for one in logprobs(SAID * 20, top, Digits("a")):
        likely = [other["logprob"] for other in one["top_logprobs"]]
        assert len(likely) == top
        assert likely == sorted(likely, reverse=True)
        assert one["top_logprobs"][0]["token"] == one["token"]
        assert len({other["token"] for other in one["top_logprobs"]}) == top
        assert sum(map(exp, likely)) <= 1 + 1e-6
        assert max(likely) <= 0


def test_a_response_has_them_when_they_are_included_and_so_have_its_deltas() -> None:
    response = respond(ASKED, draft=Draft(0, (), (Says(SAID),)))
    entries = response["output"][0]["content"][0]["logprobs"]
    assert of(entries).decode() == SAID
    assert list(entries[0]) == ["token", "bytes", "logprob", "top_logprobs"]
    events = read(b"".join(streaming.events(response, lambda length: "x" * length)))
    deltas = [one for one in events if one["type"] == "response.output_text.delta"]
    told = [entry for one in deltas for entry in one["logprobs"]]
    assert [one["token"] for one in told] == [one["token"] for one in entries]
    assert list(told[0]) == ["token", "logprob", "top_logprobs"]
    (done,) = [one for one in events if one["type"] == "response.output_text.done"]
    assert done["logprobs"] == told
    assert all((len(one["delta"]) + len(one["obfuscation"])) % 16 == 0 for one in deltas)


def test_without_the_include_there_are_none() -> None:
    response = respond({**ASKED, "include": []}, draft=Draft(0, (), (Says(SAID),)))
    assert response["output"][0]["content"][0]["logprobs"] == []


@pytest.mark.parametrize("refusal", [False, True])
def test_a_choice_has_them_under_what_it_says_and_the_chunks_bring_them(refusal: bool) -> None:
    asked = {"model": "gpt-4o", "logprobs": True, "top_logprobs": 2}
    completion = complete(asked, Draft(0, (), (Says(SAID, refusal=refusal),)))
    told = completion["choices"][0]["logprobs"]
    own, other = ("refusal", "content") if refusal else ("content", "refusal")
    assert of(told[own]).decode() == SAID
    assert told[other] is None
    assert list(told[own][0]) == ["token", "logprob", "bytes", "top_logprobs"]
    stream = b"".join(chat_streaming.events(completion, None, with_usage=True))
    first, *_, last, _ = read(stream)
    assert first["choices"][0]["logprobs"] == {"content": None, "refusal": None, own: []}
    assert last["choices"][0]["logprobs"] is None
    assert chat_collecting.collect(stream) == completion


@pytest.mark.parametrize(
    ("asked", "has_key"),
    [
        ({"model": "gpt-5.5"}, False),
        ({"model": "gpt-4o"}, True),
        ({"model": "gpt-5.5", "reasoning_effort": "none", "logprobs": True}, True),
    ],
)
def test_the_key_is_there_for_who_asks_and_for_models_that_do_not_reason(
    asked: Json, has_key: bool
) -> None:
    (choice,) = complete(asked, Draft(0, (), (Says("Yes."),)))["choices"]
    assert ("logprobs" in choice) == has_key
