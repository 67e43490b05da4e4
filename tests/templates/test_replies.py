"""What a template may answer, in its order, and how each kind looks to the caller."""

import json
from http.client import IncompleteRead
from typing import Any

import pytest

from mockgw.templates.reply_words import WORDS
from tests.templates.ground import CHATTED, NATIVE, Ground
from tests.test_docs import told_by
from tests.ways import RESPONSES, Way
from tests.wire import Json, events

TOOL = {"type": "function", "name": "get", "parameters": {"type": "object"}}
either = pytest.mark.parametrize("way", [NATIVE, CHATTED], ids=["responses", "chat"])


def test_the_table_of_words_knows_what_a_script_knows() -> None:
    from mockgw import script  # noqa: PLC0415 - beside its use

    said = told_by(lambda: script.reply(nonsense=1)) | told_by(lambda: script.fail(500, nonsense=1))

    assert said - set(WORDS) == set()


def test_an_answer_has_every_part_that_was_meant(ground: Ground) -> None:
    ground.add(
        """
- reply:
    reasoning: 64
    summary: [I look.]
    text: One moment.
    tool_calls: [{name: get, arguments: {city: Oslo}}]
    usage: {input: 1000, cached: 900}
"""
    )

    answer = ground.ask({"input": "x", "tools": [TOOL]}).json()

    thought, message, call = answer["output"]
    assert thought["summary"] == [{"type": "summary_text", "text": "I look."}]
    assert message["content"][0]["text"] == "One moment."
    assert json.loads(call["arguments"]) == {"city": "Oslo"}
    assert answer["usage"]["input_tokens"] == 1000
    assert answer["usage"]["input_tokens_details"]["cached_tokens"] == 900
    assert answer["usage"]["output_tokens_details"]["reasoning_tokens"] == 64


@either
def test_a_refusal_says_what_the_name_says(ground: Ground, way: Way) -> None:
    ground.add("- reply: {error: insufficient_quota, message: 'Nothing left, {{ text }}.'}")

    told = ground.refused("Ada", way=way)

    assert told == (429, "insufficient_quota", "Nothing left, Ada.")


def test_a_status_is_an_error_of_either_party(ground: Ground) -> None:
    ground.add("- reply: {status: 418, type: tea, code: pot, param: x, retry_after: 2}")

    reply = ground.ask("x")

    assert (reply.status, reply.headers["retry-after"]) == (418, "2")
    assert reply.json()["error"]["type"] == "tea"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("way", [RESPONSES[0], RESPONSES[4]], ids=["openai", "rest"])
def test_what_is_raw_goes_out_as_it_is(ground: Ground, way: Way, stream: bool) -> None:
    ground.add(
        "- when: {text: page}\n  reply: {raw: true, status: 524, body: '<h1>A timeout</h1>'}\n"
        "- when: {text: data}\n  reply: {raw: true, body: {odd: [1]}}\n"
        "- reply: {raw: true, status: 200, body: 'data: x', content_type: text/event-stream}\n"
    )
    told = [
        ground.ask({"input": said, "stream": stream}, way=way) for said in ("page", "data", "x")
    ]

    assert [(one.status, one.headers["content-type"], one.body) for one in told] == [
        (524, "text/html; charset=utf-8", b"<h1>A timeout</h1>"),
        (200, "application/json", b'{"odd":[1]}'),
        (200, "text/event-stream", b"data: x"),
    ]


def test_what_is_raw_and_what_is_refused_may_be_worked_out(ground: Ground) -> None:
    ground.add(
        "- when: {text: page}\n  reply: {raw: true, status: 503, body: '<p>{{ text }}</p>'}\n"
        "- when: {text: data}\n  reply: {raw: true, body: {turn: '{{ turn }}'}}\n"
        "- when: {text: rate}\n  reply: {error: '{{ text }}_limit', message: 'No {{ text }}.'}\n"
        "- reply: {status: '{{ body.metadata.status|int }}', message: Not now.}\n"
    )

    page, data, limit = (ground.ask(said) for said in ("page", "data", "rate"))
    status = ground.ask({"input": "x", "metadata": {"status": "503"}})

    assert (page.status, page.body) == (503, b"<p>page</p>")
    assert (data.status, data.body) == (200, b'{"turn":1}')
    assert (limit.status, limit.json()["error"]["message"]) == (429, "No rate.")
    assert (status.status, status.json()["error"]["message"]) == (503, "Not now.")


@either
def test_a_stream_brings_the_same_words(ground: Ground, way: Way) -> None:
    ground.add("- reply: 'You said: {{ text }}.'")
    body: Json = (
        {"input": "Hi"} if way is NATIVE else {"messages": [{"role": "user", "content": "Hi"}]}
    )

    told = events(ground.ask({**body, "stream": True}, way=way).body)

    if way is NATIVE:
        assert told[-1]["response"]["output"][0]["content"][0]["text"] == "You said: Hi."
    else:
        deltas = [one["choices"][0]["delta"].get("content") or "" for one in told if one["choices"]]
        assert "".join(deltas) == "You said: Hi."


@pytest.mark.parametrize(
    ("then", "told"),
    [
        ("", ["a", "b", "b", "b"]),
        ("then: last", ["a", "b", "b", "b"]),
        ("then: repeat", ["a", "b", "a", "b"]),
    ],
)
def test_a_list_is_played_in_its_order(ground: Ground, then: str, told: list[str]) -> None:
    ground.add(f"- name: x\n  reply: [a, b]\n  {then}")

    assert [ground.text("Hi") for _ in told] == told


def test_a_list_may_end_in_an_error(ground: Ground) -> None:
    ground.add("- name: x\n  reply: [{error: overloaded}, b]\n  then: error")

    assert ground.refused("Hi")[0] == 503
    assert ground.text("Hi") == "b"
    assert ground.refused("Hi") == (
        400,
        "unfit_reply",
        (
            "The answer of template 'x' (t.yaml:1) does not fit this call: all of its 2 replies "
            "were given."
        ),
    )


def test_a_reply_that_does_not_fit_the_call_is_told(ground: Ground) -> None:
    ground.add("- name: x\n  reply: {tool_calls: [{name: put}]}")

    status, code, message = ground.refused({"input": "x", "tools": [TOOL]})

    assert (status, code) == (400, "unfit_reply")
    assert message.endswith("does not fit this call: it calls 'put'; the call offers: get.")


WORKED_OUT: dict[str, tuple[str, Any]] = {
    "a number that is none": ("reasoning: '{{ text }}'", "reasoning='x' is not a number"),
    "a name that is none": ("error: '{{ text }}'", "There is no error named 'x'"),
    "counts": ("usage: {input: '{{ text }}'}", "usage has input='x'"),
    "a list of calls": ("tool_calls: '{{ text }}'", 'tool_calls is "x"'),
}


@pytest.mark.parametrize("name", WORKED_OUT)
def test_what_is_worked_out_is_checked_when_it_is_known(ground: Ground, name: str) -> None:
    reply, told = WORKED_OUT[name]
    ground.add(f"- name: x\n  reply:\n    {reply}")

    status, code, message = ground.refused("x")

    assert (status, code) == (400, "unfit_reply")
    assert told in message


def test_times_and_faults_are_those_of_a_scripted_reply(ground: Ground) -> None:
    ground.add("- reply: {text: a b c d e, delay: 0.01, fault: 'cut_after_events:2'}")

    with pytest.raises(IncompleteRead) as caught:
        ground.ask({"input": "Hi", "stream": True})

    assert len(events(caught.value.partial)) == 2
    assert ground.last.fault == "cut_after_events:2"
