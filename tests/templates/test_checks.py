"""Every mistake in a template is told when it is loaded: where, what, and how to mend it."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from mockgw.errors import MockgwError
from mockgw.runner import running
from mockgw.settings import Settings
from mockgw.templates.builtins import builtins
from mockgw.templates.collection import Templates
from mockgw.templates.problem import TemplateError
from mockgw.templates.reading import given, load, parse
from mockgw.templates.schema import schema
from tests.templates.test_conditions import WHEN
from tests.templates.test_scenarios import DEGRADES

# The text, and all that is said of it.
MISTAKES = {
    "- reply: x\n  wen: {text: a}": "2:3: 'wen' is no word of a template.\n  Did you mean when?",
    "- when: {text: a}": "1:3: The template has no reply.\n  Write reply: and what is answered.",
    "- when: {txt: a}\n  reply: x": "1:10: 'txt' asks nothing.\n  Did you mean text?",
    "- when: {text: {contain: a}}\n  reply: x": (
        "1:17: 'contain' is nothing that can be asked here.\n  Did you mean contains?"
    ),
    "- when: {text: {regex: '('}}\n  reply: x": (
        "1:24: '(' is no regular expression that always ends in time.\n  Use RE2's syntax: no "
        "look-around, no back-references, no huge counts; \\ escapes."
    ),
    "- when: {text: {regex: '(a+)+\\1'}}\n  reply: x": (
        "1:24: '(a+)+\\\\1' is no regular expression that always ends in time.\n  Use RE2's "
        "syntax: no look-around, no back-references, no huge counts; \\ escapes."
    ),
    "- when: {text: 5}\n  reply: x": (
        "1:16: 5 is nothing a text can be asked.\n  Give a text, or a map of contains, equals, "
        "regex, glob, ignore_case."
    ),
    "- when: {door: gatewy}\n  reply: x": (
        "1:16: There is no door 'gatewy'.\n  Did you mean gateway?"
    ),
    "- when: {operation: chat}\n  reply: x": (
        "1:21: There is no operation 'chat'.\n  Known: responses.create, chat.create."
    ),
    "- when: {turn: two}\n  reply: x": (
        "1:16: 'two' is no number.\n  Give a whole number, a list of them, or a map of at_least "
        "and at_most."
    ),
    "- when: {stream: maybe}\n  reply: x": (
        "1:18: stream is neither true nor false.\n  Give true or false."
    ),
    "- when: {nth: [1, 0]}\n  reply: x": "1:19: nth is 0, and no call is.\n  Count from 1.",
    "- when: {turn: {at_least: 3, at_most: 1}}\n  reply: x": (
        "1:16: No number is at least 3 and at most 1.\n  Swap them."
    ),
    '- when: {text: "how\n  reply: x\n': (
        "3:1: It is no YAML: found unexpected end of stream.\n  Mend the spelling here, or of what "
        "begins in line 1."
    ),
    "- reply: {raw: {body: x}}": (
        '1:16: raw is {"body":"x"}.\n  Give raw: true, and beside it body, and status if it is '
        "not 200."
    ),
    "- reply: '{{ 1 / 2 }}'": (
        "1:10: / has no meaning in {{ … }}.\n  Known: names, .keys, [positions], |filters, ~ + -, "
        "comparisons, and or not, if else."
    ),
    "- when: {$.a..b: 1}\n  reply: x": (
        "1:10: '$.a..b' is no path: it cannot be read from '..b' on.\n  Write it like "
        "$.input[0].role, $.tools[*].name or $['odd key']."
    ),
    "- when: {not: {nth: 2}}\n  reply: x": (
        "1:16: nth stands inside any or not.\n  Write it beside them, not in them."
    ),
    "- when: {any: {turn: 2}}\n  reply: x": (
        "1:15: any has no list.\n  Give a list of maps like that of when."
    ),
    "- name: a\n  when: {after: bee}\n  reply: x\n- name: beer\n  reply: y": (
        "2:17: There is no template 'bee'.\n  Did you mean beer?"
    ),
    "- name: a\n  reply: x\n- name: a\n  reply: y": (
        "3:9: There is a second template 'a'.\n  The other one is at t.yaml:1; give each a name "
        "of its own."
    ),
    "- reply: {txet: a}": "1:11: 'txet' has no meaning here.\n  Did you mean text?",
    "- reply: {text: a, refusal: b}": (
        "1:10: An answer says one thing.\n  Give only one of: a text, a dict or a model, text, "
        "json, refusal, body, choices."
    ),
    "- reply: {text: [a]}": "1:11: text=['a'] is not a text.\n  Give a text.",
    "- reply:\n    text: a\n    summary: [a, 5]": (
        '3:14: summary is ["a",5].\n  Give a text or a list of texts.'
    ),
    "- reply: {tool_calls: [{name: get, argument: {}}]}": (
        '1:24: tool_calls is [{"name":"get","argument":{}}].\n  Give a list of maps with name '
        "and arguments (a map, or a text for a custom tool)."
    ),
    "- reply: {error: rate_limt}": (
        "1:18: There is no error named 'rate_limt'.\n  Did you mean rate_limit?"
    ),
    "- reply: {status: 99}": "1:19: status is 99.\n  Give a status from 200 to 599.",
    "- reply: {status: 204}": "1:19: 204 is no error's status.\n  Give one from 400 to 599.",
    "- reply: {error: overloaded, status: 500}": (
        "1:10: A reply has an error or a status.\n  Give one of them."
    ),
    "- reply: {body: {id: x}}": (
        "1:11: body stands without raw.\n  Add raw: true; then it goes out as it is, and nothing "
        "checks it."
    ),
    "- reply: {raw: true}": (
        "1:11: raw has no body.\n  Write body: and what goes out, text or JSON."
    ),
    '- reply: {raw: true, body: x, content_type: "a\\nb"}': (
        '1:45: content_type is "a\\nb".\n  Give a content type of printable characters.'
    ),
    "- reply: {answer: hi}": (
        "1:11: 'answer' has no meaning here.\n  Write text, or json for a value."
    ),
    "- reply: {delay: -1}": ("1:11: delay=-1 is no time to wait.\n  Give seconds of at least 0."),
    "- reply: {fault: cut_after_event}": (
        "1:18: There is no fault named 'cut_after_event'.\n  Did you mean cut_after_events?"
    ),
    "- reply: []": "1:10: The list of replies is empty.\n  Give at least one.",
    "- reply: {}": "1:10: The reply says nothing.\n  Write a text, or a map such as text: Hello.",
    "- reply: x\n  then: repeat": (
        "2:3: then stands beside a single reply.\n  Give reply a list, or leave then away."
    ),
    "- reply: [x]\n  then: again": "2:9: then is 'again'.\n  Known: last, repeat, error.",
    "- reply: x\n  state: start": (
        "2:3: state stands without a scenario.\n  Write scenario: and a name, the same for all "
        "its templates."
    ),
    "- reply: x\n  scenario: s": (
        "2:3: The scenario has no state here.\n  Write state: and the state in which it answers, "
        "or to: and where it leads."
    ),
    "- {reply: x, scenario: s, state: start, to: done}\n- {reply: y, scenario: s, state: dne}": (
        "2:34: Nothing leads to the state 'dne' of s.\n  Did you mean done?"
    ),
    "- reply: x\n  locale: de_DEE": (
        "2:11: There is no made-up data in 'de_DEE'.\n  Did you mean de_DE?"
    ),
    "- reply: {{ text }}": (
        "1:11: A key is a list or a map.\n  Use a text as key; {{ … }} stands in quotes."
    ),
    "- reply: a\n  reply: b": (
        "2:3: The key 'reply' stands here twice.\n  The first one is in line 1; keep one of them."
    ),
    "- reply: !!python/object:os.system x": (
        "1:10: The tag tag:yaml.org,2002:python/object:os.system means nothing here.\n  Leave the "
        "tag away: plain texts, numbers, lists and maps are all there is."
    ),
    "- reply: 'a": (
        "1:12: It is no YAML: found unexpected end of stream.\n  Mend the spelling here or just "
        "above."
    ),
    "": (
        "1:1: There is no template in it.\n  Write a list: - name: hello, and below it when: and "
        "reply:."
    ),
    "- 5": "1:3: This is no template.\n  Write a map with when: and reply:.",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_the_way_to_mend_it(text: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse(text, "t.yaml")

    assert str(caught.value) == f"t.yaml:{MISTAKES[text]}"


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- when: {txt: a, tun: 1}\n  reply: {txet: a}\n- reply: {}\n")
    (tmp_path / "b.yml").write_text("- reply: x\n  nme: y\n")

    with pytest.raises(TemplateError) as caught:
        load([tmp_path])

    told = [(Path(one.file).name, one.line, one.column) for one in caught.value.problems]
    assert told == [
        ("a.yaml", 1, 10),
        ("a.yaml", 1, 18),
        ("a.yaml", 2, 11),
        ("a.yaml", 3, 10),
        ("b.yml", 2, 3),
    ]


BOMB = "a: &a [x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("text", [BOMB, "[" * 300 + "]" * 300, "[" * 100_000, "&a [*a]"])
def test_a_file_that_unfolds_without_end_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse(text, "t.yaml")


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    with pytest.raises(TemplateError, match=r"t\.yaml:2:1: It is not UTF-8\."):
        parse(b"- reply: a\n- reply: \xff\n", "t.yaml")


def test_words_that_yaml_takes_for_truths_and_dates_are_texts() -> None:
    (one,) = parse("- reply: no\n  when: {text: 2024-01-01, $.a: on, $.b: 010}", "t.yaml")

    assert one.replies[0].part.value == "no"
    assert one.told == "text contains '2024-01-01', $.a is 'on', $.b is '010'"


def test_a_path_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("- reply: x")

    with pytest.raises(
        MockgwError, match=r"(?s)no templates at .*rule\.yaml.*Did you mean rules\.yaml"
    ):
        load([tmp_path / "rule.yaml"])


def test_a_folder_without_templates_is_told(tmp_path: Path) -> None:
    with pytest.raises(MockgwError, match="has no templates"):
        load([tmp_path])


def test_a_server_does_not_start_with_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text("- reply: {txet: a}")

    with (
        pytest.raises(MockgwError, match="Did you mean text"),
        running(Settings(port=0, templates=(str(file),))),
    ):
        pass


def test_files_are_read_again_and_a_mistake_leaves_what_there_was(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text("- {name: old, reply: x}")
    held = Templates([file])

    file.write_text("- {name: new, reply: {txet: x}}")
    with pytest.raises(TemplateError):
        held.reload()
    assert [one.name for one in held.own] == ["old"]
    file.write_text("- {name: new, reply: x}")
    held.reload()

    assert [one.name for one in held.own] == ["new"]


def test_a_program_gives_templates_as_maps_and_functions() -> None:
    (one,) = given({"when": lambda call: call.model == "gpt-5.5", "reply": "x"}, ("t.py", 7))

    assert (one.name, one.told) == ("t.py:7", "<lambda> says so")
    with pytest.raises(TemplateError, match=r"t\.py:9:1: 'txt' asks nothing"):
        given({"when": {"txt": "a"}, "reply": "x"}, ("t.py", 9))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mockgw", "template", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_command_tells_mistakes_and_exits_with_1(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text("- when: {txt: a}\n  reply: x\n")

    told, data = run("check", str(file)), run("check", str(file), "--json")

    assert told.returncode == data.returncode == 1
    assert told.stdout == f"{file}:1:10: 'txt' asks nothing.\n  Did you mean text?\n"
    assert json.loads(data.stdout) == [
        {
            "file": str(file),
            "line": 1,
            "column": 10,
            "message": "'txt' asks nothing.",
            "hint": "Did you mean text?",
        }
    ]


def test_the_command_is_content_with_what_is_well_and_knows_a_wrong_path(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text("- reply: x\n- reply: y\n")

    well, gone = run("check", str(file)), run("check", str(tmp_path / "gone.yaml"))

    assert (well.returncode, well.stdout) == (0, "2 templates, all well\n")
    assert gone.returncode == 2
    assert "There are no templates at" in gone.stderr


def test_the_command_lists_what_is_built_in(tmp_path: Path) -> None:
    told = run("ls").stdout.splitlines()
    data = json.loads(run("ls", "--json").stdout)

    assert [line.split()[0] for line in told] == list(builtins())
    assert [one["name"] for one in data] == list(builtins())
    assert all(one["description"] for one in data)


# What the editor must not mark, and what it must.
WELL = [
    DEGRADES,
    *(f"- when:\n    {when}\n  reply: x" for when in WHEN),
    "- reply: {reasoning: '{{ turn }}', text: x}",
    "reply: x",
]
SEEN = [
    text
    for text in MISTAKES
    if any(
        word in MISTAKES[text]
        for word in ("is no word", "asks nothing", "can be asked", "has no reply", "status is 99",
                     "summary is", "tool_calls is", "nothing.", "no door", "is empty", "'txet'")
    )
]  # fmt: skip


@pytest.mark.parametrize("text", WELL)
def test_the_schema_for_editors_takes_what_is_well(text: str) -> None:
    jsonschema.validate(yaml.safe_load(text), schema(), jsonschema.Draft202012Validator)


@pytest.mark.parametrize("text", SEEN)
def test_the_schema_for_editors_sees_the_mistakes_of_form(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), schema(), jsonschema.Draft202012Validator)


def test_the_command_writes_the_schema() -> None:
    assert json.loads(run("schema").stdout) == schema()
    jsonschema.Draft202012Validator.check_schema(schema())
