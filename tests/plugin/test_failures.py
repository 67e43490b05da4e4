"""What a test is told of its gateway: word for word, at the line that it wrote."""

import re

import pytest

from tests.plugin.suites import Suite

pytest_plugins = ["pytester"]


def miss(test: str, cassette: str = "no cassette") -> str:
    """Return the pattern of a miss without a recording near it."""
    return (
        "No recording answers this responses.create call to 'gpt-5.5'.\n"
        "  asked:     through the openai door, for JSON, with input, model, "
        f"session '{test}-[^']+'\n"
        f"  looked in: {cassette}\n"
        "  nearest:   none: no recording is of this operation\n"
        # What to type is told where misses are.
        "(  .+\n?)+"
    )


def test_a_miss_fails_the_test_that_swallowed_it(suite: Suite) -> None:
    suite.write("""
@pytest.mark.mockgw(mode="replay")
def test_swallowed(mockgw):
    assert swallow() == "swallowed"
    assert swallow() == "swallowed"
""")
    ran = suite.run()
    assert ran.counts == {"failed": 1}
    told = ran.told("test_swallowed")
    home = (
        "\n\nThis test has no cassette. It would be cassettes/test_it/test_swallowed.yaml\n"
        "To record it, type:\n  pytest test_it.py::test_swallowed --mockgw-upstream "
        "https://api.openai.com/v1 --mockgw-mode=record"
    )
    assert told.endswith(home)
    assert_matches(miss("test_swallowed"), told.removesuffix(home))
    assert "test_it.py:" not in told.replace("test_it.py::", "")


def assert_matches(pattern: str, told: str) -> None:
    assert re.fullmatch(pattern, told), told


def test_a_miss_that_was_raised_is_told_beside_the_tests_own_failure(suite: Suite) -> None:
    suite.tape("cassettes/test_it/test_raised.yaml", ("Hello?", "Hi."))
    suite.write("""
def test_raised(mockgw):
    assert ask("Hello").output_text
""")
    ran = suite.run()
    assert ran.counts == {"failed": 1}
    assert '>       assert ask("Hello").output_text' in ran.text
    assert "- Captured mockgw call -" in ran.text
    section = ran.text.split("- Captured mockgw call -", 1)[1]
    assert "input[0].content[0].text: asked 'Hello', recorded 'Hello?'" in section
    assert "This test has no cassette" not in ran.text


def test_a_miss_that_is_meant_is_allowed(suite: Suite) -> None:
    suite.write("""
@pytest.mark.mockgw(mode="replay")
def test_meant(mockgw):
    mockgw.allow_misses()
    with pytest.raises(OpenAIError, match="No recording answers"):
        ask()
    with pytest.raises(AssertionError, match="No recording answers"):
        mockgw.assert_no_misses()
""")
    ran = suite.run()
    ran.passed(1)
    assert "1 request in 1 test: 1 missed" in ran.text
    assert "had no answer" not in ran.text


UNFIT = {
    "a tool that is not offered": (
        'tool_calls=[("nope", {})]',
        "ask()",
        "it calls 'nope'; the call offers: none",
    ),
    "arguments that do not fit": (
        'tool_calls=[("get", {"a": 1})]',
        (
            'ask(tools=[{"type": "function", "name": "get", "parameters": {"type": "object", '
            '"properties": {}, "required": [], "additionalProperties": False}}])'
        ),
        (
            "it does not fit the arguments of get: Additional properties are not allowed ('a' was "
            "unexpected) (at the root)"
        ),
    ),
    "text that is no JSON": (
        '"Oslo"',
        'ask("JSON", text={"format": {"type": "json_object"}})',
        "'Oslo' is no JSON, which the JSON mode of the call asks for",
    ),
    "a body of the other API": (
        'body={"object": "chat.completion"}',
        "ask()",
        "its body is no response, whose \"object\" would be 'response'",
    ),
    "a function that fails": (
        "lambda asked: {}[asked.text]",
        "ask()",
        "its function raised KeyError: 'Hello'",
    ),
}


@pytest.mark.parametrize("name", UNFIT)
def test_an_answer_that_does_not_fit_fails_the_test(suite: Suite, name: str) -> None:
    meaning, asked, reason = UNFIT[name]
    suite.write(f"""
def test_unfit(mockgw):
    mockgw.reply({meaning})
    s{asked.replace("ask(", "wallow(", 1)}
""")
    ran = suite.run()
    assert ran.counts == {"failed": 1}
    wanted = f"The answer queued at test_it.py:4 does not fit this call: {reason}."
    assert ran.told("test_unfit") == wanted


def test_answers_that_no_call_asked_for_fail_the_test(suite: Suite) -> None:
    suite.write("""
def test_left(mockgw):
    mockgw.reply("one")
    mockgw.reply("two")
    mockgw.fail(500, times=2)
    assert ask().output_text == "one"

@pytest.fixture
def primed(mockgw):
    mockgw.reply("never")

def test_left_by_a_fixture(primed):
    pass
""")
    ran = suite.run()
    assert ran.counts == {"failed": 2}
    assert ran.told("test_left") == (
        "mockgw still holds 3 queued answers that no call asked for:\n"
        "  queued at test_it.py:5\n  queued at test_it.py:6\n  queued at test_it.py:6"
    )
    assert ran.told("test_left_by_a_fixture") == (
        "mockgw still holds 1 queued answer that no call asked for:\n  queued at test_it.py:11"
    )


def test_a_call_after_the_tests_end_fails_its_teardown(suite: Suite) -> None:
    suite.write("""
@pytest.fixture
def late(mockgw):
    yield
    swallow("late")

@pytest.mark.mockgw(mode="replay")
def test_early(late):
    pass
""")
    ran = suite.run()
    assert ran.counts == {"passed": 1, "errors": 1}
    assert_matches(miss("test_early"), ran.told("ERROR at teardown of test_early"))


UNUSED = "mockgw answered nothing from 1 recording of this test's cassettes:"


def test_a_run_that_takes_warnings_for_errors_is_told_without_our_frames(suite: Suite) -> None:
    suite.tape("cassettes/test_it/test_some.yaml", ("Hello", "Hi."))
    suite.write("def test_some(mockgw): ...")
    ran = suite.run("--mockgw-unused=warn", "-W", "error")
    assert ran.counts == {"failed": 1}
    assert ran.told("test_some").startswith(UNUSED)


@pytest.mark.parametrize(
    ("wanted", "counts"),
    [
        ("ignore", {"passed": 1}),
        ("warn", {"passed": 1, "warnings": 1}),
        ("fail", {"failed": 1}),
    ],
)
def test_recordings_that_were_not_played_are_told_as_asked_for(
    suite: Suite, wanted: str, counts: dict[str, int]
) -> None:
    suite.tape("cassettes/test_it/test_some.yaml", ("Hello", "Hi."), ("Bye", "Then."))
    suite.write("""
def test_some(mockgw):
    assert ask().output_text == "Hi."
""")
    ran = suite.run(f"--mockgw-unused={wanted}")
    assert ran.counts == counts
    assert (UNUSED in ran.text) == (wanted != "ignore")
    assert ("1 recording was not played:" in ran.text) == (wanted != "ignore")
    if wanted == "fail":
        told = ran.told("test_some").splitlines()
        assert told[0] == UNUSED
        assert told[1].startswith("  ")
        assert told[1].endswith(" (responses.create)")
        assert "cassettes/test_it/test_some.yaml" in told[1]


MARK = "@pytest.mark.mockgw"
LOOKED = (
    "Looked beside the test, in its cassettes folder and below the root. Record it into {} by "
    "--mockgw-mode=record, or leave the mark away to have answers synthesized."
)
MATCHES = "Give exact, normalized, sequence, fuzzy, vcrpy's names, or functions of two requests."
SETUPS: dict[str, tuple[str, str]] = {
    'cassette="city.yaml"': (
        "There is no cassette 'city.yaml' for test_it.py::test_set.",
        LOOKED.format("cassettes/city.yaml"),
    ),
    'cassette=["greeting.yaml", "grreting.yaml"]': (
        (
            "There is no cassette 'grreting.yaml' for test_it.py::test_set. The nearest is "
            "cassettes/greeting.yaml."
        ),
        LOOKED.format("cassettes/grreting.yaml"),
    ),
    "cassette=5": (f"{MARK}: 5 is no cassette.", "Give a file or a list of them."),
    'cassette=""': (f"{MARK}: '' is no cassette.", "Give a file or a list of them."),
    'cassete="x.yaml"': (f"{MARK} has no 'cassete'.", "Did you mean cassette?"),
    "colour=3": (
        f"{MARK} has no 'colour'.",
        (
            "Known are cassette, mode, match, ignore, repeats, template, faults, timing, limits, "
            "clock, seed, unused, block_network."
        ),
    ),
    '"x.yaml"': (
        f"{MARK} takes keywords only, and got 'x.yaml'.",
        f"Write {MARK}(cassette='x.yaml').",
    ),
    'mode="reply"': (
        f"{MARK}: there is no mode 'reply'.",
        "Give one of auto, replay, synth, record, rerecord, live (nearest: replay).",
    ),
    'mode="record"': (
        "Mode record needs an upstream to ask.",
        (
            "Give --mockgw-upstream URL, MOCKGW_UPSTREAM or the ini key mockgw_upstream, such as "
            "https://api.openai.com/v1."
        ),
    ),
    'match="loose"': (f"{MARK}: there is no match 'loose'.", MATCHES),
    'match=["method", "boddy"]': (
        f"{MARK}: there is no match 'boddy'.",
        MATCHES.replace("fuzzy", "fuzzy (nearest: body)"),
    ),
    "match=[]": (
        f"{MARK}: match compares nothing.",
        "Give exact, normalized, sequence, fuzzy.",
    ),
    'repeats="lsat"': (
        f"{MARK}: there is no repeats 'lsat'.",
        "Give one of error, last, cycle (nearest: last).",
    ),
    'ignore="user"': (
        "'user' is no JSON path.",
        "Write one such as $.metadata.run, $.tools[*].description or $..id.",
    ),
    "ignore=[5]": (f"{MARK}: 5 is no JSON path.", "Give one such as $.user."),
    'unused="forbid"': (
        f"{MARK}: there is no unused 'forbid'.",
        "Give one of ignore, warn, fail, prune.",
    ),
    'seed="7"': (f"{MARK}: '7' is no seed.", "Give a whole number."),
}


@pytest.mark.parametrize("given", SETUPS)
def test_a_mark_that_cannot_be_is_refused_before_the_test(suite: Suite, given: str) -> None:
    suite.tape("cassettes/greeting.yaml", ("Hello", "Hi."))
    suite.write(f"""
@pytest.mark.mockgw({given})
def test_set(mockgw):
    raise SystemExit
""")
    ran = suite.run()
    assert ran.counts == {"errors": 1}
    assert ran.told("ERROR at setup of test_set") == "\n  ".join(SETUPS[given])


def test_a_clock_that_cannot_be_and_a_broken_cassette_are_refused_before_the_test(
    suite: Suite,
) -> None:
    (suite.folder / "broken.yaml").write_text("version: 1\ninteractions: [", encoding="utf-8")
    suite.write("""
@pytest.mark.mockgw(clock="noon")
def test_clock(mockgw): ...

@pytest.mark.mockgw(cassette="broken.yaml")
def test_broken(mockgw): ...
""")
    ran = suite.run()
    assert ran.counts == {"errors": 2}
    assert ran.told("ERROR at setup of test_clock").startswith(
        "@pytest.mark.mockgw(clock=…): 'noon' is not"
    )
    assert "broken.yaml" in ran.told("ERROR at setup of test_broken")
    assert "Error" not in ran.told("ERROR at setup of test_broken")


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        (
            'reply(tool_calls=["x"])',
            "'x' is no tool call.",
            'Give ("name", {"argument": 1}), or a text in place of the dict.',
        ),
        ('reply("a", texts="b")', "'texts' has no meaning here.", "Did you mean text?"),
        (
            'reply("a", "b", delay=1)',
            "Several answers cannot share keywords.",
            "Call reply once for each of them.",
        ),
        (
            'fail("rate-limit")',
            "There is no error named 'rate-limit'.",
            "Did you mean rate_limit?",
        ),
        ("fail(500, times=0)", "times=0 is no number of refusals.", "Give at least 1."),
        ("fail(200)", "200 is no error's status.", "Give one from 400 to 599."),
    ],
)
def test_a_bad_answer_fails_at_the_line_that_gave_it(
    suite: Suite, given: str, message: str, hint: str
) -> None:
    suite.write(f"""
def test_bad(mockgw):
    mockgw.{given}
""")
    ran = suite.run()
    assert ran.counts == {"failed": 1}
    # The mockgw folder of this project is above no test of a suite.
    lines = [line for line in ran.told("test_bad").splitlines() if not line.startswith("mockgw =")]
    assert [line for line in lines if line.strip()] == [
        "    def test_bad(mockgw):",
        f">       mockgw.{given}",
        f"E       mockgw.errors.MockgwError: {message}",
        f"E         {hint}",
        "test_it.py:4: MockgwError",
    ]


def test_assertions_tell_what_was_asked(suite: Suite) -> None:
    suite.write("""
def told(call, *arguments, **named):
    with pytest.raises(AssertionError) as caught:
        call(*arguments, **named)
    return str(caught.value)

def test_assertions(mockgw):
    assert told(lambda: mockgw.last) == "mockgw was not asked anything."
    assert told(mockgw.assert_called) == "mockgw expected a request, and got 0."
    assert told(mockgw.assert_called_once) == "mockgw expected one request, and got 0."
    waited = told(mockgw.wait_for, 1, timeout=0.01)
    assert waited == "mockgw waited 0.01 s, and got 0."
    mockgw.reply("a", "b")
    ask("one")
    assert mockgw.assert_called_once().text == "one"
    ask("two")
    listed = "\\n  <responses.create gpt-5.5 'one' -> 200 script>"
    listed += "\\n  <responses.create gpt-5.5 'two' -> 200 script>"
    assert told(mockgw.assert_called_once) == f"mockgw expected one request, and got 2:{listed}"
    assert told(mockgw.assert_called, 3) == f"mockgw expected 3 requests, and got 2:{listed}"
    mockgw.assert_called(2)
    mockgw.assert_called()
    mockgw.assert_no_misses()
    assert len(mockgw.wait_for(lambda asked: asked.text == "two")) == 2
    assert told(mockgw.wait_for, lambda asked: False, timeout=0.01).endswith(listed)
    assert mockgw.last.usage["total_tokens"] and mockgw.last.source == "script"
    assert repr(mockgw).endswith(", 2 requests>")
""")
    suite.run().passed(1)


def test_a_test_that_fails_or_is_skipped_of_its_own_keeps_its_outcome(suite: Suite) -> None:
    suite.write("""
def test_own(mockgw):
    mockgw.reply("never")
    assert False, "own"

def test_skipped(mockgw):
    mockgw.reply("never")
    pytest.skip("own")

@pytest.mark.xfail(strict=True)
def test_expected(mockgw):
    mockgw.reply("never")

def test_after(mockgw):
    assert ask().output_text
""")
    ran = suite.run()
    assert ran.counts == {"failed": 1, "skipped": 1, "xfailed": 1, "passed": 1}
    assert "AssertionError: own" in ran.text
    assert "mockgw still holds 1 queued answer" in ran.text
