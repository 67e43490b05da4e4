"""Each rule of the verdict: a client that breaks it, and one that does not."""

from pathlib import Path
from typing import Any

import pytest

from mockgw.canonical import encode
from mockgw.course import Course, Spoken
from mockgw.errors import MockgwError
from mockgw.model import Entry
from mockgw.verdict import RULES, Finding, verdict
from mockgw.verdict.report import as_json, failed, report, summary
from tests.wire import Json

OPERATION = "responses.create"
_OF_COURSE = frozenset(Course.__struct_fields__) - {"session", "arrived", "begun", "ended"}
SAID: Json = {"model": "gpt-5.5", "input": "Hello"}


class Calls:
    """A journal made by hand: each call comes `after` so many seconds since the last answer."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._now = 100.0

    def call(
        self, status: int = 200, *, after: float = 0.0, took: float = 0.01, **told: Any
    ) -> Entry:
        """Add a call; what belongs to its course is told by the course's own names."""
        fields: Json = {name: told.pop(name) for name in _OF_COURSE if name in told}
        arrived = self._now + after
        fields = {"outcome": "whole", "connection": 1, **fields}
        course = Course(
            session="", arrived=arrived, begun=arrived + took, ended=arrived + took, **fields
        )
        number = len(self.entries) + 1
        given: Json = {"key": "k", "body": SAID, "session": "", "door": "openai", "stream": False}
        given |= {"path": "/v1/responses", "operation": OPERATION, "model": "gpt-5.5", **told}
        made = Entry(
            number=number, at=0.0, method="POST", status=status, source="synth", match="",
            where="", notes=(), error="", course=course, **given,
        )  # fmt: skip
        self.entries.append(made)
        self._now = arrived + took
        return made

    def verdict(self, **options: Any) -> list[tuple[str, str, tuple[int, ...]]]:
        """Return rule, severity and calls of what is found."""
        found = verdict(self.entries, **options)
        return [(one.rule, one.severity, one.calls) for one in found]


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422, 424])
def test_what_is_refused_for_good_is_not_to_be_asked_again(calls: Calls, status: int) -> None:
    for retry in range(3):
        calls.call(status, after=1, retry=retry)
    assert calls.verdict() == [("retried_refusal", "fail", (1, 2, 3))]


def test_a_key_that_is_refused_may_be_renewed_only_once(calls: Calls) -> None:
    for retry in range(3):
        calls.call(401, after=1, retry=retry)
    assert calls.verdict() == [("retried_refusal", "fail", (2, 3))]


def test_a_renewed_key_may_be_tried(calls: Calls) -> None:
    calls.call(401)
    calls.call(200, after=0.2)
    assert calls.verdict() == []


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_what_passes_may_be_asked_again(calls: Calls, status: int) -> None:
    for retry in range(3):
        calls.call(status, after=retry, retry=retry)
    assert calls.verdict() == []


@pytest.mark.parametrize(
    ("status", "advice", "found"),
    [(503, False, True), (429, False, True), (400, True, False), (503, True, False)],
)
def test_the_answers_own_advice_comes_first(
    calls: Calls, status: int, advice: bool, found: bool
) -> None:
    calls.call(status, should_retry=advice)
    calls.call(200, after=1)
    assert bool(calls.verdict()) is found


def test_code_around_an_sdk_may_ask_the_same_anew_but_not_over_and_over(calls: Calls) -> None:
    calls.call(400, retry=0)
    calls.call(400, after=1, retry=0)
    assert calls.verdict() == []
    calls.call(400, after=1, retry=0)
    assert calls.verdict() == [("retried_refusal", "fail", (1, 2, 3))]


@pytest.mark.parametrize(
    "other",
    [{"key": "other"}, {"session": "other"}, {"path": "/v1/a/b/openai/responses"}, {"after": 90}],
)
def test_another_call_is_no_retry(calls: Calls, other: Json) -> None:
    calls.call(400)
    calls.call(400, **{"after": 1, **other})
    assert calls.verdict() == []


def test_those_who_ask_the_same_at_the_same_time_are_told_apart(calls: Calls) -> None:
    for number in range(1, 9):
        calls.call(503, connection=number, opened=99.0, body={"input": "crowd"})
    assert {rule for rule, *_ in calls.verdict()} == {"gave_up"}


@pytest.mark.parametrize(
    ("told", "waited", "found"),
    [
        (2.0, 1.0, True),
        (2.0, 1.9, False),
        (2.0, 5.0, False),
        (0.4, 0.05, True),
        (0.02, 0.001, False),
        (61.0, 1.0, False),
        (None, 1.0, False),
        (-1.0, 1.0, False),
    ],
)
def test_who_is_told_to_wait_waits(
    calls: Calls, told: float | None, waited: float, found: bool
) -> None:
    calls.call(429, retry_after=told)
    calls.call(200, after=waited)
    expected = [("ignored_retry_after", "fail", (1, 2))] if found else []
    assert calls.verdict() == expected


def test_of_many_alike_the_retry_is_matched_in_favour_of_the_client(calls: Calls) -> None:
    calls.call(429, retry=0, retry_after=0.1)
    calls.call(429, retry=0, retry_after=5.0, connection=2)
    calls.call(200, after=1, retry=1)
    calls.call(200, after=4.5, retry=1)
    assert calls.verdict() == []


def test_one_hasty_try_is_a_warning_and_a_storm_a_failure(calls: Calls) -> None:
    calls.call(503)
    calls.call(503, after=0.01)
    assert calls.verdict() == [("no_backoff", "warn", (1, 2))]
    calls.call(503, after=0.01)
    calls.call(503, after=0.01)
    assert calls.verdict() == [("hammered", "fail", (1, 2, 3, 4))]


def test_a_storm_around_an_sdk_is_one_too(calls: Calls) -> None:
    for _ in range(4):
        calls.call(503, after=0.01, retry=0)
    assert calls.verdict() == [("hammered", "fail", (1, 2, 3, 4))]


def test_a_connection_that_is_reset_is_no_reason_to_hurry(calls: Calls) -> None:
    calls.call(200, outcome="cut", fault="reset")
    calls.call(200, after=0.01)
    assert calls.verdict() == [("no_backoff", "warn", (1, 2))]


@pytest.mark.parametrize("told", [{"retry_after": 0.01}, {"should_retry": True}])
def test_who_is_told_to_come_back_at_once_may(calls: Calls, told: Json) -> None:
    for _ in range(5):
        calls.call(503, after=0.02, **told)
    assert calls.verdict() == []


def test_waits_that_grow_are_no_storm(calls: Calls) -> None:
    for wait in (0.0, 0.4, 0.8, 1.5, 3.0, 6.0):
        calls.call(503, after=wait)
    assert calls.verdict() == []


def test_an_error_that_passes_deserves_another_try(calls: Calls) -> None:
    calls.call(503, retry=0)
    assert calls.verdict() == [("gave_up", "warn", (1,))]


@pytest.mark.parametrize(
    "told",
    [
        {"status": 400},
        {"should_retry": False},
        {"retry_after": 300.0},
        {"retry": 2},
        {"operation": "responses.retrieve"},
        {"outcome": "left"},
    ],
)
def test_not_every_end_is_giving_up(calls: Calls, told: Json) -> None:
    calls.call(**{"status": 503, **told})
    assert calls.verdict() == []


def test_who_asks_another_model_has_not_given_up(calls: Calls) -> None:
    calls.call(503)
    calls.call(200, key="other", model="gpt-5.4", body={**SAID, "model": "gpt-5.4"})
    assert calls.verdict() == []


def test_a_client_that_lives_may_still_come_back(calls: Calls) -> None:
    calls.call(503, retry_after=20.0)
    assert calls.verdict(now=125.0) == []
    assert calls.verdict(now=131.0) == [("gave_up", "warn", (1,))]


def spoken(text: str) -> Any:
    """Return what a stream of that text was, as the journal holds it."""
    pieces = [text[at : at + 5] for at in range(0, len(text), 5)]
    events = [{"type": "response.output_text.delta", "delta": piece} for piece in pieces]
    stream = b"".join(b"data: " + encode(one) + b"\n\n" for one in events)
    return Spoken(b"", {}, (), lambda: stream)


@pytest.mark.parametrize(
    ("quoted", "found"),
    [
        ("Snow fell all", True),
        ("Snow fell all day.", False),
        ("Rain fell all", False),
        ("Snow", False),
    ],
)
@pytest.mark.parametrize("name", ["input", "messages"])
def test_a_stream_that_was_cut_is_not_quoted_as_an_answer(
    calls: Calls, quoted: str, found: bool, name: str
) -> None:
    calls.call(
        stream=True, outcome="cut", fault="cut_after_events:3", spoken=spoken("Snow fell all day.")
    )
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": quoted}]
    calls.call(after=1, key="next", body={"model": "gpt-5.5", name: turns})
    expected = [("accepted_cut_stream", "fail", (1, 2))] if found else []
    assert calls.verdict() == expected


def test_a_whole_stream_may_be_quoted_in_part(calls: Calls) -> None:
    calls.call(stream=True, spoken=spoken("Snow fell all day."))
    turns = [{"role": "assistant", "content": "Snow fell all"}]
    calls.call(after=1, key="next", body={"messages": turns})
    assert calls.verdict() == []


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"stream": True, "outcome": "left"}, True),
        ({"stream": True, "outcome": "whole"}, False),
        ({"stream": False, "outcome": "left"}, False),
        ({"stream": True, "outcome": "left", "fault": "stall:3"}, False),
    ],
)
def test_a_stream_is_read_to_its_end(calls: Calls, told: Json, found: bool) -> None:
    calls.call(**told)
    assert calls.verdict() == ([("left_stream", "warn", (1,))] if found else [])


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [("a", "a", True), ("a", "b", False), ("", "", False)],
)
def test_an_idempotency_key_stands_for_one_request(
    calls: Calls, first: str, second: str, found: bool
) -> None:
    calls.call(idempotency=first)
    calls.call(idempotency=second, key="other")
    expected = [("reused_idempotency_key", "fail", (1, 2))] if found else []
    assert calls.verdict() == expected


def test_an_idempotency_key_may_come_again_with_its_request(calls: Calls) -> None:
    calls.call(503, idempotency="a")
    calls.call(200, after=1, idempotency="a")
    assert calls.verdict() == []


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"query": "api_key=mine"}, True),
        ({"query": "a=b&token=x"}, True),
        ({"query": "x=sk-proj-abcdefghijklmnop1234"}, True),
        ({"path": "/v1/sk-abcdefghijklmnopqrstuvwx/responses"}, True),
        ({"query": "stream=true&after=resp_0123456789abcdef0123456789abcdef"}, False),
        ({"query": "version=3"}, False),
        ({"query": "token="}, False),
    ],
)
def test_a_key_does_not_belong_into_a_url(calls: Calls, told: Json, found: bool) -> None:
    calls.call(**told)
    assert calls.verdict() == ([("key_in_url", "fail", (1,))] if found else [])


@pytest.mark.parametrize(
    ("headers", "door", "found"),
    [
        ({"authorization": "Bearer sk-1"}, "openai", False),
        ({"authorization": "bearer mockgw-test-key"}, "gateway", False),
        ({}, "openai", False),
        ({"authorization": "Bearer x", "api-key": "y"}, "openai", False),
        ({"authorization": "Basic OnNr"}, "openai", False),
        ({"authorization": "Basic OnNr"}, "rest-run", True),
        ({"authorization": "sk-1"}, "openai", True),
        ({"authorization": "Token sk-1"}, "openai", True),
        ({"authorization": "Bearer Bearer sk-1"}, "openai", True),
        ({"authorization": "Bearer"}, "openai", True),
        ({"api-key": "sk-1"}, "openai", True),
        ({"x-api-key": "sk-1"}, "rest-run", True),
    ],
)
def test_a_key_is_shown_as_a_bearer_token(
    calls: Calls, headers: dict[str, str], door: str, found: bool
) -> None:
    course = Course()
    course.asked(headers)
    calls.call(scheme=course.scheme, door=door)
    assert calls.verdict() == ([("wrong_auth_scheme", "fail", (1,))] if found else [])


def test_connections_are_used_again_or_closed(calls: Calls) -> None:
    calls.call(idle=9)
    assert calls.verdict() == []
    calls.call(idle=10)
    assert calls.verdict() == [("never_closed", "warn", (2,))]


def test_secrets_in_bodies_are_looked_for_only_when_wanted(calls: Calls) -> None:
    calls.call(body={"input": "my key is hunter2"})

    def scan(data: bytes) -> list[str]:
        return ["found"] if b"hunter2" in data else []

    assert calls.verdict() == []
    assert calls.verdict(scan=scan) == [("secret_in_body", "warn", (1,))]


@pytest.mark.parametrize("told", [{"retry": 1}, {"idempotency": "x"}, {"spoken": None}])
def test_a_single_call_without_a_past_is_let_be(calls: Calls, told: Json) -> None:
    calls.call(503, **{"retry": 1, **told})
    assert calls.verdict() == []


@pytest.fixture
def wrong(calls: Calls) -> Calls:
    calls.call(scheme="other")
    calls.call(503, after=1)
    calls.call(503, after=0.01)
    return calls


def test_failures_come_before_warnings_and_rules_can_be_left_out(wrong: Calls) -> None:
    assert [one[0] for one in wrong.verdict()] == ["wrong_auth_scheme", "no_backoff"]
    assert wrong.verdict(ignore=("wrong_auth_scheme", "no_backoff")) == []
    with pytest.raises(MockgwError) as caught:
        verdict([], ignore=("hammerd",))
    assert "Did you mean hammered?" in str(caught.value)


def test_a_verdict_is_told_to_people_and_to_programs(wrong: Calls) -> None:
    found = verdict(wrong.entries)
    assert report(found, 3) == (
        "mockgw: verdict on the client: 1 failure and 1 warning in 3 calls.\n\n"
        "fail wrong_auth_scheme: shows a key without a scheme, or by one that nobody takes.\n"
        "    call 1: responses.create gpt-5.5 -> 200\n"
        "    Send `Authorization: Bearer KEY`.\n\n"
        "warn no_backoff: asked again, once, without a pause after an error.\n"
        "    call 2: responses.create gpt-5.5 -> 503\n"
        "    call 3: responses.create gpt-5.5 -> 503 0.010 s after the answer of call 2\n"
        "    Wait longer before each try: 0.5 s, 1 s, 2 s … with some chance in it."
    )
    told = as_json(found, 3)
    assert (told["failed"], told["calls"]) == (True, 3)
    assert [one["calls"] for one in told["findings"]] == [[1], [2, 3]]
    assert summary([], 0) == "verdict on the client: nothing against it in no calls"


@pytest.mark.parametrize(("strict", "fails"), [(False, False), (True, True)])
def test_a_warning_fails_only_the_strict(strict: bool, fails: bool) -> None:
    warning = Finding("gave_up", "warn", "gave up.", "Try.", (1,), ("call 1",))
    assert failed([warning], strict=strict) is fails


def test_long_reports_are_shortened(calls: Calls) -> None:
    for _ in range(30):
        calls.call(scheme="other", key="")
    told = report(verdict(calls.entries), 30)
    assert "… and 23 more" in told
    assert len(told.splitlines()) < 15
    warnings = [Finding("gave_up", "warn", "gave up.", "Try.", (1,), ("call 1",))] * 25
    assert report(warnings, 25).endswith("… and 5 more.")


def test_every_rule_has_its_test_and_its_line_in_the_page() -> None:
    here = Path(__file__)
    page = here.parent.parent / "docs/verdict.md"
    for rule in RULES:
        assert f'"{rule}"' in here.read_text("utf-8")
        assert f"| `{rule}` |" in page.read_text("utf-8")
