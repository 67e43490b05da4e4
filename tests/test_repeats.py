"""What answers a call that is asked more often than it was recorded."""

import pytest

from mockgw.matching.turns import CYCLE, ERROR, LAST, Turns
from mockgw.model import Answer, Kept
from mockgw.modes import Means, responders
from mockgw.runner import FrozenClock
from mockgw.settings import Settings
from mockgw.state import MemoryStore
from mockgw.tapes import Play, Tapes
from tests.calls import AT, call
from tests.roads import Travels
from tests.test_levels import taped, tapes
from tests.test_matching import responses
from tests.ways import RESPONSES

MODEL = "gpt-5.5"


def asked(repeats: str, recorded: int, times: int) -> list[str]:
    """Return the ids of the answers to one call, and what a refusal begins with."""
    made = [taped(responses(), str(n), place=n) for n in range(1, recorded + 1)]
    road = Travels(*made, play=Play(repeats=repeats))
    told = [road.ask(RESPONSES[0], MODEL, {"input": "Hi"}).json() for _ in range(times)]
    return [one.get("id") or one["error"]["message"].partition(" for")[0] for one in told]


LEFT = "No recording is left"


@pytest.mark.parametrize(
    ("repeats", "recorded", "answers"),
    [
        (LAST, 1, ["resp_1"] * 4),
        (LAST, 2, ["resp_1", "resp_2", "resp_2", "resp_2"]),
        (CYCLE, 1, ["resp_1"] * 4),
        (CYCLE, 3, ["resp_1", "resp_2", "resp_3", "resp_1", "resp_2"]),
        (ERROR, 1, ["resp_1", LEFT, LEFT]),
        (ERROR, 2, ["resp_1", "resp_2", LEFT]),
    ],
)
def test_equal_calls_come_in_recorded_order_and_then_as_was_chosen(
    repeats: str, recorded: int, answers: list[str]
) -> None:
    assert asked(repeats, recorded, len(answers)) == answers


def test_what_means_the_same_is_played_once_too_whichever_level_found_it() -> None:
    made = tapes(responses(), responses(temperature=1), repeats="error")
    road = Travels(
        taped(responses(), "plain"),
        taped(responses(temperature=1), "warm", place=2),
        play=made.play,
    )

    def told(**more: object) -> str:
        answer = road.ask(RESPONSES[0], MODEL, {"input": "Hi", **more}).json()
        return str(answer.get("id") or answer["error"]["message"].partition(" for")[0])

    assert [told(user="x"), told(temperature=1), told(), told()] == [
        "resp_plain",
        "resp_warm",
        LEFT,
        LEFT,
    ]


def test_each_session_has_the_whole_tape() -> None:
    road = Travels(taped(responses()), play=Play(repeats="error"))
    for session in ("one", "two", ""):
        statuses = [
            road.ask(RESPONSES[0], MODEL, {"input": "Hi"}, session).status for _ in range(2)
        ]
        assert statuses == [200, 404]


REPORT = """\
No recording is left for this responses.create call to 'gpt-5.5'.
  asked:     through the openai door, for JSON, with input, model, session 'one'
  recorded:  1 time, and played; asked 2 times
             tape.yaml, item 1
  to repeat: repeats = "last" in mockgw.toml plays the last one again, "cycle" all anew
             in one test: @pytest.mark.mockgw(repeats="last")
  to keep:   mockgw record --repeats error --upstream URL --cassette tape.yaml
             in pytest: --mockgw-mode=record --mockgw-upstream URL"""


def test_a_call_too_many_is_told_how_often_it_was_recorded_and_asked_and_what_to_type() -> None:
    road = Travels(taped(responses()), play=Play(repeats="error"))
    road.ask(RESPONSES[0], MODEL, {"input": "Hi"}, "one")
    reply = road.ask(RESPONSES[0], MODEL, {"input": "Hi"}, "one")
    told = reply.json()["error"]
    assert (told["message"], told["code"]) == (REPORT, "no_recording")
    assert (reply.status, reply.headers["x-should-retry"]) == (404, "false")
    assert reply.headers["x-mockgw-source"] == "missing"


@pytest.mark.parametrize("recorded", [1, 2])
def test_in_mode_auto_a_call_too_many_is_synthesized_and_that_is_noted(recorded: int) -> None:
    made = [taped(responses(), str(n), place=n) for n in range(1, recorded + 1)]
    settings, store = Settings(mode="auto", repeats="error"), MemoryStore(10)
    played = Tapes(made, Play(repeats="error"))
    [first] = responders(Means(settings, played, store, FrozenClock(AT)))
    told = [first.respond(call({"model": MODEL, "input": "Hi"})) for _ in range(recorded + 1)]
    *kept, made_up = told
    assert all(isinstance(one, Kept) and not one.notes for one in kept)
    times = "once" if recorded == 1 else "2 times"
    note = f'synthesized: recorded {times}, and played (repeats = "error")'
    assert isinstance(made_up, Answer)
    assert made_up.notes == (note,)
    other = first.respond(call({"model": MODEL, "input": "Something else"}))
    assert isinstance(other, Answer)
    assert other.notes == ()


def test_what_is_recorded_in_this_run_is_not_played_to_it_where_nothing_repeats() -> None:
    for repeats, answered in (("error", False), ("last", True)):
        made = tapes(repeats=repeats)
        made.add(taped(responses()), "new.yaml")
        road = Travels(play=Play(repeats=repeats))
        road.tapes.add(taped(responses()), "new.yaml")
        assert (road.ask(RESPONSES[0], MODEL, {"input": "Hi"}).status == 200) is answered


def test_a_long_row_is_not_walked_from_its_beginning_every_time() -> None:
    looked = 0

    class One:
        def __hash__(self) -> int:
            nonlocal looked
            looked += 1
            return id(self)

        def __eq__(self, other: object) -> bool:
            return self is other

    row = [One() for _ in range(1000)]
    turns = Turns()
    for wanted in row:
        found = turns.next("", "exact", row, ERROR)
        assert found is wanted
        turns.played("", found, "tape.yaml")
    assert turns.next("", "exact", row, ERROR) is None
    assert looked < 12 * len(row)


def test_the_idlest_sessions_are_forgotten_when_there_are_too_many_plays() -> None:
    row = ["a", "b"]
    turns = Turns(most=4)

    def play(session: str) -> str | None:
        found = turns.next(session, "exact", row, ERROR)
        if found is not None:
            turns.played(session, found, "")
        return found

    assert [play("one"), play("two"), play("two"), play("one")] == ["a", "a", "b", "b"]
    assert play("three") == "a"
    # Two was asked longest ago: it begins anew, the others go on.
    assert [play("one"), play("three"), play("two")] == [None, "b", "a"]


def test_a_row_that_was_read_anew_goes_on_where_it_was() -> None:
    turns = Turns()
    row = ["a", "b", "c"]
    assert turns.next("", "exact", row, ERROR) == "a"
    turns.played("", "a", "")
    assert turns.next("", "exact", ["a", "new", "b", "c"], ERROR) == "new"
