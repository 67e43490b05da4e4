"""`mockgw serve` as a process: what it says, and how it ends."""

import json
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

Start = Callable[..., subprocess.Popen[str]]
LONG = 20


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    first = process.stdout.readline()
    found = re.fullmatch(r"mockgw listening on (http://127\.0\.0\.1:\d+)\n", first)
    assert found, first + process.communicate(timeout=LONG)[1]
    return found[1]


def ask(url: str, text: str, **further: object) -> dict[str, object]:
    body = json.dumps({"model": "gpt-5.5-pro", "input": text, **further}).encode()
    headers = {"content-type": "application/json", "authorization": "Bearer k"}
    request = urllib.request.Request(f"{url}/v1/responses", body, headers)
    with urllib.request.urlopen(request, timeout=LONG) as response:
        answer: dict[str, object] = json.load(response)
    return answer


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_and_removes_the_ready_file(
    start_mockgw: Start, tmp_path: Path, number: signal.Signals
) -> None:
    process = start_mockgw("serve", "--port", "0", "--ready-file", "url")
    url = url_of(process)
    ready = tmp_path / "url"
    assert ready.read_text() == f"{url}\n"

    process.send_signal(number)
    rest, _ = process.communicate(timeout=LONG)

    assert (process.returncode, rest) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_ready_file_appears_only_when_requests_are_accepted(
    start_mockgw: Start, tmp_path: Path
) -> None:
    ready = tmp_path / "url"
    process = start_mockgw("serve", "--port", "0", "--ready-file", "url")
    while not ready.exists() and process.poll() is None:
        time.sleep(0.001)

    answer = ask(ready.read_text().strip(), "What are the three laws of thermodynamics?")

    assert answer["object"] == "response"


def test_each_request_is_one_line_and_the_end_is_a_summary(start_mockgw: Start) -> None:
    process = start_mockgw("serve", "--port", "0")
    url = url_of(process)
    ask(url, "What are the three laws of thermodynamics?")
    ask(url, "Something that nobody has recorded")

    process.terminate()
    _, told = process.communicate(timeout=LONG)

    lines = told.splitlines()
    assert lines[0] == ("mode auto: 6 recordings that are shipped, then synthesis. Ctrl-C stops.")
    assert lines[1].startswith("POST /v1/responses gpt-5.5-pro 200 replay ")
    assert "gpt-5.5-pro.yaml" in lines[1]
    assert lines[2].startswith("POST /v1/responses gpt-5.5-pro 200 synth")
    assert lines[-1] == "mockgw: 2 requests: 1 replayed, 1 synthesized, 0 missed"


def test_a_miss_is_told_in_full(start_mockgw: Start) -> None:
    process = start_mockgw("serve", "--port", "0", "--mode", "replay")
    url = url_of(process)
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(url, "What are the four laws of thermodynamics?")
    with caught.value as response:
        message = json.load(response)["error"]["message"]

    process.terminate()
    _, told = process.communicate(timeout=LONG)

    assert all(line.strip() in told for line in message.splitlines())
    assert told.splitlines()[-1] == "mockgw: 1 request: 0 replayed, 0 synthesized, 1 missed"


def test_quiet_says_the_url_and_nothing_else(start_mockgw: Start) -> None:
    process = start_mockgw("serve", "--port", "0", "--quiet")
    ask(url_of(process), "Hello")

    process.terminate()

    assert process.communicate(timeout=LONG) == ("", "")


def test_a_taken_port_is_told(start_mockgw: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        process = start_mockgw("serve", "--port", str(port))
        told = process.communicate(timeout=LONG)

    assert process.returncode == 2
    assert told[0] == ""
    assert told[1].startswith("mockgw: error: ")
    assert str(port) in told[1]
    assert "Traceback" not in told[1]


@pytest.mark.parametrize(
    ("arguments", "variables", "words"),
    [
        (["--port", "http"], {}, "mockgw: error: --port: 'http' is not allowed."),
        (["--prot", "0"], {}, "No such option"),
        ([], {"MOCKGW_PRT": "0"}, "mockgw: error: MOCKGW_PRT: there is no such setting."),
        (["--host", "0.0.0.0"], {}, "mockgw: error: Refused to listen on '0.0.0.0'"),
        (["--config", "none.toml"], {}, "mockgw: error: The configuration file"),
        (["--port", "0", "--cassettes", "none.yaml"], {}, "none.yaml"),
        (
            ["--port", "0", "--ready-file", "no/folder"],
            {},
            "mockgw: error: The ready file no/folder cannot be written",
        ),
    ],
)
def test_a_wrong_start_exits_2_and_says_why(
    start_mockgw: Start, arguments: list[str], variables: dict[str, str], words: str
) -> None:
    process = start_mockgw("serve", *arguments, **variables)

    said, told = process.communicate(timeout=LONG)

    assert (process.returncode, said) == (2, "")
    assert words in told
    assert "Traceback" not in told


def test_variables_and_a_file_configure_it(start_mockgw: Start, tmp_path: Path) -> None:
    (tmp_path / "mockgw.toml").write_text('mode = "synth"\nport = 1')
    process = start_mockgw("serve", MOCKGW_PORT="0")
    url_of(process)

    process.terminate()
    _, told = process.communicate(timeout=LONG)

    assert told.startswith("mode synth: synthesis alone.")


def hang(url: str) -> socket.socket:
    """Return a connection on which a request never ends."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=LONG)
    head = "POST /v1/responses HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n"
    connection.sendall(f"{head}content-length: 100\r\n\r\n".encode())
    assert connection.recv(12) == b"HTTP/1.1 100"
    return connection


def test_a_request_that_never_ends_does_not_keep_it(start_mockgw: Start) -> None:
    process = start_mockgw("serve", "--port", "0", "--drain", "0.2")

    with hang(url_of(process)):
        process.terminate()
        process.communicate(timeout=LONG)

    assert process.returncode == 0


def test_a_second_signal_ends_it_at_once(start_mockgw: Start, tmp_path: Path) -> None:
    process = start_mockgw("serve", "--port", "0", "--drain", "600", "--ready-file", "url")

    with hang(url_of(process)):
        process.terminate()
        while (tmp_path / "url").exists():
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LONG)

    assert process.returncode == 128 + signal.SIGINT
