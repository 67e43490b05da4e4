"""Cassettes on the disk and what a shelf makes of them, look by look."""

from pathlib import Path
from typing import Any

import pytest

from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.writer import Writer
from mockgw.errors import MockgwError
from mockgw.recordings import Shelf, reading
from mockgw.recordings.shelf import News
from mockgw.tapes import Tapes
from tests.calls import call, recording
from tests.wire import Json

OLD, NEW = {"id": "old"}, {"id": "new"}


def asks(text: str) -> Json:
    return {"model": "gpt-5.5", "input": text}


def write(path: Path, **said: Any) -> None:
    """Write a cassette of questions and what was said to them."""
    items = [item(recording(asks(text), answer)) for text, answer in said.items()]
    path.write_text(HEAD + "".join(items), "utf-8")


def news(shelf: Shelf) -> list[News]:
    return shelf.take(shelf.look())


@pytest.fixture(params=["small", "large"], autouse=True)
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every test see small cassettes, which are read at once, and large ones."""
    if request.param == "large":
        monkeypatch.setattr(reading, "LARGE", 0)


def test_what_changes_comes_and_goes_is_taken_in(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", first=OLD)
    write(tmp_path / "b.yaml", second=OLD)
    shelf = Shelf([tmp_path]).open()
    tapes = Tapes(shelf.index)
    assert news(shelf) == []
    write(tmp_path / "a.yaml", first=NEW, third=OLD)
    write(tmp_path / "0.yaml", fourth=OLD)
    (tmp_path / "b.yaml").unlink()
    assert news(shelf) == [
        News(f"{tmp_path}/b.yaml: gone, with 1 recording"),
        News(f"{tmp_path}/0.yaml: new, 1 recording"),
        News(f"{tmp_path}/a.yaml: changed, 2 recordings"),
    ]
    found = {text: tapes.find(call(asks(text))) for text in ("first", "second", "third", "fourth")}
    assert {text: one and one.read() for text, one in found.items()} == {
        "first": NEW,
        "second": None,
        "third": OLD,
        "fourth": OLD,
    }
    assert [Path(name).name for name in tapes.by_file()] == ["0.yaml", "a.yaml"]


def test_a_broken_file_keeps_its_recordings_and_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write(path, first=OLD)
    shelf = Shelf([tmp_path]).open()
    path.write_text(path.read_text("utf-8")[:-20], "utf-8")
    (told,) = news(shelf)
    assert told.problem
    assert told.text.startswith(f"{path}:")
    assert "restore it from version control" in told.text
    assert told.text.endswith("Meanwhile 1 recording of before stay.")
    assert news(shelf) == []
    assert Tapes(shelf.index).find(call(asks("first")))
    write(path, first=NEW)
    assert news(shelf) == [News(f"{path}: changed, 1 recording")]
    (found,) = shelf.index.exact(call(asks("first")))
    assert found.object == NEW


def test_a_file_that_is_emptied_to_be_written_keeps_its_recordings_meanwhile(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.yaml"
    write(path, first=OLD)
    shelf = Shelf([path]).open()
    path.write_bytes(b"")
    assert news(shelf) == []
    assert shelf.index.exact(call(asks("first")))
    write(path, first=NEW, second=OLD)
    assert news(shelf) == [News(f"{path}: changed, 2 recordings")]
    path.write_bytes(b"")
    assert [news(shelf), news(shelf)] == [[], [News(f"{path}: changed, 0 recordings")]]
    assert (shelf.index.recordings, news(shelf)) == ([], [])


def test_at_the_start_a_broken_or_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MockgwError, match="No cassette at"):
        Shelf([tmp_path / "no"]).open()
    (tmp_path / "a.yaml").write_text("interactions:\n- 1\n")
    with pytest.raises(MockgwError, match=r"a\.yaml:2: interaction 1: it is '1'"):
        Shelf([tmp_path]).open()


def test_a_named_file_that_goes_away_is_told_and_may_come_again(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write(path, first=OLD)
    shelf = Shelf([path]).open()
    path.unlink()
    gone, missing = news(shelf)
    assert gone == News(f"{path}: gone, with 1 recording")
    assert missing.problem
    assert missing.text.startswith(f"No cassette at {path}")
    assert (shelf.index.recordings, news(shelf)) == ([], [])
    write(path, first=NEW)
    assert news(shelf) == [News(f"{path}: new, 1 recording")]


def test_a_session_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    answers = [{"id": name} for name in "abcd"]
    items = [item(recording(asks("Hi"), answer)) for answer in answers]
    path.write_text(HEAD + "".join(items[:3]), "utf-8")
    shelf = Shelf([path]).open()
    tapes = Tapes(shelf.index)
    told = [tapes.find(call(asks("Hi"))) for _ in range(2)]
    # Two lines above, and one more recording below.
    path.write_text(f"# a comment\n# another\n{HEAD}{''.join(items)}", "utf-8")
    assert news(shelf)
    told += [tapes.find(call(asks("Hi"))) for _ in range(2)]
    assert [one and one.read() for one in told] == answers
    assert not tapes.unused()
    assert tapes.recordings[0].where == f"{path}:6"


def test_what_a_recorder_adds_is_there_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.yaml"
    shelf = Shelf([path], to_be_made=True).open()
    tapes, writer = Tapes(shelf.index), Writer(path)
    for text in ("first", "second"):
        one = recording({"input": text, "model": "gpt-5.5"}, OLD)
        writer.append(one)
        tapes.add(one, str(path))
    made = list(tapes.recordings)
    look = shelf.look()
    late = recording(asks("third"), OLD)
    writer.append(late)
    tapes.add(late, str(path))
    # What was written after the look stays, and the next look finds it in its place.
    for seen in (look, shelf.look()):
        shelf.take(seen)
        assert [one.call.body["input"] for one in tapes.recordings] == ["first", "second", "third"]
        assert tapes.recordings[:2] == made
    assert [one.interaction.line > 0 for one in tapes.recordings] == [True] * 3
    assert shelf.index.added == []


def test_the_same_call_recorded_twice_is_there_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write(path, first=OLD)
    shelf = Shelf([path]).open()
    one = recording(asks("first"), OLD)
    Writer(path).append(one)
    Tapes(shelf.index).add(one, str(path))
    news(shelf)
    assert len(shelf.index.exact(call(asks("first")))) == 2


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", first=OLD)
    assert len(Shelf([tmp_path, tmp_path / "a.yaml"]).open().index.recordings) == 1
