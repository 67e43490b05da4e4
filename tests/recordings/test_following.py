"""A running server takes in what people do to its cassettes."""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.sidecar import Sidecars
from mockgw.cassette.watching import changes
from mockgw.recordings.reading import Tape
from mockgw.recordings.reading import tape as read_whole
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.calls import NATIVE, recording
from tests.wire import Json, post, send

SECONDS = 30.0


def asks(text: str) -> Json:
    return {"model": "gpt-5.5", "input": text}


def tape(*texts: str, said: str = "old") -> str:
    return HEAD + "".join(item(recording(asks(text), {"id": said})) for text in texts)


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds; raises AssertionError when it never does."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def status(gateway: Gateway, text: str) -> int:
    return post(gateway.url + NATIVE["responses"], asks(text)).status


def told(gateway: Gateway) -> Json:
    answer: Json = send("GET", f"{gateway.url}/_mockgw/cassettes").json()
    return answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tapes").mkdir()
    (tmp_path / "tapes" / "a.yaml").write_text(tape("one", "two"), "utf-8")
    return tmp_path / "tapes"


@pytest.fixture
def gateway(folder: Path) -> Iterator[Gateway]:
    settings = Settings(port=0, mode="replay", cassettes=(str(folder),), watch=True)
    with running(settings) as gateway:
        yield gateway


def test_new_changed_and_deleted_cassettes_are_taken_in(folder: Path, gateway: Gateway) -> None:
    assert (status(gateway, "one"), status(gateway, "three")) == (200, 404)
    (folder / "deep").mkdir()
    (folder / "deep" / "b.yaml").write_text(tape("three"), "utf-8")
    until(lambda: status(gateway, "three") == 200)
    (folder / "a.yaml").write_text(tape("two", "four"), "utf-8")
    until(lambda: status(gateway, "four") == 200)
    assert (status(gateway, "one"), status(gateway, "two")) == (404, 200)
    (folder / "a.yaml").unlink()
    until(lambda: status(gateway, "four") == 404)
    assert [one["file"] for one in told(gateway)["cassettes"]] == [str(folder / "deep" / "b.yaml")]


def test_a_recorder_does_not_read_its_cassette_for_what_it_wrote_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = tmp_path / "tape.yaml", list[Path]()

    def counted(file: Path, sidecars: Sidecars | None = None) -> Tape:
        read.append(file)
        return read_whole(file, sidecars)

    monkeypatch.setattr("mockgw.recordings.shelf.tape", counted)
    with running(Settings(port=0, mode="synth")) as upstream:
        settings = Settings(
            port=0, mode="record", upstream=f"{upstream.url}/v1", cassettes=(str(path),), watch=True
        )
        with running(settings) as gateway:
            for number in range(4):
                assert status(gateway, f"call {number}") == 200
                time.sleep(0.3)  # longer than changes are gathered
            assert read == []
            assert told(gateway)["cassettes"][0]["recordings"] == 4
            with path.open("a", encoding="utf-8") as file:
                file.write(item(recording(asks("another's"), {"id": "resp_another"})))
            until(lambda: told(gateway)["cassettes"][0]["recordings"] == 5)
            assert set(read) == {path}
            assert post(gateway.url + NATIVE["responses"], asks("another's")).json()["id"]
            assert len(upstream.journal) == 4
            known = len(read)
            assert [status(gateway, f"call {number}") for number in range(5)] == [200] * 5
            time.sleep(0.5)
            assert len(read) == known
            assert told(gateway)["cassettes"][0]["recordings"] == 6
            path.unlink()
            until(lambda: told(gateway)["cassettes"] == [])
            assert status(gateway, "call 0") == 200
            assert len(upstream.journal) == 6


def test_a_broken_cassette_keeps_what_it_had_and_is_told_once(
    folder: Path, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    whole = (folder / "a.yaml").read_text("utf-8")
    with caplog.at_level(logging.WARNING, "mockgw"):
        (folder / "a.yaml").write_text(whole[:-20], "utf-8")
        until(lambda: told(gateway)["cassettes"][0]["problem"] is not None)
        (folder / "b.yaml").write_text(tape("five"), "utf-8")
        until(lambda: status(gateway, "five") == 200)
    (problem,) = [one.getMessage() for one in caplog.records]
    assert problem.startswith(f"{folder}/a.yaml:")
    assert problem.startswith(told(gateway)["cassettes"][0]["problem"])
    assert status(gateway, "one") == 200
    (folder / "a.yaml").write_text(whole, "utf-8")
    until(lambda: told(gateway)["cassettes"][0]["problem"] is None)


def test_the_admin_path_tells_what_was_played(folder: Path, gateway: Gateway) -> None:
    status(gateway, "two")
    status(gateway, "nine")
    assert told(gateway) == {
        "watch": True,
        "cassettes": [
            {
                "file": str(folder / "a.yaml"),
                "recordings": 2,
                "played": 1,
                "unplayed": 1,
                "problem": None,
            }
        ],
    }


def test_a_stream_is_that_of_the_changed_cassette(folder: Path, gateway: Gateway) -> None:
    def stream() -> bytes:
        return post(gateway.url + NATIVE["responses"], {**asks("one"), "stream": True}).body

    assert b'"old"' in stream()
    (folder / "a.yaml").write_text(tape("one", "two", said="new"), "utf-8")
    until(lambda: b'"new"' in stream())


def test_without_the_setting_nothing_is_watched(folder: Path) -> None:
    with running(Settings(port=0, mode="replay", cassettes=(str(folder),))) as gateway:
        (folder / "a.yaml").write_text(tape("one", "six"), "utf-8")
        time.sleep(0.6)
        assert (status(gateway, "six"), told(gateway)["watch"]) == (404, False)


async def test_a_file_in_the_place_of_another_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    heard = changes([path], patience=SECONDS)
    await anext(heard)
    for text in ("new", "newer"):
        (tmp_path / "b").write_text(text)
        (tmp_path / "b").replace(path)
        await asyncio.wait_for(anext(heard), SECONDS)
    await heard.aclose()


async def test_what_nobody_tells_is_looked_for(tmp_path: Path) -> None:
    heard = changes([tmp_path / "no" / "such.yaml"], patience=0.01)
    for _ in range(3):
        await asyncio.wait_for(anext(heard), SECONDS)
    await heard.aclose()


@pytest.mark.parametrize("steps", range(6))
async def test_it_ends_when_it_is_told_to_though_something_happens_just_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    word = asyncio.Event()

    async def awatch(*_: Path, **options: object) -> AsyncGenerator[set[str], None]:
        await word.wait()
        yield set()

    async def follow() -> None:
        async for _ in changes([tmp_path], patience=SECONDS):
            listening.set()

    monkeypatch.setitem(sys.modules, "watchfiles", SimpleNamespace(awatch=awatch))
    listening = asyncio.Event()
    following = asyncio.create_task(follow())
    await listening.wait()
    await asyncio.sleep(0)
    word.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    following.cancel()
    done, _ = await asyncio.wait([following], timeout=SECONDS)
    assert [one.cancelled() for one in done] == [True]
