"""A suite that was made for vcrpy or pytest-recording: what it has told them holds here too."""

import json
import os
import subprocess
from typing import Any

import pytest

from tests.plugin.plugins import python_with_plugins
from tests.plugin.suites import Ran, Suite, exchange

pytest_plugins = ["pytester"]

HELLO = "cassettes/test_it/test_hello.yaml"
TWO = (("Hello", "Hi."), ("Bye", "Then."))
CHANGED = """
def test_hello(mockgw):
    assert ask("Hello, it is Monday").output_text == "Hi."
    assert ask("Bye on Monday").output_text == "Then."
    assert [one.match for one in mockgw.entries] == ["sequence", "sequence"]
"""
STRICT = """
def test_hello(mockgw):
    mockgw.allow_misses()
    with pytest.raises(OpenAIError, match="No recording answers"):
        ask("Hello, it is Monday")
    assert ask("Hello").output_text == "Hi."
"""


def config(told: str, more: str = "") -> str:
    return f"{more}\n@pytest.fixture(scope='module')\ndef vcr_config():\n    return {told}\n"


def tape(suite: Suite, *exchanges: dict[str, Any]) -> None:
    file = suite.folder / HELLO
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"version": 1, "interactions": exchanges}), encoding="utf-8")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ('{"filter_headers": ["authorization"]}', CHANGED),
        ('{"match_on": ["method", "uri"]}', CHANGED),
        ('{"match_on": ["method", "uri", "body"]}', STRICT),
        ('{"match_on": ("raw_body",)}', STRICT),
        ("{}", STRICT),
        ("None", STRICT),
    ],
)
def test_a_suite_that_compared_no_body_is_played_in_order(
    suite: Suite, told: str, code: str
) -> None:
    suite.tape(HELLO, *TWO)
    suite.conftest(config(told))
    suite.write(code)
    ran = suite.run()
    ran.passed(1)
    if code is CHANGED:
        assert "2 replayed (2 sequence)" in ran.text


@pytest.mark.parametrize("mark", ['match="normalized"', 'match="exact"', 'match=["body"]'])
def test_the_mark_decides_before_the_configuration(suite: Suite, mark: str) -> None:
    suite.tape(HELLO, *TWO)
    suite.conftest(config('{"filter_headers": ["authorization"]}'))
    suite.write(f"@pytest.mark.mockgw({mark}){STRICT}")
    suite.run().passed(1)


def test_mockgw_toml_decides_before_the_configuration(suite: Suite) -> None:
    suite.tape(HELLO, *TWO)
    (suite.folder / "mockgw.toml").write_text('match = "exact"\n', encoding="utf-8")
    suite.conftest(config('{"filter_headers": ["authorization"]}'))
    suite.write(STRICT)
    suite.run().passed(1)


def test_the_mark_of_vcrpy_counts_as_its_configuration(suite: Suite) -> None:
    suite.tape(HELLO, *TWO)
    suite.ini("markers = vcr: theirs")
    suite.conftest(config('{"match_on": ["method", "uri"]}'))
    suite.write(f'@pytest.mark.vcr(match_on=["method", "body"]){STRICT}')
    suite.run().passed(1)


def test_functions_are_asked_as_vcrpy_asks_them(suite: Suite) -> None:
    suite.tape(HELLO, *TWO)
    suite.write("""
import json

def same_verb(asked, recorded):
    assert (asked.method, asked.uri) == ("POST", "https://api.openai.com/v1/responses")
    assert asked.host == recorded.host == "api.openai.com"
    assert json.loads(asked.body)["model"] == json.loads(recorded.body)["model"]
    assert asked.headers["x-tenant"] == "one"
    first = json.loads(asked.body)["input"].split()[0]
    assert first == json.loads(recorded.body)["input"]

def never(asked, recorded):
    return False

def ask_as(question):
    return ask(question, extra_headers={"x-tenant": "one"}).output_text

@pytest.mark.mockgw(match=["method", same_verb], cassette="cassettes/test_it/test_hello.yaml")
def test_found(mockgw):
    assert ask_as("Bye now") == "Then."
    assert ask_as("Hello now") == "Hi."

@pytest.mark.mockgw(match=same_verb, cassette="cassettes/test_it/test_hello.yaml")
def test_missed(mockgw):
    mockgw.allow_misses()
    assert swallow("Ciao") == "swallowed"
    assert swallow("Hello") == "swallowed"

@pytest.mark.mockgw(match=["exact", never], cassette="cassettes/test_it/test_hello.yaml")
def test_never(mockgw):
    mockgw.allow_misses()
    assert swallow("Hello") == "swallowed"
""")
    suite.run().passed(3)


def test_a_function_that_fails_fails_the_test_and_is_named(suite: Suite) -> None:
    suite.tape(HELLO, *TWO)
    suite.write("""
def broken(asked, recorded):
    return asked.nothing

@pytest.mark.mockgw(match=["method", broken])
def test_hello(mockgw):
    swallow("Hello")
""")
    ran = suite.run()
    assert ran.counts == {"failed": 1}
    told = ran.told("test_hello")
    assert told.startswith("The test's own matcher broken raised AttributeError: ")


@pytest.mark.parametrize(("value", "answer"), [("one", "Hi."), ("two", "swallowed")])
def test_headers_are_compared_when_that_is_asked_for(suite: Suite, value: str, answer: str) -> None:
    one = exchange("Hello", "Hi.")
    one["request"]["headers"] |= {"X-Tenant": ["one"], "User-Agent": ["theirs"]}
    tape(suite, one)
    suite.write(f"""
@pytest.mark.mockgw(match=["body", "headers"])
def test_hello(mockgw):
    mockgw.allow_misses()
    assert swallow("Hello", extra_headers={{"X-Tenant": "{value}"}}) == "{answer}"
""")
    suite.run().passed(1)


def test_what_a_suite_leaves_out_of_its_cassettes_does_not_count(suite: Suite) -> None:
    # As vcrpy recorded it: the parameter is gone.
    tape(suite, exchange("Hello", "Hi."))
    suite.conftest(
        config('{"match_on": ["body"], "filter_post_data_parameters": ["max_output_tokens"]}')
    )
    suite.write("""
def test_hello(mockgw):
    assert ask("Hello", max_output_tokens=90).output_text == "Hi."
    assert mockgw.entries[0].match == "exact"
""")
    suite.run().passed(1)


def test_the_hooks_of_a_suite_are_asked_about_recordings_and_requests(suite: Suite) -> None:
    suite.tape(HELLO, ("Hello, NAME", "Hi, NAME."), ("Internal", "x"))
    hooks = """
import json

def scrub(request):
    if b"Internal" in (request.body or b""):
        return None
    request.body = request.body.replace(b"Ada", b"NAME")
    return request

def restore(response):
    response["body"]["string"] = response["body"]["string"].replace(b"NAME", b"Ada")
    return response
"""
    told = (
        '{"match_on": ["body"], "before_record_request": scrub, "before_record_response": restore}'
    )
    suite.conftest(config(told, hooks))
    suite.write("""
@pytest.mark.mockgw(unused="fail")
def test_hello(mockgw):
    mockgw.allow_misses()
    assert ask("Hello, Ada").output_text == "Hi, Ada."
    assert swallow("Internal") == "swallowed"
""")
    suite.run().passed(1)


def test_playback_may_be_repeated_where_vcrpy_was_told_so(suite: Suite) -> None:
    suite.tape(HELLO, *TWO)
    suite.conftest(config('{"match_on": ["body"], "allow_playback_repeats": True}'))
    suite.write("""
def test_hello(mockgw):
    assert [ask("Hello").output_text for _ in range(3)] == ["Hi."] * 3

@pytest.mark.mockgw(cassette="cassettes/test_it/test_hello.yaml", repeats="error")
def test_stricter(mockgw):
    mockgw.allow_misses()
    assert ask("Hello").output_text == "Hi."
    assert swallow("Hello") == "swallowed"
""")
    suite.run().passed(2)


def test_several_cassettes_of_one_test_are_one_sequence(suite: Suite) -> None:
    suite.tape("cassettes/one.yaml", *TWO)
    suite.tape("cassettes/two.yaml", ("Hello", "Again."))
    suite.write("""
@pytest.mark.mockgw(cassette=["one.yaml", "two.yaml"], match="sequence")
def test_hello(mockgw):
    assert [ask(name).output_text for name in "abc"] == ["Hi.", "Then.", "Again."]
""")
    suite.run().passed(1)


def test_a_matcher_that_nobody_knows_is_refused_before_the_test(suite: Suite) -> None:
    suite.tape(HELLO, *TWO)
    suite.conftest(config('{"match_on": ["method", "json_bdy"]}'))
    suite.write("def test_hello(mockgw): ...")
    ran = suite.run()
    assert ran.counts == {"errors": 1}
    told = ran.told("ERROR at setup of test_hello")
    assert told.startswith("vcr_config: there is no match 'json_bdy'.")


@pytest.mark.parametrize(
    ("repeats", "answers"),
    [
        ("", ["Hi.", "swallowed", "swallowed"]),
        ('repeats="last"', ["Hi.", "Hi.", "Hi."]),
        ('repeats="cycle"', ["Hi.", "Hi.", "Hi."]),
    ],
)
def test_a_test_that_asks_more_than_was_recorded_is_told_so(
    suite: Suite, repeats: str, answers: list[str]
) -> None:
    suite.tape(HELLO, *TWO)
    suite.write(f"""
@pytest.mark.mockgw({repeats})
def test_hello(mockgw):
    assert [swallow("Hello") for _ in range(3)] == {answers}
""")
    ran = suite.run()
    if "last" in repeats or "cycle" in repeats:
        ran.passed(1)
        return
    told = ran.told("test_hello")
    assert ran.counts == {"failed": 1}
    assert "recorded:  1 time, and played; asked 2 times" in told
    assert '@pytest.mark.mockgw(repeats="last")' in told


def test_cassettes_that_all_tests_share_are_not_used_up(suite: Suite) -> None:
    suite.tape("shared.yaml", ("Hello", "Hi."))
    suite.write("""
def test_hello(mockgw):
    assert [ask("Hello").output_text for _ in range(3)] == ["Hi."] * 3
""")
    suite.run("--mockgw-cassettes=shared.yaml").passed(1)


def test_paths_of_one_test_can_be_ignored(suite: Suite) -> None:
    suite.tape(HELLO, *TWO)
    suite.write("""
@pytest.mark.mockgw(ignore="$.max_output_tokens")
def test_hello(mockgw):
    assert ask("Hello", max_output_tokens=90).output_text == "Hi."

@pytest.mark.mockgw(cassette="cassettes/test_it/test_hello.yaml")
def test_counts(mockgw):
    mockgw.allow_misses()
    with pytest.raises(OpenAIError, match="max_output_tokens"):
        ask("Hello", max_output_tokens=90)
""")
    suite.run().passed(2)


SUITE = """
import os
import pytest
from openai import OpenAI

pytestmark = pytest.mark.vcr


def ask(question, **options):
    with OpenAI(max_retries=0) as client:
        asked = client.responses.create(model="gpt-5.5", input=question, **options)
        return asked.output_text


def test_in_order():
    assert ask("Changed since") == "Hi."
    assert ask("Changed too") == "Then."


@pytest.mark.vcr(match_on=["method", "uri", "body"])
def test_by_body():
    assert ask("Bye") == "Then."
    assert ask("Hello") == "Hi."


@pytest.mark.vcr(match_on=["method", "last_word"])
def test_by_a_matcher_of_theirs():
    assert ask("You say Bye") == "Then."
    assert ask("I say Hello") == "Hi."


@pytest.mark.vcr(match_on=["body"], filter_post_data_parameters=["user"])
def test_without_a_parameter():
    assert ask("Hello", extra_body={"user": "me"}) == "Hi."


def test_once():
    assert ask("Hello") == "Hi."
    assert ask("Hello") == "Then."
    with pytest.raises(Exception):
        ask("Hello")
"""
THEIRS = """
import json
import os
import pytest


@pytest.fixture(scope="module")
def vcr_config():
    return {"filter_headers": ["authorization"], "decode_compressed_response": True}


def last_word(asked, recorded):
    asked, recorded = (json.loads(one.body)["input"].split()[-1] for one in (asked, recorded))
    assert asked == recorded


def pytest_recording_configure(config, vcr):
    vcr.register_matcher("last_word", last_word)


@pytest.fixture(autouse=True)
def gateway(request):
    if os.environ.get("WITH") == "mockgw":
        request.getfixturevalue("mockgw").allow_misses()
"""


@pytest.mark.slow
def test_a_suite_of_pytest_recording_passes_here_as_it_does_there(suite: Suite) -> None:
    (suite.folder / "test_theirs.py").write_text(SUITE, encoding="utf-8")
    (suite.folder / "conftest.py").write_text(THEIRS, encoding="utf-8")
    names = ("in_order", "by_body", "by_a_matcher_of_theirs", "without_a_parameter", "once")
    for name in names:
        suite.tape(f"cassettes/test_theirs/test_{name}.yaml", *TWO)
    command = [python_with_plugins(), "-m", "pytest", "-p", "no:cacheprovider"]
    for way in ("pytest-recording", "mockgw"):
        done = subprocess.run(
            [*command, "-p", "no:randomly"],
            cwd=suite.folder,
            env={**os.environ, "WITH": way, "OPENAI_API_KEY": "x"},
            capture_output=True,
            text=True,
            check=False,
        )
        ran = Ran(done.stdout, done.stderr)
        ran.passed(len(names))
    assert "10 requests in 5 tests: 9 replayed (4 exact, 5 sequence), 1 missed" in ran.text, (
        ran.text
    )
