"""What the pytest plugin costs: in a suite that does not use it, at first, and per test.

    python benchmarks/plugin.py [--tests 1000] [--rounds 5]

Every suite is a pytest process of its own. The suites in which each test makes one call are the
same but for what answers: mockgw from a queue and from a cassette per test, vcrpy from the same
cassettes, and a hand-written aiohttp server.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ANSWER = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1777054206,
    "status": "completed",
    "model": "gpt-5.5-2026-04-23",
    "output": [
        {
            "id": "msg_1",
            "type": "message",
            "status": "completed",
            "role": "assistant",
            "content": [{"type": "output_text", "annotations": [], "text": "Hello."}],
        }
    ],
    "usage": {"input_tokens": 12, "output_tokens": 6, "total_tokens": 18},
}
# Tells how long each test took to set up, to run and to tear down.
CONFTEST = """
import json, os, time
import pytest

told = []

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup():
    begun = time.process_time()
    yield
    first.append(time.process_time() - begun)

first = []

def pytest_runtest_logreport(report):
    told.append((report.when, report.duration))

def pytest_unconfigure(config):
    with open(os.environ["TOLD"], "w") as file:
        json.dump({"tests": told, "first": first[0]}, file)
"""
ASKS = """
import os
import pytest
import requests

COUNT = int(os.environ["COUNT"])

@pytest.fixture(scope="session")
def session():
    with requests.Session() as kept:
        kept.trust_env = False
        yield kept

def ask(session):
    url = os.environ["OPENAI_BASE_URL"] + "/responses"
    answer = session.post(url, json={"model": "gpt-5.5", "input": "Hello"})
    assert answer.json()["output"][-1]["content"][0]["text"] == "Hello."
"""
SUITES = {
    "nothing": "def test_it(n, session): ...",
    "the fixture, no call": "def test_it(n, session, mockgw): ...",
    "mockgw, queued": """
def test_it(n, session, mockgw):
    mockgw.reply("Hello.")
    ask(session)
""",
    "mockgw, cassettes": "def test_it(n, session, mockgw):\n    ask(session)",
    "vcrpy": """
import vcr

os.environ["OPENAI_BASE_URL"] = "http://recorded.invalid/v1"

@pytest.fixture
def tape(request):
    path = request.path.parent / "cassettes/test_suite" / (request.node.name + ".yaml")
    with vcr.use_cassette(str(path), record_mode="none"):
        yield

def test_it(n, session, tape):
    ask(session)
""",
    "a fake of aiohttp": """
import asyncio
import threading
from aiohttp import web

@pytest.fixture(scope="session")
def fake():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def answer(request):
        body = await request.json()
        assert body["input"] == "Hello"
        return web.json_response(ANSWER)

    async def start():
        app = web.Application()
        app.router.add_post("/v1/responses", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = asyncio.run_coroutine_threadsafe(start(), loop).result()
    os.environ["OPENAI_BASE_URL"] = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()

def test_it(n, session, fake):
    ask(session)
""",
}
PLAIN = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest")


class Bench:
    """A folder with suites in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def suite(self, name: str, count: int) -> Path:
        """Write a suite of so many tests."""
        place = self.folder / name.replace(" ", "-").replace(",", "")
        place.mkdir(exist_ok=True)
        (place / "pytest.ini").write_text(
            "[pytest]\nasyncio_default_fixture_loop_scope = function\n"
        )
        (place / "conftest.py").write_text(CONFTEST)
        body = SUITES[name].replace("def test_it", "PARAMETER\ndef test_it")
        body = body.replace("PARAMETER", "@pytest.mark.parametrize('n', range(COUNT))")
        (place / "test_suite.py").write_text(f"{ASKS}\nANSWER = {ANSWER!r}\n{body}\n")
        if name in {"mockgw, cassettes", "vcrpy"}:
            tapes(place / "cassettes/test_suite", count)
        return place

    def run(self, place: Path, count: int, *arguments: str) -> dict[str, Any]:
        """Run a suite; return what it told of its tests, and the seconds of the whole process."""
        told = place / "told.json"
        environment = {**os.environ, "TOLD": str(told), "COUNT": str(count)}
        begun, spent = time.perf_counter(), processor()
        command = [sys.executable, "-m", "pytest", "-q", *PLAIN, *arguments]
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, check=False)
        seconds, spent = time.perf_counter() - begun, processor() - spent
        assert done.returncode == 0, done.stdout.decode()[-2000:] + done.stderr.decode()
        return {**json.loads(told.read_text()), "seconds": seconds, "processor": spent}


def processor() -> float:
    """Return the seconds that the processor has worked for the processes started here."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tapes(folder: Path, count: int) -> None:
    """Write a cassette for each test, as vcrpy does."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = {"content-type": ["application/json"]}
    request = {
        "method": "POST",
        "uri": "http://recorded.invalid/v1/responses",
        "headers": kind,
        "body": json.dumps({"model": "gpt-5.5", "input": "Hello"}),
    }
    response = {
        "status": {"code": 200, "message": "OK"},
        "headers": kind,
        "body": {"string": json.dumps(ANSWER)},
    }
    import yaml  # noqa: PLC0415 - only the parent writes

    text = yaml.safe_dump(
        {"interactions": [{"request": request, "response": response}], "version": 1}
    )
    for number in range(count):
        (folder / f"test_it[{number}].yaml").write_text(text)


def around(told: dict[str, Any]) -> list[float]:
    """Return for each test the milliseconds that its fixtures took, before and after it."""
    spent = [1000 * took for when, took in told["tests"] if when != "call"]
    return [sum(pair) for pair in zip(spent[::2], spent[1::2], strict=True)]


def whole(told: dict[str, Any]) -> float:
    """Return the milliseconds per test of all but the first, fixtures and test."""
    spent: list[float] = [1000 * took for _, took in told["tests"]][3:]
    return 3 * statistics.mean(spent)


def idle(bench: Bench, rounds: int, *plugins: str) -> tuple[float, float]:
    """Return what plugins that nobody uses cost a run: milliseconds of the processor, and ratio.

    The median of pairs, because a run as a whole is a hundred times as long.
    """
    place = bench.suite("nothing", 1)
    left_out = [word for name in plugins for word in ("-p", f"no:{name}")]
    bench.run(place, 1)
    with_it: list[float] = []
    without: list[float] = []
    for _ in range(rounds * 4):
        with_it.append(bench.run(place, 1)["processor"])
        without.append(bench.run(place, 1, *left_out)["processor"])
    pairs = zip(with_it, without, strict=True)
    apart = statistics.median(one - other for one, other in pairs)
    return 1000 * apart, statistics.median(with_it) / statistics.median(without)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        apart, ratio = idle(bench, asked.rounds, "mockgw")
        print(f"installed and not used: {apart:.1f} ms, {ratio:.3f} of the run without it")
        apart, ratio = idle(bench, asked.rounds, "mockgw", "faker")
        print(f"with the plugin of Faker, which comes along: {apart:.1f} ms, {ratio:.3f}")
        place = bench.suite("the fixture, no call", 100)
        runs = [bench.run(place, 100) for _ in range(asked.rounds)]
        spent = 1000 * statistics.median(run["first"] for run in runs)
        spans = [around(run) for run in runs]
        first = statistics.median(span[0] for span in spans)
        further = statistics.median(statistics.median(span[1:]) for span in spans)
        print(f"the first fixture: {first:.0f} ms, of the processor {spent:.0f} ms")
        print(f"each further one: {further:.2f} ms\n")
        compare(bench, asked.tests, max(1, asked.rounds // 2))


def compare(bench: Bench, count: int, rounds: int) -> None:
    """Print what a test with one call costs, by what answers it."""
    names = list(SUITES)[2:]
    places = {name: bench.suite(name, count) for name in names}
    told: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            run = bench.run(places[name], count)
            told[name].append((whole(run), run["seconds"]))
    mine = {name: statistics.median(one for one, _ in found) for name, found in told.items()}
    fake = mine["a fake of aiohttp"]
    print(f"{count} tests, one call each:")
    print(f"{'answered by':<20} {'a test':>10} {'the run':>10} {'ratio':>8}")
    for name, found in told.items():
        seconds = statistics.median(one for _, one in found)
        print(f"{name:<20} {mine[name]:>7.2f} ms {seconds:>8.1f} s {mine[name] / fake:>8.2f}")


if __name__ == "__main__":
    main()
