"""A session is told what to answer: it fits the call, in either API, through every door."""

from typing import Any

import pytest

from mockgw import script
from mockgw.asked import Asked
from mockgw.draft import Calls, Draft, Says
from tests.calls import complete, respond
from tests.scripts import Scripts
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json, events, spelled

NATIVE, CHATTED = RESPONSES[0], CHAT[0]
HI: Json = {"input": "Hi"}
SPOKEN: Json = {"messages": [{"role": "user", "content": "Hi"}]}
every_way = pytest.mark.parametrize("way", RESPONSES, ids=lambda way: way.name)
every_chat_way = pytest.mark.parametrize("way", CHAT, ids=lambda way: way.name)


def texts(answer: Json) -> list[str]:
    if answer["object"] == "chat.completion":
        return [choice["message"]["content"] for choice in answer["choices"]]
    said = [item for item in answer["output"] if item["type"] == "message"]
    return [part["text"] for item in said for part in item["content"]]


@every_way
def test_a_scripted_answer_comes_through_every_door(way: Way) -> None:
    road = Scripts()
    road.reply("Lindisfarne.", reasoning=12)
    answer = road.ask(way, HI)
    assert texts(answer) == ["Lindisfarne."]
    assert answer["usage"]["output_tokens_details"]["reasoning_tokens"] == 12
    assert (road.last.source, road.last.notes) == ("script", ("queued at test_x.py:7",))


@every_chat_way
def test_a_scripted_chat_comes_through_every_door(way: Way) -> None:
    road = Scripts()
    road.reply("Lindisfarne.", reasoning=12)
    answer = road.ask(way, SPOKEN)
    assert texts(answer) == ["Lindisfarne."]
    assert answer["usage"]["completion_tokens_details"]["reasoning_tokens"] == 12


@pytest.mark.parametrize("way", [NATIVE, CHATTED], ids=["responses", "chat"])
def test_answers_are_given_in_turn_and_what_follows_is_made_up(way: Way) -> None:
    road = Scripts()
    body = SPOKEN if way is CHATTED else HI
    road.reply("one", "two")
    road.fail("rate_limit")
    road.reply("three")
    told = [road.send(way, body) for _ in range(5)]
    assert [reply.status for reply in told] == [200, 200, 429, 200, 200]
    said = [texts(reply.json()) for reply in told if reply.status == 200]
    assert said[:3] == [["one"], ["two"], ["three"]]
    sources = [entry.source for entry in road.session.entries]
    assert sources == ["script"] * 4 + ["synth"]


def test_an_answer_streams_as_it_would_come_whole() -> None:
    whole, streamed = Scripts(), Scripts()
    for road in (whole, streamed):
        road.reply("Lindisfarne.", reasoning=3, tool_calls=[("get", {"name": "x"})])
    told = events(
        streamed.send(
            NATIVE, {**HI, "tools": [{"type": "function", "name": "get"}], "stream": True}
        ).body
    )
    final, answer = (
        told[-1]["response"],
        whole.ask(NATIVE, {**HI, "tools": [{"type": "function", "name": "get"}]}),
    )
    assert final["usage"] == answer["usage"]
    assert [item["type"] for item in final["output"]] == ["reasoning", "message", "function_call"]
    deltas = [one["delta"] for one in told if one["type"] == "response.output_text.delta"]
    assert "".join(deltas) == "Lindisfarne."


def test_a_chat_streams_as_it_would_come_whole() -> None:
    road = Scripts()
    road.reply(choices=["Left.", "Right."])
    told = events(road.send(CHATTED, {**SPOKEN, "n": 2, "stream": True}).body)
    said = {0: "", 1: ""}
    for choice in (choice for chunk in told for choice in chunk["choices"]):
        said[choice["index"]] += choice["delta"].get("content") or ""
    assert said == {0: "Left.", 1: "Right."}


@pytest.mark.parametrize("way", [NATIVE, CHATTED], ids=["responses", "chat"])
def test_given_counts_replace_counted_ones(way: Way) -> None:
    road = Scripts()
    road.reply("Hi", usage={"input": 9000, "output": 50, "cached": 1024, "reasoning": 7})
    usage = road.ask(way, SPOKEN if way is CHATTED else HI)["usage"]
    given, spent = ("prompt", "completion") if way is CHATTED else ("input", "output")
    assert (usage[f"{given}_tokens"], usage[f"{spent}_tokens"]) == (9000, 50)
    assert usage["total_tokens"] == 9050
    assert usage[f"{given}_tokens_details"]["cached_tokens"] == 1024
    assert usage[f"{spent}_tokens_details"]["reasoning_tokens"] == 7
    assert Asked.of(road.last).usage == usage


@pytest.mark.parametrize("way", [NATIVE, CHATTED], ids=["responses", "chat"])
def test_a_budget_cuts_a_scripted_answer_too(way: Way) -> None:
    road = Scripts()
    road.reply("tide " * 100, reasoning=20)
    name = "max_completion_tokens" if way is CHATTED else "max_output_tokens"
    answer = road.ask(way, {**(SPOKEN if way is CHATTED else HI), name: 40})
    usage = answer["usage"]
    assert usage["completion_tokens" if way is CHATTED else "output_tokens"] == 40
    (text,) = texts(answer)
    assert ("tide " * 100).startswith(text)
    if way is CHATTED:
        assert answer["choices"][0]["finish_reason"] == "length"
    else:
        assert answer["incomplete_details"] == {"reason": "max_output_tokens"}


def test_each_choice_is_given_its_answer_and_one_answer_is_given_to_all() -> None:
    road = Scripts()
    road.reply(choices=["Left.", "Right."])
    road.reply("Same.")
    two = {**SPOKEN, "n": 2}
    assert texts(road.ask(CHATTED, two)) == ["Left.", "Right."]
    assert texts(road.ask(CHATTED, two)) == ["Same.", "Same."]
    road.reply(choices=["a", "b", "c"])
    assert "it has 3 choices, and the call wants 2" in road.refused(CHATTED, two)


BODIES = {
    "responses": respond(HI, draft=Draft(3, (), (Says("Exact."),))),
    "chat": complete({}, Draft(3, (), (Says("Exact."), Calls("x", "{}")))),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", BODIES)
def test_an_exact_body_goes_out_as_it_is(name: str, stream: bool) -> None:
    road = Scripts()
    body = BODIES[name]
    road.reply(body=body)
    sent = {**(SPOKEN if name == "chat" else HI), "stream": stream}
    reply = road.send(CHATTED if name == "chat" else NATIVE, sent)
    if not stream:
        assert spelled(reply.json()) == spelled(body)
    elif name == "chat":
        assert {chunk["id"] for chunk in events(reply.body)} == {body["id"]}
    else:
        assert events(reply.body)[-1]["response"] == body


@pytest.mark.parametrize(
    ("way", "sent", "body", "reason"),
    [
        (
            NATIVE,
            HI,
            BODIES["chat"],
            "its body is no response, whose \"object\" would be 'response'",
        ),
        (
            CHATTED,
            SPOKEN,
            BODIES["responses"],
            "its body is no chat.completion, whose \"object\" would be 'chat.completion'",
        ),
        (NATIVE, HI, {}, "its body is no response, whose \"object\" would be 'response'"),
        (NATIVE, HI, {"object": "response", "id": "x"}, "its body has no 'output'"),
        (CHATTED, SPOKEN, {"object": "chat.completion", "id": "x"}, "its body has no 'choices'"),
        (
            NATIVE,
            {**HI, "stream": True},
            {"object": "response", "id": "x", "output": [5]},
            "its body is no whole response (",
        ),
        (
            CHATTED,
            {**SPOKEN, "stream": True},
            {"object": "chat.completion", "id": "x", "choices": [{"index": 0, "message": 3}]},
            "its body is no whole chat.completion (",
        ),
    ],
)
def test_a_body_of_the_other_api_or_half_a_body_is_refused(
    way: Way, sent: Json, body: Json, reason: str
) -> None:
    road = Scripts()
    road.reply(body=body)
    assert f"does not fit this call: {reason}" in road.refused(way, sent)


def test_counts_need_a_body_that_has_some() -> None:
    road = Scripts()
    road.reply(body={"object": "response", "id": "x", "output": []}, usage={"input": 3})
    assert "its body is no whole response (KeyError: 'usage')" in road.refused(NATIVE, HI)


def test_a_function_sees_the_request_and_may_refuse_it() -> None:
    seen: list[Asked] = []

    def answer(asked: Asked) -> Any:
        seen.append(asked)
        return script.fail("overloaded") if "bad" in asked.text else f"{asked.text}!"

    road = Scripts()
    road.reply(answer, answer)
    assert texts(road.ask(NATIVE, {"input": "Good"})) == ["Good!"]
    assert road.send(NATIVE, {"input": "bad"}).status == 503
    assert [(asked.text, asked.model, asked.door) for asked in seen] == [
        ("Good", "gpt-5.5", "openai"),
        ("bad", "gpt-5.5", "openai"),
    ]


def test_a_scripted_answer_is_stored_and_continued() -> None:
    road = Scripts()
    road.reply("My name is Ada.", "It is Ada.")
    first = road.ask(NATIVE, HI)
    second = {"input": "Your name?", "previous_response_id": first["id"]}
    longer = road.ask(NATIVE, second)
    assert texts(longer) == ["It is Ada."]
    assert longer["previous_response_id"] == first["id"]
    assert longer["usage"]["input_tokens"] > first["usage"]["input_tokens"]
    third = {"input": "Sure?", "previous_response_id": longer["id"]}
    assert road.ask(NATIVE, third)["usage"]["input_tokens"] > longer["usage"]["input_tokens"]


def test_another_session_knows_nothing_of_it() -> None:
    road = Scripts()
    road.reply("My name is Ada.", "kept")
    first = road.ask(NATIVE, HI)
    again = {"input": "Your name?", "previous_response_id": first["id"]}
    reply = road.send(NATIVE, again, session="other")
    assert (reply.status, reply.json()["error"]["code"]) == (400, "previous_response_not_found")
    assert len(road.session.entries) == 1
    assert texts(road.send(NATIVE, HI, session="other").json()) != ["kept"]
    assert len(road.session.script) == 1


@pytest.mark.parametrize(
    "body", [{"input": 5}, {"previous_response_id": "resp_0", **HI}, {"colour": "red", **HI}]
)
def test_a_call_that_the_real_api_refuses_uses_no_answer_up(body: Json) -> None:
    road = Scripts()
    road.reply("Hi")
    assert road.send(NATIVE, body).status == 400
    assert road.last.source == "refused"
    assert texts(road.ask(NATIVE, HI)) == ["Hi"]


def test_what_creates_nothing_uses_no_answer_up() -> None:
    road = Scripts()
    road.reply("Hi")
    first = road.ask(NATIVE, HI)
    road.reply("next")
    listing = Way("retrieve", f"/v1/responses/{first['id']}", "openai")
    assert road.send(listing, {}).status != 200
    assert len(road.session.script) == 1


@every_way
@pytest.mark.parametrize("origin", ["provider", "gateway"])
def test_a_scripted_refusal_takes_the_doors_own_form(way: Way, origin: str) -> None:
    road = Scripts()
    road.fail(400, "Too salty.", code="salt", param="sea", origin=origin)
    reply = road.send(way, HI)
    told = reply.json()
    assert (reply.status, road.last.source, road.last.status) == (400, "script", 400)
    assert "x-should-retry" not in reply.headers
    if way.door == "openai" or (way.door == "gateway" and origin == "provider"):
        error = {"message": "Too salty.", "type": "invalid_request_error", "param": "sea"}
        assert told == {"error": {**error, "code": "salt"}}
    elif way.door in {"gateway", "binding"}:
        assert (told["name"], told["httpCode"]) == ("AiGatewayError", 400)
        assert "Too salty." in told["message"]
    else:
        assert (told["success"], told["result"]) == (False, None)
        assert "Too salty." in told["errors"][0]["message"]


def test_a_session_has_its_prefix_and_remembers_its_newest_entries() -> None:
    road = Scripts()
    assert road.session.url == "/_s/t"
    assert [one.name for one in road.sessions] == ["t"]
    road.sessions.close(road.session)
    road.sessions.close(road.session)
    assert not list(road.sessions)
    road.reply("never")
    assert texts(road.send(NATIVE, HI).json()) != ["never"]
    assert not road.session.entries
