"""The events of a response: their order, their keys, their padding, and the way back."""

import json
from collections.abc import Iterator
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgw.apis.responses import collecting, streaming
from mockgw.draft import Calls, Draft, Says
from mockgw.errors import ApiError
from tests.calls import respond
from tests.wire import Json, spelled
from tests.wire import events as read

TEXT = Says("Mont-Saint-Michel is one.")
COMMENT = Says("I look both of them up.", phase="commentary")
OSLO, LIMA = Calls("get_weather", '{"city":"Oslo"}'), Calls("get_weather", '{"city":"Lima"}')
SUMMARIES = ("**Listing islands**\n\nOne is wanted.", "**Choosing**\n\nThe known one.")
MESSAGE = "item+ part+ text~ text! part! item!"
CASES: dict[str, tuple[Draft, str]] = {
    "text": (Draft(0, (), (TEXT,)), MESSAGE),
    "reasoning and text": (Draft(64, (), (TEXT,)), f"item+ item! {MESSAGE}"),
    "summaries": (
        Draft(64, SUMMARIES, (TEXT,)),
        f"item+ spart+ sum~ sum! spart! spart+ sum~ sum! spart! item! {MESSAGE}",
    ),
    "function call": (Draft(64, (), (OSLO,)), "item+ item! item+ args~ args! item!"),
    "commentary and parallel calls": (
        Draft(64, (), (COMMENT, OSLO, LIMA)),
        f"item+ item! {MESSAGE} item+ args~ args! item! item+ args~ args! item!",
    ),
    "refusal": (
        Draft(64, (), (Says("I'm sorry, no.", refusal=True),)),
        "item+ item! item+ part+ no~ no! part! item!",
    ),
    "structured output": (
        Draft(64, (), (Says('{"island":"Mont"}', structured=True),)),
        f"item+ item! {MESSAGE}",
    ),
    "incomplete in reasoning": (Draft(150, incomplete="max_output_tokens"), "item+ item!"),
    "incomplete in text": (
        Draft(64, (), (TEXT,), incomplete="max_output_tokens"),
        f"item+ item! {MESSAGE}",
    ),
    "custom tool": (
        Draft(64, (), (Calls("sql", "select 1;", "custom"),)),
        "item+ item! item+ input~ input! item!",
    ),
    "empty text": (Draft(0, (), (Says(""),)), "item+ part+ text! part! item!"),
    "nothing at all": (Draft(0), ""),
}
SHORT = {
    "item+": "response.output_item.added",
    "item!": "response.output_item.done",
    "part+": "response.content_part.added",
    "part!": "response.content_part.done",
    "text~": "response.output_text.delta",
    "text!": "response.output_text.done",
    "no~": "response.refusal.delta",
    "no!": "response.refusal.done",
    "spart+": "response.reasoning_summary_part.added",
    "spart!": "response.reasoning_summary_part.done",
    "sum~": "response.reasoning_summary_text.delta",
    "sum!": "response.reasoning_summary_text.done",
    "args~": "response.function_call_arguments.delta",
    "args!": "response.function_call_arguments.done",
    "input~": "response.custom_tool_call_input.delta",
    "input!": "response.custom_tool_call_input.done",
}
_ITEM = "type item output_index sequence_number"
_PART = "type content_index item_id output_index part sequence_number"
_SUMMARY = "type item_id output_index part sequence_number summary_index"
KEYS = {
    "response.created": "type response sequence_number",
    "response.in_progress": "type response sequence_number",
    "response.completed": "type response sequence_number",
    "response.incomplete": "type response sequence_number",
    SHORT["item+"]: _ITEM,
    SHORT["item!"]: _ITEM,
    SHORT["part+"]: _PART,
    SHORT["part!"]: _PART,
    SHORT["text~"]: (
        "type content_index delta item_id logprobs obfuscation output_index sequence_number"
    ),
    SHORT["text!"]: "type content_index item_id logprobs output_index sequence_number text",
    SHORT["no~"]: "type content_index delta item_id obfuscation output_index sequence_number",
    SHORT["no!"]: "type content_index item_id output_index refusal sequence_number",
    SHORT["spart+"]: _SUMMARY,
    SHORT["spart!"]: _SUMMARY,
    SHORT["sum~"]: "type delta item_id obfuscation output_index sequence_number summary_index",
    SHORT["sum!"]: "type item_id output_index sequence_number summary_index text",
    SHORT["args~"]: "type delta item_id obfuscation output_index sequence_number",
    SHORT["args!"]: "type arguments item_id name output_index sequence_number",
    SHORT["input~"]: "type delta item_id obfuscation output_index sequence_number",
    SHORT["input!"]: "type input item_id output_index sequence_number",
}
every_case = pytest.mark.parametrize("name", CASES)


def padding(length: int) -> str:
    return "x" * length


def made(name: str) -> Json:
    return respond({"stream": True}, draft=CASES[name][0])


def streamed(response: Json, *, padded: bool = True) -> list[Json]:
    return read(b"".join(streaming.events(response, padding if padded else None)))


@every_case
def test_the_events_come_in_the_order_of_the_wire(name: str) -> None:
    told = [kind for kind, _ in groupby(one["type"] for one in streamed(made(name)))]
    inner = [SHORT[word] for word in CASES[name][1].split()]
    last = "response.incomplete" if CASES[name][0].incomplete else "response.completed"
    assert told == ["response.created", "response.in_progress", *inner, last]


@every_case
def test_the_keys_of_every_event_are_in_the_order_of_the_wire(name: str) -> None:
    for event in streamed(made(name)):
        assert " ".join(event) == KEYS[event["type"]]


@every_case
def test_numbers_rise_by_one_and_each_event_is_named_in_its_frame(name: str) -> None:
    frames = list(streaming.events(made(name), padding))
    for number, frame in enumerate(frames):
        head, data, end = frame.split(b"\n", 2)
        event = json.loads(data.removeprefix(b"data: "))
        assert (head, end) == (f"event: {event['type']}".encode(), b"\n")
        assert event["sequence_number"] == number


@every_case
def test_the_first_two_events_show_a_response_that_has_said_nothing_yet(name: str) -> None:
    response = made(name)
    begun = {
        **response,
        "status": "in_progress",
        "completed_at": None,
        "incomplete_details": None,
        "output": [],
        "service_tier": "auto",
        "usage": None,
    }
    for event in streamed(response)[:2]:
        assert spelled(event["response"]) == spelled(begun)
    assert "billing" not in response


@every_case
def test_items_are_announced_empty_and_done_whole(name: str) -> None:
    response = made(name)
    told = streamed(response)
    added = [one["item"] for one in told if one["type"] == SHORT["item+"]]
    done = [one["item"] for one in told if one["type"] == SHORT["item!"]]
    assert spelled(done) == spelled(response["output"])
    for item, whole in zip(added, done, strict=True):
        assert list(item) == list(whole)
        assert (item["id"], item["type"]) == (whole["id"], whole["type"])
        assert item.get("status") == ("in_progress" if "status" in whole else None)
        hollow = ("content", "summary", "arguments", "input")
        assert not any(item.get(key) for key in hollow)


def test_parallel_calls_stand_one_after_another_at_rising_places() -> None:
    told = streamed(made("commentary and parallel calls"))
    places = [one["output_index"] for one in told if "output_index" in one]
    assert places == sorted(places)
    assert set(places) == {0, 1, 2, 3}


def test_a_summary_is_streamed_part_by_part() -> None:
    told = streamed(made("summaries"))
    deltas = [(one["summary_index"], one["delta"]) for one in told if one["type"] == SHORT["sum~"]]
    for index, text in enumerate(SUMMARIES):
        assert "".join(delta for place, delta in deltas if place == index) == text


@every_case
def test_a_delta_and_its_padding_are_a_multiple_of_sixteen_characters(name: str) -> None:
    for event in streamed(made(name)):
        if "delta" in event:
            assert (len(event["delta"]) + len(event["obfuscation"])) % 16 == 0


@every_case
def test_without_padding_no_event_has_the_key_and_nothing_else_changes(name: str) -> None:
    response = made(name)
    bare = streamed(response, padded=False)
    assert not any("obfuscation" in event for event in bare)
    padded = [
        {key: value for key, value in event.items() if key != "obfuscation"}
        for event in streamed(response)
    ]
    assert spelled(bare) == spelled(padded)


def test_an_annotation_is_announced_after_the_text_it_points_to() -> None:
    response = respond({}, draft=CASES["text"][0])
    note = {"type": "url_citation", "start_index": 0, "end_index": 4, "title": "t", "url": "u"}
    response["output"][0]["content"][0]["annotations"] = [note]
    told = streamed(response)
    kinds = [one["type"] for one in told]
    place = kinds.index("response.output_text.annotation.added")
    before = "".join(one["delta"] for one in told[:place] if one["type"] == SHORT["text~"])
    assert (before, kinds[place + 1]) == ("Mont", SHORT["text~"])
    assert (told[place]["annotation"], told[place]["annotation_index"]) == (note, 0)
    assert next(one for one in told if one["type"] == SHORT["part+"])["part"]["annotations"] == []


texts = st.text(max_size=60) | st.sampled_from(
    [
        "👩‍👩‍👧 and 🏳️‍🌈",
        "שלום \u202eabc\u202c",
        "e\u0301 \x00 \x7f",
        "line\r\nline\n\n",
        '"\\u0000"',
        "你好\uff0c世界",
    ]
)
parts = st.one_of(
    st.builds(Says, texts, st.sampled_from(["final_answer", "commentary"]), st.booleans()),
    st.builds(
        Calls, st.sampled_from(["f", "get_weather"]), texts, st.sampled_from(["function", "custom"])
    ),
)
drafts = st.builds(
    Draft,
    st.integers(0, 90),
    st.lists(texts, max_size=3).map(tuple),
    st.lists(parts, max_size=4).map(tuple),
    st.sampled_from(["", "max_output_tokens", "content_filter"]),
)


@settings(max_examples=80, deadline=None)
@given(drafts, st.booleans())
def test_a_stream_is_read_back_into_the_response_it_was_made_of(draft: Draft, pad: bool) -> None:
    response = respond({"stream": True}, draft=draft)
    stream = b"".join(streaming.events(response, padding if pad else None))
    assert spelled(collecting.collect(stream)) == spelled(response)


def _cut(stream: bytes) -> Iterator[bytes]:
    frames = stream.split(b"\n\n")
    yield b"\n\n".join(frames[:-2]) + b"\n\n"
    yield b""
    yield stream[: len(stream) // 2]


def test_a_torn_stream_has_no_json_form() -> None:
    stream = b"".join(streaming.events(made("text"), padding))
    for torn in _cut(stream.removesuffix(b"\n\n") + b"\n\n"):
        with pytest.raises(ApiError) as told:
            collecting.collect(torn)
        assert (told.value.status, told.value.origin) == (502, "mockgw")
        assert told.value.code == "torn_recording"


NESTED = {"type": "tokens", "code": "rate_limit_exceeded", "message": "Slow down.", "param": None}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "sequence_number": 2, "error": NESTED},
        {"sequence_number": 2, **NESTED, "type": "error"},
    ],
    ids=["nested", "flat"],
)
def test_a_stream_that_ends_with_an_error_raises_it(event: Json) -> None:
    begun = b"".join(list(streaming.events(made("text"), None))[:3])
    stream = begun + b"event: error\ndata: " + json.dumps(event).encode() + b"\n\n"
    with pytest.raises(ApiError) as told:
        collecting.collect(stream)
    assert (told.value.message, told.value.code) == ("Slow down.", "rate_limit_exceeded")


def test_a_failed_response_after_an_error_is_the_object_of_the_stream() -> None:
    failed = {**made("text"), "status": "failed", "error": {"code": "x", "message": "m"}}
    stream = b"".join(streaming.events(failed, None))
    assert read(stream)[-1]["type"] == "response.failed"
    event = b'event: error\ndata: {"type":"error","error":{"message":"m"}}\n\n'
    frames = stream.split(b"\n\n")
    assert collecting.collect(event + frames[-2] + b"\n\n") == failed
