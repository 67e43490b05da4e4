"""A running server takes in what people do to its template files."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from mockgw.templates.collection import Templates
from tests.templates.ground import Ground
from tests.wire import Json, post, send

SECONDS = 30.0
GREET = '- {name: greet, when: {text: hello}, reply: "Good %s."}\n'


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds; raises AssertionError when it never does."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(GREET % "morning", "utf-8")
    return tmp_path / "rules"


@pytest.fixture(params=[True, False], ids=["watched", "unwatched"])
def gateway(folder: Path, request: pytest.FixtureRequest) -> Iterator[Gateway]:
    settings = Settings(port=0, mode="synth", templates=(str(folder),), watch=request.param)
    with running(settings) as gateway:
        yield gateway


@pytest.fixture
def ground(gateway: Gateway) -> Ground:
    return Ground(gateway, "t")


def reread(gateway: Gateway) -> None:
    """Ask for what the watching does of itself."""
    if not gateway.settings.watch:
        send("POST", f"{gateway.url}/_mockgw/templates/reload", b"")


def listed(gateway: Gateway) -> Json:
    told: Json = send("GET", f"{gateway.url}/_mockgw/templates").json()
    return told


def test_changed_new_and_deleted_files_are_taken_in(
    folder: Path, gateway: Gateway, ground: Ground
) -> None:
    assert ground.text("hello") == "Good morning."
    (folder / "a.yaml").write_text(GREET % "evening", "utf-8")
    reread(gateway)
    until(lambda: ground.text("hello") == "Good evening.")
    (folder / "b.yaml").write_text("- {name: b, when: {text: bye}, reply: Good night.}", "utf-8")
    reread(gateway)
    until(lambda: ground.text("bye") == "Good night.")
    (folder / "a.yaml").unlink()
    reread(gateway)
    until(lambda: [one["name"] for one in listed(gateway)["templates"]] == ["b"])


def test_broken_files_are_told_once_with_their_place_and_the_old_ones_go_on(
    folder: Path, gateway: Gateway, ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "mockgw"):
        (folder / "a.yaml").write_text("- {name: greet, wen: {text: hello}, reply: x}", "utf-8")
        reread(gateway)
        until(lambda: listed(gateway)["problem"] is not None)
        time.sleep(0.5)  # longer than changes are gathered
    assert listed(gateway)["problem"].startswith(f"{folder}/a.yaml:1:17: 'wen' ")
    assert ground.text("hello") == "Good morning."
    if gateway.settings.watch:
        (told,) = [one.getMessage() for one in caplog.records]
        assert told.startswith(f"the templates stay as they were: {folder}/a.yaml:1:17: ")
    (folder / "a.yaml").write_text(GREET % "day", "utf-8")
    reread(gateway)
    until(lambda: ground.text("hello") == "Good day.")
    assert listed(gateway)["problem"] is None


def test_a_folder_that_loses_its_last_file_keeps_what_it_said(
    folder: Path, gateway: Gateway, ground: Ground
) -> None:
    (folder / "a.yaml").unlink()
    reread(gateway)
    until(lambda: listed(gateway)["problem"] is not None)
    assert "has no templates" in listed(gateway)["problem"]
    assert ground.text("hello") == "Good morning."


def test_what_came_of_them_is_not_forgotten(folder: Path, gateway: Gateway, ground: Ground) -> None:
    ground.text("hello")
    (folder / "a.yaml").write_text(GREET % "{{ nth }}", "utf-8")
    reread(gateway)
    until(lambda: ground.text("hello") != "Good morning.")
    assert int(ground.text("hello").removeprefix("Good ").removesuffix(".")) > 2


def test_reloading_tells_what_is_wrong(folder: Path, gateway: Gateway) -> None:
    url = f"{gateway.url}/_mockgw/templates/reload"
    (folder / "a.yaml").write_text("- {reply: [}", "utf-8")
    told = send("POST", url, b"")
    assert (told.status, told.json()["error"]["code"]) == (400, "wrong_template")
    (folder / "a.yaml").write_text(GREET % "day", "utf-8")
    assert send("POST", url, b"").json() == {"templates": 1}


def test_files_are_read_again_only_when_they_changed(folder: Path) -> None:
    held = Templates((folder,))
    assert not held.stale()
    (folder / "b.yaml").write_text("- {name: b, reply: x}", "utf-8")
    assert held.stale()
    held.reload()
    assert (held.stale(), len(held.own)) == (False, 2)
    (folder / "b.yaml").unlink()
    assert held.stale()


def test_only_what_answers_later_is_changed(folder: Path, gateway: Gateway) -> None:
    body = {"model": "gpt-5.5", "input": "hello", "stream": True}
    before = post(f"{gateway.url}/v1/responses", body).body
    (folder / "a.yaml").write_text(GREET % "noon", "utf-8")
    reread(gateway)
    until(lambda: b"noon" in post(f"{gateway.url}/v1/responses", body).body)
    assert b"morning" in before
