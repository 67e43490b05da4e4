"""Answers by rule in one test: standing ones, templates, faults, times and limits."""

import pytest

from tests.plugin.suites import Suite

pytest_plugins = ["pytester"]


def test_a_standing_answer_comes_whenever_nothing_is_queued(suite: Suite) -> None:
    suite.write("""
from mockgw import script

def test_always(mockgw):
    mockgw.always("standing")
    mockgw.reply("queued")
    assert [ask().output_text for _ in range(4)] == ["queued"] + ["standing"] * 3
    mockgw.reply("again", times=2)
    assert [ask().output_text for _ in range(3)] == ["again", "again", "standing"]

def test_the_newest_holds_and_may_be_a_function_or_a_refusal(mockgw):
    mockgw.always("old")
    mockgw.always(lambda asked: asked.text.upper())
    assert [ask("one").output_text, ask("two").output_text] == ["ONE", "TWO"]
    mockgw.always(script.fail("rate_limit"))
    assert swallow() == swallow() == "swallowed"
    assert {asked.status for asked in mockgw.requests} == {200, 429}

def test_it_need_not_be_asked_for(mockgw):
    mockgw.always("never")
    assert not mockgw.queued

def test_another_test_knows_nothing_of_it(mockgw):
    assert ask().output_text not in {"never", "standing"}
    assert mockgw.last.source == "synth"

def test_it_must_fit_too(mockgw):
    mockgw.always(tool_calls=[("nope", {})])
    swallow()
""")
    ran = suite.run()
    assert ran.counts == {"passed": 4, "failed": 1}
    told = ran.told("test_it_must_fit_too")
    assert told.startswith("The answer queued at test_it.py:29 does not fit this call: it calls")


def test_templates_answer_a_test_from_its_own_lines(suite: Suite) -> None:
    (suite.folder / "rules").mkdir()
    (suite.folder / "rules/rain.yaml").write_text(
        "- name: rain\n  when: {text: rain}\n  reply: From a file.\n", encoding="utf-8"
    )
    suite.write("""
def test_templates(mockgw):
    mockgw.template(name="snow", when={"text": "snow"}, reply="It snows.")
    mockgw.template({"when": lambda asked: asked.text == "odd", "reply": ["one", "two"]})
    mockgw.template("rules/rain.yaml")
    mockgw.reply("queued")
    asked = ["snow?", "snow?", "odd", "odd", "rain?", "sun?"]
    told = [ask(question).output_text for question in asked]
    assert told[:-1] == ["queued", "It snows.", "one", "two", "From a file."]
    assert [asked.source for asked in mockgw.requests] == [
        "script", "template", "template", "template", "template", "synth"
    ]

def test_others_are_not_answered_by_them(mockgw):
    ask("snow?")
    assert mockgw.last.source == "synth"

def test_mistakes_name_the_line(mockgw):
    mockgw.template(when={"txt": "x"}, reply="y")
""")
    ran = suite.run()
    assert ran.counts == {"passed": 2, "failed": 1}
    told = [
        line for line in ran.told("test_mistakes_name_the_line").splitlines() if line[:1] == "E"
    ]
    assert told[0].endswith("test_it.py:20:1: 'txt' asks nothing.")
    assert told[1:] == ["E         Did you mean text?"]


def test_a_mark_gives_templates_as_files_and_maps(suite: Suite) -> None:
    suite.write("")
    (suite.folder / "templates").mkdir()
    (suite.folder / "templates/rain.yaml").write_text(
        "- when: {text: rain}\n  reply: From a file.\n", encoding="utf-8"
    )
    suite.write("""
pytestmark = pytest.mark.mockgw(template="rain.yaml")

def test_module(mockgw):
    assert ask("rain?").output_text == "From a file."

@pytest.mark.mockgw(template=["rain.yaml", {"when": {"text": "snow"}, "reply": "It snows."}])
def test_nearer(mockgw):
    assert [ask(one).output_text for one in ("rain", "snow")] == ["From a file.", "It snows."]

@pytest.mark.mockgw(template="rian.yaml")
def test_nowhere(mockgw): ...

@pytest.mark.mockgw(template={"reply": "x", "then": "never"})
def test_wrong(mockgw): ...
""")
    ran = suite.run()
    assert ran.counts == {"passed": 2, "errors": 2}
    assert ran.told("ERROR at setup of test_nowhere").startswith("There are no templates at rian")
    assert ran.told("ERROR at setup of test_wrong").startswith("test_it.py:15:1: ")


def test_faults_times_and_limits_of_one_test(suite: Suite) -> None:
    suite.write("""
from time import monotonic

@pytest.mark.mockgw(faults="reset times=1")
def test_fault(mockgw):
    with OpenAI(max_retries=1) as client:
        assert client.responses.create(model="gpt-5.5", input="x").output_text
    assert [entry.fault for entry in mockgw.entries] == ["reset", ""]

@pytest.mark.mockgw(faults=["rate_limit model=gpt-5.5", {"fault": "overloaded"}])
def test_several(mockgw):
    assert swallow() == "swallowed"
    assert mockgw.last.status == 429

def test_own_line(mockgw):
    assert ask().output_text
    mockgw.fault("server_error", {"fault": "overloaded"})
    assert swallow() == "swallowed"
    assert mockgw.last.status == 500

@pytest.mark.mockgw(timing="first=0.2")
def test_timing(mockgw):
    begun = monotonic()
    ask()
    assert monotonic() - begun >= 0.2

@pytest.mark.mockgw(limits="requests=2/minute")
def test_limit(mockgw):
    assert ask().output_text and ask().output_text
    assert swallow() == "swallowed"
    assert mockgw.last.status == 429

def test_none_of_it_is_left(mockgw):
    assert [ask().status for _ in range(4)] == ["completed"] * 4

@pytest.mark.mockgw(faults="rest")
def test_wrong_fault(mockgw): ...

@pytest.mark.mockgw(limits=5)
def test_wrong_limit(mockgw): ...

@pytest.mark.mockgw(timing="slow")
def test_wrong_timing(mockgw): ...

def test_wrong_line(mockgw):
    mockgw.fault("rest")
""")
    ran = suite.run()
    assert ran.counts == {"passed": 6, "errors": 3, "failed": 1}
    for name in ("ERROR at setup of test_wrong_fault", "test_wrong_line"):
        assert "There is no fault or error named 'rest'." in ran.told(name)
    assert ran.told("ERROR at setup of test_wrong_limit") == (
        "@pytest.mark.mockgw: 5 is no rule.\n  Give one such as 'requests=60/minute'."
    )
    assert ran.told("ERROR at setup of test_wrong_timing").startswith("There is no timing named")


def test_virtual_time_belongs_to_the_test_that_moves_it(suite: Suite) -> None:
    suite.write("""
import threading
from time import monotonic

@pytest.mark.mockgw(clock="virtual")
def test_ten_minutes_take_no_time(mockgw):
    begun = monotonic()
    mockgw.reply("late", delay=600)
    worker = threading.Thread(target=lambda: told.append(ask().output_text))
    told = []
    worker.start()
    mockgw.wait_for(1)
    assert told == []
    mockgw.advance(599)
    worker.join(0.05)
    assert told == []
    mockgw.advance(1)
    worker.join(30)
    assert told == ["late"]
    assert monotonic() - begun < 60

@pytest.mark.mockgw(clock="virtual")
def test_a_stream_comes_as_time_goes(mockgw):
    mockgw.reply("one two three", pace=1)
    with OpenAI(max_retries=0) as client:
        for event in client.responses.create(model="gpt-5.5", input="x", stream=True):
            mockgw.advance(1)
    assert event.type == "response.completed"

@pytest.mark.mockgw(clock="virtual", limits="requests=1/minute")
def test_limits_fill_as_time_goes(mockgw):
    assert ask().output_text
    assert swallow() == "swallowed"
    mockgw.advance(60)
    assert ask().output_text

@pytest.mark.mockgw(clock="virtual")
def test_it_begins_where_frozen_time_stands(mockgw):
    assert ask().created_at == 1777054206
    mockgw.advance(10)
    assert ask().created_at == 1777054216

def test_time_that_nobody_moves(mockgw):
    mockgw.advance(1)
""")
    ran = suite.run()
    assert ran.counts == {"passed": 4, "failed": 1}, ran.text
    told = ran.told("test_time_that_nobody_moves")
    assert 'Write @pytest.mark.mockgw(clock="virtual").' in told
    assert "mockgw/testing" not in told


SECRET = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"


def test_what_is_shown_of_a_request_holds_no_secret(suite: Suite) -> None:
    suite.write(f"""
def test_shown(mockgw):
    ask("My key is {SECRET}.")
    assert mockgw.last == mockgw.requests
""")
    ran = suite.run()
    assert ran.counts == {"failed": 1}
    shown = [line for line in ran.text.splitlines() if line.startswith("E ")]
    assert any("<responses.create gpt-5.5 " in line for line in shown)
    assert SECRET not in "".join(shown)


@pytest.mark.parametrize("given", ["template()", "always(reply='x')", 'reply("a", times=0)'])
def test_a_rule_that_cannot_be_fails_at_the_line_that_gave_it(suite: Suite, given: str) -> None:
    suite.write(f"def test_bad(mockgw):\n    mockgw.{given}\n")
    ran = suite.run()
    assert ran.counts == {"failed": 1}
    lines = ran.told("test_bad").splitlines()
    assert f">       mockgw.{given}" in lines
    assert lines[-1] == "test_it.py:3: MockgwError"
