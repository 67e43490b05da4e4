"""A request whose bytes were heard before is not read again, and is answered like any other."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mockgw.connection import Connection
from mockgw.faults.rule import rules
from mockgw.heard import Heard
from mockgw.model import Raw
from mockgw.runner import Gateway, running
from mockgw.script import reply
from mockgw.settings import Settings
from tests.test_at_once import HELLO, RECORDED, Line, request

PATH = "/v1/responses"
RECORDED_ONE = request(PATH, json.dumps(RECORDED).encode())
MADE_UP = request(PATH, json.dumps(HELLO).encode())
HEAD, _, BODY = RECORDED_ONE.partition(b"\r\n\r\n")
HEAD += b"\r\n\r\n"


def raw(body: bytes = b"{}", *, local: bool = True) -> Raw:
    return Raw("POST", PATH, "", {}, body, local)


def test_the_same_bytes_are_the_same_request() -> None:
    heard, one = Heard(), raw(BODY)
    assert heard.find(RECORDED_ONE, local=True) is None
    heard.keep(RECORDED_ONE, one)
    assert heard.find(RECORDED_ONE, local=True) is one
    assert heard.find(MADE_UP, local=True) is None


def test_whether_the_peer_is_on_this_host_is_no_matter_of_bytes() -> None:
    heard = Heard()
    heard.keep(RECORDED_ONE, raw(BODY))
    assert heard.find(RECORDED_ONE, local=False) is None


def test_a_head_is_known_when_a_body_followed_it() -> None:
    heard = Heard()
    heard.keep(RECORDED_ONE, raw(BODY))
    heard.keep(request("/v1/nowhere", b""), raw(b""))
    assert heard.begins(HEAD)
    assert not heard.begins(HEAD[:-1])
    assert not heard.begins(request("/v1/nowhere", b""))


def test_a_long_request_is_not_kept() -> None:
    heard, long = Heard(), request(PATH, b" " * 20_000)
    heard.keep(long, raw(b" " * 20_000))
    assert heard.find(long, local=True) is None


def test_a_short_request_that_is_long_when_decompressed_is_not_kept() -> None:
    heard = Heard()
    heard.keep(RECORDED_ONE, raw(b" " * 20_000))
    assert heard.find(RECORDED_ONE, local=True) is None


def test_only_the_newest_are_kept() -> None:
    heard = Heard()
    for number in range(1000):
        heard.keep(request(PATH, b"%04d" % number), raw(b"%04d" % number))
    assert heard.find(request(PATH, b"0999"), local=True) is not None
    assert heard.find(request(PATH, b"0000"), local=True) is None


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running(Settings(port=0)) as gateway:
        yield gateway


@pytest.fixture
async def line(gateway: Gateway) -> AsyncIterator[Line]:
    async with Line.to(gateway) as line:
        yield line


def identifier(answer: bytes) -> bytes:
    found = re.search(rb'"id":\s*"(resp_\w+)"', answer)
    assert found is not None, answer
    return found.group(1)


@pytest.mark.parametrize("cuts", [(), (len(HEAD),)])
async def test_what_was_heard_is_not_read(
    line: Line, monkeypatch: pytest.MonkeyPatch, cuts: tuple[int, ...]
) -> None:
    parts = (RECORDED_ONE,) if not cuts else (HEAD, BODY)
    await line.send(*parts)
    first = await line.answer()

    def feed(self: Connection, data: bytes) -> Any:
        raise AssertionError("it was read")

    monkeypatch.setattr(Connection, "_feed", feed)
    await line.send(*parts)
    again = await line.answer()
    assert identifier(again) == identifier(first)
    assert b"x-request-id" in again
    assert again != first


async def test_each_answer_has_ids_of_its_own(line: Line, gateway: Gateway) -> None:
    told = set()
    for _ in range(5):
        await line.send(MADE_UP)
        told.add(identifier(await line.answer()))
    assert len(told) == 5
    assert [one.course.outcome for one in gateway.journal.entries()] == ["whole"] * 5
    assert [one.course.connection for one in gateway.journal.entries()] == [1] * 5


async def test_another_body_of_the_same_length_is_read(line: Line) -> None:
    await line.send(HEAD, BODY)
    assert b" 200 OK" in await line.answer()
    await line.send(HEAD, b"{" * len(BODY))
    assert b" 400 " in await line.answer()
    await line.send(HEAD, BODY)
    assert b" 200 OK" in await line.answer()


async def test_a_known_head_may_be_followed_byte_by_byte(line: Line) -> None:
    await line.send(RECORDED_ONE)
    await line.answer()
    await line.send(HEAD, *(bytes([byte]) for byte in BODY))
    assert b" 200 OK" in await line.answer()


async def test_who_leaves_behind_a_known_head_leaves_nothing_behind(gateway: Gateway) -> None:
    async with Line.to(gateway) as line:
        await line.send(RECORDED_ONE)
        await line.answer()
        await line.send(HEAD)
    async with Line.to(gateway) as line:
        await line.send(RECORDED_ONE)
        assert b" 200 OK" in await line.answer()
    assert len(gateway.journal.entries()) == 2


async def test_requests_that_come_together_are_all_answered(line: Line, gateway: Gateway) -> None:
    await line.send(RECORDED_ONE)
    await line.answer()
    await line.send(RECORDED_ONE + MADE_UP + RECORDED_ONE[:-7], RECORDED_ONE[-7:])
    for _ in range(3):
        assert b" 200 OK" in await line.answer()
    await line.send(RECORDED_ONE)
    assert b" 200 OK" in await line.answer()
    assert len(gateway.journal.entries()) == 5


async def test_a_request_in_another_one_is_no_request(line: Line, gateway: Gateway) -> None:
    await line.send(RECORDED_ONE)
    await line.answer()
    await line.send(request("/v1/nowhere", b"0123456789" + RECORDED_ONE)[: -len(RECORDED_ONE)])
    await line.send(RECORDED_ONE)
    assert b" 404 " in await line.answer()
    assert len(gateway.journal.entries()) == 2


async def test_what_changes_holds_for_what_was_heard(line: Line, gateway: Gateway) -> None:
    for _ in range(2):
        await line.send(MADE_UP)
        assert b" 200 OK" in await line.answer()
    gateway.faults[:] = rules("503")
    await line.send(MADE_UP)
    assert b" 503 " in await line.answer()
    gateway.faults.clear()
    await line.send(MADE_UP)
    assert b" 200 OK" in await line.answer()


async def test_a_session_that_opens_answers_what_was_heard_before(
    line: Line, gateway: Gateway
) -> None:
    asked = request(f"/_s/late{PATH}", json.dumps(HELLO).encode())
    await line.send(asked)
    assert b"x-mockgw-source: synth" in await line.answer()
    session = gateway.session("late", gateway.settings, gateway.tapes.anew())
    session.script.append(reply("Opened."))
    await line.send(asked)
    assert b"Opened." in await line.answer()
    gateway.sessions.end(session)
    await line.send(asked)
    assert b" 410 " in await line.answer()


async def test_a_wrong_key_opens_nothing_however_often() -> None:
    wrong = MADE_UP.replace(b"Host:", b"Authorization: Bearer no\r\nHost:")
    right = MADE_UP.replace(b"Host:", b"Authorization: Bearer yes\r\nHost:")
    async with (
        running(Settings(port=0, api_keys=("yes",))) as gateway,
        Line.to(gateway) as line,
    ):
        for asked, status in ((wrong, 401), (right, 200), (wrong, 401), (MADE_UP, 401)) * 2:
            await line.send(asked)
            assert b" %d " % status in (await line.answer())[:20]


async def test_a_limit_holds_for_what_was_heard() -> None:
    async with (
        running(Settings(port=0, limits=("requests=2/minute",), clock="virtual")) as gateway,
        Line.to(gateway) as line,
    ):
        told = []
        for _ in range(3):
            await line.send(RECORDED_ONE)
            told.append((await line.answer())[9:12])
    assert told == [b"200", b"200", b"429"]
