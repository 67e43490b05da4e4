"""The report of a miss: what was asked, where it was looked for, what is near, what to type."""

import pytest

from mockgw import matching
from mockgw.cassette.interaction import Interaction
from mockgw.matching import Rules, chosen
from mockgw.redaction.redactor import redactor
from mockgw.responders import miss
from mockgw.tapes import Play, Tapes
from tests.calls import call
from tests.redaction.planted import KEY, SHAPED, TOLD
from tests.roads import Travels
from tests.test_levels import taped
from tests.test_matching import TOOL, chat, responses
from tests.ways import RESPONSES
from tests.wire import Json


def report(*recorded: Interaction, asked: Json, play: Play | None = None) -> list[str]:
    """Return the lines of the report of a call that the recordings do not answer."""
    return miss.report(Tapes(recorded, play), call(asked)).splitlines()


def test_the_three_nearest_are_told_the_nearest_in_full() -> None:
    made = [
        taped(responses(input="Name three rivers."), place=1),
        taped(responses(input="Translate this.", instructions="Be brief."), place=2),
        taped(responses(input="Name three rivers.", temperature=0.5, top_p=0.5), place=3),
        taped(responses(input="x", temperature=0.1, top_p=0.1, instructions="y"), place=4),
        taped(chat(), place=5),
    ]
    told = report(*made, asked=responses(input="Name four rivers."))
    other = "             input[0].content[0].text: asked 'Name four rivers.', recorded "
    assert told[2:10] == [
        "  looked in: tape.yaml (5); 4 of them responses.create",
        "  nearest:   tape.yaml, item 1 differs in 1 place(s)",
        f"{other}'Name three rivers.'",
        "  next:      tape.yaml, item 2 differs in 2 place(s)",
        f"{other}'Translate this.'",
        "             and 1 more",
        "  next:      tape.yaml, item 3 differs in 3 place(s)",
        f"{other}'Name three rivers.'",
    ]


def test_what_means_the_same_is_nearest_where_only_the_same_letters_are_taken() -> None:
    made = [
        taped(responses(input="Ho"), place=1),
        taped(responses(user="x", store=False, metadata={}), place=2),
    ]
    told = report(*made, asked=responses(), play=Play(("exact",)))
    assert told[3] == "  nearest:   tape.yaml, item 2 differs in 3 place(s)"
    assert told[4] == "             user: asked nothing, recorded 'x'"
    assert '  to match:  match = "normalized" in mockgw.toml' in told


def test_many_files_are_counted_and_the_first_named() -> None:
    made = [taped(responses(), path=f"{name}.yaml") for name in "abcdefg"]
    told = report(*made, asked=chat())
    assert told[2] == (
        "  looked in: a.yaml (1), b.yaml (1), c.yaml (1), d.yaml (1), e.yaml (1) and 2 more; "
        "0 of them chat.create"
    )


@pytest.mark.parametrize(
    ("asked", "recorded", "play", "rule"),
    [
        (responses(user="x"), responses(), Play(("exact",)), 'match = "normalized"'),
        (
            responses(max_output_tokens=90),
            responses(),
            Play(),
            'ignore = ["$.max_output_tokens"]',
        ),
        (
            responses(reasoning={"effort": "low", "summary": "auto"}),
            responses(reasoning={"effort": "high"}),
            Play(),
            'ignore = ["$.reasoning.effort", "$.reasoning.summary"]',
        ),
        (responses(model="gpt-4o"), responses(), Play(), 'aliases = ["gpt-4o=gpt-5.5"]'),
        (
            responses(input="Name three rivers of Europe and lakes."),
            responses(input="Name four rivers of Europe and lakes."),
            Play(),
            'match = "fuzzy"',
        ),
    ],
)
def test_the_rule_by_which_it_would_have_matched_is_named_and_holds(
    asked: Json, recorded: Json, play: Play, rule: str
) -> None:
    told = report(taped(recorded), asked=asked, play=play)
    assert f"  to match:  {rule} in mockgw.toml" in told
    name, _, value = rule.partition(" = ")
    given = tuple(part.strip('[] "') for part in value.split(","))
    levels = chosen(given) if name == "match" else play.levels
    rules = Rules(
        given if name == "ignore" else (),
        given if name == "aliases" else (),
    )
    assert Tapes([taped(recorded)], Play(levels, rules=rules)).find(call(asked)) is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"instructions": "Be brief."},
        {"tools": [TOOL]},
        {"temperature": 0.5},
        {"text": {"format": {"type": "json_schema", "name": "a", "schema": {}}}},
        {"input": "Something else entirely."},
        {"previous_response_id": "resp_0123456789abcdef"},
    ],
)
def test_no_rule_is_named_that_would_answer_another_question(changed: Json) -> None:
    told = report(taped(responses()), asked=responses(**changed))
    assert not [line for line in told if "to match" in line]
    assert "  to keep:   mockgw record --upstream URL --cassette tape.yaml" in told


def test_one_changed_word_of_a_long_prompt_is_shown_and_the_rest_is_not() -> None:
    prompt = "\n".join(f"Rule {n}: always answer in the manner of {n}." for n in range(500))
    asked = responses(instructions=prompt.replace("Rule 250: always", "Rule 250: never"))
    told = report(taped(responses(instructions=prompt)), asked=asked)
    (line,) = [line for line in told if "instructions:" in line]
    assert "Rule 250: never answer in" in line
    assert "Rule 250: always answer in" in line
    assert len(line) < 250


def test_of_ten_thousand_recordings_only_a_few_are_compared_place_by_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = "Answer as a geographer would, with care and in full sentences. " * 10
    made = [
        taped(responses(instructions=rules, input=f"Where is village{n}?"), place=n)
        for n in range(10_000)
    ]
    tapes = Tapes(made)
    compared: list[str] = []
    whole = matching.nearest.__globals__["compared"]

    def counted(*given: object) -> object:
        compared.append("")
        return whole(*given)

    monkeypatch.setitem(matching.nearest.__globals__, "compared", counted)
    told = miss.report(tapes, call(responses(instructions=rules, input="Where's village7777?")))
    assert "nearest:   tape.yaml, item 7777 differs in 1 place(s)" in told
    assert len(compared) <= 10


UNKNOWN = "Kx7-unheard-of-shape-41"
CLEAN = redactor({"SOME_VENDOR_TOKEN": UNKNOWN}).text


@pytest.mark.parametrize(
    "text",
    [
        *(one.text.format(one.secret) for one in (*SHAPED, *TOLD)),
        f"it is {UNKNOWN}",
    ],
)
@pytest.mark.parametrize("side", ["asked", "recorded", "both", "long"])
def test_no_secret_of_either_side_is_in_the_report(text: str, side: str) -> None:
    secret = next(
        (one.secret for one in (*SHAPED, *TOLD) if one.text.format(one.secret) == text), UNKNOWN
    )
    padded = f"{'word ' * 400 if side == 'long' else ''}{text}{' word' * 400}"
    asked = responses(input=f"{padded} a" if side != "recorded" else "Hi a")
    recorded = responses(input=f"{padded} b" if side != "asked" else "Hi b", instructions=text)
    road = Travels(taped(recorded), clean=CLEAN)
    told = road.send("POST", "/v1/responses", asked).json()["error"]["message"]
    for start in range(0, max(len(secret) - 8, 1), 4):
        assert secret[start : start + 8] not in told


def test_no_secret_of_a_name_a_model_or_a_session_is_in_the_report() -> None:
    body = {"model": f"gpt-5.5-{UNKNOWN}", "input": "Hi", "metadata": {UNKNOWN: KEY}}
    road = Travels(taped(responses(**{UNKNOWN: KEY})), clean=CLEAN, play=Play(("exact",)))
    reply = road.send("POST", f"/_s/{UNKNOWN}/v1/responses", body)
    assert reply.status == 404
    assert KEY not in reply.body.decode()
    assert UNKNOWN not in reply.body.decode()


@pytest.mark.parametrize("way", RESPONSES, ids=lambda way: way.name)
def test_the_report_is_the_same_through_every_door_but_for_the_doors_name(way: object) -> None:
    road = Travels(taped(responses()))
    first = road.ask(RESPONSES[0], "openai/gpt-5.5", {"input": "Ho"}).json()["error"]["message"]
    told = road.ask(way, "openai/gpt-5.5", {"input": "Ho"}).json()  # type: ignore[arg-type]
    errors = told.get("errors") or told.get("error")
    message = (errors[0] if isinstance(errors, list) else errors)["message"]
    assert message.splitlines()[2:] == first.splitlines()[2:]
