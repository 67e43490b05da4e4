"""A server in a process of its own, as people start it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

Start = Callable[..., subprocess.Popen[str]]


def stop_all(process: subprocess.Popen[str]) -> None:
    """Kill a process that leads a session of its own, with all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    # Whoever holds a pipe open now has left the session, which is nothing to wait for.
    process.communicate(timeout=20)


@pytest.fixture
def environment() -> dict[str, str]:
    """Return the environment without anything that would configure mockgw."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MOCKGW_", "OPENAI_", "CLOUDFLARE_"))
    }


@pytest.fixture
def start_mockgw(tmp_path: Path, environment: dict[str, str]) -> Iterator[Start]:
    """Return a function that starts `mockgw`; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **variables: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "mockgw", *arguments],
            cwd=tmp_path,
            env=environment | variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        stop_all(process)
