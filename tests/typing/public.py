"""What a type checker must see of the public names: read by mypy and pyright, never run."""

from collections.abc import Iterator, Sequence
from typing import Any, assert_type

from mockgw import ApiError, Gateway, MockGateway, MockgwError, Settings, running, script
from mockgw.asked import Asked
from mockgw.journal import Journal
from mockgw.model import Entry
from mockgw.script import Scripted


def settings() -> None:
    assert_type(Settings(), Settings)
    assert_type(Settings(port=0, mode="replay", cassettes=("a.yaml",)).port, int)
    Settings(mode="reply")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    Settings(prot=0)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


def in_a_thread() -> None:
    with running(Settings(port=0)) as gateway:
        assert_type(gateway, Gateway)
        assert_type(gateway.url, str)
        assert_type(gateway.journal, Journal)


async def in_a_loop() -> None:
    async with running() as gateway:
        assert_type(gateway, Gateway)


def errors(problem: MockgwError, refusal: ApiError) -> None:
    assert_type((problem.message, problem.hint), tuple[str, str])
    assert_type((refusal.status, refusal.code), tuple[int, str | None])


def addresses(mockgw: MockGateway) -> None:
    assert_type(mockgw.url, str)
    assert_type((mockgw.openai_base_url, mockgw.cloudflare_base_url), tuple[str, str])
    assert_type((mockgw.api_key, mockgw.account_id), tuple[str, str])
    assert_type((mockgw.openai, mockgw.cloudflare), tuple[dict[str, str], dict[str, str]])


def upper(request: Asked) -> str:
    return request.text.upper()


def answers(mockgw: MockGateway) -> None:
    mockgw.reply("one", "two")
    mockgw.reply({"city": "Oslo"}, usage={"input": 3, "output": 5}, times=2)
    mockgw.reply(tool_calls=[("get_weather", {"city": "Oslo"}), {"name": "other"}])
    mockgw.reply("slow", delay=1, pace=0.5, timing={"first": 0.5}, fault="reset")
    mockgw.reply(upper)
    mockgw.reply(lambda request: assert_type(request, Asked).text)
    mockgw.always(lambda request: script.reply(request.text), summary=["a", "b"])
    mockgw.fail("rate_limit", retry_after=2, times=3)
    mockgw.fail(503, "Later.", headers={"x-why": "because"}, origin="gateway")
    mockgw.template({"when": {"text": "x"}, "reply": "y"}, "rules.yaml")
    mockgw.template(name="z", when={"text": "z"}, reply=["a", "b"])
    mockgw.fault("reset rate=0.5", {"fault": "overloaded", "times": 2})
    mockgw.advance(60)
    mockgw.reply(txt="one")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    mockgw.reply(delay="1")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    mockgw.fail(origin="me")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    mockgw.always("x", times=2)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    assert_type(script.reply("one"), Scripted)
    assert_type(script.fail(500), Scripted)


def asked(mockgw: MockGateway) -> None:
    assert_type(mockgw.requests, Sequence[Asked])
    assert_type(mockgw.last, Asked)
    assert_type(mockgw.assert_called_once(), Asked)
    assert_type(mockgw.wait_for(2, timeout=1), Sequence[Asked])
    assert_type(mockgw.wait_for(lambda request: "x" in request.text), Sequence[Asked])
    assert_type(mockgw.entries, Sequence[Entry])
    assert_type(mockgw.last.body, dict[str, Any])
    assert_type((mockgw.last.text, mockgw.last.status), tuple[str, int])
    assert_type(mockgw.last.tools, Sequence[str])


def fixture(mockgw_server: Gateway, mockgw_settings: Settings) -> Iterator[MockGateway]:
    assert_type((mockgw_server.settings, mockgw_settings.mode)[0], Settings)
    raise NotImplementedError
