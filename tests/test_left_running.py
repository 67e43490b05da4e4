"""A program that a test leaves behind is that test's fault."""

import subprocess
import sys

import pytest

from tests.left_running import ended

SLEEP = [sys.executable, "-c", "import time; time.sleep(1000)"]


def test_a_program_that_is_left_running_is_named_and_ended() -> None:
    started: list[subprocess.Popen[bytes]] = []
    with pytest.raises(AssertionError, match=r"left running.*sleep"), ended():
        started.append(subprocess.Popen(SLEEP, stdout=subprocess.PIPE))
    assert started[0].returncode is not None
    assert started[0].stdout is not None
    assert started[0].stdout.closed


def test_a_program_that_has_ended_and_was_not_waited_for_is_waited_for() -> None:
    with ended():
        process = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.read() == b""
        while process.poll() is None:
            pass
        process.returncode = None  # as if nobody had asked
    assert process.stdout.closed


def test_a_program_of_before_is_left_alone() -> None:
    with subprocess.Popen(SLEEP) as process:
        with ended():
            assert process.poll() is None
        assert process.poll() is None
        process.kill()
