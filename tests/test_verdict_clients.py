"""The official packages in every trouble: a verdict finds nothing against them."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import IncompleteRead
from typing import Any

import pytest
from cloudflare import Cloudflare
from openai import AsyncOpenAI, OpenAI

from mockgw.canonical import encode
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from mockgw.verdict import verdict
from mockgw.verdict.report import report
from tests.connections import asked, settled
from tests.wire import Json, events, post, send

ACCOUNT = "0" * 32
ERRORS: dict[str, list[Any]] = {
    "once and then well": [{"error": 503}, "Well."],
    "twice and then well": [{"error": 500}, {"error": "rate_limit", "retry_after": 0.2}, "Well."],
    "three times": [{"error": "server_error"}] * 3,
    "an empty purse": [{"error": "insufficient_quota"}] * 3,
    "an empty purse that says so": [{"error": "insufficient_quota", "should_retry": False}],
    "waits that grow": [{"error": 429, "retry_after": wait} for wait in (0.1, 0.3, 0.6)],
    "a wait in milliseconds": [{"error": 429, "headers": {"retry-after-ms": "150"}}, "Well."],
    "a date": [{"error": 429, "headers": {"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}}],
    "a wait that nobody has": [{"error": 429, "retry_after": 3600}] * 3,
    "a bad request": [{"error": "context_length"}],
    "no access": [{"error": "no_model_access"}],
    "no key": [{"error": "unauthorized"}],
    "a bad request that may pass": [{"error": 400, "should_retry": True}, "Well."],
    "a conflict": [{"error": 409}, "Well."],
    "a timeout": [{"error": 408}, "Well."],
    "a gateway without money": [{"error": "gateway.2021"}],
    "a gateway in a hurry": [{"error": "gateway.2003"}, "Well."],
}
FAULTS = [
    "refused",
    "reset",
    "reset_after_headers",
    "cut_after_bytes:40",
    "cut_after_bytes:40:reset",
    "edge_page:502",
    "edge_page:524",
    "gzip",
    "gzip_unannounced",
    "wrong_content_type:text/html",
    "http_1_0",
    "error_200",
    "split:7",
    "slow_headers:0.2",
]
OF_STREAMS = [
    "cut_after_events:3",
    "cut_after_events:3:reset",
    "cut_in_frame:2",
    "cut_in_character",
    "stall:2:0.2",
    "malformed_event",
    "duplicate_event:2",
    "reorder_events",
    "no_terminal",
    "event_after_terminal",
    "giant_event:100000",
    "comments",
    "crlf",
]
SNOW = "Snow fell, \u00e9t\u00e9 all day."
TROUBLES: dict[str, list[Any]] = {
    **ERRORS,
    **{name: [{"text": SNOW, "fault": name}, "Well.", "Well."] for name in FAULTS},
}
TROUBLES_OF_STREAMS: dict[str, list[Any]] = {
    "well": ["Snow fell."],
    "once and then well": ERRORS["once and then well"],
    "slow": [{"text": "Snow fell all day.", "pace": 0.01}],
    **{name: [{"text": SNOW, "fault": name}, "Well."] for name in OF_STREAMS},
}


class Clients:
    """One client of each kind, as people make them: default settings, and closed at the end."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.openai = OpenAI(base_url=url, api_key="sk-test")
        self.cloudflare = Cloudflare(base_url=url, api_token="token")

    def close(self) -> None:
        self.openai.close()
        self.cloudflare.close()

    def at(self, session: str, path: str = "/v1") -> OpenAI:
        return self.openai.with_options(base_url=f"{self._url}/_s/{session}{path}")

    def responses(self, session: str, text: str) -> None:
        self.at(session).responses.create(model="gpt-5.5", input=text)

    def chat(self, session: str, text: str) -> None:
        messages: Any = [{"role": "user", "content": text}]
        client = self.at(session, f"/v1/{ACCOUNT}/gw/openai")
        client.chat.completions.create(model="gpt-5.5", messages=messages)

    def rest(self, session: str, text: str) -> None:
        client = self.cloudflare.with_options(base_url=f"{self._url}/_s/{session}/client/v4")
        client.ai.run("openai/gpt-5.5", account_id=ACCOUNT, extra_body={"input": text})

    def streamed(self, session: str, text: str) -> None:
        for _ in self.at(session).responses.create(model="gpt-5.5", input=text, stream=True):
            pass

    def streamed_chat(self, session: str, text: str) -> None:
        messages: Any = [{"role": "user", "content": text}]
        chat = self.at(session).chat.completions
        for _ in chat.create(model="gpt-5.5", messages=messages, stream=True):
            pass

    def helped(self, session: str, text: str) -> None:
        with self.at(session).responses.stream(model="gpt-5.5", input=text) as stream:
            stream.until_done()

    def at_once(self, session: str, text: str) -> None:
        async def ask() -> None:
            url = f"{self._url}/_s/{session}/v1"
            async with AsyncOpenAI(base_url=url, api_key="sk-test") as client:
                made = await client.responses.create(model="gpt-5.5", input=text, stream=True)
                async for _ in made:
                    pass

        asyncio.run(ask())


Ask = Callable[[str, str], None]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth", journal_size=10_000)) as started:
        yield started


@pytest.fixture
def clients(gateway: Gateway) -> Iterator[Clients]:
    made = Clients(gateway.url)
    yield made
    made.close()


def met(gateway: Gateway, ask: Ask, trouble: str, replies: list[Any]) -> str:
    """Have a client meet a trouble twice in a row, and return the name of the session."""
    session = f"{ask.__name__} {trouble}".translate(str.maketrans(" :/", "---"))
    told: Json = {"session": session, "replies": replies}
    for _ in range(2):
        assert post(f"{gateway.url}/_mockgw/script", told).status == 200
        # How a client tells of trouble is not the question here.
        with suppress(Exception):
            ask(session, f"Hello, {trouble}.")
    return session


def judged(gateway: Gateway, session: str) -> list[tuple[int, int | None]]:
    """Return status and retry of each call, once nothing was found against the client."""
    entries = gateway.journal.entries(session)
    found = verdict(entries)
    assert not found, f"{session}\n{report(found, len(entries))}"
    return [(one.status, one.course.retry) for one in entries]


@pytest.mark.slow
def test_nothing_is_found_against_the_official_packages(gateway: Gateway, clients: Clients) -> None:
    whole = [clients.responses, clients.chat, clients.rest]
    streamed = [clients.streamed, clients.streamed_chat, clients.helped, clients.at_once]
    battery: list[tuple[Ask, str, list[Any]]] = [
        *((ask, name, told) for ask in whole for name, told in TROUBLES.items()),
        *((ask, name, told) for ask in streamed for name, told in TROUBLES_OF_STREAMS.items()),
    ]
    with ThreadPoolExecutor(32) as pool:
        sessions = list(pool.map(lambda one: met(gateway, *one), battery))
    calls = {session: judged(gateway, session) for session in sessions}
    assert all(calls.values())
    # The clients did ask again, and gave up where they should.
    assert calls["responses-once-and-then-well"] == [(503, 0), (200, 1)] * 2
    assert calls["rest-three-times"] == [(500, 0), (500, 1), (500, 2)] * 2
    assert calls["streamed_chat-once-and-then-well"] == [(503, 0), (200, 1)] * 2
    assert calls["chat-a-bad-request"] == [(400, 0)] * 2
    assert verdict(gateway.journal.entries()) == []


@pytest.mark.slow
def test_nothing_is_found_against_a_crowd_that_asks_the_same(
    gateway: Gateway, clients: Clients
) -> None:
    rules = {"session": "crowd", "faults": ["overloaded rate=0.3", "rate_limit rate=0.2"]}
    made = send("PUT", f"{gateway.url}/_mockgw/faults", encode(rules))
    assert made.status == 200

    def ask(_: int) -> None:
        with suppress(Exception):
            clients.responses("crowd", "All the same.")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, range(60)))
    calls = judged(gateway, "crowd")
    assert len(calls) > 60
    assert {status for status, _ in calls} == {200, 429, 503}


def test_nothing_is_found_when_time_is_moved_by_hand() -> None:
    with running(Settings(port=0, mode="synth", clock="virtual")) as gateway:
        told: Json = {"session": "t", "replies": [{"error": 429, "retry_after": 30}, "Well."]}
        post(f"{gateway.url}/_mockgw/script", told)
        for moved in (31, 0):
            post(f"{gateway.url}/_s/t/v1/responses", {"model": "gpt-5.5", "input": "Hi"})
            post(f"{gateway.url}/_mockgw/clock", {"advance": moved})
        entries = gateway.journal.entries()
    assert [one.status for one in entries] == [429, 200]
    assert verdict(entries) == []


# What a client does that nobody should copy: the path, the headers and the bodies it sends in turn.
BODY: Json = {"model": "gpt-5.5", "input": "Hello"}
OTHER: Json = {"model": "gpt-5.5", "input": "Bye"}
PATH = "/v1/responses"
BAD: dict[str, tuple[str, list[Any], list[Json], dict[str, str]]] = {
    "retried_refusal": (PATH, [{"error": "context_length"}] * 2, [BODY] * 2, {}),
    "ignored_retry_after": (PATH, [{"error": 429, "retry_after": 5}], [BODY] * 2, {}),
    # Of so many tries three in a row are quick, whatever else the machine does.
    "hammered": (PATH, [{"error": 500}] * 20, [BODY] * 20, {}),
    "gave_up": (PATH, [{"error": 500}], [BODY], {}),
    "reused_idempotency_key": (PATH, [], [BODY, OTHER], {"idempotency-key": "mine"}),
    "key_in_url": (f"{PATH}?api-key=mine", [], [BODY], {}),
    "wrong_auth_scheme": (PATH, [], [BODY], {"authorization": "Token mine"}),
}


@pytest.mark.parametrize("rule", BAD)
def test_a_bad_client_is_found_out_over_the_wire(gateway: Gateway, rule: str) -> None:
    path, replies, bodies, headers = BAD[rule]
    if replies:
        post(f"{gateway.url}/_mockgw/script", {"session": rule, "replies": replies})
    for body in bodies:
        post(f"{gateway.url}/_s/{rule}{path}", body, headers)
    entries = gateway.journal.entries(rule)
    found = verdict(entries)
    assert [one.rule for one in found] == [rule]
    assert set(found[0].calls) <= {one.number for one in entries}
    assert "mine" not in report(found, len(entries))


def test_a_stream_that_was_cut_and_quoted_is_found_out(gateway: Gateway) -> None:
    said = "Snow fell all day and all night, and nobody went out."
    told = {"session": "cut", "replies": [{"text": said, "fault": "cut_after_events:8"}, "So."]}
    post(f"{gateway.url}/_mockgw/script", told)
    url = f"{gateway.url}/_s/cut/v1/responses"
    with pytest.raises(IncompleteRead) as caught:
        post(url, {**BODY, "stream": True})
    partial = "".join(
        one["delta"] for one in events(caught.value.partial) if "output_text.delta" in one["type"]
    )
    assert said.startswith(partial)
    assert partial
    turns = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": partial}]
    post(url, {**BODY, "input": [*turns, {"role": "user", "content": "And then?"}]})
    found = verdict(gateway.journal.entries("cut"))
    assert [one.rule for one in found] == ["accepted_cut_stream"]
    assert "cut after 8 events" in found[0].message


def test_a_stream_that_is_left_is_found_out(gateway: Gateway) -> None:
    told = {"session": "left", "replies": [{"text": "Snow fell all day.", "pace": 0.05}]}
    post(f"{gateway.url}/_mockgw/script", told)
    with asked(gateway, {**BODY, "stream": True}, "left") as connection:
        assert connection.recv(100)
    (entry,) = settled(gateway.journal.entries("left"))
    assert entry.course.outcome == "left"
    assert 0 < entry.course.events < 12
    assert [one.rule for one in verdict([entry])] == ["left_stream"]


def test_connections_that_nobody_closes_are_found_out(gateway: Gateway) -> None:
    with ExitStack() as held:
        for _ in range(10):
            assert held.enter_context(asked(gateway, BODY, "leak")).recv(65_536)
        assert verdict(gateway.journal.entries("leak")) == []
        time.sleep(1.2)
        assert held.enter_context(asked(gateway, BODY, "leak")).recv(65_536)
    (finding,) = verdict(gateway.journal.entries("leak"))
    assert (finding.rule, len(finding.calls)) == ("never_closed", 1)
