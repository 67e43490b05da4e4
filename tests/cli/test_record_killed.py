"""`mockgw record` as processes that are killed, and as several that share a cassette."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mockgw.cassette.reader import read
from mockgw.cassette.writer import repair
from tests.cli.conftest import stop_all
from tests.wire import post

# Starts `mockgw record` once for each line of arguments that it is given, tells the process and
# waits until it has ended. What is loaded once is there for all of them.
NURSERY = """
import importlib, json, os, sys

for name in ("mockgw.cli", "mockgw.cli.record", "mockgw.passing", "mockgw.recorder"):
    importlib.import_module(name)
from mockgw.cli import main
for given in sys.stdin:
    process = os.fork()
    if not process:
        main(["record", "--port", "0", "--quiet", *json.loads(given)], prog_name="mockgw")
    print(process, flush=True)
    os.waitpid(process, 0)
"""
PAD = "All work and no play. " * 1000


def said(number: int, *, stream: bool) -> bytes:
    """Return what the upstream answers: it tells of the question, and is long."""
    whole = {"id": f"resp_{number}", "object": "response", "status": "completed", "pad": PAD}
    if not stream:
        return json.dumps(whole).encode()
    deltas = [{"type": "response.output_text.delta", "delta": str(number)}] * 40
    events = [*deltas, {"type": "response.completed", "response": whole}]
    return b"".join(b"data: %b\n\n" % json.dumps(one).encode() for one in events)


class Upstream(BaseHTTPRequestHandler):
    """Says what was asked."""

    def do_POST(self) -> None:
        """Answer a question that is a number."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        stream = bool(asked["stream"])
        body = said(int(asked["input"]), stream=stream)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if stream else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def upstream() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


class Nursery:
    """Where recorders come from, one at a time."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._mother = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, *arguments: str) -> tuple[int, str]:
        """Start a recorder once the one before has ended; return its process and its URL."""
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write(json.dumps(arguments) + "\n")
        self._mother.stdin.flush()
        # Either may come first.
        told = sorted(self._mother.stdout.readline() for _ in range(2))
        return int(told[0]), told[1].split()[-1]

    def close(self) -> None:
        """Take in no more."""
        stop_all(self._mother)


@pytest.fixture
def nursery(environment: dict[str, str]) -> Iterator[list[Nursery]]:
    """Return where a test puts its nurseries, so that they are closed at its end."""
    opened = [Nursery(environment) for _ in range(4)]
    yield opened
    for one in opened:
        one.close()


class Askers:
    """Clients that ask and ask; `heard` is what they got whole."""

    def __init__(self, url: str, first: int) -> None:
        self.url = url
        self.heard: set[int] = set()
        self._numbers = iter(range(first, first + 10_000))
        self._lock = threading.Lock()
        self.begun = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(3)]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until nobody answers any more."""
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        while True:
            with self._lock:
                number = next(self._numbers)
            try:
                body = ask(self.url, number)
            except Exception:  # noqa: BLE001 - however a killed server breaks off
                return
            if body != said(number, stream=streamed(number)):
                return
            self.heard.add(number)
            self.begun.set()


def streamed(number: int) -> bool:
    return number % 2 == 1


def ask(url: str, number: int) -> bytes:
    body = {"model": "gpt-5.5", "input": str(number), "stream": streamed(number)}
    return post(f"{url}/v1/responses", body).body


def recorded(tape: Path) -> set[int]:
    """Return the questions on a tape, on which every answer is whole and its own."""
    found = read(tape) if tape.exists() else []
    numbers = [int(json.loads(one.request_body)["input"]) for one in found]
    for number, one in zip(numbers, found, strict=True):
        assert one.response_body == said(number, stream=streamed(number))
    assert len(set(numbers)) == len(numbers)
    return set(numbers)


@pytest.mark.slow
def test_whoever_has_a_whole_answer_of_a_recorder_that_was_killed_finds_it_on_the_tape(
    nursery: list[Nursery], upstream: str, tmp_path: Path
) -> None:
    tape, chance = tmp_path / "tape.yaml", random.Random(3)
    heard: set[int] = set()
    total = 0
    for kill in range(50):
        process, url = nursery[0].start("--upstream", upstream, "--cassette", str(tape))
        askers = Askers(url, kill * 10_000)
        assert askers.begun.wait(30)
        time.sleep(chance.uniform(0, 0.1))
        os.kill(process, signal.SIGKILL)
        askers.join()
        heard |= askers.heard
        total += len(askers.heard)
        assert len(repair(tape)) <= 1
        kept = recorded(tape)
        assert heard <= kept
        # What nobody heard to its end was under way: one for each who asked.
        assert len(kept - heard) <= 3 * (kill % 10 + 1)
        if kill % 10 == 9:
            tape.unlink()
            heard = set()
    assert total >= 50


@pytest.mark.slow
def test_four_recorders_of_one_cassette_lose_nothing(
    nursery: list[Nursery], upstream: str, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    started = [one.start("--upstream", upstream, "--cassette", str(tape)) for one in nursery]
    numbers = range(40)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda number: ask(started[number % 4][1], number), numbers))
    for process, _ in started:
        os.kill(process, signal.SIGTERM)
    assert told == [said(number, stream=streamed(number)) for number in numbers]
    assert recorded(tape) == set(numbers)
