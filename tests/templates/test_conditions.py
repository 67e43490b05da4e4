"""A template answers the calls that its `when` describes, whichever API and door they come by."""

import pytest

from tests.templates.ground import CHATTED, NATIVE, Ground
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json

HIT = "a template answered"
USER = {"role": "user", "content": "What is the weather in Oslo?"}
GET = {"type": "function", "name": "get_weather", "parameters": {"type": "object"}}
CHAT_GET = {"type": "function", "function": {"name": "get_weather"}}
CALLED = {"type": "function_call", "call_id": "c1", "name": "get_weather", "arguments": "{}"}
RESULT = {"type": "function_call_output", "call_id": "c1", "output": "Rain, 7 degrees"}
CHAT_CALLED = {
    "role": "assistant",
    "tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    ],
}
CHAT_RESULT = {"role": "tool", "tool_call_id": "c1", "content": "Rain, 7 degrees"}
SCHEMA = {"type": "object", "properties": {}, "additionalProperties": False, "required": []}
FORM = {"text": {"format": {"type": "json_schema", "name": "city_card", "schema": SCHEMA}}}
CHAT_FORM = {
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "city_card", "schema": SCHEMA},
    }
}
# The body in both APIs.
BODIES: dict[str, tuple[Json, Json]] = {
    "plain": ({"input": [USER]}, {"messages": [USER]}),
    "tool": ({"input": [USER], "tools": [GET]}, {"messages": [USER], "tools": [CHAT_GET]}),
    "result": (
        {"input": [USER, CALLED, RESULT], "tools": [GET]},
        {"messages": [USER, CHAT_CALLED, CHAT_RESULT], "tools": [CHAT_GET]},
    ),
    "second turn": (
        {"input": [USER, {"role": "assistant", "content": "Rain."}, {**USER, "content": "And?"}]},
        {
            "messages": [
                USER,
                {"role": "assistant", "content": "Rain."},
                {**USER, "content": "And?"},
            ]
        },
    ),
    "system": (
        {"instructions": "Be polite.", "input": [USER]},
        {"messages": [{"role": "developer", "content": "Be polite."}, USER]},
    ),
    "metadata": (
        {"input": [USER], "metadata": {"team": "north"}},
        {"messages": [USER], "metadata": {"team": "north"}},
    ),
    "schema": ({"input": [USER], **FORM}, {"messages": [USER], **CHAT_FORM}),
}
# The words, and the bodies that they hold for.
WHEN: dict[str, set[str]] = {
    "text: weather in Oslo": set(BODIES) - {"second turn"},
    "text: Weather": set(),
    "text: {contains: [Oslo, weather]}": set(BODIES) - {"second turn"},
    "text: {contains: WEATHER, ignore_case: true}": set(BODIES) - {"second turn"},
    "text: {equals: 'And?'}": {"second turn"},
    "text: {equals: ['AND?', nope], ignore_case: true}": {"second turn"},
    "text: {regex: 'O\\w+o\\?$'}": set(BODIES) - {"second turn"},
    "text: {regex: '^WHAT', ignore_case: true}": set(BODIES) - {"second turn"},
    "text: {glob: 'What*Oslo[?]'}": set(BODIES) - {"second turn"},
    "text: {contains: Oslo, regex: '^And'}": set(),
    "system: polite": {"system"},
    "model: gpt-5.*": set(BODIES),
    "model: [gpt-4*, gpt-5.5]": set(BODIES),
    "model: gpt-5": set(),
    "stream: false": set(BODIES),
    "stream: true": set(),
    "turn: 2": {"second turn"},
    "turn: [1, 3]": set(BODIES) - {"second turn"},
    "turn: {at_least: 2, at_most: 2}": {"second turn"},
    "tool: get_*": {"tool", "result"},
    "tool: put_*": set(),
    "tool_result: true": {"result"},
    "tool_result: false": set(BODIES) - {"result"},
    "tool_result: 7 degrees": {"result"},
    "tool_result: {contains: snow}": set(),
    "schema: true": {"schema"},
    "schema: city_*": {"schema"},
    "schema: town_*": set(),
    "metadata: {team: north}": {"metadata"},
    "metadata: {team: south}": set(),
    "metadata: {team: false}": set(BODIES) - {"metadata"},
    "metadata: {team: {glob: n*}}": {"metadata"},
    "$.metadata.team: north": {"metadata"},
    "$.metadata: {exists: true}": {"metadata"},
    "$.metadata: {exists: false}": set(BODIES) - {"metadata"},
    "$.metadata: {equals: {team: north}}": {"metadata"},
    "$.tools[*].type: function": {"tool", "result"},
    "$['model']: {glob: '*gpt-5.5'}": set(BODIES),
    "$.metadata.team: {contains: '5'}": set(),
    "$.model.deeper[0]: x": set(),
    "header: {x-team: North}": set(BODIES),
    "header: {X-Team: {contains: NOR, ignore_case: true}}": set(BODIES),
    "header: {x-team: north}": set(),
    "header: {x-other: false}": set(BODIES),
    "session: 't*'": set(BODIES),
    "session: 'u*'": set(),
    "any: [{tool_result: true}, {turn: 2}]": {"result", "second turn"},
    "not: {tool: '*'}": set(BODIES) - {"tool", "result"},
    "not: {any: [{tool: '*'}, {turn: 2}]}": set(BODIES) - {"tool", "result", "second turn"},
}
WAYS = {f"{way.name} {way.path}": way for way in (*RESPONSES, *CHAT)}


@pytest.mark.parametrize("when", WHEN)
def test_a_condition_holds_for_the_calls_it_describes_and_for_no_other(
    ground: Ground, when: str
) -> None:
    ground.add(f"- when:\n    {when}\n  reply: {{raw: true, body: {HIT}}}")

    for index, way in enumerate((NATIVE, CHATTED)):
        hits = {
            name
            for name, bodies in BODIES.items()
            if ground.ask(bodies[index], way=way, headers={"x-team": "North"}).body == HIT.encode()
        }
        assert hits == WHEN[when], way.name


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_door_is_told_from_the_others(ground: Ground, way: Way) -> None:
    ground.add(f"- when: {{door: {way.door}}}\n  reply: {HIT}")
    other = next(one for one in RESPONSES if one.door != way.door)

    assert ground.text("Hello", way=way) == HIT
    assert ground.text("Hello", way=other) != HIT


def test_an_operation_is_told_from_the_other(ground: Ground) -> None:
    ground.add(f"- when: {{operation: chat.create}}\n  reply: {HIT}")

    assert ground.text("Hello", way=CHATTED) == HIT
    assert ground.text("Hello") != HIT


def test_the_first_template_that_holds_answers(ground: Ground) -> None:
    ground.add(
        "- when: {text: cold}\n  reply: Wear a coat.\n"
        "- when: {text: rain}\n  reply: Take an umbrella.\n"
        "- reply: I do not know.\n"
    )

    assert ground.text("It is cold and there is rain.") == "Wear a coat."
    assert ground.text("There is rain.") == "Take an umbrella."
    assert ground.text("Hello") == "I do not know."


def test_turns_before_a_previous_response_count(ground: Ground) -> None:
    ground.add("- when: {turn: 2, tool_result: false}\n  reply: That was the second.")
    first = ground.ask("One").json()

    told = ground.text({"input": "Two", "previous_response_id": first["id"]})

    assert told == "That was the second."


def test_the_nth_call_is_counted_among_those_that_hold_in_one_session(ground: Ground) -> None:
    ground.add(
        "- name: twice\n  when: {text: go, nth: {at_most: 2}}\n  reply: '{{ nth }}'\n"
        "- name: later\n  when: {text: go}\n  reply: 'later {{ nth }}'\n"
    )
    other = Ground(ground.gateway, f"{ground.name}x")

    told = [ground.text(said) for said in ("go", "stop", "go", "go", "go")]

    assert [told[0], *told[2:]] == ["1", "2", "later 1", "later 2"]
    assert other.text("go") not in {"1", "2"}


def test_a_call_that_is_refused_counts_for_no_template(ground: Ground) -> None:
    ground.add("- when: {nth: 1}\n  reply: first")

    assert ground.refused({"input": "x", "temperature": 9})[0] == 400
    assert ground.text("x") == "first"


def test_a_template_can_wait_for_another(ground: Ground) -> None:
    ground.add(
        "- name: open\n  when: {text: open}\n  reply: It is open.\n"
        "- name: enter\n  when: {text: enter, after: open}\n  reply: You are in.\n"
        "- reply: The door is shut.\n"
    )

    told = [ground.text(said) for said in ("enter", "open", "enter")]

    assert told == ["The door is shut.", "It is open.", "You are in."]


@pytest.mark.parametrize("body", [{"input": 5}, {"input": [5]}, {"input": "x", "tools": 7}])
def test_a_body_that_the_api_refuses_is_refused(ground: Ground, body: Json) -> None:
    ground.add("- when: {text: x, tool: '*'}\n  reply: never\n- reply: never either")

    assert ground.refused(body)[0] == 400


def test_the_journal_says_which_template_answered_and_why(ground: Ground) -> None:
    ground.add("- name: cold\n  when:\n    text: cold\n    turn: 1\n  reply: Wear a coat.")

    reply = ground.ask("It is cold.")

    assert reply.headers["x-mockgw-source"] == "template"
    assert (ground.last.source, ground.last.where) == ("template", "t.yaml:1")
    assert ground.last.notes == ("template cold: text contains 'cold', turn is 1",)


def test_the_journal_says_so_of_an_error_too_and_tells_no_header(ground: Ground) -> None:
    ground.add("- name: out\n  when: {header: {authorization: Bearer k}}\n  reply: {status: 503}")

    reply = ground.ask("Hi", headers={"authorization": "Bearer k"})

    assert (reply.status, reply.headers["x-mockgw-source"]) == (503, "template")
    assert (ground.last.source, ground.last.where) == ("template", "t.yaml:1")
    assert ground.last.notes == ("template out: header authorization",)
