"""Recording through the fixture: what is kept, when, and by whose word."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.plugin.suites import Suite
from tests.record.upstreams import Odd, odd

pytest_plugins = ["pytester"]

KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"
ASKS = """
def test_asks(mockgw):
    assert ask("says:Snow fell.").output_text == "Snow fell."
"""


@pytest.fixture
def upstream() -> Iterator[Odd]:
    """Return a server that stands for the real one, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    running = odd()
    yield asyncio.run_coroutine_threadsafe(running.__aenter__(), loop).result()
    asyncio.run_coroutine_threadsafe(running.__aexit__(None, None, None), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def recorded(path: Path) -> list[str]:
    """Return the questions in a cassette."""
    held = yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
    return [yaml.safe_load(one["request"]["body"])["input"] for one in held]


def test_a_test_is_recorded_once_and_then_runs_without_the_upstream(
    suite: Suite, upstream: Odd
) -> None:
    suite.write(ASKS)
    suite.run("--mockgw-mode=record", f"--mockgw-upstream={upstream.url}/v1").passed(1)
    tape = suite.folder / "cassettes/test_it/test_asks.yaml"
    assert recorded(tape) == ["says:Snow fell."]
    again = suite.run("--mockgw-mode=record", f"--mockgw-upstream={upstream.url}/v1")
    assert "1 request in 1 test: 1 replayed (1 exact)" in again.text
    assert len(upstream.seen) == 1
    ran = suite.run("--mockgw-block-network")
    ran.passed(1)
    assert "1 replayed (1 exact)" in ran.text


def test_what_is_missing_is_added_and_counted(suite: Suite, upstream: Odd) -> None:
    suite.ini(f"mockgw_upstream = {upstream.url}/v1")
    suite.write(ASKS)
    suite.run("--mockgw-mode=record").passed(1)
    suite.write(ASKS + '    assert ask("says:More.").output_text == "More."\n')
    ran = suite.run("--mockgw-mode=new_episodes")
    assert "2 requests in 1 test: 1 replayed (1 exact), 1 from the upstream" in ran.text
    assert "\n1 answer recorded in 1 test\n" in ran.text
    tape = suite.folder / "cassettes/test_it/test_asks.yaml"
    assert recorded(tape) == ["says:Snow fell.", "says:More."]


NOT_PASSED = """
import unittest

def test_fails(mockgw):
    ask("says:One.")
    assert False

def test_skips(mockgw):
    ask("says:Two.")
    pytest.skip("after all")

@pytest.mark.xfail
def test_is_expected_to_fail(mockgw):
    ask("says:Three.")
    assert False

def test_leaves_an_answer(mockgw):
    ask("says:Four.")
    mockgw.reply("left")

@pytest.mark.usefixtures("mockgw")
class TestOld(unittest.TestCase):
    def test_old(self):
        ask("says:Five.")
        self.fail("no")

@pytest.fixture
def broken(mockgw):
    ask("says:Six.")
    raise ValueError

def test_never(broken): ...
"""


@pytest.mark.parametrize("mode", ["record", "rewrite"])
def test_a_test_that_did_not_pass_leaves_nothing(suite: Suite, upstream: Odd, mode: str) -> None:
    suite.write(NOT_PASSED)
    ran = suite.run(f"--mockgw-mode={mode}", f"--mockgw-upstream={upstream.url}/v1")
    assert ran.counts == {"failed": 3, "skipped": 1, "xfailed": 1, "errors": 1}
    assert len(upstream.seen) == 6
    assert not list(suite.folder.rglob("*.yaml"))
    assert "recorded" not in ran.text.split("= mockgw =")[1]


def test_an_old_cassette_is_replaced_only_by_a_test_that_passed(
    suite: Suite, upstream: Odd
) -> None:
    tape = suite.tape("cassettes/test_it/test_asks.yaml", ("Old?", "Old."))
    before = tape.read_bytes()
    arguments = ("--mockgw-mode=rewrite", f"--mockgw-upstream={upstream.url}/v1")
    suite.write(ASKS + "    assert False\n")
    assert suite.run(*arguments).counts == {"failed": 1}
    assert tape.read_bytes() == before
    suite.write(ASKS + '    swallow("status:429")\n')
    ran = suite.run(*arguments)
    assert ran.counts == {"passed": 1}
    assert "1 answer was not recorded:\n  status 429 (in test_it.py::test_asks)" in ran.text
    assert tape.read_bytes() == before
    suite.write(ASKS)
    suite.run(*arguments).passed(1)
    assert recorded(tape) == ["says:Snow fell."]


def test_of_a_cassette_that_is_named_only_the_tests_own_calls_are_replaced(
    suite: Suite, upstream: Odd
) -> None:
    tape = suite.editable("cassettes/all.yaml", ("Other?", "Other."))
    suite.ini(f"mockgw_upstream = {upstream.url}/v1")
    suite.write("""
pytestmark = pytest.mark.mockgw(cassette="all.yaml")

def test_one(mockgw):
    assert [ask("says:One.").output_text for _ in range(2)] == ["One.", "One."]

def test_two(mockgw):
    assert ask("says:Two.").output_text == "Two."
""")
    suite.run("--mockgw-mode=record", "-k", "two").passed(1)
    assert recorded(tape) == ["Other?", "says:Two."]
    suite.run("--mockgw-mode=rewrite").passed(2)
    suite.run("--mockgw-mode=rewrite").passed(2)
    assert recorded(tape) == ["Other?", "says:Two.", "says:One.", "says:One."]
    suite.run().passed(2)


@pytest.mark.slow
def test_workers_add_to_one_cassette_without_loss(suite: Suite, upstream: Odd) -> None:
    suite.write("""
@pytest.mark.parametrize("n", range(12))
@pytest.mark.mockgw(cassette="new/all.yaml")
def test_many(mockgw, n):
    assert ask(f"says:Answer {n}.").output_text == f"Answer {n}."
""")
    asked = (f"--mockgw-upstream={upstream.url}/v1", "-n2", "-p", "xdist")
    for mode in ("record", "rewrite"):
        ran = suite.run(f"--mockgw-mode={mode}", *asked, apart=True)
        assert ran.counts["passed"] == 12, ran.text + ran.errors
        assert "12 answers recorded in 12 tests" in ran.text
        tape = suite.folder / "cassettes/new/all.yaml"
        assert sorted(recorded(tape)) == sorted(f"says:Answer {n}." for n in range(12))


@pytest.mark.parametrize("source", ["MOCKGW_MODE", "@pytest.mark.mockgw", "ini mockgw_mode"])
def test_in_ci_nothing_is_recorded_unless_the_command_line_says_so(
    suite: Suite, upstream: Odd, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setenv("CI", "true")
    mark = ""
    if source == "MOCKGW_MODE":
        monkeypatch.setenv(source, "rewrite")
    elif source.startswith("ini"):
        suite.ini("mockgw_mode = rewrite")
    else:
        mark = '@pytest.mark.mockgw(mode="rewrite")'
    suite.write(mark + ASKS)
    ran = suite.run(f"--mockgw-upstream={upstream.url}/v1")
    assert ran.counts == {"errors": 1}
    assert ran.told("ERROR at setup of test_asks") == (
        f"{source}: mode rewrite changes cassettes, and CI is set.\n"
        "  Give --mockgw-mode=rewrite on the command line if that is meant."
    )
    ran = suite.run(f"--mockgw-upstream={upstream.url}/v1", "--mockgw-mode=rewrite")
    ran.passed(1)
    assert not list(suite.folder.rglob("*.new"))


def test_once_records_only_where_there_is_no_cassette(suite: Suite, upstream: Odd) -> None:
    suite.write(ASKS)
    arguments = ("--mockgw-mode=once", f"--mockgw-upstream={upstream.url}/v1")
    suite.run(*arguments).passed(1)
    suite.write(ASKS.replace("Snow fell.", "Rain fell."))
    ran = suite.run(*arguments)
    assert ran.counts == {"failed": 1}
    assert "asked 'says:Rain fell.', recorded 'says:Snow fell.'" in ran.text
    assert len(upstream.seen) == 1


def test_live_asks_and_keeps_nothing(suite: Suite, upstream: Odd) -> None:
    suite.tape("cassettes/test_it/test_asks.yaml", ("says:Snow fell.", "Old."))
    suite.write(ASKS)
    ran = suite.run("--mockgw-mode=live", f"--mockgw-upstream={upstream.url}/v1")
    ran.passed(1)
    assert "1 request in 1 test: 1 from the upstream" in ran.text
    assert "recorded" not in ran.text.split("= mockgw =")[1]
    suite.run("--mockgw-mode=live", f"--mockgw-upstream={upstream.url}/v1").passed(1)


def test_scripted_tests_stay_what_they_are_while_others_are_recorded(
    suite: Suite, upstream: Odd
) -> None:
    suite.write(
        ASKS
        + """
def test_scripted(mockgw):
    mockgw.reply("one")
    mockgw.always("many")
    assert [ask().output_text for _ in range(3)] == ["one", "many", "many"]

@pytest.mark.mockgw(template={"when": {"text": "Hello"}, "reply": "templated"})
def test_templated(mockgw):
    assert ask().output_text == "templated"
"""
    )
    suite.run("--mockgw-mode=rewrite", f"--mockgw-upstream={upstream.url}/v1").passed(3)
    assert [path.name for path in suite.folder.rglob("*.yaml")] == ["test_asks.yaml"]
    assert len(upstream.seen) == 1


def test_the_keys_of_the_environment_are_sent_and_kept_nowhere(
    suite: Suite, upstream: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    suite.write(ASKS + "    shown = mockgw.openai\n    assert shown == mockgw\n")
    arguments = ("--mockgw-mode=record", f"--mockgw-upstream={upstream.url}/v1")
    ran = suite.run(*arguments, "--showlocals")
    assert ran.counts == {"failed": 1}
    assert KEY not in ran.text
    suite.write(ASKS + "    assert mockgw.api_key.startswith('sk-')\n")
    suite.run(*arguments, "--mockgw-report=report.json").passed(1)
    assert [one[1]["authorization"] for one in upstream.seen] == [f"Bearer {KEY}"] * 2
    for path in suite.folder.rglob("*.*"):
        assert not path.is_file() or KEY not in path.read_text("utf-8", "replace"), path


def test_a_key_for_the_upstream_takes_the_place_of_what_the_test_sends(
    suite: Suite, upstream: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another-one-that-is-not-sent-abcdef")
    monkeypatch.setenv("MOCKGW_UPSTREAM_KEY", KEY)
    suite.write(ASKS + '    assert mockgw.api_key == "mockgw-test-key"\n')
    suite.run("--mockgw-mode=live", f"--mockgw-upstream={upstream.url}/v1").passed(1)
    assert upstream.seen[0][1]["authorization"] == f"Bearer {KEY}"


def test_who_records_must_say_whom_to_ask(suite: Suite) -> None:
    suite.write(ASKS)
    ran = suite.run("--mockgw-mode=record")
    assert ran.counts == {"errors": 1}
    assert ran.told("ERROR at setup of test_asks") == (
        "Mode record needs an upstream to ask.\n"
        "  Give --mockgw-upstream URL, MOCKGW_UPSTREAM or the ini key mockgw_upstream, such as "
        "https://api.openai.com/v1."
    )
    ran = suite.run("--mockgw-mode=record", "--mockgw-upstream=api.openai.com")
    assert "needs an upstream to ask, and got 'api.openai.com'" in ran.text


def test_the_upstream_is_found_in_environment_ini_file_and_settings(
    suite: Suite, upstream: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.write(ASKS)
    (suite.folder / "mockgw.toml").write_text(f'upstream = "{upstream.url}/toml"\n', "utf-8")
    suite.run("--mockgw-mode=live").passed(1)
    suite.ini(f"mockgw_upstream = {upstream.url}/ini")
    suite.run("--mockgw-mode=live").passed(1)
    monkeypatch.setenv("MOCKGW_UPSTREAM", f"{upstream.url}/variable")
    suite.run("--mockgw-mode=live").passed(1)
    suite.run("--mockgw-mode=live", f"--mockgw-upstream={upstream.url}/option").passed(1)
    assert [path.split("/")[1] for path, _, _ in upstream.seen] == [
        "toml", "ini", "variable", "option",
    ]  # fmt: skip


def test_an_upstream_that_fails_is_told_though_the_test_swallows_it(suite: Suite) -> None:
    suite.write("def test_swallows(mockgw): assert swallow() == 'swallowed'")
    ran = suite.run("--mockgw-mode=record", "--mockgw-upstream=http://127.0.0.1:9/v1")
    assert ran.counts == {"failed": 1}
    assert "The upstream 127.0.0.1:9 could not be reached" in ran.told("test_swallows")


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        (
            'cassette=["a.yaml", "b.yaml"]',
            "@pytest.mark.mockgw: one test is recorded into one cassette, and 2 are named.",
        ),
        ('cassette="deep"', "@pytest.mark.mockgw: cassettes/deep is a folder."),
    ],
)
def test_a_test_is_recorded_into_one_file(suite: Suite, mark: str, told: str) -> None:
    (suite.folder / "cassettes/deep").mkdir(parents=True)
    suite.write(f"@pytest.mark.mockgw({mark})" + ASKS)
    ran = suite.run("--mockgw-mode=record", "--mockgw-upstream=http://127.0.0.1:9/v1")
    assert ran.told("ERROR at setup of test_asks").splitlines()[0] == told


def test_the_test_is_kept_on_loopback_while_its_gateway_asks_the_upstream(suite: Suite) -> None:
    suite.conftest("""
import socket

real = socket.getaddrinfo

def far(host, *given, **named):
    # As if a name led to another host; there is none to be reached here.
    return real("192.0.2.1" if host == "upstream.example" else host, *given, **named)

socket.getaddrinfo = far
""")
    suite.write("""
import socket

@pytest.mark.mockgw(block_network=True)
def test_blocked(mockgw):
    with pytest.raises(RuntimeError, match="keeps this run on loopback"):
        socket.create_connection(("192.0.2.1", 80), 0.1)
    with pytest.raises(OpenAIError) as caught:
        with OpenAI(max_retries=0, timeout=0.5) as client:
            client.responses.create(model="gpt-5.5", input="x")
    assert "keeps this run" not in str(caught.value)
    mockgw.allow_misses()
""")
    ran = suite.run("--mockgw-mode=live", "--mockgw-upstream=http://upstream.example/v1")
    ran.passed(1)


def test_a_prompt_that_changed_by_a_word_fails_with_the_word_and_what_to_type(
    suite: Suite, upstream: Odd
) -> None:
    suite.write(ASKS)
    suite.run("--mockgw-mode=record", f"--mockgw-upstream={upstream.url}/v1").passed(1)
    suite.write(ASKS.replace('"says:Snow fell.").', '"says:Snow melted.").'))
    ran = suite.run()
    assert ran.counts == {"failed": 1}
    assert "asked 'says:Snow melted.', recorded 'says:Snow fell.'" in ran.text
    typed = "pytest test_it.py::test_asks --mockgw-upstream https://api.openai.com/v1"
    assert f"To record this test anew, type:\n  {typed} --mockgw-mode=rewrite\n" in ran.text
