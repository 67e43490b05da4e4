"""Sidecars: what is known of a large cassette from the last time, and when that does not count."""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mockgw.canonical import decode
from mockgw.cassette import sidecar
from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.pieces import Pieces
from mockgw.cassette.sidecar import Sidecars, cache_folder, content_digest
from mockgw.errors import MockgwError
from mockgw.model import Call
from mockgw.recordings import Index, Shelf, reading
from mockgw.redaction.redactor import redactor
from tests.calls import call, recording
from tests.wire import Json

SECRET = "sk-proj-Quite-Unguessable-0123456789"


def body(number: int) -> Json:
    return {"model": "gpt-5.5", "input": f"Question {number}?"}


def asked(number: int) -> Call:
    return call(body(number))


def tape(path: Path, count: int = 3, *, key: str = "") -> Path:
    """Write a cassette of so many recordings and one of another service."""
    items = [
        recording({**body(n), "user": key} if key else body(n), {"id": n}) for n in range(count)
    ]
    other = recording({}, {}, uri="https://example.com/")
    path.write_text(HEAD + "".join(map(item, [*items[:1], other, *items[1:]])), "utf-8")
    return path


@pytest.fixture(autouse=True)
def every_cassette_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGE", 0)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the position of each interaction that is parsed."""
    positions: list[int] = []
    read = Pieces.read

    def counted(self: Pieces, piece: sidecar.Row, position: int) -> object:
        positions.append(position)
        return read(self, piece, position)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(Pieces, "read", counted)
    return positions


def opened(path: Path, folder: Path, seal: Callable[[], str] = str) -> Index:
    return Shelf([path], None, Sidecars(folder, seal)).open().index


def test_a_cassette_that_is_known_is_not_parsed_but_for_what_is_played(
    tmp_path: Path, parsed: list[int]
) -> None:
    path = tape(tmp_path / "a.yaml")
    cold = opened(path, tmp_path / "cache")
    assert parsed == [1, 2, 3, 4]
    parsed.clear()
    warm = opened(path, tmp_path / "cache")
    assert [one.where for one in warm.recordings] == [one.where for one in cold.recordings]
    (found,) = warm.exact(asked(2))
    assert parsed == []
    assert decode(found.kept("exact").body) == {"id": 2}
    assert (found.call, parsed) == (asked(2), [4])


def test_the_work_of_a_look_up_and_of_an_addition_does_not_grow_with_the_length(
    tmp_path: Path, parsed: list[int]
) -> None:
    for count in (10, 100, 1000):
        path = tape(tmp_path / f"{count}.yaml", count)
        opened(path, tmp_path / "cache")
        parsed.clear()
        index = opened(path, tmp_path / "cache")
        for number in (0, count // 2, count - 1):
            assert index.exact(asked(number))[0].object == {"id": number}
        index.add(recording(body(count), {"id": "new"}))
        assert index.exact(asked(count))[0].object == {"id": "new"}
        assert len(parsed) == 3


def test_the_normal_keys_are_made_once_and_then_known(tmp_path: Path, parsed: list[int]) -> None:
    path = tape(tmp_path / "a.yaml")
    meant = call({**body(1), "temperature": 1})
    assert opened(path, tmp_path / "cache").normalized(meant)[0].object == {"id": 1}
    parsed.clear()
    assert opened(path, tmp_path / "cache").normalized(meant)[0].row.position == 3
    assert parsed == []


def test_with_other_secrets_the_normal_keys_are_made_anew(
    tmp_path: Path, parsed: list[int]
) -> None:
    path = tmp_path / "a.yaml"
    asks = {"model": "gpt-5.5", "input": "Who lives in Lindisfarne House?"}
    path.write_text(HEAD + item(recording(asks, {})))
    keys = []
    for environment in ({}, {"HOUSE_KEY": "Lindisfarne"}, {"HOUSE_KEY": "Lindisfarne"}, {}):
        look = redactor(environment)
        known = Sidecars(tmp_path / "cache", partial(getattr, look, "seal"))
        index = Shelf([path], look.text, known).open().index
        parsed.clear()
        (found,) = index.normalized(call(asks))
        keys.append((found.row.normal, list(parsed)))
    plain, hidden = keys[0][0], keys[1][0]
    assert keys == [(plain, [1]), (hidden, [1]), (hidden, []), (plain, [1])]
    assert plain != hidden


def test_the_same_content_is_known_wherever_it_is(tmp_path: Path, parsed: list[int]) -> None:
    data = tape(tmp_path / "a.yaml").read_bytes()
    opened(tmp_path / "a.yaml", tmp_path / "cache")
    (tmp_path / "b.yaml").write_bytes(data)
    parsed.clear()
    assert opened(tmp_path / "b.yaml", tmp_path / "cache").recordings[0].path.endswith("b.yaml")
    assert parsed == []


def test_one_byte_more_is_another_content(tmp_path: Path, parsed: list[int]) -> None:
    path = tape(tmp_path / "a.yaml")
    told = path.stat()
    opened(path, tmp_path / "cache")
    changed = path.read_bytes().replace(b"Question 1?", b"Question 7?")
    path.write_bytes(changed)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    parsed.clear()
    index = opened(path, tmp_path / "cache")
    assert not index.exact(asked(1))
    assert index.exact(asked(7))[0].object == {"id": 1}
    assert parsed[:4] == [1, 2, 3, 4]


def test_a_broken_cassette_is_never_known(tmp_path: Path) -> None:
    path = tape(tmp_path / "a.yaml")
    path.write_bytes(path.read_bytes()[:-30])
    for _ in range(2):
        with pytest.raises(MockgwError, match=r"a\.yaml:\d+: "):
            opened(path, tmp_path / "cache")
    assert not list(tmp_path.glob("cache/*"))


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda data: data[:0],
    "cut": lambda data: data[:-1],
    "one bit": lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
    "something else": lambda data: b"{}" + data[:0],
    "other rows": lambda _: sidecar._sum(b"\x92\xa0\x01") + b"\x92\xa0\x01",
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_sidecar_is_ignored_and_mended(
    tmp_path: Path, parsed: list[int], how: str
) -> None:
    path = tape(tmp_path / "a.yaml")
    opened(path, tmp_path / "cache")
    (kept,) = tmp_path.glob("cache/*")
    whole = kept.read_bytes()
    kept.write_bytes(SPOILT[how](whole))
    parsed.clear()
    assert len(opened(path, tmp_path / "cache").recordings) == 3
    assert parsed == [1, 2, 3, 4]
    assert kept.read_bytes() == whole


def test_another_mockgw_does_not_believe_what_this_one_knew(
    tmp_path: Path, parsed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tape(tmp_path / "a.yaml")
    opened(path, tmp_path / "cache")
    monkeypatch.setattr(sidecar, "_edition", lambda: "another")
    parsed.clear()
    opened(path, tmp_path / "cache")
    assert parsed == [1, 2, 3, 4]


def test_where_nothing_can_be_written_the_cassette_is_read(tmp_path: Path) -> None:
    path = tape(tmp_path / "a.yaml")
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nothing")):
        assert len(opened(path, folder).recordings) == 3


def test_a_sidecar_holds_no_text_and_no_secret(tmp_path: Path) -> None:
    path = tape(tmp_path / "a.yaml", key=SECRET)
    look = redactor({"MY_TOKEN": SECRET})
    index = opened(path, tmp_path / "cache", lambda: look.seal)
    index.normalized(asked(1))
    (kept,) = tmp_path.glob("cache/*")
    data = kept.read_bytes()
    for text in (SECRET, SECRET[:12], "Question", "openai.com", str(tmp_path)):
        assert text.encode() not in data
    assert look.seal.encode() not in data
    if sys.platform != "win32":
        assert kept.parent.stat().st_mode & 0o77 == 0


def test_only_the_newest_sidecars_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecar, "_MOST", 2)
    known = Sidecars(tmp_path)
    for number in range(4):
        content = content_digest(bytes([number]))
        known.put(content, [])
        (newest,) = [one for one in tmp_path.iterdir() if one.stat().st_mtime_ns > number]
        os.utime(newest, ns=(number, number))
    assert [known.get(content_digest(bytes([n]))) for n in range(4)] == [None, None, [], []]


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "linux", "/x/mockgw"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "linux", "/h/.cache/mockgw"),
        ({"HOME": "/h"}, "linux", "/h/.cache/mockgw"),
        ({"HOME": "/h"}, "darwin", "/h/Library/Caches/mockgw"),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "darwin", "/x/mockgw"),
        ({"LOCALAPPDATA": "/l", "HOME": "/h"}, "win32", "/l/mockgw"),
        ({"USERPROFILE": "/u"}, "win32", "/u/AppData/Local/mockgw"),
        ({}, "linux", None),
        ({"HOME": ""}, "linux", None),
    ],
)
def test_the_folder_is_the_users_cache(
    environment: dict[str, str], platform: str, folder: str | None
) -> None:
    assert cache_folder(environment, platform) == (Path(folder) if folder else None)
