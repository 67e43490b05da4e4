"""From a run of somebody's suite to cassettes without what it did not play."""

from pathlib import Path

import pytest

from tests.cli.tapes import call, cassette, comments, tape
from tests.plugin.suites import Suite

pytest_plugins = ["pytester"]

SUITE = """
import pytest

@pytest.mark.mockgw(cassette="shared.yaml")
def test_one(mockgw):
    assert ask("one").output_text == "1"

@pytest.mark.mockgw(cassette="shared.yaml")
def test_two(mockgw):
    assert ask("two").output_text == "2"
"""


@pytest.fixture
def shared(suite: Suite) -> Path:
    suite.write(SUITE)
    (suite.folder / "cassettes").mkdir()
    calls = [call("one", "1"), call("two", "2"), call("three", "3")]
    return tape(suite.folder / "cassettes/shared.yaml", calls)


def test_what_no_test_played_can_be_pruned(suite: Suite, shared: Path) -> None:
    report = ("--mockgw-unused=warn", "--mockgw-report=report.json")
    suite.run(*report).passed(2)
    done = cassette("prune", shared, "--unused", suite.folder / "report.json", "--yes")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "1 recording taken out")
    assert comments(shared) == ["number 1", "number 2"]
    suite.run("--mockgw-unused=warn").passed(2)


def test_a_run_that_did_not_look_for_unused_recordings_prunes_nothing(
    suite: Suite, shared: Path
) -> None:
    suite.run("--mockgw-report=report.json").passed(2)
    done = cassette("prune", shared, "--unused", suite.folder / "report.json")
    assert (done.exit_code, done.output) == (0, "nothing to take out\n")
