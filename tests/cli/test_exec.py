"""`mockgw exec`: a command in the right surroundings, and its exit code."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mockgw.environment import ACCOUNT_ID, child_environment

Start = Callable[..., subprocess.Popen[str]]
LONG = 20
PYTHON = sys.executable
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"
ASK = """
import json, os, urllib.request
def ask(text):
    body = json.dumps({"model": "gpt-5.5-pro", "input": text}).encode()
    headers = {
        "content-type": "application/json",
        "authorization": "Bearer " + os.environ["OPENAI_API_KEY"],
    }
    url = os.environ["OPENAI_BASE_URL"] + "/responses"
    try:
        urllib.request.urlopen(urllib.request.Request(url, body, headers)).read()
    except urllib.error.HTTPError as error:
        error.read()
ask("What are the three laws of thermodynamics?")
ask("Something that nobody has recorded")
"""
WAIT = "import sys, time; print('ready', flush=True); time.sleep(60)"


def test_the_command_finds_the_server_in_its_environment(start_mockgw: Start) -> None:
    process = start_mockgw(
        "exec", "--", PYTHON, "-c", SHOW, OPENAI_API_KEY="sk-real", CLOUDFLARE_API_KEY="real"
    )

    said, _ = process.communicate(timeout=LONG)

    seen = json.loads(said)
    url = seen["MOCKGW_URL"]
    assert url.startswith("http://127.0.0.1:")
    assert seen["OPENAI_BASE_URL"] == f"{url}/v1"
    assert seen["CLOUDFLARE_BASE_URL"] == f"{url}/client/v4"
    assert seen["OPENAI_API_KEY"] == seen["CLOUDFLARE_API_TOKEN"] == "mockgw-test-key"
    assert len(seen["CLOUDFLARE_ACCOUNT_ID"]) == 32
    assert "CLOUDFLARE_API_KEY" not in seen


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"NO_PROXY": "intra.example"}, "intra.example,127.0.0.1,localhost"),
        ({"no_proxy": "localhost"}, "localhost,127.0.0.1"),
        ({"NO_PROXY": "*"}, "*"),
    ],
)
def test_no_proxy_stands_between(before: dict[str, str], after: str) -> None:
    child = child_environment(before, "http://127.0.0.1:1", ())

    assert (child["NO_PROXY"], child["no_proxy"]) == (after, after)


def test_the_first_of_our_own_keys_is_handed_on() -> None:
    child = child_environment({"OPENAI_API_KEY": "sk-real"}, "http://127.0.0.1:1", ("a", "b"))

    assert (child["OPENAI_API_KEY"], child["CLOUDFLARE_API_TOKEN"]) == ("a", "a")
    assert child["CLOUDFLARE_ACCOUNT_ID"] == ACCOUNT_ID


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("pass", 0),
        ("raise SystemExit(3)", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 128 + signal.SIGKILL),
    ],
)
def test_the_exit_code_is_the_commands(start_mockgw: Start, program: str, code: int) -> None:
    process = start_mockgw("exec", "--", PYTHON, "-c", program)

    process.communicate(timeout=LONG)

    assert process.returncode == code


def test_a_command_that_is_not_there_is_127(start_mockgw: Start) -> None:
    process = start_mockgw("exec", "--quiet", "--", "no-such-command")

    assert process.communicate(timeout=LONG) == (
        "",
        "mockgw: error: no-such-command: command not found.\n",
    )
    assert process.returncode == 127


def test_a_command_that_may_not_run_is_126(start_mockgw: Start, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("no program")

    process = start_mockgw("exec", "--quiet", "--", "./plain")

    assert process.communicate(timeout=LONG) == (
        "",
        "mockgw: error: ./plain cannot be executed: Permission denied.\n",
    )
    assert process.returncode == 126


def test_a_script_whose_interpreter_is_gone_is_127(start_mockgw: Start, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)

    process = start_mockgw("exec", "--quiet", "--", "./script")

    assert process.communicate(timeout=LONG) == (
        "",
        "mockgw: error: ./script: its interpreter was not found.\n",
    )
    assert process.returncode == 127


def test_input_passes_through_and_output_is_the_commands_alone(start_mockgw: Start) -> None:
    process = start_mockgw("exec", "--", PYTHON, "-c", "print(input()[::-1])")

    said, told = process.communicate("abc\n", timeout=LONG)

    assert said == "cba\n"
    assert told == "mockgw: 0 requests: 0 replayed, 0 synthesized, 0 missed\n"


def test_options_after_the_dashes_are_the_commands(start_mockgw: Start) -> None:
    process = start_mockgw(
        "exec", "--seed", "1", "--", PYTHON, "-c", "import sys; print(sys.argv[1:])", "--seed", "2"
    )

    assert process.communicate(timeout=LONG)[0] == "['--seed', '2']\n"


def test_the_summary_counts_what_the_command_asked(start_mockgw: Start) -> None:
    process = start_mockgw("exec", "--", PYTHON, "-c", ASK)

    _, told = process.communicate(timeout=LONG)

    assert told == "mockgw: 2 requests: 1 replayed, 1 synthesized, 0 missed\n"


def test_misses_are_told_after_the_command(start_mockgw: Start) -> None:
    process = start_mockgw("exec", "--mode", "replay", "--", PYTHON, "-c", ASK)

    _, told = process.communicate(timeout=LONG)

    assert "gpt-5.5-pro.yaml" in told
    assert told.splitlines()[-1] == "mockgw: 2 requests: 1 replayed, 0 synthesized, 1 missed"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_reaches_the_command(start_mockgw: Start, number: signal.Signals) -> None:
    program = f"import signal; signal.signal({int(number)}, lambda *_: exit(42)); {WAIT}"
    process = start_mockgw("exec", "--", PYTHON, "-c", program)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"

    process.send_signal(number)
    process.communicate(timeout=LONG)

    assert process.returncode == 42


def test_at_a_terminal_the_command_gets_ctrl_c_once(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    program = (
        "import signal, sys, time\n"
        "count = 0\n"
        "def note(*_):\n"
        "    global count\n"
        "    count += 1\n"
        "signal.signal(signal.SIGINT, note)\n"
        "print('tty', sys.stdin.isatty(), flush=True)\n"
        "end = time.monotonic() + 1\n"
        "while time.monotonic() < end: time.sleep(0.05)\n"
        "print('interrupted', count, flush=True)\n"
    )
    command = [PYTHON, "-m", "mockgw", "exec", "--", PYTHON, "-c", program]
    spawn = f"import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn({command})))"
    with subprocess.Popen(
        [PYTHON, "-c", spawn],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        first = process.stdout.readline()
        process.stdin.write(b"\x03")
        process.stdin.flush()
        rest = b"".join(iter(process.stdout.readline, b""))

    assert first == b"tty True\r\n"
    assert b"interrupted 1\r\n" in rest
    assert process.returncode == 0
