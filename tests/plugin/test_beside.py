"""The plugin beside those of others, in a process where theirs are there."""

import json
import os
import re
import subprocess
from collections import Counter, defaultdict

import pytest

from tests.plugin import neighbours
from tests.plugin.plugins import python_with_plugins
from tests.plugin.suites import Ran, Suite

pytest_plugins = ["pytester"]

ENDS = re.compile(r"(?m)^test_(\w+)\.py::.* (PASSED|FAILED|ERROR|RERUN)")
LINE = "50 requests in 26 tests: 1 replayed (1 exact), 48 scripted, 1 missed"


@pytest.fixture(scope="module")
def python() -> str:
    """Return the interpreter that has them."""
    return python_with_plugins()


class Apart:
    """Runs a suite in that interpreter."""

    def __init__(self, suite: Suite, python: str) -> None:
        self.suite = suite
        self.folder = suite.folder
        self._python = python

    def run(self, *arguments: str) -> Ran:
        """Run it; the order is the written one unless `randomly` is asked for."""
        order = () if "randomly" in arguments else ("-p", "no:randomly")
        command = [self._python, "-m", "pytest", "-p", "no:cacheprovider", *order, *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.stdout, done.stderr)


@pytest.fixture
def apart(suite: Suite, python: str) -> Apart:
    """Return a suite that runs there."""
    return Apart(suite, python)


@pytest.mark.slow
def test_workers_share_nothing_and_are_added_up(apart: Apart) -> None:
    apart.suite.tape("cassettes/test_it/test_unused.yaml", ("Hello", "Hi."), ("Bye", "Then."))
    apart.suite.write(neighbours.PARALLEL)
    arguments = ("--mockgw-report=many.json", "--mockgw-unused=warn", "--junit-xml=out.xml")
    ran = apart.run("-n4", *arguments)
    assert (ran.counts["passed"], ran.counts["failed"]) == (25, 1), ran.text + ran.errors
    assert ran.text.count(LINE) == 1
    assert "test_it.py::test_missed: No recording answers" in ran.text
    assert "1 recording was not played:" in ran.text
    assert '"mockgw_script" value="2"' in (apart.folder / "out.xml").read_text(encoding="utf-8")
    alone = apart.suite.run("--mockgw-report=one.json", "--mockgw-unused=warn")
    assert alone.text.count(LINE) == 1
    many, one = (
        json.loads((apart.folder / name).read_text(encoding="utf-8"))
        for name in ("many.json", "one.json")
    )
    assert len(many["tests"]) == 26
    assert many == one


@pytest.mark.slow
def test_answers_are_the_same_in_any_order_and_on_any_number_of_workers(apart: Apart) -> None:
    apart.suite.write(neighbours.TELLS_ID)
    file = apart.folder / "ids.txt"
    apart.suite.run().passed(5)
    first = sorted(file.read_text(encoding="utf-8").splitlines())
    assert len(set(first)) == 4
    file.unlink()
    apart.run("-n2", "-p", "randomly").passed(5)
    assert sorted(file.read_text(encoding="utf-8").splitlines()) == first


def test_other_plugins_and_ours_leave_each_other_alone(apart: Apart) -> None:
    apart.suite.conftest(neighbours.THEIRS)
    apart.suite.tape("cassettes/test_played/test_hello.yaml", ("Hello", "Hi."))
    tapes = [
        apart.folder / f"cassettes/test_{name}/test_both.yaml" for name in ("recorded", "anew")
    ]
    for tape in tapes:
        tape.parent.mkdir()
        tape.write_text(neighbours.TAPE, encoding="utf-8")
    for name, (code, _) in neighbours.TOGETHER.items():
        apart.suite.write(code, f"test_{name}")
    ran = apart.run("-v")
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, end in ENDS.findall(ran.text):
        found[name][end] += 1
    assert found == {name: ends for name, (_, ends) in neighbours.TOGETHER.items()}, ran.text
    # What goes to the gateway is not for the tapes of others.
    assert {tape.read_text(encoding="utf-8") for tape in tapes} == {neighbours.TAPE}


def test_the_guards_of_others_let_what_goes_to_the_gateway_through(apart: Apart) -> None:
    tape = apart.folder / "cassettes/test_recorded/test_both.yaml"
    tape.parent.mkdir(parents=True)
    tape.write_text(neighbours.TAPE, encoding="utf-8")
    apart.suite.write(neighbours.RECORDED, "test_recorded")
    apart.suite.write(neighbours.SOCKETS, "test_sockets")
    theirs = ("--block-network", "--allowed-hosts=127.0.0.1")
    sockets = ("--disable-socket", "--allow-unix-socket", "--allow-hosts=127.0.0.1,localhost")
    apart.run(*theirs, *sockets, "--mockgw-block-network").passed(4)


def test_what_vcrpy_would_answer_is_not_recorded(apart: Apart) -> None:
    apart.suite.write("@pytest.mark.vcr\ndef test_both(mockgw): ask()\n")
    arguments = ("--mockgw-mode=record", "--mockgw-upstream=http://127.0.0.1:9/v1")
    ran = apart.run(*arguments)
    assert ran.counts == {"errors": 1}
    told = "Mode record: the mark vcr is on this test, so vcrpy would answer for the upstream."
    assert told in ran.text
    assert "The upstream 127.0.0.1:9 could not" in apart.run(*arguments, "--disable-recording").text
