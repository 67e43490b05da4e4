"""What is told and done at the end of a run: of what nobody uses, is old, secret, or late."""

import json
from pathlib import Path

import pytest
import yaml

from tests.plugin.suites import Suite

pytest_plugins = ["pytester"]

SECRET = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"
TWO = """
@pytest.mark.mockgw(cassette="shared.yaml")
def test_one(mockgw):
    assert ask("one").output_text == "1"

@pytest.mark.mockgw(cassette="shared.yaml")
def test_two(mockgw):
    assert ask("two").output_text == "2"

def test_own(mockgw):
    assert ask("own").output_text == "mine"
"""


def questions(path: Path) -> list[str]:
    held = yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
    return [json.loads(one["request"]["body"])["input"] for one in held]


@pytest.fixture
def shared(suite: Suite) -> Path:
    """Return a cassette that two tests share, with a recording of none; a third has its own."""
    suite.write(TWO)
    suite.editable("cassettes/test_it/test_own.yaml", ("own", "mine"), ("stale", "x"))
    return suite.editable("cassettes/shared.yaml", ("one", "1"), ("two", "2"), ("three", "3"))


def own(suite: Suite) -> Path:
    return suite.folder / "cassettes/test_it/test_own.yaml"


def test_what_no_test_played_is_told_once_for_all_of_them(suite: Suite, shared: Path) -> None:
    ran = suite.run("--mockgw-unused=warn")
    told = ran.text.split("= mockgw =")[1]
    assert "2 recordings were not played:" in told
    assert told.count("shared.yaml:") == 1
    part = suite.run("--mockgw-unused=warn", "test_it.py").text.split("= mockgw =")[1]
    assert "1 recording was not played:" in part
    assert "shared.yaml:" not in part


def test_prune_takes_out_what_no_test_played(suite: Suite, shared: Path) -> None:
    ran = suite.run("--mockgw-unused=prune", "--mockgw-report=report.json")
    ran.passed(3)
    assert "2 recordings were taken out:" in ran.text
    assert "not played" not in ran.text
    assert questions(shared) == ["one", "two"]
    assert questions(own(suite)) == ["own"]
    report = json.loads((suite.folder / "report.json").read_text(encoding="utf-8"))
    assert len(report["pruned"]) == 2
    suite.run("--mockgw-unused=fail", "-k", "own").passed(1)


PARTS = {
    "-k": (["-k", "test"], "-k chose the tests"),
    "-m": (["-m", "mockgw"], "-m chose the tests"),
    "a path": (["test_it.py"], "the command line names a part of the suite"),
    "a test": (["test_it.py::test_own"], "the command line names a part of the suite"),
    "--deselect": (["--deselect=test_it.py::test_own"], "--deselect chose the tests"),
    "--ignore": (["--ignore=other"], "--ignore chose the tests"),
    "a plugin that deselects": (["-p", "deselects"], "1 tests were deselected"),
    "--last-failed": (["-p", "cacheprovider", "--lf"], "--last-failed chose the tests"),
}
DESELECTS = """
def pytest_collection_modifyitems(config, items):
    config.hook.pytest_deselected(items=[items.pop()])
"""


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_suite_prunes_nothing_and_says_why(
    suite: Suite, shared: Path, part: str
) -> None:
    (suite.folder / "deselects.py").write_text(DESELECTS, encoding="utf-8")
    before = shared.read_bytes(), own(suite).read_bytes()
    arguments, why = PARTS[part]
    suite.editable("cassettes/gone.yaml", ("gone", "x"))
    ran = suite.run("--mockgw-unused=prune", *arguments, apart=part == "--last-failed")
    assert f"1 reason not to take out what was not played:\n  {why}\n" in ran.text, ran.text
    assert "no test's" not in ran.text
    assert (shared.read_bytes(), own(suite).read_bytes()) == before


@pytest.mark.parametrize("argument", ["--rootdir=.", ".", "--maxfail=5"])
def test_the_whole_suite_may_be_named(suite: Suite, shared: Path, argument: str) -> None:
    assert "2 recordings were taken out:" in suite.run("--mockgw-unused=prune", argument).text


def test_only_cassettes_of_tests_that_passed_are_pruned(suite: Suite, shared: Path) -> None:
    suite.write(TWO.replace('== "2"', '== "3"'))
    ran = suite.run("--mockgw-unused=prune")
    assert ran.counts == {"failed": 1, "passed": 2}
    assert questions(shared) == ["one", "two", "three"]
    assert questions(own(suite)) == ["own"]
    assert "cassettes/shared.yaml: not all of its tests have passed" in ran.text


@pytest.mark.parametrize("mark", ["@pytest.mark.skip", "@pytest.mark.xfail"])
def test_what_a_test_would_play_that_was_left_out_is_not_pruned(
    suite: Suite, shared: Path, mark: str
) -> None:
    before = shared.read_bytes()
    suite.write(TWO.replace('"2"', '"3"').replace("def test_two", f"{mark}\ndef test_two"))
    ran = suite.run("--mockgw-unused=prune")
    assert ran.counts["passed"] == 2
    assert shared.read_bytes() == before
    assert questions(own(suite)) == ["own"]


def test_a_run_by_synthesis_prunes_nothing(suite: Suite, shared: Path) -> None:
    before = shared.read_bytes()
    suite.write(TWO.replace("== ", "!= "))
    suite.run("--mockgw-unused=prune", "--mockgw-mode=synth").passed(3)
    assert shared.read_bytes() == before


def test_in_ci_pruning_needs_the_command_line(
    suite: Suite, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "1")
    suite.ini("mockgw_unused = prune")
    ran = suite.run()
    assert ran.counts == {"errors": 3}
    assert "ini mockgw_unused: unused prune changes cassettes, and CI is set." in ran.text
    suite.run("--mockgw-unused=prune").passed(3)
    assert questions(shared) == ["one", "two"]


@pytest.mark.slow
def test_workers_prune_together(suite: Suite, shared: Path) -> None:
    suite.editable("cassettes/test_gone/test_gone.yaml", ("gone", "x"))
    ran = suite.run("--mockgw-unused=prune", "-n2", apart=True)
    assert ran.counts["passed"] == 3
    assert "2 recordings were taken out:" in ran.text
    assert questions(shared) == ["one", "two"]
    assert "1 cassette is no test's:\n  cassettes/test_gone/test_gone.yaml\n" in ran.text
    part = suite.run("-n2", "-k", "own", apart=True)
    assert "no test's" not in part.text


def test_cassettes_of_no_test_are_told(suite: Suite) -> None:
    suite.write("""
@pytest.mark.mockgw(cassette="named.yaml")
def test_named(mockgw): ...

@pytest.mark.mockgw(cassette="all")
def test_folder(mockgw): ...

@pytest.mark.skip
def test_skipped(mockgw): ...

@pytest.mark.vcr("extra.yaml")
def test_of_vcrpy(): ...

@pytest.mark.default_cassette("chosen")
class TestIt:
    def test_inside(self): ...

def test_param(mockgw):
    assert ask("Hello").output_text == "Hi."
""")
    used = ["named", "all/one", "test_it/test_skipped", "test_it/extra", "test_it/chosen"]
    used += ["test_it/TestIt.test_inside", "test_it/test_param"]
    for name in [*used, "test_it/test_param[gone]", "old"]:
        suite.tape(f"cassettes/{name}.yaml", ("Hello", "Hi."))
    suite.ini("markers =", "    vcr: theirs", "    default_cassette: theirs")
    told = suite.run("--mockgw-report=report.json").text.split("= mockgw =")[1]
    assert (
        "2 cassettes are no test's:\n  cassettes/old.yaml\n"
        "  cassettes/test_it/test_param[gone].yaml\n"
    ) in told
    report = json.loads((suite.folder / "report.json").read_text(encoding="utf-8"))
    assert len(report["orphans"]) == 2
    assert "no test's" not in suite.run("-k", "param").text


def test_recordings_that_are_out_of_date_are_told(suite: Suite) -> None:
    suite.editable("cassettes/test_it/test_old.yaml", ("Hello", "Hi."), at="2024-05-01T10:00:00Z")
    suite.tape("cassettes/test_it/test_timeless.yaml", ("Hello", "Hi."))
    suite.write("""
def test_old(mockgw):
    assert ask().output_text == "Hi."

def test_timeless(mockgw):
    assert ask().output_text == "Hi."
""")
    assert "out of date" not in suite.run().text
    suite.ini("mockgw_expire = 90")
    ran = suite.run()
    ran.passed(2)
    told = ran.text.split("1 recording is out of date:\n")[1].splitlines()[0]
    assert "test_old.yaml:" in told
    assert told.endswith(", of 2024-05-01 (in test_it.py::test_old)")
    suite.ini("mockgw_expire = 36500")
    assert "out of date" not in suite.run().text
    suite.ini("mockgw_expire = soon")
    assert "ini mockgw_expire: 'soon' is no number of days." in suite.run().text


def test_secrets_in_cassettes_are_told_by_their_place(suite: Suite) -> None:
    suite.tape("cassettes/test_it/test_leaks.yaml", ("Hello", f"Your key is {SECRET}."))
    suite.tape("cassettes/test_it/test_clean.yaml", ("Hello", "Hi."))
    suite.write("""
def test_leaks(mockgw):
    ask()

def test_clean(mockgw):
    ask()
""")
    for _ in range(2):
        ran = suite.run("-p", "cacheprovider", "--mockgw-report=report.json")
        ran.passed(2)
        told = "1 secret is in a cassette:\n  cassettes/test_it/test_leaks.yaml:1: "
        assert told in ran.text
        assert SECRET not in ran.text
        report = (suite.folder / "report.json").read_text(encoding="utf-8")
        assert SECRET not in report
        assert len(json.loads(report)["secrets"]) == 1


def test_a_request_after_its_tests_end_is_refused_and_told(suite: Suite) -> None:
    suite.write("""
import threading

go, done = threading.Event(), threading.Event()
told = []

def late(options):
    with OpenAI(**options, max_retries=2) as client:
        go.wait(30)
        try:
            client.responses.create(model="gpt-5.5", input="Too late?")
        except OpenAIError as problem:
            told.append(str(problem))
        done.set()

def test_first(mockgw):
    threading.Thread(target=late, args=[mockgw.openai]).start()

def test_second(mockgw):
    go.set()
    assert done.wait(30)
    mockgw.assert_called(0)
    assert "is over. Let what works in the background come to its end" in told[0]
""")
    ran = suite.run("--mockgw-report=report.json")
    ran.passed(2)
    told = ran.text.split("1 request came too late:\n  ")[1].splitlines()[0]
    assert told.startswith("POST /v1/responses 'Too late?', ")
    assert told.endswith(
        " s after test_it.py::test_first had ended, while test_it.py::test_second ran"
    )
    report = json.loads((suite.folder / "report.json").read_text(encoding="utf-8"))
    assert len(report["late"]) == 1
