"""Programs that a test has started and left running: told of that test, and not of a later one."""

import subprocess
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

_SECONDS = 20
_started: weakref.WeakSet[Any] = weakref.WeakSet()
_plain = subprocess.Popen.__init__


def _noted(self: Any, *arguments: Any, **options: Any) -> None:
    _plain(self, *arguments, **options)
    _started.add(self)


@contextmanager
def noted() -> Iterator[None]:
    """Take note of what is started until the end of the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess.Popen, "__init__", _noted)
        yield


@contextmanager
def ended() -> Iterator[None]:
    """End what is started in the block and left running; raises AssertionError that names it.

    What has ended by itself is only waited for, and its pipes are closed.
    """
    before = set(_started)
    yield
    left = [one for one in set(_started) - before if _lives(one)]
    assert not left, f"left running: {[one.args for one in left]}"


def _lives(process: Any) -> bool:
    """Tell whether a program still ran; it does not afterwards."""
    lives = process.poll() is None
    if lives:
        process.kill()
        process.wait(_SECONDS)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError, ValueError):
                pipe.close()
    return lives
