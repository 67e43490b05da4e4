"""Limits: buckets that fill as time passes, what headers say of them, and what the SDK does."""

import threading
from time import sleep
from typing import Any

import openai
import pytest
from msgspec.structs import replace

from mockgw import script
from mockgw.errors import ApiError, MockgwError
from mockgw.faults.rule import rules
from mockgw.limits.allowance import Allowance, allowances, spelled
from mockgw.limits.bucket import Bucket
from mockgw.limits.caller import Caller
from mockgw.runner import Gateway
from mockgw.sessions import Session
from tests.faults.conftest import Client
from tests.ways import RESPONSES
from tests.wire import post

HELLO: Any = {"model": "gpt-5.5", "input": "Hello"}


class Hand:
    """A time that stands where it is put."""

    def __init__(self) -> None:
        self.at = 100.0

    def now(self) -> float:
        return self.at


def allowance(*told: str) -> tuple[Allowance, Hand]:
    hand = Hand()
    return allowances(told, hand.now)(), hand


def caller(key: str = "k", tokens: int = 100, **more: Any) -> Caller:
    return Caller(
        key, more.pop("gateway", "gw"), more.pop("model", "gpt-5.5"), "openai", tokens, **more
    )


def limited(virtual: Gateway, session: Session, *told: str) -> None:
    assert virtual.time is not None
    session.allowance = allowances(told, virtual.time.now)()


def test_a_bucket_fills_evenly_and_not_over() -> None:
    bucket = Bucket(60, 60.0, 0.0)
    bucket.draw(60, 0.0)
    assert (bucket.level(0.0), bucket.wait(1, 0.0), bucket.wait(61, 0.0)) == (0, 1.0, float("inf"))
    assert (bucket.level(10.0), bucket.wait(1, 10.0), bucket.full(10.0)) == (10, 0.0, 50.0)
    assert bucket.level(1000.0) == 60


def test_requests_come_back_one_by_one() -> None:
    allowed, hand = allowance("requests=3/minute")
    left = [dict(allowed.admit(caller()).headers) for _ in range(3)]
    assert [one["x-ratelimit-remaining-requests"] for one in left] == ["2", "1", "0"]
    assert [one["x-ratelimit-reset-requests"] for one in left] == ["20s", "40s", "1m0s"]
    with pytest.raises(ApiError) as caught:
        allowed.admit(caller())
    error = caught.value
    assert (error.status, error.type, error.code) == (429, "requests", "rate_limit_exceeded")
    assert error.retry_after == pytest.approx(20)
    assert "on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s." in (
        error.message
    )
    hand.at += error.retry_after or 0
    allowed.admit(caller())
    with pytest.raises(ApiError):
        allowed.admit(caller())


def test_tokens_are_thought_before_and_counted_after() -> None:
    allowed, hand = allowance("tokens=1000/minute")
    first = allowed.admit(caller(tokens=600))
    first.settle(900)
    assert dict(first.headers)["x-ratelimit-remaining-tokens"] == "100"
    with pytest.raises(ApiError) as caught:
        allowed.admit(caller(tokens=400))
    assert caught.value.type == "tokens"
    assert caught.value.retry_after == pytest.approx(18)
    assert "tokens per min (TPM): Limit 1000, Used 900, Requested 400." in caught.value.message
    with pytest.raises(
        ApiError, match=r"Request too large for gpt-5\.5 .*: Limit 1000, Requested 1200"
    ):
        allowed.admit(caller(tokens=1200))
    hand.at += 18
    allowed.admit(caller(tokens=400))


def test_those_who_share_nothing_do_not_limit_each_other() -> None:
    others: dict[str, Any] = {"key": "l", "gateway": "other", "model": "gpt-5.5-pro"}
    for per, other in others.items():
        allowed, _ = allowance(f"requests=1/day per={per}")
        allowed.admit(caller())
        with pytest.raises(ApiError):
            allowed.admit(caller())
        allowed.admit(replace(caller(), **{per: other}))
    allowed, _ = allowance("requests=1/day per=all")
    allowed.admit(caller())
    with pytest.raises(ApiError, match=r"requests per day \(RPD\)"):
        allowed.admit(caller("l", gateway="x", model="y"))


def test_a_quota_does_not_come_back_and_places_do() -> None:
    allowed, hand = allowance("quota=500 concurrent=2")
    first = allowed.admit(caller(tokens=100))
    allowed.admit(caller(tokens=100))
    with pytest.raises(ApiError, match="concurrent requests: Limit 2, Used 2"):
        allowed.admit(caller(tokens=100))
    first.settle(450)
    first.leave()
    first.leave()
    hand.at += 1e9
    with pytest.raises(ApiError) as caught:
        allowed.admit(caller(tokens=100))
    assert (caught.value.code, caught.value.retry_after) == ("insufficient_quota", None)
    allowed.reset()
    allowed.admit(caller(tokens=100))


def test_the_gateway_limits_in_its_own_words() -> None:
    allowed, _ = allowance("requests=1/minute per=gateway")
    assert allowed.admit(caller()).headers == ()
    with pytest.raises(ApiError) as caught:
        allowed.admit(caller())
    error = caught.value
    assert (error.origin, error.code, error.message) == ("gateway", "2003", "Rate limited")
    assert error.retry_after is None


@pytest.mark.parametrize("door", ["openai", "gateway"])
def test_the_openai_package_waits_as_long_as_the_bucket_needs(
    door: str, virtual: Gateway, session: Session, client: Client, waits: list[float]
) -> None:
    limited(virtual, session, "requests=2/minute")
    asking = client(door, retries=2)
    for _ in range(4):
        told = asking.responses.with_raw_response.create(**HELLO)
        assert told.headers["x-ratelimit-limit-requests"] == "2"
    assert [one.status for one in session.entries] == [200, 200, 429, 200, 429, 200]
    assert [one.source for one in session.entries if one.status == 429] == ["limit", "limit"]
    assert waits == pytest.approx([30.0, 30.0], rel=0.01)


def test_every_way_is_limited_and_a_run_of_the_catalogue_is_told_no_time(
    virtual: Gateway, session: Session
) -> None:
    for way in RESPONSES:
        limited(virtual, session, "requests=1/minute")
        first = way.ask(session.url, "openai/gpt-5.5", {"input": "Hi"})
        second = way.ask(session.url, "openai/gpt-5.5", {"input": "Hi"})
        assert (first.status, second.status) == (200, 429), way.name
        for answer in (first, second):
            told = answer.headers.get("x-ratelimit-remaining-requests")
            assert told == (None if way.run_path else "0"), way.name
        assert second.headers.get("retry-after") == (None if way.run_path else "60"), way.name


def test_usage_is_what_tokens_are_counted_by(virtual: Gateway, session: Session) -> None:
    limited(virtual, session, "tokens=100000/minute")
    answer = post(f"{session.url}/v1/responses", HELLO)
    used = answer.json()["usage"]["total_tokens"]
    assert answer.headers["x-ratelimit-remaining-tokens"] == str(100_000 - used)
    refused = post(f"{session.url}/v1/responses", {**HELLO, "temperature": 7})
    assert refused.status == 400
    assert refused.headers["x-ratelimit-remaining-tokens"] == str(100_000 - used)


def test_those_who_are_served_at_the_same_time_are_counted(
    virtual: Gateway, session: Session, client: Client
) -> None:
    limited(virtual, session, "concurrent=1")
    session.faults[:] = rules("stall times=1")
    slow = client().with_options(timeout=1.0)

    def wait_in_vain() -> None:
        with pytest.raises(openai.APITimeoutError):
            slow.responses.create(**HELLO)

    first = threading.Thread(target=wait_in_vain)
    first.start()
    while not session.entries:
        first.join(0.01)
    with pytest.raises(openai.RateLimitError, match="on concurrent requests: Limit 1"):
        client().responses.create(**HELLO)
    first.join()
    for _ in range(100):
        answer = post(f"{session.url}/v1/responses", HELLO)
        if answer.status == 200:
            break
    assert answer.status == 200


def test_a_place_is_free_when_the_client_leaves_before_its_answer_is_due(
    virtual: Gateway, session: Session, client: Client
) -> None:
    limited(virtual, session, "concurrent=1")
    session.script.append(script.reply("Too late.", delay=600))
    with pytest.raises(openai.APITimeoutError):
        client().with_options(timeout=0.3).responses.create(**HELLO)
    # The time stands: only the client's leaving can have freed the place.
    for _ in range(100):
        answer = post(f"{session.url}/v1/responses", HELLO)
        if answer.status == 200:
            break
        sleep(0.02)
    assert answer.status == 200


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("requests=3", "requests in 'requests=3': '3' has no time.\n  Give such as 60/minute."),
        (
            "requests=3/fortnight",
            (
                "requests in 'requests=3/fortnight': '3/fortnight' has no time.\n"
                "  Known: second, minute, hour, day."
            ),
        ),
        (
            "tokens=0/minute",
            "tokens in 'tokens=0/minute': '0' is not allowed.\n  Give a number at least 1.",
        ),
        ("per=key", "'per=key' limits nothing.\n  Give requests, tokens, concurrent or quota."),
        (
            "quota=5 per=kay",
            "per=kay in 'quota=5 per=kay' is nobody.\n  Did you mean key?",
        ),
        ("quota=5 modle=x", "'modle' has no meaning in 'quota=5 modle=x'.\n  Did you mean model?"),
        (
            "60/minute",
            (
                "'60/minute' is no limit.\n"
                "  Give requests=60/minute, tokens=…, concurrent=… or quota=…."
            ),
        ),
    ],
)
def test_what_is_no_limit_is_refused(told: str, said: str) -> None:
    with pytest.raises(MockgwError) as caught:
        allowances((told,), lambda: 0.0)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0ms"), (0.0121, "13ms"), (0.644, "644ms"), (1, "1s"), (8.64, "8.64s"), (360, "6m0s"),
     (59.9999, "1m0s"), (86_400, "24h0m0s"), (3661.5, "1h1m1.5s")],
)  # fmt: skip
def test_times_are_told_as_the_api_tells_them(seconds: float, told: str) -> None:
    assert spelled(seconds) == told
