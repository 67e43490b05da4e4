"""How strictly a recording must be what is asked for: each level, and what it never does."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mockgw.cassette.interaction import Interaction
from mockgw.matching import LEVELS, Rules, chosen
from mockgw.recordings import Index
from mockgw.runner import running
from mockgw.settings import Settings
from mockgw.tapes import Play, Tapes
from tests.calls import call, complete, recording, respond
from tests.roads import Travels
from tests.test_matching import DIFFERENT, SAME, UNLIKE, chat, responses
from tests.ways import RESPONSES
from tests.wire import Json, post, spelled

CHAT_URI = "https://api.openai.com/v1/chat/completions"
SAID = respond(responses())
MODEL = "gpt-5.5"


def taped(body: Json, name: str = "a", *, path: str = "tape.yaml", place: int = 1) -> Interaction:
    """Return a recording whose answer has the id `resp_NAME`."""
    uri = CHAT_URI if "messages" in body else "https://api.openai.com/v1/responses"
    answer = complete({}) if "messages" in body else {**SAID, "id": f"resp_{name}"}
    return replace(recording(body, answer, uri=uri, position=place), path=path)


def tapes(*bodies: Json, **play: Any) -> Tapes:
    """Return the bodies as the recordings of one cassette."""
    made = [taped(body, str(place), place=place) for place, body in enumerate(bodies, 1)]
    return Tapes(made, Play(**play))


def found(made: Tapes, body: Json) -> tuple[str, str] | None:
    """Return by which level and where the answer to a body was found."""
    kept = made.find(call(body))
    return None if kept is None else (kept.match, kept.where)


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=list(SAME))
def test_what_means_the_same_is_found_where_normalized_is_tried(one: Json, other: Json) -> None:
    assert found(tapes(one), other) in {
        ("normalized", "tape.yaml, item 1"),
        ("exact", "tape.yaml, item 1"),
    }
    assert found(tapes(one, levels=("exact",)), one) == ("exact", "tape.yaml, item 1")


@pytest.mark.parametrize("level", ["exact", "normalized"])
@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=list(DIFFERENT))
def test_what_means_something_else_is_not_found_by_its_body(
    one: Json, other: Json, level: str
) -> None:
    assert found(tapes(one, levels=chosen(level)), other) is None


@pytest.mark.parametrize(("one", "other"), UNLIKE.values(), ids=list(UNLIKE))
def test_what_differs_in_more_than_words_is_not_found_by_likeness(one: Json, other: Json) -> None:
    assert found(tapes(one, levels=("fuzzy",), likeness=0.01), other) is None
    assert found(tapes(one, levels=("fuzzy",)), one) == ("fuzzy", "tape.yaml, item 1")


@pytest.mark.parametrize(
    ("levels", "asked", "level"),
    [
        (("exact",), responses(user="x"), None),
        (("exact", "normalized"), responses(user="x"), "normalized"),
        (("normalized",), responses(), "normalized"),
        (("exact", "normalized"), responses(input="Hello"), None),
        (("exact", "normalized", "sequence"), responses(input="Hello"), "sequence"),
        (("exact", "sequence"), responses(), "exact"),
        (("fuzzy",), responses(input="Hi there"), None),
        (("exact", "sequence", "fuzzy"), responses(input="Else."), "sequence"),
    ],
)
def test_only_the_levels_that_are_chosen_are_tried(
    levels: tuple[str, ...], asked: Json, level: str | None
) -> None:
    told = found(tapes(responses(), levels=levels), asked)
    assert told == (None if level is None else (level, "tape.yaml, item 1"))


def test_a_sequence_plays_what_is_left_of_the_operation_in_recorded_order() -> None:
    made = tapes(
        responses(input="one"),
        chat(),
        responses(input="two", model="gpt-4.1"),
        responses(input="three"),
        levels=chosen("sequence"),
        repeats="error",
    )
    asked = ["two!", "one", "three?", "more"]
    told = [found(made, responses(input=text)) for text in asked]
    assert told == [
        ("sequence", "tape.yaml, item 1"),
        ("sequence", "tape.yaml, item 3"),
        ("sequence", "tape.yaml, item 4"),
        None,
    ]
    assert found(made, chat()) == ("exact", "tape.yaml, item 2")


def test_a_sequence_stays_in_the_cassette_that_the_session_plays_from() -> None:
    made = [
        taped(responses(input=f"{name} {n}"), f"{name}{n}", path=f"{name}.yaml", place=n)
        for name in ("a", "b")
        for n in (1, 2)
    ]
    road = Travels(*made, play=Play(chosen("sequence"), "error"))

    def told(text: str, session: str) -> str:
        reply = road.ask(RESPONSES[0], MODEL, {"input": text}, session)
        return str(reply.json().get("id", reply.status))

    # The one session begins in b, by its body; the other is in the first cassette.
    assert [told("b 1", "x"), told("b changed", "x")] == ["resp_b1", "resp_b2"]
    assert told("b more", "x") == "404"
    assert [told("a changed", "y"), told("a too", "y")] == ["resp_a1", "resp_a2"]


def test_a_sequence_keeps_the_ids_in_a_path_apart() -> None:
    uri = "https://api.openai.com/v1/responses/resp_{}"
    made = [
        Interaction("GET", uri.format(n), {}, b"", 200, "", {}, b'{"id":"%d"}' % n, position=n)
        for n in (1, 2)
    ]
    road = Travels(*made, play=Play(chosen("sequence")))
    assert road.send("GET", "/v1/responses/resp_2").json() == {"id": "2"}


def test_the_journal_says_in_what_an_answer_was_not_the_one_that_was_asked_for() -> None:
    road = Travels(
        taped(responses(input="Name three rivers of Europe, and three lakes.")),
        play=Play(chosen("fuzzy"), likeness=0.7),
    )
    asked = {"input": "Name four rivers of Europe, and three lakes."}
    reply = road.ask(RESPONSES[0], MODEL, asked)
    assert (reply.status, reply.headers["x-mockgw-match"]) == (200, "fuzzy")
    (entry,) = road.journal.entries()
    assert entry.match == "fuzzy"
    (note,) = entry.notes
    assert note == (
        "played although input[0].content[0].text: asked 'Name four rivers of Europe, and three "
        "lakes.', recorded 'Name three rivers of Europe, and three lakes.'"
    )


def test_the_likest_is_taken_and_each_once_where_nothing_is_repeated() -> None:
    made = tapes(
        responses(input="Name three rivers of Asia and three lakes."),
        responses(input="Name three rivers of Europe and three lakes."),
        levels=("fuzzy",),
        repeats="error",
        likeness=0.6,
    )
    asked = responses(input="Name three rivers of Europe and four lakes.")
    assert found(made, asked) == ("fuzzy", "tape.yaml, item 2")
    assert found(made, asked) == ("fuzzy", "tape.yaml, item 1")
    assert found(made, asked) is None


def test_likeness_says_how_alike_is_enough() -> None:
    recorded = responses(input="Name three rivers of Europe.")
    asked = responses(input="Name four lakes of Europe.")
    assert found(tapes(recorded, levels=("fuzzy",), likeness=0.9), asked) is None
    assert found(tapes(recorded, levels=("fuzzy",), likeness=0.4), asked) is not None


@pytest.mark.parametrize("way", RESPONSES, ids=lambda way: way.name)
def test_every_level_works_through_every_door(way: Any) -> None:
    play = Play(LEVELS, rules=Rules(("$.max_output_tokens",)))
    road = Travels(taped(responses(input="Tell me something about the sea.")), play=play)
    told = {
        "exact": {"input": "Tell me something about the sea."},
        "normalized": {"input": "Tell me something about the sea.", "max_output_tokens": 90},
    }
    for level, asked in told.items():
        reply = road.ask(way, "openai/gpt-5.5", asked)
        assert (reply.status, reply.headers["x-mockgw-match"]) == (200, level)
    other = road.ask(way, "openai/gpt-5.5", {"input": "Tell me something."})
    assert other.headers["x-mockgw-match"] == "sequence"


def test_multipart_and_other_bodies_in_a_cassette_are_left_alone() -> None:
    body = (
        b"--abc\r\nContent-Disposition: form-data; name=file; filename=a.png\r\n\r\n"
        b"\x89PNG\xff\r\n--abc--\r\n"
    )
    kind = {"content-type": ("multipart/form-data; boundary=abc",)}
    uris = (
        "https://api.openai.com/v1/files",
        "https://api.openai.com/v1/responses",
        "https://gateway.ai.cloudflare.com/v1/a/g/compat/chat/completions",
    )
    odd = [Interaction("POST", uri, kind, body, 200, "", {}, b"{}") for uri in uris]
    made = Tapes([*odd, taped(responses())], Play(LEVELS))
    assert len(made.recordings) == 1
    assert found(made, responses(user="x")) == ("normalized", "tape.yaml, item 1")


def test_pictures_are_not_kept_in_what_is_compared() -> None:
    picture = "data:image/png;base64," + "iVBORw0KGgo" * 20_000
    part = {"type": "input_image", "image_url": picture}
    body = responses(input=[{"role": "user", "content": [part]}])
    index = Index([taped(body)])
    assert index.normalized(call({**body, "user": "x"}))
    assert len(index.recordings[0].row.normal) == 32


def test_the_settings_choose_levels_rules_and_repeats(tmp_path: Path) -> None:
    asked = {"model": MODEL, "input": "Hi", "max_output_tokens": 50}
    exchange = {
        "request": {
            "method": "POST",
            "uri": "https://api.openai.com/v1/responses",
            "headers": {},
            "body": json.dumps({"model": MODEL, "input": "Hi"}),
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"content-type": ["application/json"]},
            "body": {"string": json.dumps(SAID)},
        },
    }
    tape = tmp_path / "tape.json"
    tape.write_text(json.dumps({"version": 1, "interactions": [exchange]}))
    settings = Settings(
        port=0,
        mode="replay",
        cassettes=(str(tape),),
        match=("exact", "normalized", "fuzzy"),
        ignore=("$.max_output_tokens",),
        aliases=("ours=gpt-5.5",),
        repeats="error",
        likeness=0.5,
        models=("ours",),
    )
    with running(settings) as gateway:
        url = f"{gateway.url}/v1/responses"
        first = post(url, {**asked, "model": "ours"})
        second = post(url, asked)
    assert (first.status, first.headers["x-mockgw-match"]) == (200, "normalized")
    assert spelled(first.json()) == spelled(SAID)
    assert (second.status, second.json()["error"]["code"]) == (404, "no_recording")
    assert "No recording is left" in second.json()["error"]["message"]
