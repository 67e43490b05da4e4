"""`mockgw exec`: a server around one command."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import rich_click as click

from mockgw.cli.judging import judged
from mockgw.cli.ready_file import ready_file
from mockgw.cli.report import misses, summary, upstream
from mockgw.environment import child_environment
from mockgw.runner import running
from mockgw.settings import Settings

_NOT_FOUND = 127
_NOT_EXECUTABLE = 126
_SIGNALLED = 128
_FROM_TERMINAL = ("SIGINT", "SIGQUIT")
_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", *_FROM_TERMINAL)


def run(settings: Settings, command: Sequence[str]) -> int:
    """Return the exit code of the command, which talked to a server of its own.

    When that is 0, and the upstream's answers or the verdict on the client say that the run must
    not count as a success, it is 1.
    """
    with running(settings) as gateway, ready_file(settings.ready_file, gateway.url):
        environment = child_environment(os.environ, gateway.url, settings.api_keys)
        code = _run_command(command, environment)
    if not settings.quiet:
        for miss in misses(gateway.journal.entries()):
            click.echo(miss, err=True)
        for told in (summary(gateway.journal.counts()), upstream(gateway.ledger)):
            if told:
                click.echo(f"mockgw: {told}", err=True)
    judgement = judged(gateway)
    return code or int(judgement or (gateway.ledger is not None and gateway.ledger.failed))


def _run_command(command: Sequence[str], environment: Mapping[str, str]) -> int:
    with _forwarding() as forwarder:
        try:
            child = subprocess.Popen(command, env=environment)  # noqa: S603 - it is what exec does
        except OSError as error:
            return _not_started(command[0], error)
        forwarder.adopt(child)
        code = child.wait()
    return code if code >= 0 else _SIGNALLED - code


def _not_started(name: str, error: OSError) -> int:
    if isinstance(error, FileNotFoundError):
        what = "its interpreter was not found" if Path(name).is_file() else "command not found"
        click.echo(f"mockgw: error: {name}: {what}.", err=True)
        return _NOT_FOUND
    click.echo(f"mockgw: error: {name} cannot be executed: {error.strerror}.", err=True)
    return _NOT_EXECUTABLE


class _Forwarder:
    """Passes signals on to the child, and those that came too early once there is one."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def __call__(self, number: int, frame: FrameType | None) -> None:
        del frame
        if signal.Signals(number).name in _FROM_TERMINAL and _at_terminal():
            return
        if self._child is None:
            self._early.append(number)
        else:
            self._child.send_signal(number)

    def adopt(self, child: subprocess.Popen[bytes]) -> None:
        """Take the child to pass signals on to."""
        self._child = child
        for number in self._early:
            child.send_signal(number)


@contextmanager
def _forwarding() -> Iterator[_Forwarder]:
    forwarder = _Forwarder()
    numbers = [getattr(signal, name) for name in _FORWARDED if hasattr(signal, name)]
    before = {number: signal.signal(number, forwarder) for number in numbers}
    try:
        yield forwarder
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _at_terminal() -> bool:
    """Whether Ctrl-C reaches the child by itself, as a member of the foreground group."""
    if os.name != "posix":
        return True
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
