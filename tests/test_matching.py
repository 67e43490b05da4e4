"""When two calls mean the same, and when they do not."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgw import matching
from mockgw.errors import MockgwError
from mockgw.model import Call
from tests.calls import call
from tests.wire import Json

ITEM = {"role": "user", "content": "Hi"}
WRITTEN = {"role": "user", "content": [{"type": "input_text", "text": "Hi"}], "type": "message"}
TOOL = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}
OTHER = {"type": "function", "name": "g", "parameters": {"type": "object", "properties": {}}}
FORM = {"type": "json_schema", "name": "a", "schema": {"type": "object"}}
UUIDS = ("6f1c1c9e-7b0a-4d0e-9c57-2f9b1f0c6a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11")
TIMES = ("2026-04-23T10:15:00Z", "2027-01-01 00:00:59.5+02:00")
IDS = ("resp_0123456789abcdef", "resp_fedcba9876543210")


def written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def responses(**body: Any) -> Json:
    return {"model": "gpt-5.5", "input": "Hi", **body}


def chat(**body: Any) -> Json:
    return {"model": "gpt-5.5", "messages": [ITEM], **body}


CALLED = {
    "type": "function_call",
    "call_id": "call-1",
    "name": "f",
    "arguments": '{"a": 1, "b": [1]}',
}
PICTURE = "data:image/png;base64," + "iVBORw0KGgo" * 40


def output_of(call_id: str) -> Json:
    return {"type": "function_call_output", "call_id": call_id, "output": "7"}


def turn(name: str) -> list[Json]:
    made = {"id": name, "type": "function", "function": {"name": "f", "arguments": "{}"}}
    return [
        ITEM,
        {"role": "assistant", "content": None, "tool_calls": [made]},
        {"role": "tool", "tool_call_id": name, "content": "7"},
    ]


def filed(name: str) -> list[Json]:
    return [{"role": "user", "content": [{"type": "input_file", "file_id": name}]}]


def seen(url: str) -> Json:
    return responses(
        input=[{"role": "user", "content": [{"type": "input_image", "image_url": url}]}]
    )


def told(text: str) -> Json:
    return responses(input=f"What happened at {text}, and why?")


SAME: dict[str, tuple[Json, Json]] = {
    "nulls": (responses(), responses(instructions=None, tools=None, reasoning=None)),
    "inner nulls": (
        responses(reasoning={"effort": "low"}),
        responses(reasoning={"effort": "low", "summary": None}),
    ),
    "empty list": (responses(), responses(tools=[])),
    "empty object": (responses(), responses(metadata={}, reasoning={})),
    "defaults": (
        responses(),
        responses(
            temperature=1,
            top_p=1,
            tool_choice="auto",
            parallel_tool_calls=True,
            background=False,
            truncation="disabled",
            text={"format": {"type": "text"}},
        ),
    ),
    "decimal default": (responses(), responses(temperature=1.0)),
    "chat defaults": (
        chat(),
        chat(n=1, presence_penalty=0, frequency_penalty=0, response_format={"type": "text"}),
    ),
    "metadata": (responses(), responses(metadata={"run": "7"})),
    "user": (responses(user="a"), responses(user="b", safety_identifier="c")),
    "cache key": (responses(), responses(prompt_cache_key="k", prompt_cache_retention="24h")),
    "store": (responses(store=True), responses(store=False)),
    "tier": (responses(), responses(service_tier="flex")),
    "seed": (chat(seed=1), chat(seed=2)),
    "stream": (responses(), responses(stream=True, stream_options={"include_obfuscation": False})),
    "item": (responses(), responses(input=[ITEM])),
    "typed item": (responses(), responses(input=[{"type": "message", **ITEM}])),
    "part": (
        responses(),
        responses(input=[{"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}]),
    ),
    "chat part": (
        chat(),
        chat(messages=[{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]),
    ),
    "copied answer": (
        responses(input=[ITEM, {"role": "assistant", "content": "Yes?"}, ITEM]),
        responses(
            input=[
                ITEM,
                {
                    "id": "msg_1",
                    "type": "message",
                    "status": "completed",
                    "role": "assistant",
                    "phase": "final_answer",
                    "content": [
                        {"type": "output_text", "text": "Yes?", "annotations": [], "logprobs": []}
                    ],
                },
                ITEM,
            ]
        ),
    ),
    "dated model": (responses(), responses(model="gpt-5.5-2026-04-23")),
    "prefixed model": (responses(), responses(model="openai/gpt-5.5")),
    "order of keys": (
        responses(reasoning={"effort": "low", "summary": "auto"}),
        {"reasoning": {"summary": "auto", "effort": "low"}, "input": "Hi", "model": "gpt-5.5"},
    ),
    "order of tools": (responses(tools=[TOOL, OTHER]), responses(tools=[OTHER, TOOL])),
    "uuid in the text": (told(UUIDS[0]), told(UUIDS[1])),
    "time in the text": (told(TIMES[0]), told(TIMES[1])),
    "id in the text": (told(IDS[0]), told(IDS[1])),
    "a moment after a line break": (told("\n" + TIMES[0]), told("\n" + TIMES[1])),
    "uuid in a word": (told(f"run-{UUIDS[0]}"), told(f"run-{UUIDS[1]}")),
    "id in the text and in a field": (
        responses(input=f"After {IDS[0]}?", previous_response_id=IDS[0]),
        responses(input=f"After {IDS[1]}?", previous_response_id=IDS[1]),
    ),
    "unix seconds": (told("1777054206"), told("1800000000.25")),
    "unix milliseconds": (told("at 1777054206123,"), told("at 1800000000999,")),
    "ids of one's own": (
        responses(input=[CALLED, output_of("call-1")]),
        responses(input=[{**CALLED, "call_id": "run/7"}, output_of("run/7")]),
    ),
    "ids of chat's tools": (chat(messages=turn("a")), chat(messages=turn("b"))),
    "copied call": (
        responses(input=[CALLED, output_of("call-1")]),
        responses(input=[{**CALLED, "id": "fc_1", "status": "completed"}, output_of("call-1")]),
    ),
    "spaces in arguments": (
        responses(input=[CALLED, output_of("call-1")]),
        responses(input=[{**CALLED, "arguments": '{ "b": [1],\n "a": 1 }'}, output_of("call-1")]),
    ),
    "conversation": (responses(conversation="conv_1"), responses(conversation={"id": "conv_2"})),
    "reference": (
        responses(input=[{"type": "item_reference", "id": "rs_1"}]),
        responses(input=[{"type": "item_reference", "id": "rs_2"}]),
    ),
    "verbosity": (responses(), responses(text={"verbosity": "medium"})),
    "verbosity beside a schema": (
        responses(text={"format": FORM}),
        responses(text={"format": FORM, "verbosity": "medium"}),
    ),
    "effort": (responses(), responses(reasoning={"effort": "medium"})),
    "effort of a pro": (
        responses(model="gpt-5.5-pro"),
        responses(model="gpt-5.5-pro", reasoning={"effort": "high"}),
    ),
    "chat's effort": (chat(), chat(reasoning_effort="medium", verbosity="medium")),
    "numbers": (
        responses(max_output_tokens=40, top_p=0.5),
        responses(max_output_tokens=40.0, top_p=0.50),
    ),
    "numbers in a schema": (
        responses(text={"format": {**FORM, "schema": {"minimum": 1}}}),
        responses(text={"format": {**FORM, "schema": {"minimum": 1.0}}}),
    ),
    "padding of a picture": (seen(PICTURE + "=="), seen(PICTURE)),
    "previous response": (
        responses(previous_response_id=IDS[0]),
        responses(previous_response_id=IDS[1]),
    ),
}
DIFFERENT: dict[str, tuple[Json, Json]] = {
    "text": (responses(), responses(input="Ho")),
    "instructions": (responses(), responses(instructions="Be brief.")),
    "system prompt": (
        responses(input=[{"role": "system", "content": "Be brief."}, ITEM]),
        responses(input=[{"role": "system", "content": "Be long."}, ITEM]),
    ),
    "role": (responses(), responses(input=[{"role": "developer", "content": "Hi"}])),
    "history": (responses(), responses(input=[ITEM, ITEM])),
    "tools": (responses(), responses(tools=[TOOL])),
    "tool's name": (responses(tools=[TOOL]), responses(tools=[OTHER])),
    "tool's words": (responses(tools=[TOOL]), responses(tools=[{**TOOL, "description": "d"}])),
    "tool choice": (responses(tools=[TOOL]), responses(tools=[TOOL], tool_choice="required")),
    "temperature": (responses(), responses(temperature=0.5)),
    "zero temperature": (responses(), responses(temperature=0)),
    "budget": (responses(max_output_tokens=20), responses(max_output_tokens=30)),
    "effort": (responses(reasoning={"effort": "low"}), responses(reasoning={"effort": "high"})),
    "schema": (
        responses(text={"format": FORM}),
        responses(text={"format": {**FORM, "schema": {"type": "object", "title": "t"}}}),
    ),
    "schema or none": (responses(), responses(text={"format": FORM})),
    "model": (responses(), responses(model="gpt-5.5-pro")),
    "api": (responses(), chat()),
    "n": (chat(), chat(n=2)),
    "two ids or one": (
        responses(input=f"{IDS[0]} or {IDS[1]}"),
        responses(input=f"{IDS[0]} or {IDS[0]}"),
    ),
    "id of the text in a field or not": (
        responses(input=f"After {IDS[0]}?", previous_response_id=IDS[0]),
        responses(input=f"After {IDS[0]}?", previous_response_id=IDS[1]),
    ),
    "a date alone": (told("2026-04-23"), told("2026-04-24")),
    "previous response or none": (responses(), responses(previous_response_id=IDS[0])),
    "stored prompt": (responses(), responses(prompt={"id": "p"})),
    "another stored prompt": (responses(prompt={"id": "p"}), responses(prompt={"id": "q"})),
    "other ids of one's own": (
        responses(input=[CALLED, output_of("call-1")]),
        responses(input=[CALLED, output_of("call-2")]),
    ),
    "arguments": (
        responses(input=[CALLED, output_of("call-1")]),
        responses(input=[{**CALLED, "arguments": '{"a": 2, "b": [1]}'}, output_of("call-1")]),
    ),
    "an id in arguments": (
        responses(input=[{**CALLED, "arguments": '{"id": "a"}'}, output_of("call-1")]),
        responses(input=[{**CALLED, "arguments": '{"id": "b"}'}, output_of("call-1")]),
    ),
    "output": (
        responses(input=[CALLED, output_of("call-1")]),
        responses(input=[CALLED, {**output_of("call-1"), "output": "8"}]),
    ),
    "file": (responses(input=filed("file-1")), responses(input=filed("file-2"))),
    "refusal": (
        chat(messages=[ITEM, {"role": "assistant", "refusal": "No."}]),
        chat(messages=[ITEM, {"role": "assistant", "refusal": "Never."}]),
    ),
    "null in a schema": (
        responses(text={"format": {**FORM, "schema": {"const": None}}}),
        responses(text={"format": {**FORM, "schema": {}}}),
    ),
    "a moment in a schema": (
        responses(text={"format": {**FORM, "schema": {"const": TIMES[0]}}}),
        responses(text={"format": {**FORM, "schema": {"const": TIMES[1]}}}),
    ),
    "numbers of a schema": (
        responses(text={"format": {**FORM, "schema": {"maximum": 1777054206}}}),
        responses(text={"format": {**FORM, "schema": {"maximum": 1777054207}}}),
    ),
    "a moment or its word": (told("<time>"), told(TIMES[0])),
    "an id or its word": (told("<id 0>"), told(IDS[0])),
    "a phone number": (told("+1777054206"), told("+1777054207")),
    "a function's name": (told("call_calculator"), told("call_translator")),
    "an article's number": (told("A1777054206"), told("A1777054207")),
    "a version": (told("1777054206.1.2"), told("1777054207.1.2")),
    "picture": (seen(PICTURE + "AAAA"), seen(PICTURE + "AAAB")),
    "kind of picture": (seen(PICTURE), seen(PICTURE.replace("png", "jpeg"))),
    "a long text's spaces": (responses(input="ab " * 800), responses(input="a b" * 800)),
    "true or one": (chat(n=1), chat(n=True)),
    "effort beside the default": (responses(), responses(reasoning={"effort": "high"})),
    "verbosity beside the default": (responses(), responses(text={"verbosity": "low"})),
}


def key(body: Json) -> str:
    return matching.normal_key(call(body))


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=list(SAME))
def test_calls_of_the_same_meaning_have_the_same_normal_key(one: Json, other: Json) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=list(DIFFERENT))
def test_calls_of_another_meaning_have_another_key(one: Json, other: Json) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("asked", "recorded", "lines"),
    [
        (
            responses(),
            responses(input="Ho"),
            ["input[0].content[0].text: asked 'Hi', recorded 'Ho'"],
        ),
        (
            responses(),
            responses(model="gpt-5.5-pro"),
            ["model: asked 'gpt-5.5', recorded 'gpt-5.5-pro'"],
        ),
        (responses(temperature=0.5), responses(), ["temperature: asked 0.5, recorded nothing"]),
        (
            responses(),
            responses(tools=[TOOL]),
            [f"tools: asked nothing, recorded {written([TOOL])[:60]}…"],
        ),
        (
            responses(reasoning={"effort": "low"}, input=[ITEM, ITEM]),
            responses(reasoning={"effort": "high"}),
            [
                "reasoning.effort: asked 'low', recorded 'high'",
                f"input[1]: asked {written(WRITTEN)[:60]}…, recorded nothing",
            ],
        ),
        # The two mean the same: then it is told how they are written.
        (
            responses(),
            responses(metadata={"a": "b"}),
            ['metadata: asked nothing, recorded {"a":"b"}'],
        ),
        # A moment is no difference beside a word that is one.
        (
            responses(input=f"Now {TIMES[0]}", instructions="a"),
            responses(input=f"Now {TIMES[1]}", instructions="b"),
            ["instructions: asked 'a', recorded 'b'"],
        ),
    ],
)
def test_differences_name_the_path_and_both_values(
    asked: Json, recorded: Json, lines: list[str]
) -> None:
    found = [str(one) for one in matching.differences(call(asked), call(recorded))]
    assert sorted(found) == sorted(lines)


def test_a_long_text_is_shown_around_the_places_that_differ() -> None:
    long = "word " * 40
    (found,) = matching.differences(
        call(responses(input=long + "ebb tide" + long + "red" + long)),
        call(responses(input=long + "flood" + long + "blue" + long)),
    )
    shown = str(found)
    for changed in ("ebb tide", "flood", "red", "blue"):
        assert changed in shown
    assert len(shown) < 400


def test_one_word_of_a_long_prompt_is_shown_as_a_word() -> None:
    prompt = " ".join(f"sentence {n} says so." for n in range(4000))
    (found,) = matching.differences(
        call(responses(input=prompt.replace("sentence 2000 ", "sentence two "))),
        call(responses(input=prompt)),
    )
    assert "sentence two says so" in str(found)
    assert "sentence 2000 says so" in str(found)
    assert len(str(found)) < 220


def test_a_picture_is_told_by_its_size_and_digest() -> None:
    (found,) = matching.differences(call(seen(PICTURE + "AAAA")), call(seen(PICTURE)))
    assert str(found.asked).startswith("data:image/png;base64 of 333 bytes, digest ")
    assert "iVBOR" not in str(found)


def test_the_nearest_recording_differs_least() -> None:
    asked = call(responses(input="Name three rivers of Europe", temperature=1))
    near = call(responses(input="Name four rivers of Europe"))
    same_count = call(responses(input="Translate this poem"))
    far = call(responses(input="Name three rivers", instructions="x", tools=[TOOL]))
    found = matching.nearest(asked, [far, same_count, near], lambda one: one)
    assert [one for one, _ in found] == [near, same_count, far]
    assert [len(differences) for _, differences in found] == [1, 1, 3]


def test_of_many_recordings_the_few_that_are_alike_are_found_by_their_rare_words() -> None:
    boilerplate = "You are asked about one town. " * 60
    calls = [call(responses(input=f"{boilerplate} Town number{n}.")) for n in range(2000)]
    read: list[Call] = []

    def read_call(one: Call) -> Call:
        read.append(one)
        return one

    nearby = matching.Nearby(read_call)
    asked = call(responses(input=f"{boilerplate} And town number777?"))
    assert nearby.like(asked, calls, 10)[0] is calls[777]
    assert len(nearby.like(asked, calls, 10)) == 10
    calls.append(call(responses(input=f"{boilerplate} And village number777?")))
    assert calls[-1] in nearby.like(asked, calls, 10)
    # Each is read once, however often is asked.
    assert len(read) == 2001


RULES: dict[str, tuple[matching.Rules, Json, Json]] = {
    "a name": (
        matching.Rules(("$.max_output_tokens",)),
        responses(max_output_tokens=20),
        responses(),
    ),
    "below a name": (
        matching.Rules(("$.reasoning.summary",)),
        responses(reasoning={"effort": "low", "summary": "auto"}),
        responses(reasoning={"effort": "low"}),
    ),
    "in every tool": (
        matching.Rules(("$.tools[*].description",)),
        responses(tools=[{**TOOL, "description": "a"}, OTHER]),
        responses(tools=[{**TOOL, "description": "b"}, OTHER]),
    ),
    "anywhere": (
        matching.Rules(("$..title",)),
        responses(text={"format": {**FORM, "schema": {"title": "a", "p": {"title": "b"}}}}),
        responses(text={"format": {**FORM, "schema": {"p": {}}}}),
    ),
    "quoted": (
        matching.Rules(("$['tools'][0][\"description\"]",)),
        responses(tools=[{**TOOL, "description": "a"}]),
        responses(tools=[TOOL]),
    ),
    "as the report tells it": (
        matching.Rules(("$.input[1].content[0].text",)),
        responses(input=[ITEM, {"role": "user", "content": "one"}]),
        responses(input=[ITEM, {"role": "user", "content": "two"}]),
    ),
    "as the body has it": (
        matching.Rules(("$.messages[1].content",)),
        chat(messages=[ITEM, {"role": "user", "content": "one"}]),
        chat(messages=[ITEM, {"role": "user", "content": "two"}]),
    ),
    "the model": (matching.Rules(("$.model",)), responses(), responses(model="gpt-4.1")),
    "an alias": (
        matching.Rules((), ("gpt-4o=gpt-5.5",)),
        responses(model="gpt-4o"),
        responses(),
    ),
}


@pytest.mark.parametrize(("rules", "one", "other"), RULES.values(), ids=list(RULES))
def test_rules_of_ones_own_take_away_what_does_not_count(
    rules: matching.Rules, one: Json, other: Json
) -> None:
    assert key(one) != key(other)
    assert matching.normal_key(call(one), None, rules) == matching.normal_key(
        call(other), None, rules
    )
    changed = {**other, "instructions": "Else."}
    assert matching.normal_key(call(one), None, rules) != matching.normal_key(
        call(changed), None, rules
    )


def test_what_is_ignored_can_be_let_count() -> None:
    rules = matching.Rules(("!$.user",))
    keys = {matching.normal_key(call(responses(user=name)), None, rules) for name in "ab"}
    assert len(keys) == 2
    assert key(responses(user="a")) == key(responses(user="b"))


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (matching.Rules(("metadata",)), "'metadata' is no JSON path."),
        (matching.Rules(("$",)), "'$' is no JSON path."),
        (matching.Rules(("$.a..",)), "'$.a..' is no JSON path."),
        (matching.Rules(("$.a[b]",)), r"'$.a[b]' is no JSON path."),
        (matching.Rules(("!$.input",)), "'!$.input' lets nothing count"),
        (matching.Rules((), ("gpt-4o",)), "'gpt-4o' is no alias."),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_remedy(
    rules: matching.Rules, words: str
) -> None:
    with pytest.raises(MockgwError) as caught:
        rules.check()
    assert words in caught.value.message
    assert caught.value.hint


def test_one_level_means_the_stricter_ones_too_and_several_mean_themselves() -> None:
    assert matching.chosen("exact") == ("exact",)
    assert matching.chosen(["normalized"]) == ("exact", "normalized")
    assert matching.chosen("sequence") == ("exact", "normalized", "sequence")
    assert matching.chosen("fuzzy") == ("exact", "normalized", "fuzzy")
    assert matching.chosen(("fuzzy", "exact")) == ("exact", "fuzzy")


WORDS = st.text(alphabet='abc δ潮\n"\\<>{}', max_size=12)
SCHEMAS = st.recursive(
    st.sampled_from([{"type": "string"}, {"type": "null"}, {"const": None}, {"enum": [1, None]}]),
    lambda inner: st.fixed_dictionaries({"type": st.just("object"), "items": inner}),
    max_leaves=4,
)
TOOLS = st.lists(
    st.fixed_dictionaries(
        {"type": st.just("function"), "name": st.sampled_from("fgh"), "parameters": SCHEMAS},
        optional={"description": WORDS},
    ),
    max_size=3,
    unique_by=lambda tool: str(tool["name"]),
)
# Each part is one in which two calls may differ; of two that mean the same it has only one form.
MEANT = st.fixed_dictionaries(
    {"instructions": WORDS.filter(bool), "said": WORDS, "system": WORDS},
    optional={
        "tools": TOOLS.filter(bool),
        "temperature": st.sampled_from([0, 0.25, 0.5, 1.5, 2]),
        "schema": SCHEMAS,
    },
)
# What does not count: any of these may be added to a call.
NOISE = st.fixed_dictionaries(
    {},
    optional={
        "metadata": st.dictionaries(st.text("ab", min_size=1), WORDS, max_size=2),
        "user": WORDS,
        "store": st.booleans(),
        "stream": st.booleans(),
        "top_p": st.sampled_from([None, 1, 1.0]),
        "tool_choice": st.just("auto"),
        "reasoning": st.sampled_from([None, {}, {"effort": "medium"}]),
        "truncation": st.just("disabled"),
    },
)


def meaning(parts: Json, noise: Json, *, turned: bool, written: bool) -> Json:
    """Return a body that means the parts, in one of several spellings."""
    said: Any = parts["said"]
    if written:
        said = [{"type": "input_text", "text": said}]
    body = {
        "model": "gpt-5.5-2026-04-23" if turned else "gpt-5.5",
        "instructions": parts["instructions"],
        "input": [
            {"role": "system", "content": parts["system"]},
            {"role": "user", "content": said},
        ],
        **noise,
    }
    if "tools" in parts:
        body["tools"] = parts["tools"][::-1] if turned else parts["tools"]
    if "temperature" in parts:
        number = parts["temperature"]
        body["temperature"] = float(number) if written else number
    if "schema" in parts:
        body["text"] = {"format": {"type": "json_schema", "name": "a", "schema": parts["schema"]}}
    return dict(reversed(body.items())) if turned else body


def spelt(parts: Json) -> str:
    """Return the parts so that equal ones are equal: tools by name, keys in order."""
    tools = sorted(parts.get("tools", []), key=lambda tool: str(tool["name"]))
    return json.dumps({**parts, "tools": tools}, sort_keys=True)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_keys_are_equal_just_when_prompt_tools_temperature_schema_and_text_are(
    data: st.DataObject,
) -> None:
    first = data.draw(MEANT)
    second = data.draw(
        st.one_of(
            MEANT,
            st.just(first),
            # One part of it, and nothing else, from another call.
            st.builds(
                lambda other, name: {**first, **{k: v for k, v in other.items() if k == name}},
                MEANT,
                st.sampled_from(
                    ["instructions", "said", "system", "tools", "temperature", "schema"]
                ),
            ),
        )
    )
    one, other = (
        meaning(parts, data.draw(NOISE), turned=data.draw(BOOLS), written=data.draw(BOOLS))
        for parts in (first, second)
    )
    same = spelt(first) == spelt(second)
    assert (key(one) == key(other)) is same
    # At the level fuzzy too: other words of the user are all that may differ.
    alike = matching.alike(call(one), call(other))
    if spelt({**first, "said": ""}) != spelt({**second, "said": ""}):
        assert alike == 0.0
    elif same:
        assert alike == 1.0


BOOLS = st.booleans()


@pytest.mark.parametrize(
    ("asked", "recorded", "least", "most"),
    [
        ("Name three rivers of Europe.", "Name three rivers of Europe.", 1.0, 1.0),
        ("Name three rivers of Europe.", "Name four rivers of Europe.", 0.75, 0.95),
        ("Name three rivers of Europe.", "Translate this poem, please.", 0.0, 0.4),
    ],
)
def test_likeness_is_of_the_words_of_the_conversation(
    asked: str, recorded: str, least: float, most: float
) -> None:
    told = matching.alike(call(responses(input=asked)), call(responses(input=recorded)))
    assert least <= told <= most


UNLIKE: dict[str, tuple[Json, Json]] = {
    name: pair
    for name, pair in DIFFERENT.items()
    if name
    in {
        "instructions", "system prompt", "role", "history", "tools", "tool's name", "tool's words",
        "tool choice", "temperature", "zero temperature", "budget", "effort", "schema",
        "schema or none", "model", "n", "picture", "kind of picture", "file", "arguments",
    }
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), UNLIKE.values(), ids=list(UNLIKE))
def test_calls_that_differ_in_more_than_words_are_not_alike(one: Json, other: Json) -> None:
    assert matching.alike(call(one), call(other)) == 0.0
    assert matching.alike(call(one), call(one)) == 1.0


def test_secrets_are_taken_out_of_differences_whole() -> None:
    secret = "correct horse battery staple"
    found = matching.differences(
        call(responses(input="x" * 50 + secret + " a")),
        call(responses(input="x" * 50 + secret + " b", instructions=secret)),
        lambda text: text.replace(secret, "REDACTED"),
    )
    shown = "\n".join(map(str, found))
    assert len(found) == 2
    assert not any(word in shown for word in secret.split())
