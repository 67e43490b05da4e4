"""Modules of suites in which other people's plugins are used beside ours."""

FLAKY = """
kept = []

@pytest.mark.flaky(reruns=1)
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
"""
GUARDS = """
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
"""
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
PLAYED = """
@pytest.mark.mockgw(unused="fail")
def test_hello(mockgw):
    assert ask("Hello").output_text == "Hi."
"""
MOCKS = """
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
"""
LOOPS = """
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
"""
BROKEN = """
def test_hook(mockgw):
    mockgw.reply("left")
    assert ask().output_text == "left"

def test_fixture(mockgw):
    assert ask().output_text

def test_after(mockgw):
    assert len(mockgw.requests) == 0 and ask().output_text
"""
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
ANEW = RECORDED.partition("@pytest.mark.block_network")[0].replace(
    "mark.vcr", 'mark.vcr(record_mode="new_episodes")'
)
SOCKETS = """
import socket

def test_asks(mockgw):
    assert ask().output_text
    with pytest.raises(RuntimeError):
        socket.create_connection(("192.0.2.7", 80), 0.1)

@pytest.mark.mockgw(block_network=True)
def test_asks_under_both(mockgw):
    assert ask().output_text
    with pytest.raises(RuntimeError):
        socket.create_connection(("192.0.2.7", 80), 0.1)
"""
TAPE = """
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
"""
THEIRS = """
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
"""
# What the tests of a module come to when all of them run in one process.
TOGETHER = {
    "flaky": (FLAKY, {"PASSED": 1, "RERUN": 1}),
    "guards": (GUARDS, {"PASSED": 3}),
    "named": (NAMED, {"PASSED": 9}),
    "played": (PLAYED, {"PASSED": 1}),
    "mocks": (MOCKS, {"PASSED": 2}),
    "aiohttp": (LOOPS, {"PASSED": 1}),
    "broken": (BROKEN, {"PASSED": 2, "FAILED": 1, "ERROR": 1}),
    "recorded": (RECORDED, {"PASSED": 2}),
    "anew": (ANEW, {"PASSED": 1}),
}
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
TELLS_ID = """
@pytest.mark.parametrize("n", range(4))
def test_id(mockgw, n):
    answer = ask()
    with open("ids.txt", "a") as file:
        file.write(f"{n} {answer.id} {answer.output_text}\\n")

def test_other(mockgw):
    assert ask().output_text
"""
