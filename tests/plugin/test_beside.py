"""The plugin beside those of others, in a process where theirs are there."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.plugin.plugins import python_with_plugins
from tests.plugin.suites import Ran, Suite

pytest_plugins = ["pytester"]


@pytest.fixture(scope="module")
def python() -> str:
    """Return the interpreter that has them."""
    return python_with_plugins()


class Apart:
    """Runs a suite in that interpreter."""

    def __init__(self, suite: Suite, python: str) -> None:
        self.suite = suite
        self.folder = suite.folder
        self._python = python

    def run(self, *arguments: str, others: str = "") -> Ran:
        """Run it with the plugins named, and without those that change every run."""
        off = [name for name in ("randomly", "aiohttp") if name not in others.split()]
        without = [word for name in off for word in ("-p", f"no:{name}")]
        command = [self._python, "-m", "pytest", "-p", "no:cacheprovider", *without, *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.stdout, done.stderr)


@pytest.fixture
def apart(suite: Suite, python: str) -> Apart:
    """Return a suite that runs there."""
    return Apart(suite, python)


PARALLEL = """
import time

@pytest.mark.parametrize("n", range(24))
def test_same_call(mockgw, n):
    mockgw.reply(f"first {n}", f"second {n}")
    assert ask("Same.").output_text == f"first {n}"
    time.sleep(0.01)
    assert ask("Same.").output_text == f"second {n}"
    assert [asked.text for asked in mockgw.requests] == ["Same.", "Same."]

@pytest.mark.mockgw(mode="replay")
def test_missed(mockgw):
    swallow()

def test_unused(mockgw):
    assert ask("Hello").output_text == "Hi."
"""


def test_workers_share_nothing_and_are_added_up(apart: Apart) -> None:
    apart.suite.tape("cassettes/test_it/test_unused.yaml", ("Hello", "Hi."), ("Bye", "Then."))
    apart.suite.write(PARALLEL)
    arguments = ("--mockgw-report=report.json", "--mockgw-unused=warn", "--junit-xml=out.xml")
    ran = apart.run("-n4", *arguments)
    assert (ran.counts["passed"], ran.counts["failed"]) == (25, 1), ran.text
    line = "50 requests in 26 tests: 1 replayed (1 exact), 48 scripted, 1 missed"
    assert ran.text.count(line) == 1
    assert "test_it.py::test_missed: No recording answers" in ran.text
    assert "1 recording was not played:" in ran.text
    told = json.loads((apart.folder / "report.json").read_text(encoding="utf-8"))
    assert told["answers"] == {"script": 48, "missing": 1, "replay": 1}
    assert len(told["tests"]) == 26
    assert '"mockgw_script" value="2"' in (apart.folder / "out.xml").read_text(encoding="utf-8")
    alone = apart.run("--mockgw-report=alone.json", "--mockgw-unused=warn")
    assert alone.text.count(line) == 1
    alone_told = json.loads((apart.folder / "alone.json").read_text(encoding="utf-8"))
    assert cleaned(told) == cleaned(alone_told)


def cleaned(report: object) -> str:
    return json.dumps(report, sort_keys=True)


TELLS_ID = """
@pytest.mark.parametrize("n", range(4))
def test_id(mockgw, n):
    answer = ask()
    with open("ids.txt", "a") as file:
        file.write(f"{n} {answer.id} {answer.output_text}\\n")

def test_other(mockgw):
    assert ask().output_text
"""


def test_answers_are_the_same_in_any_order_and_on_any_number_of_workers(apart: Apart) -> None:
    apart.suite.write(TELLS_ID)

    def told(*arguments: str, others: str = "") -> list[str]:
        file = apart.folder / "ids.txt"
        file.unlink(missing_ok=True)
        apart.run(*arguments, others=others).passed(5)
        return sorted(file.read_text(encoding="utf-8").splitlines())

    first = told()
    assert len(set(first)) == 4
    assert told("-n2") == first
    assert told("-p", "randomly", "-p", "no:xdist", "-p", "randomly", others="randomly") == first


def test_a_test_that_is_run_again_begins_anew(apart: Apart) -> None:
    apart.suite.write("""
kept = []

def test_flaky(mockgw):
    if kept:
        with pytest.raises(OpenAIError, match="not found"):
            ask("And?", previous_response_id=kept[0])
        assert len(mockgw.requests) == 1 and not mockgw.queued
        mockgw.reply("second")
        assert ask("Hello").output_text == "second"
        return
    mockgw.reply("first", "left")
    kept.append(ask("Hello").id)
    assert False
""")
    ran = apart.run("--reruns=1")
    assert ran.counts == {"passed": 1, "rerun": 1}, ran.text


RECORDED = """
import os
import http.client
import json
from urllib.parse import urlsplit
import requests

def get(url):
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=5)

@pytest.mark.vcr
def test_both(mockgw):
    mockgw.reply("from the gateway")
    assert ask().output_text == "from the gateway"
    assert get("http://recorded.invalid/").text == "from the tape"

@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_blocked(mockgw):
    assert ask().output_text
    with pytest.raises(Exception, match="Network is disabled"):
        get("http://192.0.2.7/")
"""


def recorded(apart: Apart) -> Path:
    tape = apart.folder / "cassettes/test_it/test_both.yaml"
    tape.parent.mkdir(parents=True, exist_ok=True)
    tape.write_text(
        """
version: 1
interactions:
- request:
    method: GET
    uri: http://recorded.invalid/
    headers: {}
    body: null
  response:
    status: {code: 200, message: OK}
    headers: {content-type: [text/plain]}
    body: {string: from the tape}
""",
        encoding="utf-8",
    )
    return tape


@pytest.mark.parametrize("mode", ["none", "new_episodes"])
def test_pytest_recording_keeps_and_refuses_nothing_that_goes_to_loopback(
    apart: Apart, mode: str
) -> None:
    tape = recorded(apart)
    before = tape.read_text(encoding="utf-8")
    apart.suite.write(RECORDED)
    # The tape is pytest-recording's, which has the same name: this test has its mode said.
    arguments = (f"--record-mode={mode}", "--mockgw-mode=auto")
    if mode == "none":
        apart.run(*arguments, "--block-network", "--allowed-hosts=127.0.0.1").passed(2)
    apart.run(*arguments).passed(2)
    assert tape.read_text(encoding="utf-8") == before


def test_both_guards_stand_side_by_side(apart: Apart) -> None:
    apart.suite.write("""
import socket

@pytest.mark.block_network(allowed_hosts=["127.0.0.1", "192.0.2.7"])
@pytest.mark.mockgw(block_network=True)
def test_ours_is_stricter(mockgw):
    assert ask().output_text
    with pytest.raises(RuntimeError, match="mockgw keeps this run on loopback"):
        socket.create_connection(("192.0.2.7", 80), 0.1)

@pytest.mark.block_network
@pytest.mark.mockgw(block_network=True)
def test_theirs_is_stricter():
    with pytest.raises(RuntimeError, match="Network is disabled"):
        socket.create_connection(("127.0.0.1", 1), 0.1)

def test_none_is_left():
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", 1), 0.1)
    with pytest.raises(OSError):
        socket.create_connection(("192.0.2.7", 80), 0.1)
""")
    apart.run().passed(3)


NAMED = """
from pathlib import Path
from mockgw.testing.plan import default_cassette

pytestmark = pytest.mark.vcr
NAMES = ["plain", "a/b", 'x:"y"|z', "<>?%*", "back\\\\slash", "o'clock", "n" * 300]

@pytest.mark.parametrize("name", NAMES, ids=NAMES)
def test_named(vcr, request, name):
    assert default_cassette(request.node) == Path(vcr._path)

class TestClass:
    def test_inside(self, vcr, request):
        assert default_cassette(request.node) == Path(vcr._path)

    class TestDeeper:
        def test_inside(self, vcr, request):
            assert default_cassette(request.node) == Path(vcr._path)
"""


def test_a_tests_cassette_is_where_pytest_recording_would_look_for_it(apart: Apart) -> None:
    apart.suite.write(NAMED)
    apart.run().passed(9)


def test_a_cassette_of_pytest_recording_is_played_by_the_test_of_its_name(apart: Apart) -> None:
    apart.suite.tape("cassettes/test_it/test_hello.yaml", ("Hello", "Hi."))
    apart.suite.write("""
def test_hello(mockgw):
    assert ask("Hello").output_text == "Hi."
""")
    apart.run("--mockgw-unused=fail").passed(1)


def test_pytest_socket_lets_loopback_through(apart: Apart) -> None:
    apart.suite.write("""
import socket
from pytest_socket import SocketConnectBlockedError

def test_asks(mockgw):
    assert ask().output_text
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.7", 80), 0.1)

@pytest.mark.mockgw(block_network=True)
def test_asks_under_both(mockgw):
    assert ask().output_text
    with pytest.raises(RuntimeError):
        socket.create_connection(("192.0.2.7", 80), 0.1)
""")
    apart.run("--allow-hosts=127.0.0.1").passed(2)
    apart.run("--disable-socket", "--allow-hosts=127.0.0.1,localhost").passed(2)


def test_respx_and_pytest_httpx_mock_what_is_theirs(apart: Apart) -> None:
    apart.suite.write("""
import httpx

def test_respx(mockgw, respx_mock):
    respx_mock.get("http://theirs.invalid/").respond(text="respx")
    respx_mock.route(host="127.0.0.1").pass_through()
    mockgw.reply("ours")
    assert httpx.get("http://theirs.invalid/").text == "respx"
    assert ask().output_text == "ours"
    told = httpx.post(f"{mockgw.url}/v1/responses", json={"model": "gpt-5.5", "input": "x"})
    assert told.status_code == 200

@pytest.mark.httpx_mock(should_mock=lambda request: request.url.host != "127.0.0.1")
def test_httpx(mockgw, httpx_mock):
    httpx_mock.add_response(url="http://theirs.invalid/", text="httpx")
    mockgw.reply("ours")
    assert httpx.get("http://theirs.invalid/").text == "httpx"
    assert ask().output_text == "ours"
    told = httpx.post(f"{mockgw.url}/v1/responses", json={"model": "gpt-5.5", "input": "x"})
    assert told.status_code == 200
""")
    apart.run().passed(2)


def test_clients_of_pytest_aiohttp_ask_in_their_loop(apart: Apart) -> None:
    apart.suite.write("""
from aiohttp import web

async def handle(request):
    async with AsyncOpenAI() as client:
        told = await client.responses.create(model="gpt-5.5", input=await request.text())
    return web.Response(text=told.output_text)

async def test_app(mockgw, aiohttp_client):
    mockgw.reply(lambda asked: asked.text.upper())
    app = web.Application()
    app.router.add_post("/", handle)
    client = await aiohttp_client(app)
    answer = await client.post("/", data="loud")
    assert await answer.text() == "LOUD"
""")
    apart.run(others="aiohttp").passed(1)


def test_a_broken_fixture_of_another_plugin_breaks_nothing_of_ours(apart: Apart) -> None:
    apart.suite.conftest("""
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item):
    yield
    if "hook" in item.name:
        raise RuntimeError("a hook of theirs")

@pytest.fixture(autouse=True)
def theirs(request, vcr):
    yield
    if "fixture" in request.node.name:
        raise RuntimeError("a fixture of theirs")
""")
    apart.suite.write("""
def test_hook(mockgw):
    mockgw.reply("left")
    assert ask().output_text == "left"

def test_fixture(mockgw):
    assert ask().output_text

def test_after(mockgw):
    assert len(mockgw.requests) == 0 and ask().output_text
""")
    ran = apart.run()
    assert ran.counts == {"passed": 2, "failed": 1, "errors": 1}
    assert "3 requests in 3 tests: 2 synthesized, 1 scripted" in ran.text
