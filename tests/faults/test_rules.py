"""Rules: which calls they strike, how often, and that nothing but the call decides it."""

import asyncio
import random
from typing import Any

import httpx
import pytest

from mockgw.errors import MockgwError
from mockgw.faults.rule import Asks, rules
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.wire import post

CALL = Asks("openai", "gpt-5.5", "responses.create", False, False, "t", 1)


@pytest.mark.parametrize(
    ("told", "changes", "fits"),
    [
        ("reset", {}, True),
        ("reset door=openai", {}, True),
        ("reset door=openai", {"door": "gateway"}, False),
        ("reset model=gpt-5.5*", {"model": "gpt-5.5-pro"}, True),
        ("reset model=openai/gpt-5.5", {"model": "gpt-5.5-pro"}, False),
        ("reset operation=chat.*", {}, False),
        ("reset session=t", {"session": "u"}, False),
        ("reset stream=true", {}, False),
        ("reset stream=no", {}, True),
        ("reset times=2", {"repetition": 2}, True),
        ("reset times=2", {"repetition": 3}, False),
        ("reset after=1 times=1", {}, False),
        ("reset after=1 times=1", {"repetition": 2}, True),
        ("duplicate_event", {}, False),
        ("duplicate_event", {"stream": True}, True),
        ("no_done", {"stream": True}, False),
        ("no_done", {"stream": True, "chat": True}, True),
    ],
)
def test_a_rule_fits_the_calls_that_it_names(told: str, changes: Any, fits: bool) -> None:
    fields = {name: getattr(CALL, name) for name in CALL.__struct_fields__}
    (rule,) = rules(told)
    assert rule.strikes(Asks(**{**fields, **changes}), lambda: random.Random(1)) is fits


def test_a_rule_can_be_a_mapping() -> None:
    (one, two) = rules(
        [{"fault": "cut_after_events:3", "rate": 0.5, "stream": True}, {"fault": 429}]
    )
    assert (str(one.fault), one.rate, one.stream) == ("cut_after_events:3", 0.5, True)
    refusal = two.refusal()
    assert refusal is not None
    assert refusal.name == "rate_limit"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("rest", "There is no fault or error named 'rest'. (in 'rest')\n  Did you mean reset?"),
        (
            "split=3 rate=0.5",
            "A rule names no fault. (in 'split=3 rate=0.5')\n  Did you mean split:3?",
        ),
        (
            "rate=0.5",
            "A rule names no fault. (in 'rate=0.5')\n  Begin with one, such as reset rate=0.1.",
        ),
        ("200", "200 is no error's status.\n  Give one from 400 to 599."),
        (
            "reset rate=2",
            "rate in 'reset rate=2': '2' is not allowed.\n  Give a number from 0 to 1.",
        ),
        ("reset rat=1", "'rat' has no meaning in 'reset rat=1'.\n  Did you mean rate?"),
        ("reset rate", "'rate' has no place in 'reset rate'.\n  Give key=value, each once."),
        ("reset stream=so", "stream=so in 'reset stream=so' is neither.\n  Give true or false."),
        ({"fault": ["reset", {}]}, "{} has no place in a rule.\n  Give texts and numbers."),
        (7, "7 is no rule.\n  Give a text, or a mapping of its keys."),
    ],
)
def test_what_is_no_rule_is_refused(told: Any, said: str) -> None:
    with pytest.raises(MockgwError) as caught:
        rules(told)
    assert str(caught.value) == said


async def struck(gateway: Gateway, order: list[int]) -> dict[int, list[int]]:
    """Return the statuses of three askings of each question, asked all at once in that order."""
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=50)) as client:

        async def ask(number: int) -> tuple[int, list[int]]:
            body = {"model": "gpt-5.5", "input": f"Question {number}", "max_output_tokens": 16}
            url = f"{gateway.url}/_s/crowd/v1/responses"
            return number, [(await client.post(url, json=body)).status_code for _ in range(3)]

        return dict(await asyncio.gather(*(ask(number) for number in order)))


async def test_the_same_seed_gives_the_same_faults_to_fifty_clients_in_any_order() -> None:
    rule = ("rate_limit rate=0.2", "edge_page:520 rate=0.2")
    orders = [list(range(50)), list(range(49, -1, -1))]
    seen = []
    for order in orders:
        async with running(Settings(port=0, mode="synth", faults=rule, seed=3)) as gateway:
            seen.append(await struck(gateway, order))
    assert seen[0] == seen[1]
    told = [status for statuses in seen[0].values() for status in statuses]
    assert 12 <= told.count(429) <= 55
    assert 8 <= told.count(520) <= 50
    async with running(Settings(port=0, mode="synth", faults=rule, seed=4)) as gateway:
        assert await struck(gateway, orders[0]) != seen[0]


def test_a_setting_holds_for_all_sessions_and_a_wrong_one_does_not_start() -> None:
    with running(Settings(port=0, mode="synth", faults=("gateway.2003 door=rest-*",))) as gateway:
        body = {"model": "gpt-5.5", "input": "Hi"}
        url = f"{gateway.url}/client/v4/accounts/acc/ai/v1/responses"
        assert post(url, body).json()["errors"] == [{"code": 2003, "message": "Rate limited"}]
        assert post(f"{gateway.url}/v1/responses", body).status == 200
        refused = gateway.journal.entries()[0]
        assert (refused.fault, refused.source, refused.code) == ("gateway.2003", "fault", "2003")
    with (
        pytest.raises(MockgwError, match="Did you mean reset"),
        running(Settings(faults=("rset",))),
    ):
        pass


def test_what_mockgw_itself_says_is_told_in_any_weather() -> None:
    with running(Settings(port=0, mode="replay", faults=("edge_page",))) as gateway:
        answer = post(f"{gateway.url}/v1/responses", {"model": "gpt-5.5", "input": "Not taped"})
        assert (answer.status, answer.json()["error"]["code"]) == (404, "no_recording")
