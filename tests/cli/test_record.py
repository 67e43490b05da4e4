"""`mockgw record` as a process: lines without a terminal, a table on one, and the exit code."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockgw.cassette.reader import read
from mockgw.runner import running
from mockgw.settings import Settings
from tests.cli.conftest import Start, stop_all
from tests.wire import post

LONG = 20
HEX = "0123456789abcdef" * 2
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@contextmanager
def upstream() -> Iterator[str]:
    with running(Settings(port=0, mode="synth")) as gateway:
        yield gateway.url


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first.startswith("mockgw listening on "), first + process.communicate(timeout=LONG)[1]
    return first.split()[-1]


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=LONG)
    return process.returncode, told


def ask(url: str, text: str) -> int:
    return post(f"{url}/v1/responses", {"model": "gpt-5.5", "input": text}).status


def test_without_a_terminal_each_request_is_a_line_and_the_end_a_summary(
    start_mockgw: Start, tmp_path: Path
) -> None:
    with upstream() as real:
        process = start_mockgw(
            "record", "--port", "0", "--upstream", f"{real}/v1", "--cassette", "tape.yaml"
        )
        url = url_of(process)
        assert [ask(url, text) for text in ("one", "two", "one")] == [200, 200, 200]
        code, told = ended(process)
    lines = told.splitlines()
    assert code == 0
    assert "\x1b" not in told
    assert lines[1] == f"POST /v1/responses gpt-5.5 200 live {real}/v1/responses"
    assert lines[2] == "  note: kept in tape.yaml"
    assert lines[-2] == "mockgw: 3 requests: 1 replayed, 0 synthesized, 2 passed on, 0 missed"
    assert lines[-1] == "mockgw: the upstream's answers: 2 kept"
    assert len(read(tmp_path / "tape.yaml")) == 2


def test_quiet_records_and_says_nothing(start_mockgw: Start, tmp_path: Path) -> None:
    with upstream() as real:
        process = start_mockgw(
            *("record", "--quiet", "--port", "0"),
            *("--upstream", f"{real}/v1", "--cassette", "tape.yaml"),
        )
        ask(url_of(process), "one")
        assert ended(process) == (0, "")
    assert len(read(tmp_path / "tape.yaml")) == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tape.json", "Record into tape.yaml instead."),
        ("tape.yaml.gz", "Record into tape.yaml instead."),
        ("folder", "Name a file in it, such as folder/tape.yaml."),
    ],
)
@pytest.mark.parametrize("mode", ["record", "rerecord"])
def test_a_cassette_to_which_nothing_can_be_added_is_refused_before_anybody_asks(
    start_mockgw: Start, tmp_path: Path, name: str, words: str, mode: str
) -> None:
    (tmp_path / "folder").mkdir()
    process = start_mockgw(
        *("serve", "--mode", mode, "--port", "0"),
        *("--upstream", "http://127.0.0.1:9/v1", "--cassettes", name),
    )
    out, told = process.communicate(timeout=LONG)
    assert (process.returncode, out) == (2, "")
    assert words in told
    assert not list((tmp_path / "folder").iterdir())


@pytest.mark.slow
def test_a_torn_cassette_is_told_with_what_to_type_and_then_goes_on(
    start_mockgw: Start, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    with upstream() as real:
        arguments = ("record", "--port", "0", "--upstream", f"{real}/v1", "--cassette", "tape.yaml")
        recorder = start_mockgw(*arguments)
        url = url_of(recorder)
        ask(url, "one")
        ask(url, "two")
        assert ended(recorder)[0] == 0
        tape.write_bytes(tape.read_bytes()[:-40])
        torn = tape.read_bytes()
        refused = start_mockgw(*arguments)
        _, told = refused.communicate(timeout=LONG)
        assert refused.returncode == 2
        assert "mockgw cassette check --repair FILE" in told
        assert tape.read_bytes() == torn
        mended = start_mockgw("cassette", "check", "--repair", "tape.yaml")
        out, _ = mended.communicate(timeout=LONG)
        assert mended.returncode == 0
        assert out.startswith("tape.yaml:")
        assert "dropped what was cut while it was written" in out
        recorder = start_mockgw(*arguments)
        ask(url_of(recorder), "two")
        assert ended(recorder)[0] == 0
    asked = [json.loads(one.request_body)["input"] for one in read(tape)]
    assert asked == ["one", "two"]


class Terminal:
    """A process whose stderr is a terminal of its own; `seen` is what that shows."""

    def __init__(self, environment: dict[str, str], folder: Path, *arguments: str) -> None:
        self._reader, writer = pty.openpty()
        fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 140, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mockgw", *arguments],
            cwd=folder,
            env=environment | {"TERM": "xterm-256color", "COLUMNS": "140", "LINES": "30"},
            stdout=subprocess.PIPE,
            stderr=writer,
            text=True,
            start_new_session=True,
        )
        os.close(writer)
        os.set_blocking(self._reader, False)
        self._read = b""

    @property
    def seen(self) -> str:
        """All that was shown, with what a terminal obeys."""
        return self._read.decode(errors="ignore")

    def until(self, words: str) -> str:
        """Return what the terminal has shown, once the words are in it."""
        ends = time.monotonic() + LONG
        while words not in _CODES.sub("", self.seen):
            assert time.monotonic() < ends, self.seen
            try:
                self._read += os.read(self._reader, 65536)
            except (BlockingIOError, OSError):
                time.sleep(0.02)
        return _CODES.sub("", self.seen)

    def close(self) -> None:
        """End the process, however far it is."""
        stop_all(self.process)
        os.close(self._reader)


@pytest.fixture
def terminal(environment: dict[str, str], tmp_path: Path) -> Iterator[list[Terminal]]:
    """Return where a test puts its terminals, so that they are closed at its end."""
    opened: list[Terminal] = []
    yield opened
    for one in opened:
        one.close()


def test_a_terminal_shows_a_table_that_grows(
    terminal: list[Terminal], environment: dict[str, str], tmp_path: Path
) -> None:
    with upstream() as real:
        watched = Terminal(
            *(environment, tmp_path, "record", "--port", "0"),
            *("--upstream", f"{real}/v1", "--cassette", "tape.yaml"),
        )
        terminal.append(watched)
        url = url_of(watched.process)
        assert "Ctrl-C stops." in watched.until("Ctrl-C stops.")
        ask(url, "one")
        told = watched.until("kept in tape.yaml")
        assert "first byte" in told
        row = next(line for line in told.splitlines() if "kept in tape.yaml" in line)
        assert re.search(
            r"\d\d:\d\d:\d\d . openai . gpt-5\.5 +.    200 . [\d,]+ . +[\d,]+ ms . kept", row
        )
        post(f"{url}/v1/{HEX}/gw/openai/nothing", {"model": "gpt-5.5\x1b[31m"})
        told = watched.until("404")
        assert HEX not in told
        ask(url, "one")
        watched.until("replay ")
        watched.process.send_signal(signal.SIGINT)
        told = watched.until("mockgw: the upstream's answers: 1 kept")
        assert watched.process.wait(LONG) == 0
    assert "\x1b[31mgpt" not in watched.seen


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [(False, 0, "1 the same"), (True, 1, "1 drifted")],
)
def test_diff_ends_with_1_when_the_tape_has_drifted(
    start_mockgw: Start, tmp_path: Path, changed: bool, code: int, words: str
) -> None:
    tape = tmp_path / "tape.yaml"
    with upstream() as real:
        arguments = ("--port", "0", "--upstream", f"{real}/v1")
        recorder = start_mockgw("record", *arguments, "--cassette", "tape.yaml")
        ask(url_of(recorder), "one")
        assert ended(recorder)[0] == 0
        if changed:
            text = tape.read_text("utf-8")
            tape.write_text(text.replace('"status":"completed"', '"status":"incomplete"'), "utf-8")
            assert tape.read_text("utf-8") != text
        process = start_mockgw("serve", "--mode", "diff", *arguments, "--cassettes", "tape.yaml")
        ask(url_of(process), "one")
        ended_with, told = ended(process)
    assert ended_with == code
    assert told.splitlines()[0] == (
        f"mode diff: 1 recording in tape.yaml, compared with {real}/v1. Ctrl-C stops."
    )
    assert told.splitlines()[-1] == f"mockgw: the upstream's answers: {words}"
    assert ("drift: the upstream differs from" in told) is changed


def test_exec_ends_with_the_commands_code_and_else_with_that_of_the_comparison(
    start_mockgw: Start, tmp_path: Path
) -> None:
    with upstream() as real:
        program = (
            "import os, sys, urllib.request as u\n"
            "r = u.Request(os.environ['OPENAI_BASE_URL'] + '/responses', "
            f"{json.dumps({'model': 'gpt-5.5', 'input': 'one'})!r}.encode(), "
            "{'content-type': 'application/json'})\n"
            "u.urlopen(r).read(); sys.exit(int(sys.argv[1]))"
        )
        for own, code in ((0, 1), (3, 3)):
            process = start_mockgw(
                *("exec", "--mode", "diff", "--upstream", f"{real}/v1"),
                *("--", sys.executable, "-c", program, str(own)),
            )
            _, told = process.communicate(timeout=LONG)
            assert process.returncode == code
            assert "the upstream's answers: 1 not recorded" in told
