"""Synthesis obeys the request: which tools it calls, what form it keeps, where it stops."""

import json
import re
from itertools import pairwise
from typing import Any

import jsonschema
import pytest

from mockgw import apis
from mockgw.context import EMPTY
from mockgw.draft import Ask, Calls, Does, Draft, Says, Tool
from mockgw.errors import ApiError
from mockgw.synth.chance import chance
from mockgw.synth.imagine import imagine
from tests.calls import call

COSTS = apis.RESPONSES.costs
HARBOUR = {
    "type": "object",
    "properties": {"harbour": {"type": "string"}},
    "required": ["harbour"],
    "additionalProperties": False,
}
TIDES = Tool("get_tides", parameters=HARBOUR)
WEATHER = Tool("getWeather", parameters=HARBOUR)
SQL = Tool("run_sql", kind="custom")
BOTH = (TIDES, WEATHER)
SEEDS = range(12)


def drafts(ask: Ask) -> list[Draft]:
    return [imagine(ask, chance(seed), COSTS) for seed in SEEDS]


def called(draft: Draft) -> list[str]:
    return [part.name for part in draft.parts if isinstance(part, Calls)]


def text(draft: Draft) -> str:
    return "".join(part.text for part in draft.parts if isinstance(part, Says))


@pytest.mark.parametrize(
    ("ask", "names"),
    [
        (Ask("Hello", BOTH), ["get_tides"]),
        (Ask("The weather, please.", BOTH), ["getWeather"]),
        (Ask("Tides and weather?", BOTH), ["get_tides", "getWeather"]),
        (Ask("Tides and weather?", BOTH, parallel=False), ["get_tides"]),
        (Ask("Get it.", BOTH), ["get_tides"]),
        (Ask("The weather?", BOTH, choice="none"), []),
        (Ask("Hello", BOTH, choice="required"), ["get_tides"]),
        (Ask("The weather?", BOTH, choice="named:get_tides"), ["get_tides"]),
        (Ask("The tides?", BOTH, answered=True), []),
        (Ask("The tides?", BOTH, answered=True, choice="required"), ["get_tides"]),
        (
            Ask(
                "The tides?",
                BOTH,
                answered=True,
                choice="required",
                used=frozenset({"get_tides"}),
            ),
            ["getWeather"],
        ),
        (Ask("The tides?", BOTH, answered=True, choice="named:getWeather"), ["getWeather"]),
        (Ask("The tides?"), []),
        (Ask("Run it.", (SQL,)), ["run_sql"]),
    ],
    ids=lambda value: f"{value.text} {value.choice}" if isinstance(value, Ask) else None,
)
def test_the_tools_that_are_called_are_those_the_rules_choose(ask: Ask, names: list[str]) -> None:
    for draft in drafts(ask):
        assert called(draft) == names
        assert bool(text(draft)) == (not names)


def test_arguments_are_valid_for_the_parameters_and_a_custom_input_is_text() -> None:
    for draft in drafts(Ask("The tides?", BOTH)):
        (part,) = draft.parts
        assert isinstance(part, Calls)
        jsonschema.validate(json.loads(part.payload), HARBOUR)
    (custom,) = imagine(Ask("Run it.", (SQL,)), chance(1), COSTS).parts
    assert isinstance(custom, Calls)
    assert (custom.kind, bool(custom.payload.strip())) == ("custom", True)


@pytest.mark.parametrize(
    ("syntax", "definition", "pattern"),
    [
        ("regex", "[a-c]{3}|x", "[a-c]{3}|x"),
        ("regex", "^(?i)x$", None),
        ("lark", 'start: "a"+ END\nEND: /[.!]/\n', "a+[.!]"),
        ("lark", "start: missing", None),
    ],
)
def test_a_custom_input_obeys_its_grammar_or_the_call_is_refused(
    syntax: str, definition: str, pattern: str | None
) -> None:
    tool = Tool("spell", kind="custom", grammar=(syntax, definition))
    for seed in SEEDS:
        if pattern is None:
            with pytest.raises(ApiError, match="the grammar of spell") as told:
                imagine(Ask("Spell it.", (tool,)), chance(seed), COSTS)
            assert told.value.code == "unsatisfiable_grammar"
            continue
        (part,) = imagine(Ask("Spell it.", (tool,)), chance(seed), COSTS).parts
        assert isinstance(part, Calls)
        assert re.fullmatch(pattern, part.payload)


def test_a_predicted_text_is_said_again() -> None:
    for draft in drafts(Ask("Again.", predicted="def f(): pass\n")):
        assert text(draft).startswith("def f(): pass\n")


def test_a_tool_without_parameters_is_called_with_an_empty_object() -> None:
    (part,) = imagine(Ask("Now?", (Tool("clock"),)), chance(1), COSTS).parts
    assert isinstance(part, Calls)
    assert json.loads(part.payload) == {}


def test_a_schema_is_obeyed_and_marked() -> None:
    for draft in drafts(Ask("Which harbour?", schema=HARBOUR)):
        (part,) = draft.parts
        assert isinstance(part, Says)
        assert part.structured
        jsonschema.validate(json.loads(part.text), HARBOUR)


def test_a_schema_without_a_value_is_refused_by_name() -> None:
    never = {"type": "integer", "minimum": 3, "maximum": 1}
    with pytest.raises(ApiError, match="the response format") as told:
        imagine(Ask("Which?", schema=never), chance(1), COSTS)
    assert (told.value.status, told.value.code) == (400, "unsatisfiable_schema")
    with pytest.raises(ApiError, match="get_tides"):
        imagine(Ask("Which?", (Tool("get_tides", parameters=never),)), chance(1), COSTS)


def test_a_json_object_is_an_object() -> None:
    for draft in drafts(Ask("As JSON.", json_object=True)):
        assert isinstance(json.loads(text(draft)), dict)


def test_text_names_what_was_asked() -> None:
    assert all("Name a river" in text(draft) for draft in drafts(Ask("Name  a\nriver")))
    long = imagine(Ask("river " * 100), chance(1), COSTS)
    assert text(long).count("river") < 20


@pytest.mark.parametrize("stop", [("the",), ("zzz", "e"), ("",)])
def test_text_ends_before_the_first_stop_word(stop: tuple[str, ...]) -> None:
    for seed in SEEDS:
        whole = text(imagine(Ask("Say it."), chance(seed), COSTS))
        cut = text(imagine(Ask("Say it.", stop=stop), chance(seed), COSTS))
        ends = [whole.find(word) for word in stop if word and word in whole]
        assert cut == (whole[: min(ends)] if ends else whole)


def test_a_higher_verbosity_says_more() -> None:
    sizes = [
        sum(len(text(draft)) for draft in drafts(Ask("Say it.", verbosity=word)))
        for word in ("low", "medium", "high")
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[1] < sizes[2]


@pytest.mark.parametrize(
    ("summary", "effort", "count"),
    [
        (None, "high", 0),
        ("none", "high", 0),
        ("concise", "high", 1),
        ("auto", "high", 2),
        ("detailed", "medium", 2),
        ("detailed", "none", 0),
        ("detailed", None, 0),
    ],
)
def test_summaries_are_as_many_as_asked_and_none_without_reasoning(
    summary: str | None, effort: str | None, count: int
) -> None:
    for draft in drafts(Ask("Why?", summary=summary, effort=effort)):
        assert len(draft.summary) == count
        assert all(one.startswith("**") for one in draft.summary)


def test_effort_decides_how_long_it_reasons() -> None:
    efforts = (None, "none", "minimal", "low", "medium", "high", "xhigh")
    spent = [sum(one.reasoning for one in drafts(Ask("Why?", effort=effort))) for effort in efforts]
    assert spent[:2] == [0, 0]
    assert spent[1:] == sorted(spent[1:])
    assert all(low < high for low, high in pairwise(spent[1:]))


@pytest.mark.parametrize("effort", ["none", "low"])
@pytest.mark.parametrize("more", [{}, {"tools": BOTH}, {"schema": HARBOUR}])
def test_a_larger_budget_shows_more_of_the_same_answer(effort: str, more: dict[str, Any]) -> None:
    for seed in SEEDS:
        whole = imagine(Ask("Why?", effort=effort, **more), chance(seed), COSTS)
        shown = ""
        for budget in range(16, COSTS.output(whole) + 16, 7):
            ask = Ask("Why?", effort=effort, budget=budget, **more)
            draft = imagine(ask, chance(seed), COSTS)
            now = "".join(
                part.payload if isinstance(part, Calls) else part.text
                for part in draft.parts
                if not isinstance(part, Does)
            )
            assert now.startswith(shown)
            assert COSTS.output(draft) <= budget
            shown = now
        assert draft == whole


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({}, {"choice": "auto", "parallel": True, "effort": "medium", "budget": None}),
        ({"tool_choice": "required"}, {"choice": "required"}),
        ({"tool_choice": {"type": "function", "name": "f"}}, {"choice": "named:f"}),
        ({"parallel_tool_calls": False}, {"parallel": False}),
        ({"max_output_tokens": 40}, {"budget": 40}),
        ({"reasoning": {"effort": "none"}}, {"effort": "none"}),
        ({"model": "gpt-4o"}, {"effort": None}),
        ({"text": {"verbosity": "low"}}, {"verbosity": "low"}),
        ({"text": {"format": {"type": "json_object"}}}, {"json_object": True, "schema": None}),
        ({"text": {"format": {"type": "json_schema", "schema": HARBOUR}}}, {"schema": HARBOUR}),
        ({"input": [{"type": "function_call_output", "output": "x"}]}, {"answered": True}),
    ],
)
def test_a_responses_request_is_read_for_what_it_wants(body: Any, wanted: dict[str, Any]) -> None:
    made = call({"model": "gpt-5.5", "input": "Hi", **body})
    ask = apis.RESPONSES.ask(made, EMPTY)
    assert {name: getattr(ask, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({}, {"choice": "auto", "text": "Hi", "stop": (), "budget": None}),
        ({"max_completion_tokens": 40, "max_tokens": 9}, {"budget": 40}),
        ({"max_tokens": 9}, {"budget": 9}),
        ({"stop": "x"}, {"stop": ("x",)}),
        ({"stop": ["x", "y"]}, {"stop": ("x", "y")}),
        ({"reasoning_effort": "low"}, {"effort": "low"}),
        ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, {"choice": "named:f"}),
        ({"function_call": {"name": "f"}}, {"choice": "named:f"}),
        ({"functions": [{"name": "f"}]}, {"tools": (Tool("f"),), "parallel": False}),
    ],
)
def test_a_chat_request_is_read_for_what_it_wants(body: Any, wanted: dict[str, Any]) -> None:
    made = call({"model": "gpt-5.5", "messages": [{"role": "user", "content": "Hi"}], **body})
    ask = apis.CHAT.ask(made, EMPTY)
    assert {name: getattr(ask, name) for name in wanted} == wanted
