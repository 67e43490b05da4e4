"""Cutting an answer to a budget: never dearer, reasoning first, and more of it for more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgw import apis
from mockgw.draft import Calls, Costs, Does, Draft, Part, Says, fit

COSTS = [apis.RESPONSES.costs, apis.CHAT.costs]
TEXT = "The tide reaches the island twice a day, 👩‍👩‍👧 and twice a day it leaves: 潮が引く。"
ANSWERS = {
    "reasoning and text": Draft(40, (), (Says(TEXT),)),
    "text": Draft(0, (), (Says(TEXT),)),
    "reasoning and call": Draft(24, (), (Calls("get_tides", '{"harbour":"Saint-Malo"}'),)),
    "call": Draft(0, (), (Calls("get_tides", '{"harbour":"Saint-Malo"}'),)),
    "commentary and calls": Draft(
        12,
        (),
        (
            Says("I look at both.", phase="commentary"),
            Calls("get_tides", '{"harbour":"Brest"}'),
            Calls("get_tides", '{"harbour":"Cork"}'),
        ),
    ),
    "search and text": Draft(
        12, (), (Does("web_search_call", {"action": {"query": "tides"}}), Says(TEXT))
    ),
    "search": Draft(0, (), (Does("web_search_call", {"action": {"query": "tides"}}), Says(TEXT))),
    "structured": Draft(30, (), (Says('{"island":"Mont-Saint-Michel"}', structured=True),)),
}
every_answer = pytest.mark.parametrize("draft", ANSWERS.values(), ids=list(ANSWERS))
every_cost = pytest.mark.parametrize("costs", COSTS, ids=["responses", "chat"])


def words(part: Part) -> str:
    if isinstance(part, Does):
        return part.written
    return part.payload if isinstance(part, Calls) else part.text


@every_answer
@every_cost
def test_no_budget_is_ever_overspent_and_one_that_cuts_reasoning_is_spent(
    draft: Draft, costs: Costs
) -> None:
    whole = costs.output(draft)
    for budget in range(1, whole + 6):
        short = fit(draft, budget, costs)
        assert costs.output(short) <= budget
        assert bool(short.incomplete) == (budget < whole)
        if short.incomplete and short.reasoning:
            assert costs.output(short) == budget


@every_answer
@every_cost
def test_what_is_cut_is_the_beginning_of_the_whole(draft: Draft, costs: Costs) -> None:
    shown = ""
    for budget in range(1, costs.output(draft) + 1):
        short = fit(draft, budget, costs)
        for part, whole in zip(short.parts, draft.parts, strict=False):
            assert words(whole).startswith(words(part))
        for part, whole in zip(short.parts[:-1], draft.parts, strict=False):
            assert part == whole
        now = "".join(map(words, short.parts))
        assert now.startswith(shown)
        shown = now
    assert shown == "".join(map(words, draft.parts))


@every_cost
def test_reasoning_comes_first_and_text_only_when_it_is_done(costs: Costs) -> None:
    draft = ANSWERS["reasoning and text"]
    for budget in range(1, draft.reasoning + 1):
        short = fit(draft, budget, costs)
        assert (short.reasoning, short.parts) == (budget, ())
    for budget in range(draft.reasoning, costs.output(draft)):
        assert fit(draft, budget, costs).reasoning >= draft.reasoning


def test_without_a_budget_nothing_is_cut() -> None:
    draft = ANSWERS["commentary and calls"]
    assert fit(draft, None, COSTS[0]) is draft
    assert fit(draft, COSTS[0].output(draft), COSTS[0]) is draft


def test_the_reason_of_a_cut_is_the_limit_of_tokens() -> None:
    assert fit(ANSWERS["text"], 9, COSTS[0]).incomplete == "max_output_tokens"


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 40),
    st.lists(
        st.builds(Calls, st.sampled_from(["f", "get_tides"]), st.text(max_size=50))
        | st.builds(Says, st.text(max_size=50), st.sampled_from(["commentary", "final_answer"]))
        | st.builds(Does, st.just("mcp_call"), st.builds(dict, arguments=st.text(max_size=50))),
        min_size=1,
        max_size=4,
    ).map(tuple),
    st.integers(1, 160),
    st.sampled_from(COSTS),
)
def test_any_answer_with_calls_is_cut_inside_its_budget(
    reasoning: int, parts: tuple[Part, ...], budget: int, costs: Costs
) -> None:
    draft = Draft(reasoning, (), parts)
    short = fit(draft, budget, costs)
    assert costs.output(short) <= budget
    if short.incomplete and short.reasoning:
        assert costs.output(short) == budget
    assert len(short.parts) <= len(parts)
    for part, whole in zip(short.parts, parts, strict=False):
        assert words(whole).startswith(words(part))


def test_what_a_tool_brought_costs_nothing_to_write() -> None:
    query = {"type": "search", "query": "tides"}
    found = {**query, "sources": [{"type": "url", "url": "https://example.com"}]}
    costs = {
        COSTS[0].part(Does("web_search_call", {"action": action}), first=True)
        for action in (query, found)
    }
    assert len(costs) == 1
    assert COSTS[0].part(Does("shell_call_output", {"output": [{}]}), first=True) == 0
