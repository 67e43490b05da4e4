"""What may be queued is taken in its meaning; what may not is refused with a way to mend it."""

import re
from collections import UserDict
from typing import Any

import pytest
from pydantic import BaseModel

from mockgw.draft import Calls, Does, Draft, Failure, Says
from mockgw.errors import ApiError, MockgwError
from mockgw.faults.fault import fault
from mockgw.model import Timing
from mockgw.pace.pace import paces
from mockgw.script import Scripted, fail, placed, reply

ONE_OF = "a text, a dict or a model, text, json, refusal, body, choices"


class City(BaseModel):
    name: str
    country: str = "Norway"


def says(text: str, **more: Any) -> tuple[Draft, ...]:
    return (Draft(parts=(Says(text, **more),)),)


ANSWERS: dict[str, tuple[Scripted, tuple[Draft, ...]]] = {
    "nothing": (reply(), says("")),
    "a text": (reply("Hi"), says("Hi")),
    "a text by keyword": (reply(text="Hi"), says("Hi")),
    "an empty text": (reply(""), says("")),
    "a dict": (reply({"a": [1, "ø"]}), says('{"a":[1,"ø"]}', structured=True)),
    "a list": (reply([1, 2]), says("[1,2]", structured=True)),
    "a model": (reply(City(name="Oslo")), says('{"name":"Oslo","country":"Norway"}', structured=1)),
    "json of a text": (reply(json="Hi"), says('"Hi"', structured=True)),
    "json of nothing": (reply(json=None), says("null", structured=True)),
    "json of a truth": (reply(json=True), says("true", structured=True)),
    "a refusal": (reply(refusal="No."), says("No.", refusal=True)),
    "reasoning alone": (reply(reasoning=9), (Draft(9),)),
    "reasoning and text": (
        reply("Hi", reasoning=9, summary="Well."),
        (Draft(9, ("Well.",), (Says("Hi"),)),),
    ),
    "summaries": (
        reply("Hi", summary=["a", "b"]),
        (Draft(summary=("a", "b"), parts=(Says("Hi"),)),),
    ),
    "commentary": (
        reply("Hi", commentary="Well."),
        (Draft(parts=(Says("Well.", phase="commentary"), Says("Hi"))),),
    ),
    "items": (
        reply("Hi", items=["web_search_call", {"type": "mcp_call", "name": "f"}]),
        (Draft(parts=(Does("web_search_call"), Does("mcp_call", {"name": "f"}), Says("Hi"))),),
    ),
    "an item and its keys": (
        reply("Hi", items=[("shell_call", {"status": "incomplete"})]),
        (Draft(parts=(Does("shell_call", {"status": "incomplete"}), Says("Hi"))),),
    ),
    "a failure": (
        reply("Hi", failed="Gone."),
        (Draft(parts=(Says("Hi"),), failure=Failure("server_error", "Gone.")),),
    ),
    "a failure by its code": (
        reply(failed={"code": "rate_limit_exceeded", "message": "Gone."}),
        (Draft(failure=Failure("rate_limit_exceeded", "Gone.")),),
    ),
    "a call": (
        reply(tool_calls=[("get", {"city": "Oslo"})]),
        (Draft(parts=(Calls("get", '{"city":"Oslo"}'),)),),
    ),
    "a call as a list": (reply(tool_calls=[["get", {}]]), (Draft(parts=(Calls("get", "{}"),)),)),
    "a call as a dict": (
        reply(tool_calls=({"name": "get", "arguments": {}}, {"name": "run"})),
        (Draft(parts=(Calls("get", "{}"), Calls("run", "{}"))),),
    ),
    "a call with a text": (
        reply(tool_calls=[("run", "ls -l")]),
        (Draft(parts=(Calls("run", "ls -l"),)),),
    ),
    "text and a call": (
        reply("I look.", tool_calls=[("get", {})]),
        (Draft(parts=(Says("I look."), Calls("get", "{}"))),),
    ),
    "cut": (
        reply("Hi the", incomplete="max_output_tokens"),
        (Draft(parts=(Says("Hi the"),), incomplete="max_output_tokens"),),
    ),
    "cut before the text": (
        reply(incomplete="content_filter"),
        (Draft(incomplete="content_filter"),),
    ),
    "choices": (
        reply(choices=["a", {"b": 1}]),
        (*says("a"), *says('{"b":1}', structured=True)),
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_taken_in_its_meaning(name: str) -> None:
    made, drafts = ANSWERS[name]
    assert made == Scripted(drafts=drafts)


def test_counts_times_and_exact_objects_stand_beside_the_meaning() -> None:
    counts = {"input": 9000, "cached": 0}
    assert reply("Hi", usage=counts) == Scripted(drafts=says("Hi"), usage=counts)
    assert reply("Hi", delay=1).timing == Timing(1.0, 0.0)
    assert reply("Hi", pace=0.5).timing == Timing(0.0, 0.5)
    assert reply("Hi", delay=0).timing is None
    assert reply(body=UserDict(id="x"), delay=1).body == {"id": "x"}
    assert reply("Hi", timing="fast").paces == paces("fast")
    assert reply("Hi", timing={"first": 0.5, "rate": 40}).paces == paces("first=0.5 rate=40")
    assert reply("Hi", fault={"cut_after_events": [3, "reset"]}).fault == fault(
        "cut_after_events:3:reset"
    )


def test_a_function_is_kept_for_the_call_and_what_is_queued_already_is_taken_as_it_is() -> None:
    assert reply(str.upper, delay=2) == Scripted(make=str.upper, timing=Timing(2.0, 0.0))
    assert reply(reply("Hi", delay=2)) == reply("Hi", delay=2)
    assert placed(reply("Hi"), "test_x.py:3").where == "test_x.py:3"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "typo": ({"reasonning": 3}, "'reasonning' has no meaning here.\n  Did you mean reasoning?"),
    "unknown": (
        {"colour": "red"},
        (
            "'colour' has no meaning here.\n  Known: body, choices, reasoning, summary, "
            "incomplete, failed, commentary, items, tool_calls, text, refusal, json, usage, "
            "delay, pace, timing, fault."
        ),
    ),
    "function": (
        {"answer": str.upper, "text": "x"},
        "'text' has no meaning here.\n  Known: usage, delay, pace, timing, fault.",
    ),
    "queued": ({"answer": Scripted(), "pace": 1}, "'pace' has no meaning here.\n  Leave it away."),
    "text": ({"text": 3}, "text=3 is not a text.\n  Give a text."),
    "two messages": (
        {"answer": "a", "text": "b"},
        f"An answer says one thing.\n  Give only one of: {ONE_OF}.",
    ),
    "json and refusal": (
        {"json": 1, "refusal": "b"},
        f"An answer says one thing.\n  Give only one of: {ONE_OF}.",
    ),
    "body and text": (
        {"answer": "a", "body": {}},
        f"An answer says one thing.\n  Give only one of: {ONE_OF}.",
    ),
    "body and choices": (
        {"body": {}, "choices": ["a"]},
        f"An answer says one thing.\n  Give only one of: {ONE_OF}.",
    ),
    "no choices": ({"choices": []}, "choices=[] has no answer in it.\n  Give one for each choice."),
    "choices of a text": (
        {"choices": "ab"},
        "choices='ab' is not a list of answers.\n  Give a list of answers.",
    ),
    "body": ({"body": "x"}, "body='x' is not a dict.\n  Give a dict."),
    "no JSON": (
        {"answer": {1, 2}},
        (
            "{1, 2} cannot be said in JSON: Object of type set is not JSON "
            "serializable.\n  Give plain data."
        ),
    ),
    "no number of JSON": (
        {"json": float("nan")},
        (
            "nan cannot be said in JSON: Out of range float values are not JSON compliant: nan.\n"
            "  Give plain data."
        ),
    ),
    "a class": (
        {"answer": City},
        (
            f"{City!r} cannot be said in JSON: Object of type ModelMetaclass "
            "is not JSON serializable.\n  Give plain data."
        ),
    ),
    "reasoning": (
        {"reasoning": "much"},
        "reasoning='much' is not a number of tokens.\n  Give a number of tokens.",
    ),
    "true reasoning": (
        {"reasoning": True},
        "reasoning=True is not a number of tokens.\n  Give a number of tokens.",
    ),
    "negative reasoning": (
        {"reasoning": -1},
        "reasoning=-1 is no number of tokens.\n  Give at least 0.",
    ),
    "summary": (
        {"summary": 5},
        "summary=5 is not a text or a list of texts.\n  Give a text or a list of texts.",
    ),
    "incomplete": (
        {"incomplete": "tired"},
        (
            "incomplete='tired' is not one of max_output_tokens, content_filter.\n"
            "  Give one of max_output_tokens, content_filter."
        ),
    ),
    "tool calls": (
        {"tool_calls": "ab"},
        "tool_calls='ab' is not a list of calls.\n  Give a list of calls.",
    ),
    "tool call": (
        {"tool_calls": ["get"]},
        (
            "'get' is no tool call.\n"
            '  Give ("name", {"argument": 1}), or a text in place of the dict.'
        ),
    ),
    "tool call without a name": (
        {"tool_calls": [("", {})]},
        (
            "('', {}) is no tool call.\n"
            '  Give ("name", {"argument": 1}), or a text in place of the dict.'
        ),
    ),
    "tool call with a list": (
        {"tool_calls": [("get", [1])]},
        (
            "('get', [1]) is no tool call.\n"
            '  Give ("name", {"argument": 1}), or a text in place of the dict.'
        ),
    ),
    "item of no kind": (
        {"items": ["web_serch_call"]},
        "There is no item of the kind 'web_serch_call'.\n  Did you mean web_search_call?",
    ),
    "item that is none": (
        {"items": [7]},
        '7 is no item.\n  Give ("web_search_call", {"status": "completed"}), or its type.',
    ),
    "failure that is none": (
        {"failed": {"reason": "x"}},
        "failed={'reason': 'x'} says no failure.\n  Give a text, or code and message.",
    ),
    "two ends": (
        {"failed": "x", "incomplete": "content_filter"},
        "An answer ends in one way.\n  Give failed or incomplete, not both.",
    ),
    "usage": (
        {"usage": {"total": 3}},
        "usage has total=3.\n  Give whole numbers of tokens for input, output, reasoning, cached.",
    ),
    "negative usage": (
        {"usage": {"input": -3}},
        "usage has input=-3.\n  Give whole numbers of tokens for input, output, reasoning, cached.",
    ),
    "delay": ({"delay": "1"}, "delay='1' is not a number of seconds.\n  Give a number of seconds."),
    "negative delay": (
        {"delay": -1},
        "delay=-1 is no time to wait.\n  Give seconds of at least 0.",
    ),
    "endless pace": (
        {"pace": float("inf")},
        "pace=inf is no time to wait.\n  Give seconds of at least 0.",
    ),
    "timing": (
        {"timing": "realistc"},
        "There is no timing named 'realistc'.\n  Did you mean realistic?",
    ),
    "two faults": (
        {"fault": {"reset": None, "gzip": None}},
        "fault={'reset': None, 'gzip': None} is not one fault.\n  Give {name: argument}.",
    ),
    "no pace": (
        {"pace": float("nan")},
        "pace=nan is no time to wait.\n  Give seconds of at least 0.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_answer_can_be_is_refused_with_a_way_to_mend_it(name: str) -> None:
    given, told = REFUSED[name]
    with pytest.raises(MockgwError) as caught:
        reply(**given)
    # Newer Pythons say which type it was.
    assert re.sub(r"(compliant|serializable): ?\w*", r"\1", str(caught.value)) == re.sub(
        r"(compliant|serializable): ?\w*", r"\1", told
    )


@pytest.mark.parametrize(
    ("error", "status", "kind", "code"),
    [
        ("rate_limit", 429, "requests", "rate_limit_exceeded"),
        ("insufficient_quota", 429, "insufficient_quota", "insufficient_quota"),
        ("server_error", 500, "server_error", "server_error"),
        ("overloaded", 503, "service_unavailable_error", "server_is_overloaded"),
        ("unauthorized", 401, "invalid_request_error", "invalid_api_key"),
        ("context_length", 400, "invalid_request_error", "context_length_exceeded"),
        (400, 400, "invalid_request_error", None),
        (401, 401, "invalid_request_error", "invalid_api_key"),
        (404, 404, "invalid_request_error", None),
        (429, 429, "requests", "rate_limit_exceeded"),
        (500, 500, "server_error", "server_error"),
        (502, 502, "server_error", None),
        (503, 503, "service_unavailable_error", "server_is_overloaded"),
        (599, 599, "server_error", None),
    ],
)
def test_a_refusal_has_the_usual_words_of_its_status(
    error: int | str, status: int, kind: str, code: str | None
) -> None:
    made = fail(error).error
    assert made is not None
    assert (made.status, made.type, made.code) == (status, kind, code)
    assert made.param == ("input" if error == "context_length" else None)
    assert made.message
    assert made.origin == "provider"


def test_a_refusal_can_be_told_in_every_field() -> None:
    made = fail(418, "I am a teapot.", type="tea", code="pot", param="cup", origin="gateway").error
    assert isinstance(made, ApiError)
    assert (made.status, made.message, made.type) == (418, "I am a teapot.", "tea")
    assert (made.code, made.param, made.origin) == ("pot", "cup", "gateway")
    assert fail(500, "").error != made


@pytest.mark.parametrize(
    ("given", "details", "told"),
    [
        (
            "rate_limt",
            {},
            "There is no error named 'rate_limt'.\n  Did you mean rate_limit?",
        ),
        (200, {}, "200 is no error's status.\n  Give one from 400 to 599."),
        (600, {}, "600 is no error's status.\n  Give one from 400 to 599."),
        (
            500,
            {"kind": "x"},
            (
                "'kind' has no meaning here.\n  Known: origin, retry_after, type, code, param, "
                "should_retry, headers, delay, fault."
            ),
        ),
        (500, {"codes": "x"}, "'codes' has no meaning here.\n  Did you mean code?"),
        (500, {"code": 5}, "code=5 is not a text.\n  Give a text."),
        (
            500,
            {"should_retry": "no"},
            "should_retry='no' is not true or false.\n  Give true or false.",
        ),
        (
            500,
            {"headers": {"x": "a\r\nb: c"}},
            "'x' is no header.\n  Give a name and a value on one line.",
        ),
        (500, {"fault": "rset"}, "There is no fault named 'rset'.\n  Did you mean reset?"),
        (
            500,
            {"origin": "me"},
            "origin='me' is not one of provider, gateway.\n  Give one of provider, gateway.",
        ),
    ],
)
def test_what_is_no_refusal_is_refused(
    given: int | str, details: dict[str, Any], told: str
) -> None:
    with pytest.raises(MockgwError) as caught:
        fail(given, **details)
    assert str(caught.value) == told
