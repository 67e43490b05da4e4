"""Each test has a gateway to itself, whoever asks it and from wherever."""

import shutil

import pytest

from tests.plugin.suites import Suite

pytest_plugins = ["pytester"]


def test_every_address_leads_to_the_tests_own_part(suite: Suite) -> None:
    suite.write("""
import httpx
from cloudflare import Cloudflare

HELLO = [{"role": "user", "content": "Hello"}]

def test_doors(mockgw):
    mockgw.reply(*"abcde")
    with OpenAI(**mockgw.openai) as client:
        client.responses.create(model="gpt-5.5", input="Hello")
    with OpenAI(base_url=f"{mockgw.gateway_base_url}/openai", api_key="x") as client:
        client.chat.completions.create(model="gpt-5.5", messages=HELLO)
    with Cloudflare(**mockgw.cloudflare) as client:
        client.ai.run("openai/gpt-5.5", account_id=mockgw.account_id, messages=HELLO)
    run = httpx.post(
        f"{mockgw.workers_url}/run?version=3",
        headers={"cf-consn-model-id": "openai/gpt-5.5"},
        json={"inputs": {"input": "Hello"}},
        trust_env=False,
    )
    assert run.json()["status"] == "completed"
    plain = {"model": "gpt-5.5", "input": "Hello"}
    httpx.post(f"{mockgw.url}/v1/responses", json=plain, trust_env=False)
    assert [asked.door for asked in mockgw.requests] == [
        "openai", "gateway", "rest-run", "binding", "openai"
    ]
    assert {asked.source for asked in mockgw.requests} == {"script"}
""")
    suite.run().passed(1)


def test_the_environment_is_set_for_the_test_and_put_back(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-real")
    monkeypatch.setenv("CLOUDFLARE_API_KEY", "real")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    monkeypatch.delenv("no_proxy", raising=False)
    suite.write("""
import os

def seen():
    return {name: os.environ.get(name) for name in (
        "OPENAI_API_KEY", "OPENAI_BASE_URL", "CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_KEY",
        "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "MOCKGW_URL", "NO_PROXY", "no_proxy")}

before = seen()

def test_inside(mockgw):
    assert seen() == {
        "OPENAI_API_KEY": mockgw.api_key,
        "OPENAI_BASE_URL": mockgw.openai_base_url,
        "CLOUDFLARE_BASE_URL": mockgw.cloudflare_base_url,
        "CLOUDFLARE_API_KEY": None,
        "CLOUDFLARE_API_TOKEN": mockgw.api_key,
        "CLOUDFLARE_ACCOUNT_ID": mockgw.account_id,
        "MOCKGW_URL": mockgw.url,
        "NO_PROXY": "intranet.example,127.0.0.1,localhost",
        "no_proxy": "intranet.example,127.0.0.1,localhost",
    }
    assert mockgw.openai_base_url.startswith("http://127.0.0.1:")

def test_outside():
    assert seen() == before
    assert before["OPENAI_API_KEY"] == "sk-real" and before["MOCKGW_URL"] is None
""")
    suite.run().passed(2)


def test_tests_share_neither_queue_nor_requests_nor_state(suite: Suite) -> None:
    suite.write("""
kept = []

def test_first(mockgw):
    mockgw.reply("My name is Ada.")
    kept.append(ask("Hello").id)
    assert ask("And?", previous_response_id=kept[0]).previous_response_id == kept[0]

def test_second(mockgw):
    mockgw.assert_called(0)
    with pytest.raises(OpenAIError, match="Previous response with id .* not found"):
        ask("And?", previous_response_id=kept[0])
    assert ask("Hello").id not in kept
    assert len({test.url for test in (mockgw,)}) == 1
""")
    suite.run().passed(2)


def test_a_test_that_failed_leaves_nothing_to_the_next(suite: Suite) -> None:
    suite.write("""
def test_raises(mockgw):
    mockgw.reply("left")
    raise KeyError("own")

def test_next(mockgw):
    assert not mockgw.queued and not mockgw.requests
    assert ask().output_text != "left"

@pytest.fixture
def broken(mockgw):
    mockgw.reply("left")
    raise ValueError("in a fixture")

def test_never(broken): ...

@pytest.fixture
def breaks_late(mockgw):
    yield
    raise ValueError("at its end")

def test_late(breaks_late):
    assert ask().output_text

def test_last(mockgw):
    assert not mockgw.queued and ask().output_text != "left"
""")
    ran = suite.run()
    assert ran.counts == {"passed": 3, "failed": 1, "errors": 2}
    assert "in a fixture" in ran.text
    assert "at its end" in ran.text


def test_odd_names_are_names_too(suite: Suite) -> None:
    suite.write("""
ODD = ["a/b", "é 潮", "x::y", "%2F", "?q#f", "", " ", "\\n", "a" * 300, "\U0001f30a", "[1]"]
ODD += [".."]

@pytest.mark.parametrize("n", range(len(ODD)), ids=ODD)
def test_odd(mockgw, n):
    mockgw.reply(str(n))
    assert ask().output_text == str(n)
    assert len(mockgw.url) < 120

def test_it_is_a_very_long_name_that_nobody_would_ever_give_to_a_test_of_theirs(mockgw):
    assert ask().output_text
""")
    ran = suite.run("-p", "no:junitxml")
    ran.passed(13)


def test_fixtures_classes_and_wider_scopes_may_use_it(suite: Suite) -> None:
    suite.write("""
import unittest
import httpx

@pytest.fixture
def polite(mockgw):
    mockgw.reply("Good day.")
    return mockgw

def test_by_a_fixture(polite, mockgw):
    assert polite is mockgw
    assert ask().output_text == "Good day."

@pytest.fixture(scope="module")
def summary(mockgw_server):
    with OpenAI(base_url=f"{mockgw_server.url}/v1", api_key="x") as client:
        return client.responses.create(model="gpt-5.5", input="Sum up.").output_text

def test_by_the_module(summary, mockgw):
    assert summary
    mockgw.assert_called(0)

def test_by_name(request):
    request.getfixturevalue("mockgw").reply("late")
    assert ask().output_text == "late"

@pytest.mark.usefixtures("mockgw")
class TestUnit(unittest.TestCase):
    def test_unit(self):
        self.assertTrue(ask().output_text)

class TestUnitWithIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def gateway(self, mockgw):
        self.mockgw = mockgw

    def test_unit(self):
        self.mockgw.reply("Unit.")
        self.assertEqual(ask().output_text, "Unit.")

    def test_left(self):
        self.mockgw.reply("Left.")

    @pytest.mark.mockgw(mode="replay")
    def test_missed(self):
        swallow()
""")
    ran = suite.run()
    assert ran.counts == {"passed": 5, "failed": 2}
    assert ran.told("TestUnitWithIt.test_left").startswith("mockgw still holds 1 queued answer")
    assert ran.told("TestUnitWithIt.test_missed").startswith("No recording answers")


def test_threads_may_ask_while_the_test_looks(suite: Suite) -> None:
    suite.write("""
from concurrent.futures import ThreadPoolExecutor

def test_threads(mockgw):
    mockgw.reply(*(str(n) for n in range(60)))
    with OpenAI() as client, ThreadPoolExecutor(8) as pool:
        def call(n):
            return client.responses.create(model="gpt-5.5", input=f"{n}").output_text
        calls = [pool.submit(call, n) for n in range(60)]
        while not all(one.done() for one in calls):
            assert len(mockgw.requests) <= 60 and repr(mockgw) and mockgw.queued is not None
    assert sorted(int(one.result()) for one in calls) == list(range(60))
    assert len(mockgw.wait_for(60)) == 60
""")
    suite.run().passed(1)


def test_async_tests_stream_and_wait(suite: Suite) -> None:
    suite.write("""
import asyncio

@pytest.fixture
async def client(mockgw):
    async with AsyncOpenAI(**mockgw.openai) as client:
        yield client

async def test_stream(client, mockgw):
    mockgw.reply("one two three", delay=0.02, pace=0.001)
    stream = await client.responses.create(model="gpt-5.5", input="x", stream=True)
    kinds = [event.type async for event in stream]
    assert kinds[0] == "response.created" and kinds[-1] == "response.completed"

async def test_crowd(client, mockgw):
    mockgw.reply(*"abcdefgh")
    calls = (client.responses.create(model="gpt-5.5", input=f"{n}") for n in range(8))
    told = [answer.output_text for answer in await asyncio.gather(*calls)]
    assert sorted(told) == list("abcdefgh")

async def test_left(mockgw):
    mockgw.reply("left")
""")
    ran = suite.run()
    assert ran.counts == {"passed": 2, "failed": 1}
    assert ran.told("test_left").startswith("mockgw still holds 1 queued answer")
    suite.pytester.makeini("[pytest]\nasyncio_mode = strict\npythonpath = .\n"
                           "asyncio_default_fixture_loop_scope = function\n")  # fmt: skip
    suite.write("""
@pytest.mark.asyncio
async def test_strict(mockgw):
    mockgw.reply("strictly")
    async with AsyncOpenAI() as client:
        answer = await client.responses.create(model="gpt-5.5", input="x")
    assert answer.output_text == "strictly"

@pytest.mark.anyio
async def test_anyio(mockgw, anyio_backend):
    mockgw.reply("portably")
    async with AsyncOpenAI() as client:
        answer = await client.responses.create(model="gpt-5.5", input="x")
    assert answer.output_text == "portably"

@pytest.fixture
def anyio_backend():
    return "asyncio"
""")
    suite.run().passed(2)


def test_other_processes_reach_it_by_their_environment(suite: Suite) -> None:
    suite.write("""
import subprocess
import sys

PROGRAM = '''
from openai import OpenAI
print(OpenAI().responses.create(model="gpt-5.5", input="Hello").output_text)
'''

def test_child(mockgw):
    mockgw.reply("Hello, child.")
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert told.stdout == "Hello, child.\\n", told.stderr
    assert mockgw.last.text == "Hello"
""")
    suite.run().passed(1)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_another_language_reaches_it_by_its_environment(suite: Suite) -> None:
    suite.write("""
import subprocess

PROGRAM = '''
const answer = await fetch(process.env.OPENAI_BASE_URL + "/chat/completions", {
  method: "POST",
  headers: {"content-type": "application/json"},
  body: JSON.stringify({model: "gpt-5.5", messages: [{role: "user", content: "Hello"}]}),
});
console.log((await answer.json()).choices[0].message.content);
'''

def test_node(mockgw):
    mockgw.reply("Hello, node.")
    told = subprocess.run(["node", "--input-type=module", "-e", PROGRAM],
                          capture_output=True, text=True)
    assert told.stdout == "Hello, node.\\n", told.stderr
    assert mockgw.last.operation == "chat.create"
""")
    suite.run().passed(1)


@pytest.mark.parametrize("way", ["responses", "chat"])
def test_everything_that_can_be_queued_comes_through_the_official_client(
    suite: Suite, way: str
) -> None:
    suite.write(
        f"WAY = {way!r}"
        """
from pydantic import BaseModel

class City(BaseModel):
    name: str

def call(question="x", **options):
    with OpenAI(max_retries=0) as client:
        if WAY == "chat":
            said = [{"role": "user", "content": question}]
            return client.chat.completions.create(model="gpt-5.5", messages=said, **options)
        return client.responses.create(model="gpt-5.5", input=question, **options)

def test_model(mockgw):
    mockgw.reply(City(name="Oslo"))
    with OpenAI() as client:
        if WAY == "chat":
            said = [{"role": "user", "content": "x"}]
            told = client.chat.completions.parse(
                model="gpt-5.5", messages=said, response_format=City)
            assert told.choices[0].message.parsed.name == "Oslo"
        else:
            told = client.responses.parse(model="gpt-5.5", input="x", text_format=City)
            assert told.output_parsed.name == "Oslo"
    assert mockgw.last.schema["properties"]["name"]["type"] == "string"

def test_failures_and_retries(mockgw):
    mockgw.fail("rate_limit", times=2)
    mockgw.reply("at last")
    with OpenAI(max_retries=2) as client:
        client = client.with_options(timeout=20)
        client._calculate_retry_timeout = lambda *_, **__: 0
        told = client.responses.create(model="gpt-5.5", input="x")
    assert told.output_text == "at last"
    assert [asked.status for asked in mockgw.requests] == [429, 429, 200]

def test_usage(mockgw):
    mockgw.reply("x", usage={"input": 9000, "output": 5})
    assert call().usage.total_tokens == 9005
    assert mockgw.last.usage["total_tokens"] == 9005

def test_function(mockgw):
    mockgw.reply(lambda asked: asked.text.upper())
    told = call("loud")
    said = told.choices[0].message.content if WAY == "chat" else told.output_text
    assert said == "LOUD"
"""
    )
    suite.run().passed(4)
