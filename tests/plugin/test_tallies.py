"""What a run says at its end: the summary, the report, the properties of each test."""

import json
import subprocess
import sys
from xml.etree import ElementTree as ET

from tests.plugin.suites import Suite

pytest_plugins = ["pytester"]

MIXED = """
def test_scripted(mockgw):
    mockgw.reply("a")
    mockgw.fail(400)
    assert ask().output_text == "a"
    assert swallow() == "swallowed"

@pytest.mark.mockgw(repeats="last")
def test_replayed(mockgw):
    assert ask().output_text == "Hi."
    assert ask(temperature=1).output_text == "Hi."

def test_made_up(mockgw):
    answer = ask()
    with OpenAI(max_retries=0) as client:
        assert client.responses.retrieve(answer.id).id == answer.id
    assert swallow(5) == "swallowed"

@pytest.mark.mockgw(mode="replay")
def test_missed(mockgw):
    swallow()

def test_silent(mockgw):
    pass
"""


def mixed(suite: Suite) -> None:
    suite.tape("cassettes/test_it/test_replayed.yaml", ("Hello", "Hi."), ("Bye", "Then."))
    suite.write(MIXED)


def test_the_summary_adds_up_where_answers_came_from(suite: Suite) -> None:
    mixed(suite)
    ran = suite.run("--mockgw-unused=warn")
    assert ran.counts["passed"] == 4
    told = ran.text.split("= mockgw =", 1)[1].splitlines()
    assert told[1] == (
        "8 requests in 4 tests: 2 replayed (1 exact, 1 normalized), 1 synthesized, 2 scripted, "
        "1 from state, 1 refused, 1 missed"
    )
    assert told[2:5] == [
        "1 call had no answer:",
        "  test_it.py::test_missed: No recording answers this responses.create call to 'gpt-5.5'.",
        "    nearest:   none: no recording is of this operation",
    ]
    assert told[5] == "1 recording was not played:"
    assert told[6].endswith("test_replayed.yaml, item 2 (in test_it.py::test_replayed)")


def test_the_summary_of_a_miss_shows_the_nearest_and_where_it_differs(suite: Suite) -> None:
    suite.tape("cassettes/test_it/test_near.yaml", ("Hello", "Hi."))
    suite.write('def test_near(mockgw): swallow("Hullo")')
    told = suite.run().text.split("= mockgw =", 1)[1].splitlines()
    assert told[4].startswith("    nearest:   ")
    assert told[4].endswith("test_near.yaml, item 1 differs in 1 place(s)")
    assert told[5] == "    input[0].content[0].text: asked 'Hullo', recorded 'Hello'"


def test_a_run_that_asked_nothing_says_nothing(suite: Suite) -> None:
    suite.write("def test_silent(mockgw): ...\n\ndef test_without(): ...")
    ran = suite.run()
    ran.passed(2)
    assert "= mockgw =" not in ran.text


def test_a_long_list_is_cut(suite: Suite) -> None:
    suite.tape("cassettes/many.yaml", *((f"Question {n}", "x") for n in range(14)))
    suite.write(
        '@pytest.mark.mockgw(cassette="many.yaml")\ndef test_some(mockgw): ask("Question 3")'
    )
    ran = suite.run("--mockgw-unused=warn")
    assert "13 recordings were not played:" in ran.text
    assert "\n  and 3 more\n" in ran.text


def test_the_report_tells_test_by_test(suite: Suite) -> None:
    mixed(suite)
    suite.run("--mockgw-report=out/deep/report.json", "--mockgw-unused=warn")
    told = json.loads((suite.folder / "out/deep/report.json").read_text(encoding="utf-8"))
    assert told["answers"] == {
        "script": 2, "replay": 2, "synth": 1, "state": 1, "refused": 1, "missing": 1,
    }  # fmt: skip
    replayed = told["tests"]["test_it.py::test_replayed"]
    assert replayed["levels"] == {"exact": 1, "normalized": 1}
    assert replayed["unused"][0].endswith("test_replayed.yaml, item 2")
    (miss,) = told["tests"]["test_it.py::test_missed"]["misses"]
    assert miss.startswith("No recording answers")
    assert told["tests"]["test_it.py::test_silent"]["requests"] == 0


def test_a_report_that_was_asked_for_is_written_though_nothing_was_asked(suite: Suite) -> None:
    suite.write("def test_without(): ...")
    suite.run("--mockgw-report=report.json")
    told = json.loads((suite.folder / "report.json").read_text(encoding="utf-8"))
    assert told == {"answers": {}, "levels": {}, "tests": {}, "late": []}


def test_each_test_has_its_counts_in_junit_xml(suite: Suite) -> None:
    mixed(suite)
    suite.run("--junit-xml=out.xml", "--mockgw-unused=warn")
    cases = {
        case.get("name"): {one.get("name"): one.get("value") for one in case.iter("property")}
        for case in ET.parse(suite.folder / "out.xml").iter("testcase")
    }
    tokens = cases["test_replayed"].pop("mockgw_tokens")
    assert int(tokens or 0) > 0
    assert cases["test_replayed"] == {
        "mockgw_mode": "replay",
        "mockgw_verdict": "hit",
        "mockgw_requests": "2",
        "mockgw_replay": "2",
        "mockgw_match_exact": "1",
        "mockgw_match_normalized": "1",
        "mockgw_cassette": "cassettes/test_it/test_replayed.yaml",
        "mockgw_unused": "1",
    }
    assert cases["test_scripted"]["mockgw_script"] == "2"
    assert cases["test_missed"]["mockgw_missing"] == "1"
    verdicts = {name: told["mockgw_verdict"] for name, told in cases.items()}
    assert verdicts == {
        "test_scripted": "hit",
        "test_replayed": "hit",
        "test_made_up": "hit",
        "test_missed": "miss",
        "test_silent": "noop",
    }


LOADED = """
import sys
import pytest

class Look:
    def pytest_unconfigure(self):
        heavy = {"aiohttp", "msgspec", "yaml", "vcr", "faker", "click", "rich_click", "splintr"}
        loaded = heavy & {name.partition(".")[0] for name in sys.modules}
        ours = {name for name in sys.modules if name.partition(".")[0] == "mockgw"}
        print("LOADED", sorted(loaded), sorted(ours))

sys.exit(pytest.main(["-q", "-p", "no:schemathesis", "-p", "no:faker", "-p", "no:hypothesispytest",
                      "-p", "no:anyio", *sys.argv[1:]], plugins=[Look()]))
"""


def loaded(suite: Suite, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        cwd=suite.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return next(line for line in done.stdout.splitlines() if line.startswith("LOADED"))


def test_a_suite_that_does_not_use_the_plugin_loads_nothing_for_it(suite: Suite) -> None:
    (suite.folder / "test_it.py").write_text("def test_any(): ...\n", encoding="utf-8")
    assert loaded(suite) == "LOADED [] ['mockgw', 'mockgw.pytest_plugin']"
    used = "def test_any(mockgw): ...\n"
    (suite.folder / "test_it.py").write_text(used, encoding="utf-8")
    assert "'aiohttp'" in loaded(suite)
