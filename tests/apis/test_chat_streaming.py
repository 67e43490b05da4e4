"""The chunks of a chat completion: their order, their keys, their padding, and the way back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgw.apis.chat import collecting, streaming
from mockgw.draft import Calls, Draft, Says
from mockgw.errors import ApiError
from tests.calls import complete
from tests.wire import Json, spelled
from tests.wire import events as read

TEXT = "Mont-Saint-Michel is one."
SAID = Draft(20, (), (Says(TEXT),))
OSLO, LIMA = Calls("get_weather", '{"city":"Oslo"}'), Calls("get_weather", '{"city":"Lima"}')
REFUSED = Draft(0, (), (Says("I'm sorry, no.", refusal=True),))
EMPTY = Draft(64, incomplete="max_output_tokens")
TOOL = {"type": "function", "function": {"name": "get_weather"}}
HEAD = "id object created model service_tier system_fingerprint choices"
PIECES = ["Mont", "-Saint", "-M", "ichel", " is", " one", "."]


def opened(index: int, identifier: str) -> Json:
    function = {"name": "get_weather", "arguments": ""}
    return {"index": index, "id": identifier, "type": "function", "function": function}


def more(index: int, piece: str) -> Json:
    return {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def padding(length: int) -> str:
    return "x" * length


def streamed(completion: Json, *, padded: bool = True, with_usage: bool = False) -> list[Json]:
    made = streaming.events(completion, padding if padded else None, with_usage=with_usage)
    return read(b"".join(made))


def deltas(completion: Json, index: int = 0) -> list[Json]:
    told = [part for chunk in streamed(completion) for part in chunk["choices"]]
    return [part["delta"] for part in told if part["index"] == index]


def ids(completion: Json) -> list[str]:
    return [one["id"] for one in completion["choices"][0]["message"]["tool_calls"]]


def test_text_is_a_role_chunk_then_one_token_each_then_the_end() -> None:
    first = {"role": "assistant", "content": "", "refusal": None}
    tokens = [{"content": piece} for piece in PIECES]
    assert spelled(deltas(complete({}, SAID))) == spelled([first, *tokens, {}])


def test_one_tool_call_opens_in_the_role_chunk() -> None:
    completion = complete({"tools": [TOOL]}, Draft(0, (), (OSLO,)))
    first = {
        "role": "assistant",
        "content": None,
        "tool_calls": [opened(0, *ids(completion))],
        "refusal": None,
    }
    rest = [more(0, piece) for piece in ['{"', "city", '":"', "Os", "lo", '"}']]
    assert spelled(deltas(completion)) == spelled([first, *rest, {}])


def test_parallel_tool_calls_open_one_after_another_behind_a_bare_role_chunk() -> None:
    completion = complete({"tools": [TOOL]}, Draft(0, (), (OSLO, LIMA)))
    one, two = ids(completion)
    wanted = [
        {"role": "assistant", "content": None},
        {"tool_calls": [opened(0, one)]},
        *[more(0, piece) for piece in ['{"', "city", '":"', "Os", "lo", '"}']],
        {"tool_calls": [opened(1, two)]},
        *[more(1, piece) for piece in ['{"', "city", '":"', "L", "ima", '"}']],
        {},
    ]
    assert spelled(deltas(completion)) == spelled(wanted)


def test_a_length_without_text_is_a_role_chunk_and_an_end() -> None:
    told = streamed(complete({}, EMPTY))
    assert [one["choices"][0]["finish_reason"] for one in told] == [None, "length"]
    assert told[0]["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}


def test_a_refusal_is_streamed_under_its_own_key() -> None:
    told = deltas(complete({}, REFUSED))
    assert spelled(told[0]) == spelled({"role": "assistant", "content": None, "refusal": ""})
    assert "".join(delta["refusal"] for delta in told[1:-1]) == "I'm sorry, no."
    assert told[-1] == {}


def test_the_chunks_of_two_choices_take_turns() -> None:
    completion = complete({"n": 2}, SAID, Draft(0, (), (Says("Yes."),)))
    told = [part["index"] for chunk in streamed(completion) for part in chunk["choices"]]
    both = len([index for index in told if index == 1])
    assert told[: 2 * both] == [0, 1] * both
    assert set(told[2 * both :]) <= {0}
    assert all(len(chunk["choices"]) == 1 for chunk in streamed(completion))


CASES = {
    "text": complete({}, SAID),
    "call": complete({"tools": [TOOL]}, Draft(0, (), (OSLO,))),
    "calls": complete({"tools": [TOOL]}, Draft(3, (), (OSLO, LIMA))),
    "length": complete({}, EMPTY),
    "refusal": complete({}, REFUSED),
    "two": complete({"n": 2}, SAID, REFUSED),
    "plain model": complete({"model": "gpt-4o"}, Draft(0, (), (Says(TEXT),))),
}
every_case = pytest.mark.parametrize("completion", CASES.values(), ids=list(CASES))


@every_case
@pytest.mark.parametrize("with_usage", [False, True])
def test_every_chunk_has_the_keys_of_the_wire_in_order(completion: Json, with_usage: bool) -> None:
    keys = f"{HEAD} usage obfuscation" if with_usage else f"{HEAD} obfuscation"
    plain = "index delta logprobs finish_reason"
    part = plain if completion["model"].startswith("gpt-4o") else "index delta finish_reason"
    for chunk in streamed(completion, with_usage=with_usage):
        assert " ".join(chunk) == keys
        assert chunk["object"] == "chat.completion.chunk"
        for key in ("id", "created", "model", "service_tier", "system_fingerprint"):
            assert chunk[key] == completion[key]
        assert [" ".join(one) for one in chunk["choices"]] in ([part], [])


@every_case
def test_usage_comes_last_when_it_is_asked_for_and_is_null_before(completion: Json) -> None:
    told = streamed(completion, with_usage=True)
    assert [one["usage"] for one in told[:-1]] == [None] * (len(told) - 1)
    assert (told[-1]["choices"], spelled(told[-1]["usage"])) == ([], spelled(completion["usage"]))


@every_case
@pytest.mark.parametrize("with_usage", [False, True])
def test_a_chunk_is_one_byte_more_than_a_multiple_of_sixteen(
    completion: Json, with_usage: bool
) -> None:
    frames = list(streaming.events(completion, padding, with_usage=with_usage))
    assert frames[-1] == b"data: [DONE]\n\n"
    for frame in frames[:-1]:
        assert frame.startswith(b"data: {")
        assert frame.endswith(b"}\n\n")
        assert len(frame.removeprefix(b"data: ").removesuffix(b"\n\n")) % 16 == 1


@every_case
def test_without_padding_only_the_key_is_gone(completion: Json) -> None:
    padded = [
        {key: value for key, value in one.items() if key != "obfuscation"}
        for one in streamed(completion, with_usage=True)
    ]
    assert spelled(streamed(completion, padded=False, with_usage=True)) == spelled(padded)


texts = st.text(max_size=60) | st.sampled_from(
    ["👩‍👩‍👧 and 🏳️‍🌈", "שלום \u202eabc\u202c", "e\u0301 \x00", "a\r\nb\n\n", "data: [DONE]\n\n"]
)
drafts = st.one_of(
    st.builds(Draft, st.integers(0, 50), parts=st.builds(Says, texts).map(lambda said: (said,))),
    st.builds(
        Draft,
        st.integers(0, 50),
        parts=st.builds(
            Calls,
            st.sampled_from(["f", "get_weather"]),
            texts,
            st.sampled_from(["function", "custom"]),
        ).flatmap(lambda one: st.lists(st.just(one), min_size=1, max_size=3).map(tuple)),
    ),
    texts.filter(bool).map(lambda text: Draft(0, (), (Says(text, refusal=True),))),
    st.just(EMPTY),
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(drafts, min_size=1, max_size=3), st.booleans(), st.sampled_from(["gpt-5.5", "gpt-4o"])
)
def test_a_stream_is_read_back_into_the_completion_it_was_made_of(
    said: list[Draft], pad: bool, model: str
) -> None:
    completion = complete({"model": model, "n": len(said)}, *said)
    made = streaming.events(completion, padding if pad else None, with_usage=True)
    assert collecting.collect(b"".join(made)) == completion


def test_a_stream_recorded_without_usage_gives_a_completion_without_it() -> None:
    completion = complete({}, SAID)
    stream = b"".join(streaming.events(completion, padding, with_usage=False))
    assert collecting.collect(stream) == {**completion, "usage": None}


@pytest.mark.parametrize("stream", [b"", b"data: [DONE]\n\n", b": ping\n\n"])
def test_a_stream_without_a_chunk_has_no_json_form(stream: bytes) -> None:
    with pytest.raises(ApiError, match="holds no chunk") as told:
        collecting.collect(stream)
    assert (told.value.status, told.value.code) == (502, "torn_recording")


def test_a_stream_cut_inside_a_chunk_has_no_json_form() -> None:
    stream = b"".join(streaming.events(complete({}, SAID), padding, with_usage=False))
    with pytest.raises(ApiError, match="breaks off inside an event") as told:
        collecting.collect(stream[: len(stream) // 2])
    assert (told.value.status, told.value.origin) == (502, "mockgw")


def test_a_failure_in_mid_stream_is_raised_with_its_own_words() -> None:
    failure = {"message": "The server had an error.", "type": "server_error", "param": None}
    begun = next(iter(streaming.events(complete({}, SAID), None, with_usage=False)))
    stream = begun + b"data: " + json.dumps({"error": {**failure, "code": None}}).encode() + b"\n\n"
    with pytest.raises(ApiError) as told:
        collecting.collect(stream)
    assert (told.value.message, told.value.type) == (failure["message"], "server_error")
