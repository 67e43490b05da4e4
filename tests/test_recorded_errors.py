"""Recorded errors and torn recordings, through every door; and what is said when nothing fits."""

from dataclasses import replace

import pytest

from mockgw import apis
from mockgw.cassette.interaction import Interaction
from mockgw.draft import Draft, Says
from tests.calls import call, recording, respond
from tests.roads import Travels
from tests.ways import RESPONSES, Way
from tests.wire import Json, events

MODEL = "openai/gpt-5.5"
ASKED = {"input": "Hi"}
SAID = respond({"model": "gpt-5.5", **ASKED}, draft=Draft(9, (), (Says("Lindisfarne."),)))
WAYS = {way.name: way for way in RESPONSES}
BAD: Json = {
    "message": "Invalid type for 'x'.",
    "type": "invalid_request_error",
    "param": "x",
    "code": "invalid_type",
}
FAST: Json = {
    "message": "Rate limit reached.",
    "type": "tokens",
    "param": None,
    "code": "rate_limit_exceeded",
}
WRAPPED = "Model execution failed (User Input Error): Invalid type for 'x'."
POOR = "Insufficient balance; add money to your gateway or use BYOK"
GATEWAY_402: Json = {
    "success": False,
    "result": [],
    "messages": [],
    "error": [{"code": 2021, "message": POOR}],
    "name": "AiGatewayError",
    "httpCode": 402,
    "internalCode": 2021,
    "message": POOR,
    "description": "Insufficient AI Gateway credits",
}
REST_402: Json = {
    "result": None,
    "success": False,
    "errors": [{"code": 2021, "message": POOR}],
    "messages": [],
}


def sent(way: Way, answer: object, status: int) -> Travels:
    """Return a road with one recording of an error, made through that door."""
    path, body, headers = way.request(MODEL, ASKED)
    uri = "https://example.com" + path
    return Travels(recording(body, answer, uri=uri, status=status, headers=headers))


@pytest.mark.parametrize(("error", "status"), [(BAD, 400), (FAST, 429)])
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", ["openai", "gateway", "gateway with v1"])
def test_a_providers_error_goes_unchanged_through_the_doors_that_pass_it_on(
    name: str, stream: bool, error: Json, status: int
) -> None:
    road = sent(WAYS["openai"], {"error": error}, status)
    reply = road.ask(WAYS[name], MODEL, {**ASKED, "stream": stream})
    assert (reply.status, reply.json()) == (status, {"error": error})
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("error", "status", "code", "message", "description"),
    [
        (BAD, 400, 7003, WRAPPED, "User Input Error"),
        (FAST, 429, 2003, "Rate limit reached.", "Rate limited"),
    ],
)
def test_a_providers_error_is_wrapped_by_the_doors_of_the_catalogue(
    error: Json, status: int, code: int, message: str, description: str
) -> None:
    road = sent(WAYS["openai"], {"error": error}, status)
    for name in ("rest run", "rest run, model in path", "rest openai"):
        reply = road.ask(WAYS[name], MODEL, ASKED)
        assert reply.status == status
        assert reply.json() == {
            "result": None,
            "success": False,
            "errors": [{"code": code, "message": message}],
            "messages": [],
        }
    for name in ("binding", "binding with a gateway"):
        told = road.ask(WAYS[name], MODEL, ASKED).json()
        assert told["error"] == [{"code": code, "message": message}]
        assert (told["internalCode"], told["description"]) == (code, description)


@pytest.mark.parametrize(
    ("made_by", "body", "name", "key"),
    [
        ("binding", GATEWAY_402, "binding", "unchanged"),
        ("binding", GATEWAY_402, "gateway", "unchanged"),
        ("binding", GATEWAY_402, "rest run", "errors"),
        ("binding", GATEWAY_402, "rest openai", "errors"),
        ("rest run", REST_402, "rest run", "unchanged"),
        ("rest run", REST_402, "rest openai", "unchanged"),
        ("rest run", REST_402, "binding", "error"),
        ("rest run", REST_402, "gateway", "error"),
    ],
)
def test_cloudflares_error_keeps_its_code_in_the_form_of_the_door(
    made_by: str, body: Json, name: str, key: str
) -> None:
    reply = sent(WAYS[made_by], body, 402).ask(WAYS[name], MODEL, ASKED)
    told = reply.json()
    assert reply.status == 402
    if key == "unchanged":
        assert told == body
    else:
        assert told[key] == [{"code": 2021, "message": POOR}]
        assert told.get("internalCode", 2021) == 2021


def test_cloudflares_error_becomes_an_openai_error_at_the_native_door() -> None:
    reply = sent(WAYS["binding"], GATEWAY_402, 402).ask(WAYS["openai"], MODEL, ASKED)
    assert list(reply.json()["error"]) == ["message", "type", "param", "code"]
    assert (reply.status, reply.json()["error"]["message"]) == (402, POOR)


def test_an_error_of_no_known_form_is_passed_on_as_it_is() -> None:
    road = Travels(_page("text/html; charset=UTF-8"))
    for way in RESPONSES:
        reply = road.ask(way, MODEL, ASKED)
        assert (reply.status, reply.body) == (502, b"<html>Bad gateway</html>")
        assert reply.headers["content-type"] == "text/html; charset=UTF-8"


def test_an_error_of_no_known_form_and_no_type_is_plain_text() -> None:
    reply = Travels(_page("")).ask(WAYS["openai"], MODEL, ASKED)
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"


def _page(kind: str) -> Interaction:
    """Return a recording of a page that stood in the way."""
    one = recording(
        WAYS["openai"].request(MODEL, ASKED)[1], b"<html>Bad gateway</html>", status=502
    )
    return replace(one, response_headers={"content-type": (kind,)} if kind else {})


def _streams() -> list[tuple[str, bytes, int, str]]:
    asked = call({"model": "gpt-5.5", **ASKED, "stream": True})
    frames = list(apis.RESPONSES.events(SAID, asked, None))
    failure = b'event: error\ndata: {"type":"error","sequence_number":3,"error":{"message":"No."}}'
    return [
        ("torn", b"".join(frames[:4]), 502, "ends before its response does"),
        ("torn in an event", b"".join(frames[:4])[:-20], 502, "breaks off inside an event"),
        ("error", b"".join(frames[:3]) + failure + b"\n\n", 500, "No."),
    ]


@pytest.mark.parametrize(
    ("stream", "status", "words"),
    [case[1:] for case in _streams()],
    ids=[case[0] for case in _streams()],
)
def test_a_torn_stream_is_streamed_as_it_is_and_refused_as_json(
    stream: bytes, status: int, words: str
) -> None:
    asked = {**ASKED, "stream": True}
    road = Travels(recording({"model": "gpt-5.5", **asked}, stream))
    assert road.ask(WAYS["openai"], MODEL, asked).body == stream
    reply = road.ask(WAYS["openai"], MODEL, ASKED)
    assert reply.status == status
    assert words in reply.json()["error"]["message"]


MISS = """\
No recording answers this responses.create call to 'gpt-5.5'.
  asked:     through the openai door, for JSON, with input, model, reasoning, temperature
  looked in: tape.yaml (2); 1 of them responses.create
  nearest:   tape.yaml, item 1 differs in 3 place(s)
             input[0].content[0].text: asked 'Ho', recorded 'Hi'
             reasoning: asked {"effort":"none"}, recorded nothing
             temperature: asked 0.5, recorded nothing
  to keep:   mockgw record --upstream URL --cassette tape.yaml
             in pytest: --mockgw-mode=record --mockgw-upstream URL
  or:        let it be synthesized, in mode auto"""
NOTHING = """\
No recording answers this responses.create call to 'gpt-5.5'.
  asked:     through the openai door, for JSON, with input, model, session 'one'
  looked in: no cassette
  nearest:   none: no recording is of this operation
  to keep:   mockgw record --upstream URL --cassette tape.yaml
             in pytest: --mockgw-mode=record --mockgw-upstream URL
  or:        let it be synthesized, in mode auto"""


def test_a_miss_says_what_was_asked_where_it_looked_and_what_differs() -> None:
    chat = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Hi"}]}
    road = Travels(
        recording({"model": "gpt-5.5", **ASKED}, SAID),
        recording(chat, {}, uri="https://api.openai.com/v1/chat/completions", position=2),
    )
    asked = {"input": "Ho", "reasoning": {"effort": "none"}, "temperature": 0.5}
    reply = road.send("POST", "/v1/responses", {"model": "gpt-5.5", **asked})
    told = reply.json()["error"]
    assert (told["type"], told["param"], told["code"]) == ("mockgw_error", None, "no_recording")
    assert told["message"] == MISS


def test_a_miss_without_any_recording_says_so() -> None:
    reply = Travels().ask(WAYS["openai"], "gpt-5.5", ASKED, "one")
    assert (reply.status, reply.headers["x-should-retry"]) == (404, "false")
    assert reply.json()["error"]["message"] == NOTHING


@pytest.mark.parametrize("way", RESPONSES, ids=lambda way: way.name)
def test_a_miss_is_told_in_the_form_of_every_door_and_never_retried(way: Way) -> None:
    reply = Travels().ask(way, MODEL, ASKED)
    told = reply.json()
    errors = told.get("errors") or told.get("error")
    first = errors[0] if isinstance(errors, list) else errors
    assert first["message"].startswith("No recording answers this responses.create call")
    assert (reply.status, reply.headers["x-should-retry"]) == (404, "false")
    assert reply.headers["x-mockgw-source"] == "missing"
    if way.door == "binding":
        assert told["description"] == first["message"]


def test_of_many_differences_three_are_shown_and_the_rest_counted() -> None:
    road = Travels(recording({"model": "gpt-5.5", **ASKED}, SAID))
    more = {"instructions": "a", "max_output_tokens": 40, "max_tool_calls": 2, "truncation": "auto"}
    told = road.ask(WAYS["openai"], MODEL, {**ASKED, **more}).json()["error"]["message"]
    assert "differs in 4 place(s)" in told
    assert told.count("recorded nothing") == 3
    assert "and 1 more" in told


def test_the_stream_of_a_recorded_answer_is_the_same_for_the_same_call() -> None:
    road = Travels(recording({"model": "gpt-5.5", **ASKED}, SAID))
    asked = {**ASKED, "stream": True}
    first, second = (road.ask(WAYS["openai"], MODEL, asked).body for _ in range(2))
    plain = {**asked, "stream_options": {"include_obfuscation": False}}
    bare = road.ask(WAYS["openai"], MODEL, plain).body
    assert first == second
    assert b"obfuscation" in first
    assert b"obfuscation" not in bare
    assert events(bare)[-1] == events(first)[-1]
