"""What `{{ … }}` gives, what it may not hold, and that it always ends."""

import json
from pathlib import Path
from typing import Any

import pytest

from mockgw.runner import running
from mockgw.settings import Settings
from mockgw.templates.problem import TemplateError
from mockgw.templates.reading import parse
from tests.templates.ground import CHATTED, Ground
from tests.wire import Json

CALL: Json = {
    "instructions": "Be brief.",
    "input": [{"role": "user", "content": "Hello Ada"}],
    "metadata": {"user": "ada", "_id": "7"},
    "tools": [{"type": "function", "name": "get", "parameters": {"type": "object"}}],
}
TOLD = {
    "{{ text }}": "Hello Ada",
    "He said: {{ text|upper }}!": "He said: HELLO ADA!",
    "{{ system }}": "Be brief.",
    "{{ model }} {{ operation }} {{ door }} {{ stream }}": "gpt-5.5 responses.create openai false",
    "{{ turn + 1 }} {{ 3 - turn }} {{ -turn }}": "2 2 -1",
    "{{ body.metadata.user|title }}": "Ada",
    "{{ body.metadata['_id'] }}": "7",
    "{{ body.input[0].role }}": "user",
    "{{ body.input[-1].content[0:5] }}": "Hello",
    "{{ body.metadata.city|default('nowhere') }}": "nowhere",
    "{{ body.temperature|default(0.5) }}": "0.5",
    "{{ tools[0].name }}": "get",
    "{{ tool_result|default('none yet') }}": "none yet",
    "{{ body.metadata|json }}": '{"user":"ada","_id":"7"}',
    "{{ text|length }}": "9",
    "{{ text|replace('Ada', 'Bob')|lower }}": "hello bob",
    "{{ text|truncate(6) }}": "Hello…",
    "{{ text|first ~ text|last ~ turn }}": "Ha1",
    "{{ ['a', 'b']|join('-') }}": "a-b",
    "{{ 'hi' if 'Ada' in text else 'who?' }}": "hi",
    "{{ 'x' if body.nothing.at.all else 'y' }}": "y",
    "{{ 'one' if turn == 1 and not stream else 'more' }}": "one",
    "{{ body.nothing or text }}": "Hello Ada",
    "{{ ' a '|trim|capitalize }}{{ '5'|int + 1 }}": "A6",
    "{{ '{{' }} and {{ '{%' }}": "{{ and {%",
    "{{ nth }}{# unseen #}": "1",
    "a } and { and }} stay": "a } and { and }} stay",
}


@pytest.mark.parametrize("text", TOLD)
def test_an_expression_says_what_it_says_of_the_call(ground: Ground, text: str) -> None:
    ground.add(f"- reply: {json.dumps(text)}")

    assert ground.text(CALL) == TOLD[text]


def test_a_value_keeps_its_type_where_one_is_wanted(ground: Ground) -> None:
    ground.add(
        "- reply:\n    json: {turn: '{{ turn }}', user: '{{ body.metadata }}', s: 'n {{ nth }}'}\n"
        "    reasoning: '{{ turn + 41 }}'"
    )

    answer = ground.ask(CALL).json()

    told = json.loads(answer["output"][1]["content"][0]["text"])
    assert told == {"turn": 1, "user": {"user": "ada", "_id": "7"}, "s": "n 1"}
    assert answer["usage"]["output_tokens_details"]["reasoning_tokens"] == 42


def test_a_text_stays_a_text(ground: Ground) -> None:
    ground.add("- reply: {text: '{{ turn }}', reasoning: 5, summary: ['{{ turn }}']}")

    answer = ground.ask(CALL).json()

    assert answer["output"][0]["summary"][0]["text"] == "1"
    assert answer["output"][1]["content"][0]["text"] == "1"


def told_by_a_gateway(file: Path, seed: int, *asked: str) -> list[str]:
    settings = Settings(port=0, mode="synth", seed=seed, templates=(str(file),))
    with running(settings) as gateway:
        return [Ground(gateway, "s").text(one) for one in asked]


def test_made_up_data_is_the_same_for_the_same_call_and_other_for_another(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text("- reply: '{{ fake.name }} of {{ fake.company }}, {{ fake.city }}'\n")

    first = told_by_a_gateway(file, 7, "a", "a", "b")

    assert len(set(first)) == 3
    assert told_by_a_gateway(file, 7, "a", "a", "b") == first
    assert told_by_a_gateway(file, 8, "a") != first[:1]


def test_made_up_data_comes_in_the_language_of_the_template(ground: Ground) -> None:
    ground.add("- locale: ja_JP\n  reply: '{{ fake.name }}'")

    assert any(ord(letter) > 0x3000 for letter in ground.text("a"))


# What may not stand there, and a part of what is said of it.
REFUSED = {
    "{{ ''.__class__ }}": "begins with an underscore",
    "{{ text.__class__.__mro__[1].__subclasses__() }}": "Nothing can be called",
    "{{ body|attr('__class__') }}": "There is no filter 'attr'",
    "{{ self }}": "There is no 'self'",
    "{{ cycler.__init__.__globals__ }}": "begins with an underscore",
    "{{ lipsum.x }}": "There is no 'lipsum'",
    "{{ range(10) }}": "Nothing can be called",
    "{{ namespace }}": "There is no 'namespace'",
    "{{ fake.seed_instance(1) }}": "Nothing can be called",
    "{{ fake.tar }}": "There is no fake.tar",
    "{{ fake.__class__ }}": "begins with an underscore",
    "{% for x in range(10**9) %}x{% endfor %}": "{% … %} has no meaning",
    "{% for x in [1] %}{% endfor %}": "{% … %} has no meaning",
    "{% set x = 1 %}{{ x }}": "{% … %} has no meaning",
    "{% include '/etc/passwd' %}": "{% … %} has no meaning",
    "{% macro m() %}{{ m() }}{% endmacro %}": "{% … %} has no meaning",
    "{% if true %}{% endif %}": "{% … %} has no meaning",
    "{{ 'a' * 10 }}": "* could make a text without end",
    "{{ 9 ** 9 ** 9 ** 9 }}": "** could make a number without end",
    "{{ '%9999999d' % 1 }}": "% could make a text without end",
    "{{ '%9999999d'|format(1) }}": "There is no filter 'format'",
    "{{ text|center(99999999) }}": "There is no filter 'center'",
    "{{ text|map('upper') }}": "There is no filter 'map'",
    "{{ text is defined }}": "Test has no meaning",
    "{{ 7 // 2 }}": "// has no meaning",
    "{{ {'a': 1} }}": "Dict has no meaning",
    "{{ text[::2] }}": "takes no step",
    "{{ text|replace('a') }}": "takes 2 values",
    "{{ text|default(value='a') }}": "without names",
    "{{ txet }}": "There is no 'txet'",
    "{{ text": "unexpected end",
    "{{ }}": "xpected",
    "{{ " + " ~ ".join(["text"] * 500) + " }}": "too much",
    "{{ text }}" + "x" * 20_000: "longer than 16384",
    "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}": "",
    "{{ " + "9" * 5_000 + " }}": "",
    "{{ " + "not " * 5_000 + "1 }}": "",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_what_could_escape_or_never_end_is_refused_when_loaded(text: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse(f"- name: x\n  reply:\n    text: {json.dumps(text)}", "t.yaml")

    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("t.yaml", 3)
    assert REFUSED[text] in problem.message
    assert problem.hint


def test_a_mistake_in_a_block_is_told_with_its_own_line() -> None:
    with pytest.raises(TemplateError) as caught:
        parse("- reply:\n    text: |\n      One\n      {{ text }}\n      {{ txt }}\n", "t.yaml")

    assert str(caught.value) == "t.yaml:5:1: There is no 'txt'.\n  Did you mean text?"


# What is well until it is asked, and part of what is said then.
STOPPED: dict[str, tuple[str, Any]] = {
    "a long text": ("{{ body.input }}{{ body.input }}", "longer than 65536"),
    "joined": ("{{ text ~ text ~ text ~ text }}", "longer than 65536"),
    "added": ("{{ text + text + text }}", "longer than 65536"),
    "replaced": ("{{ text|replace('a', 'aaaaaaaaaaaaaaaaaaaa') }}", "longer than 65536"),
    "grown": ("{{ text }}{{ text|upper }}{{ text }}", "longer than 65536"),
    "not there": ("{{ body.metadata.user }}", "there is no 'metadata'"),
    "no tool": ("{{ tools[0].name }}", "there is no 0 in an empty list"),
    "no schema": ("{{ example }}", "the call asks for no schema"),
    "no number": ("{{ text + 1 }}", "is no number to reckon with"),
    "no order": ("{{ 'a' if text < 1 else 'b' }}", "do not compare"),
    "a thing of fields": ("{{ fake }}", "cannot be written here"),
}


@pytest.mark.parametrize("name", STOPPED)
def test_what_comes_to_no_text_is_told_in_place_of_an_answer(ground: Ground, name: str) -> None:
    text, told = STOPPED[name]
    ground.add(f"- name: x\n  reply: {json.dumps(text)}")

    for way in (None, CHATTED):
        more = {} if way is None else {"way": way}
        if way is not None and name == "a long text":
            continue
        status, code, message = ground.refused("a" * 40_000, **more)
        assert (status, code) == (400, "unfit_reply")
        assert message.startswith("The answer of template 'x' (t.yaml:1) does not fit this call: ")
        assert told in message
        assert len(message) < 1_000


def test_examples_obey_the_tools_and_the_schema_of_the_call(ground: Ground) -> None:
    parameters = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city", "days"],
        "additionalProperties": False,
    }
    ground.add(
        "- when: {tool: '*'}\n  reply:\n    tool_calls:\n"
        "    - {name: '{{ tools[0].name }}', arguments: '{{ tools[0].example }}'}\n"
        "- when: {schema: true}\n  reply: {json: '{{ example }}'}\n"
    )
    tool = {"type": "function", "name": "get", "parameters": parameters, "strict": True}
    form = {"format": {"type": "json_schema", "name": "f", "schema": parameters, "strict": True}}

    called = ground.ask({"input": "x", "tools": [tool]}).json()["output"][0]
    told = json.loads(ground.text({"input": "x", "text": form}))

    for made in (json.loads(called["arguments"]), told):
        assert isinstance(made["city"], str)
        assert type(made["days"]) is int
