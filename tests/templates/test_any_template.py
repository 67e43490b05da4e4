"""Whatever a template says: its answers are correct, or it is refused with a place."""

import json
from itertools import count
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from mockgw.runner import Gateway
from mockgw.templates.condition import WORDS as CONDITIONS
from mockgw.templates.problem import Problem, TemplateError
from mockgw.templates.reading import parse
from mockgw.templates.reply_words import WORDS
from mockgw.templates.template import Template
from tests.templates.ground import CHATTED, NATIVE, Ground

TOOL = {"name": "get", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}
BODIES: list[Any] = [
    {"input": "Hello Ada"},
    {"input": "Hello Ada", "tools": [{"type": "function", **TOOL}], "max_output_tokens": 64},
    {"messages": [{"role": "user", "content": "Hello Ada"}]},
    {
        "messages": [{"role": "user", "content": "Hello Ada"}],
        "tools": [{"type": "function", "function": TOOL}],
        "n": 2,
    },
]
# What mockgw says itself, and what the template said should be said.
REFUSED = {"unfit_reply", "no_template"}
NUMBER = count(1)

texts = some.one_of(
    some.text(max_size=12),
    some.sampled_from(
        [
            "{{ text }}", "{{ nth }}", "{{ turn + 1 }}", "{{ body }}", "{{ fake.city }}",
            "{{ tools[0].name }}", "{{ tools[0].example }}", "{{ body.a.b|default('x') }}",
            "{{ text.__class__ }}", "{{ text|upper ~ nth }}", "{% raw %}", "rate_limit",
            "gateway.2021", "max_output_tokens", "content_filter", "gateway", "get", "{{ 1",
            "Hello", "{{ txt }}",
        ]
    ),
)  # fmt: skip
scalars = some.one_of(
    texts,
    some.integers(-3, 2**40),
    some.booleans(),
    some.none(),
    some.sampled_from([200, 404, 429, 500, 503, 0.0, 0.001, 1, 40]),
)
values = some.recursive(
    scalars,
    lambda inner: some.one_of(
        some.lists(inner, max_size=3),
        some.dictionaries(
            some.one_of(some.sampled_from(["name", "arguments", "input", "output", "a"]), texts),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=5,
)
# Most replies are nearly well, so that many get as far as an answer.
LIKELY: dict[str, some.SearchStrategy[Any]] = {
    "text": texts,
    "refusal": texts,
    "json": values,
    "reasoning": some.integers(0, 3000),
    "summary": some.one_of(texts, some.lists(texts, max_size=3)),
    "tool_calls": some.lists(
        some.fixed_dictionaries(
            {"name": some.sampled_from(["get", "{{ tools[0].name }}", "put"])},
            optional={"arguments": some.one_of(values, some.just({}), some.just({"a": "x"}))},
        ),
        max_size=2,
    ),
    "incomplete": some.sampled_from(["max_output_tokens", "content_filter"]),
    "choices": some.lists(some.one_of(texts, values), min_size=1, max_size=2),
    "usage": some.dictionaries(
        some.sampled_from(["input", "output", "reasoning", "cached"]), some.integers(0, 10**6)
    ),
    "error": some.sampled_from(["rate_limit", "overloaded", "gateway.2003", "nonsense"]),
    "status": some.integers(390, 610),
    "message": texts,
}
replies = some.one_of(
    texts,
    *(some.fixed_dictionaries({name: told}) for name, told in LIKELY.items()),
    some.fixed_dictionaries(
        {}, optional={name: LIKELY[name] for name in ("text", "reasoning", "summary", "usage")}
    ),
    some.builds(
        lambda said, how: {**said, **how},
        *(
            some.fixed_dictionaries({}, optional={name: LIKELY[name] for name in names})
            for names in (("tool_calls", "text"), ("reasoning", "summary", "usage", "incomplete"))
        ),
    ),
    some.fixed_dictionaries({}, optional={**LIKELY, "delay": some.just(0), "pace": scalars}),
    some.dictionaries(some.sampled_from(sorted({*WORDS, "nonsense"} - {"raw", "delay"})), values),
)
conditions = some.one_of(
    some.fixed_dictionaries({"text": some.just("Hello")}),
    some.dictionaries(some.sampled_from([*CONDITIONS, "any", "not", "$.input", "$x"]), values),
)
nearly_well = some.fixed_dictionaries(
    {"reply": replies}, optional={"when": some.just({"text": "Hello"}), "name": some.text()}
)
wild = some.fixed_dictionaries(
    {"reply": some.one_of(replies, replies, some.lists(replies, max_size=3))},
    optional={"name": texts, "when": conditions, "then": texts, "locale": texts},
)

templates = some.one_of(nearly_well, nearly_well, nearly_well, wild)


def read(text: str) -> tuple[tuple[Template, ...], tuple[Problem, ...]]:
    """Return the templates of a text, or the mistakes in it."""
    try:
        return parse(text, "any.yaml"), ()
    except TemplateError as problem:
        return (), problem.problems


def is_correct(answer: Any) -> bool:
    """Tell whether OpenAI's own types take the object as it stands."""
    kind = Response if answer["object"] == "response" else ChatCompletion
    kind.model_validate_json(json.dumps(answer), strict=True)
    return True


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=templates, body=some.sampled_from(BODIES))
def test_any_template_answers_correctly_or_is_refused_with_its_place(
    synth: Gateway, made: Any, body: Any
) -> None:
    ground = Ground(synth, f"any{next(NUMBER)}")
    text = yaml.safe_dump([made], allow_unicode=True, sort_keys=False)
    loaded, problems = read(text)
    assert all(one.line > 0 and one.message and one.hint for one in problems)
    if problems:
        return
    synth.templates.add(ground.name, loaded)

    for _ in range(2):
        reply = ground.ask(body, way=CHATTED if "messages" in body else NATIVE)
        if reply.status == 200:
            assert is_correct(reply.json())
        else:
            error = reply.json()["error"]
            assert reply.status != 500 or error["code"] != "mockgw_defect"
            assert error["type"] != "mockgw_error" or error["code"] in REFUSED
    synth.templates.remove(ground.name)
