"""Times are drawn as they were asked for, the same ones from the same seed."""

import random
import statistics
from typing import Any

import pytest

from mockgw import apis
from mockgw.draft import Draft, Says
from mockgw.errors import MockgwError
from mockgw.model import Call
from mockgw.pace.beat import Beat
from mockgw.pace.pace import PRESETS, Pace, paces
from mockgw.pace.spread import spread
from mockgw.responders.pacing import paced
from tests.calls import call, complete, respond

USAGE = {"output_tokens": 140, "output_tokens_details": {"reasoning_tokens": 100}}


def drawn(told: str, count: int = 20_000) -> list[float]:
    chance = random.Random(7)
    made = spread(told, "here")
    return [made.draw(chance) for _ in range(count)]


@pytest.mark.parametrize(
    ("told", "mean", "deviation"),
    [
        ("0.5", 0.5, 0.0),
        ("fixed:2", 2.0, 0.0),
        ("uniform:1:3", 2.0, 0.577),
        ("normal:5:1", 5.0, 1.0),
        ("lognormal:1:0.5", 1.133, 0.604),
    ],
)
def test_a_spread_has_its_mean_and_its_deviation(told: str, mean: float, deviation: float) -> None:
    numbers = drawn(told)
    assert statistics.fmean(numbers) == pytest.approx(mean, rel=0.02)
    assert statistics.pstdev(numbers) == pytest.approx(deviation, rel=0.05, abs=1e-9)
    assert min(numbers) > 0
    assert numbers == drawn(told)


def test_a_normal_spread_is_never_negative() -> None:
    assert min(drawn("normal:1:5")) == 0.1


@pytest.mark.parametrize("jitter", [0.0, 0.35, 1.0])
def test_the_gaps_between_tokens_have_the_mean_of_the_rate(jitter: float) -> None:
    beat = Beat(random.Random(3), rate=40, jitter=jitter)
    gaps = [beat.token() for _ in range(20_000)]
    assert statistics.fmean(gaps) == pytest.approx(1 / 40, rel=0.02)
    assert statistics.pstdev(gaps) == pytest.approx(jitter / 40, rel=0.05, abs=1e-9)
    assert min(gaps) >= 0


def test_stalls_come_as_often_as_they_are_asked_for() -> None:
    beat = Beat(random.Random(3), rate=0, stall=spread("2", ""), stalls=0.1)
    gaps = [beat.token() for _ in range(20_000)]
    assert set(gaps) == {0.0, 2.0}
    assert gaps.count(2.0) == pytest.approx(2000, rel=0.1)


def streamed(made: Call, answer: Any) -> list[tuple[str, float]]:
    """Return each event's name or its delta, with the time before it."""
    (pace,) = paces("first=1 thinking=50 rate=10")
    timing = pace.timing(random.Random(1), answer["usage"], stream=True)
    assert timing.delay == 1.0
    assert timing.beat is not None
    told = []
    for event in apis.creator(made.operation).events(answer, made, None):
        name = event.split(b"\n")[0].decode()
        told.append((name.removeprefix("event: response."), round(timing.beat(event), 6)))
    return told


def test_a_response_is_silent_while_the_model_reasons_and_then_says_token_by_token() -> None:
    draft = Draft(reasoning=100, parts=(Says("Snow fell."),))
    body = {"model": "gpt-5.5", "input": "Hi", "stream": True}
    answer = respond(body, draft=draft)
    told = streamed(call(body), answer)
    waits = [(name, gap) for name, gap in told if gap]
    thinking = answer["usage"]["output_tokens_details"]["reasoning_tokens"] / 50
    assert waits[0] == ("output_item.done", thinking)
    assert waits[1:] == [("output_text.delta", 0.1)] * 3
    assert [name for name, _ in told][:3] == ["created", "in_progress", "output_item.added"]


def test_a_chat_is_silent_before_its_first_chunk() -> None:
    draft = Draft(reasoning=100, parts=(Says("Snow fell."),))
    answer = complete({}, draft)
    made = call({"model": "gpt-5.5", "messages": [], "stream": True})
    gaps = [gap for _, gap in streamed(made, answer)]
    thinking = answer["usage"]["completion_tokens_details"]["reasoning_tokens"] / 50
    assert gaps[0] == pytest.approx(thinking + 0.1)
    assert gaps[1:4] == [0.1, 0.1, 0.1]
    assert gaps[-1] == 0.0


def test_json_takes_as_long_as_its_stream_would() -> None:
    (pace,) = paces("first=1 thinking=50 rate=10")
    assert pace.timing(random.Random(1), USAGE, stream=False).delay == pytest.approx(1 + 2 + 4)
    assert Pace().timing(random.Random(1), USAGE, stream=False).delay == 0


@pytest.mark.parametrize(
    ("told", "model", "effort", "rate"),
    [
        ("rate=5", "gpt-5.5", "high", 5.0),
        (["rate=5 model=gpt-5.5-pro", "rate=6"], "gpt-5.5-pro", "high", 5.0),
        (["rate=5 model=gpt-5.5-pro", "rate=6"], "gpt-5.5", "high", 6.0),
        (["rate=5 effort=high", "rate=6"], "gpt-5.5", "low", 6.0),
        (["rate=5 model=openai/gpt-5.5"], "gpt-4", "low", None),
        ("instant", "gpt-5.5", "low", 0.0),
        ("fast", "gpt-5.5", "low", 500.0),
        ("realistic rate=5", "gpt-5.5-pro", "low", 5.0),
        ([{"preset": "fast", "rate": 7}], "gpt-5.5", "low", 7.0),
    ],
)
def test_the_first_pace_that_fits_model_and_effort_counts(
    told: Any, model: str, effort: str, rate: float | None
) -> None:
    found = next((one for one in paces(told) if one.fits(model, effort)), None)
    assert (None if found is None else found.rate.first) == rate


def test_realistic_answers_of_pro_take_longer_the_more_they_reason() -> None:
    for reasoning in (500, 2000):
        usage = {
            "output_tokens": reasoning + 200,
            "output_tokens_details": {"reasoning_tokens": reasoning},
        }
        mean = {}
        for model in ("gpt-5.5", "gpt-5.5-pro"):
            pace = next(one for one in PRESETS["realistic"] if one.fits(model, "medium"))
            delays = [
                pace.timing(random.Random(seed), usage, stream=False).delay for seed in range(200)
            ]
            mean[model] = statistics.fmean(delays)
        assert mean["gpt-5.5-pro"] > 1.5 * mean["gpt-5.5"]
        assert mean["gpt-5.5"] > reasoning / 100


def test_the_same_call_takes_the_same_time_and_another_one_does_not() -> None:
    rules = paces("first=lognormal:1:0.5")
    one, two = (call({"model": "gpt-5.5", "input": text}) for text in ("a", "b"))
    delays = [
        paced(rules, seed, made, {}) for seed, made in ((1, one), (1, one), (2, one), (1, two))
    ]
    assert delays[0] == delays[1]
    assert len({told.delay for told in delays if told is not None}) == 3


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("realistc", "There is no timing named 'realistc'.\n  Did you mean realistic?"),
        ("rate=fast", "rate in 'rate=fast': 'fast' is not allowed.\n  Give a number at least 0."),
        (
            "rate=9 stall=2",
            (
                "'rate=9 stall=2' has only one of stall and stalls.\n  Give seconds and "
                "probability: stall=2 stalls=0.05."
            ),
        ),
        (
            "rate=norml:1:2",
            "rate in 'rate=norml:1:2': 'norml' is no distribution.\n  Did you mean normal?",
        ),
        (
            "first=normal:1",
            "first in 'first=normal:1': 'normal:1' is not whole.\n  Give normal:MEAN:DEVIATION.",
        ),
        (
            "first=uniform:2:1",
            (
                "first in 'first=uniform:2:1': 'uniform:2:1' ends before it begins.\n"
                "  Give the least first."
            ),
        ),
        (
            "first=lognormal:1:50",
            (
                "first in 'first=lognormal:1:50': the sigma of 'lognormal:1:50' is that of a "
                "logarithm, and above 10.\n  Give one such as 0.5: two of three numbers are then "
                "between 0.6 and 1.65 medians."
            ),
        ),
        ("jitter=9", "jitter in 'jitter=9': '9' is not allowed.\n  Give a number from 0 to 3."),
        ("rat=9", "'rat' has no meaning in 'rat=9'.\n  Did you mean rate?"),
    ],
)
def test_what_is_no_timing_is_refused(told: str, said: str) -> None:
    with pytest.raises(MockgwError) as caught:
        paces(told)
    assert str(caught.value) == said
