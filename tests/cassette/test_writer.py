"""Adding to cassettes: whoever began them, wherever they were cut, however many add."""

import dataclasses
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
import vcr

from mockgw.cassette.emitter import HEAD, STYLES, item
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import find_cassettes, read
from mockgw.cassette.shipped import shipped
from mockgw.cassette.writer import Writer, repair, replace
from mockgw.errors import MockgwError
from tests.cassette.recordings import VCRPY, bare, cassette, interaction, uris

each_style = pytest.mark.parametrize("style", STYLES)


@each_style
def test_a_file_is_made_with_its_folders_and_grows(tmp_path: Path, style: str) -> None:
    path = tmp_path / "a" / "b" / "new.yaml"
    writer = Writer(path, style)
    for count in range(1, 4):
        assert writer.append(interaction(count - 1)) == []
        assert path.read_text(encoding="utf-8") == cassette(count, style)
    assert [entry.name for entry in path.parent.iterdir()] == ["new.yaml"]


def test_two_writers_see_what_the_other_added(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    writers = [Writer(path), Writer(path, "compact"), Writer(path)]
    for number in range(12):
        writers[number % 3].append(interaction(number))
        assert writers[number % 3].line == read(path)[-1].line
    assert uris(path) == [interaction(number).uri for number in range(12)]


# What tools write, and what people make of it.
FOREIGN = {
    "vcrpy": VCRPY + "version: 1\n",
    "vcrpy without a final newline": VCRPY + "version: 1",
    "metadata": VCRPY + "metadata:\n  seed: 7\n  at: '2026'\nversion: 1\n",
    "version first": "version: 1\n" + VCRPY,
    "no version": VCRPY,
    "no final newline": VCRPY.rstrip("\n"),
    "a trailing comment": VCRPY + "# the end\n",
    "a trailing comment after the version": VCRPY + "version: 1\n# the end\n",
    "document marks": "---\n" + VCRPY + "version: 1\n...\n",
    "a directive": "%YAML 1.1\n---\n" + VCRPY + "version: 1\n",
    "Windows": (VCRPY + "version: 1\n").replace("\n", "\r\n"),
    "a byte order mark": "\ufeff" + VCRPY + "version: 1\n",
    "quoted keys": (VCRPY + '"version": 1\n').replace("interactions:", '"interactions":'),
    "indented items": "interactions:\n"
    + "".join(f"  {line}\n" for line in VCRPY.splitlines()[1:])
    + "version: 1\n",
    "a comment beside the list": VCRPY.replace("interactions:", "interactions:  # by hand", 1),
    "an empty list": "interactions: []  # none yet\nversion: 1\n",
    "a list of nothing": "version: 1\ninteractions:\n",
    "a null list": "version: 1\ninteractions: null\n",
    "aliases": VCRPY.replace("['*/*']", "&all ['*/*']").replace("[text/event-stream]", "*all"),
    "cassetter": "version: 1\ninteractions:\n- request: {method: GET, uri: 'https://h/first'}\n"
    "  response:\n    status: 200\n    headers: {}\n    body: {type: json, content: {a: 1}}\n"
    "  recorded_at: '2026-01-01'\n",
    "parsed bodies": "interactions:\n- request:\n    method: POST\n    uri: https://h/first\n"
    "    headers: {}\n    parsed_body:\n      a: 1\n  response:\n    headers: {}\n"
    "    parsed_body:\n      b: [1, 2]\n    status: {code: 200, message: OK}\nversion: 1\n",
    "a file-like body": VCRPY.replace("'{\"a\": 1}'", "!!python/object/new:_io.BytesIO\n"
    "      state: !!python/tuple [!!binary YQ==, 0, null]") + "version: 1\n",
    "only comments": "# to be recorded\n",
    "a comment without its newline": "# to be recorded",
    "nothing": "",
    "blank lines": "\n\n",
}  # fmt: skip


@each_style
@pytest.mark.parametrize("name", FOREIGN)
def test_whoever_began_the_file_it_grows(tmp_path: Path, name: str, style: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(FOREIGN[name].encode())
    before = read(path)
    writer = Writer(path, style)
    assert writer.append(interaction(1)) == []
    assert Writer(path, style).append(interaction(2)) == []
    assert writer.append(interaction(3)) == []
    found = read(path)
    assert writer.line == found[-1].line or not found[-1].line
    assert list(map(bare, found[: len(before)])) == list(map(bare, before))
    assert [one.uri for one in found[len(before) :]] == [interaction(n).uri for n in (1, 2, 3)]
    assert found[-1].response_body == interaction().response_body
    for comment in ("# the end", "# by hand", "# none yet", "# to be recorded"):
        assert (comment in path.read_text()) == (comment in FOREIGN[name])
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.yaml"]


@pytest.mark.parametrize("name", ["vcrpy", "metadata", "version first", "an empty list"])
def test_a_file_is_put_in_order_once_and_then_only_added_to(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(FOREIGN[name], encoding="utf-8")
    path.chmod(0o640)
    Writer(path).append(interaction(1))
    first, place = path.read_bytes(), path.stat()
    assert place.st_mode & 0o777 == 0o640
    Writer(path).append(interaction(2))
    assert path.read_bytes() == first + item(interaction(2)).encode()
    assert path.stat().st_ino == place.st_ino


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    (tmp_path / "real.yaml").write_text(FOREIGN["vcrpy"], encoding="utf-8")
    path.symlink_to("real.yaml")
    Writer(path).append(interaction(1))
    assert path.is_symlink()
    assert uris(tmp_path / "real.yaml") == ["https://h/first", interaction(1).uri]


def test_vcrpy_goes_on_with_what_it_began_and_we_added_to(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(FOREIGN["metadata"], encoding="utf-8")
    Writer(path).append(interaction(1))
    with vcr.VCR().use_cassette(str(path), record_mode="none") as played:
        first = requests.post("https://h/first", timeout=5)
        second = requests.post(interaction(1).uri, timeout=5)
        assert played.all_played
    assert first.content.decode().startswith('data: {"n":0}\n\ndata: café 😀 and')
    assert second.content == interaction().response_body


@pytest.mark.parametrize("path", find_cassettes(shipped()), ids=lambda path: path.name)
def test_a_shipped_file_that_vcrpy_saved_again_grows(tmp_path: Path, path: Path) -> None:
    saved = tmp_path / path.name
    saved.write_bytes(path.read_bytes())
    with vcr.VCR().use_cassette(str(saved), record_mode="new_episodes") as cassette_of_vcrpy:
        requests.post(read(saved)[0].uri, timeout=5)
        cassette_of_vcrpy.dirty = True
    assert saved.read_bytes().endswith(b"\nversion: 1\n")
    Writer(saved).append(interaction(1))
    assert list(map(bare, read(saved)[:-1])) == list(map(bare, read(path)))
    assert saved.read_bytes().startswith(b"version: 1\ninteractions:\n- request:\n")


BROKEN = {
    "a list": "- request: {}\n",
    "JSON": '{"interactions": []}',
    "JSON over lines": '{\n"interactions": [\n]\n}\n',
    "a flow list": "interactions: [{request: {}}]\n",
    "a mapping": "interactions:\n  a: 1\n",
    "another thing": "name: x\non: [push]\n",
    "two lists": "interactions:\ninteractions:\n",
    "two documents": VCRPY + "---\na: 1\n",
    "compressed": "\x1f\x8b",
    "a status mistyped": VCRPY.replace("code: 200", "code: x"),
    "a quote too many": cassette(2).replace('message: "OK"}', 'message: "OK}'),
    "a quote too many on one line": cassette(2, "compact").replace('"OK"', '"OK'),
    "an item in front of others": cassette(1) + "- x\nversion: 1\n",
    "a line of text": cassette(1) + "text\n" + item(interaction(1)),
    "an alias forward": VCRPY.replace("['*/*']", "&all ['*/*']") + "metadata: {a: *all}\n",
}


def add(path: Path) -> None:
    Writer(path).append(interaction())


def repair_and_add(path: Path) -> None:
    repair(path)  # some of them are whole, though nothing can follow
    add(path)


@pytest.mark.parametrize("change", [add, repair_and_add])
@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_whole_cassette_is_refused_and_left(
    tmp_path: Path, name: str, change: Callable[[Path], None]
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(BROKEN[name], encoding="latin-1" if name == "compressed" else "utf-8")
    before = path.read_bytes()
    with pytest.raises(MockgwError, match=r"a\.yaml") as caught:
        change(path)
    assert caught.value.hint
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.yaml"]


@pytest.mark.parametrize("text", [cassette(2), cassette(0), FOREIGN["vcrpy"], ""])
def test_a_writer_sees_that_the_file_is_another_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    writer = Writer(path)
    writer.append(interaction(0))
    for put in (path.write_bytes, Path(tmp_path / "new").write_bytes):
        put(text.encode())
        if (tmp_path / "new").exists():
            (tmp_path / "new").replace(path)
        before = uris(path)
        writer.append(interaction(1))
        assert uris(path) == [*before, interaction(1).uri]


def test_a_writer_begins_anew_when_the_file_was_removed(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    writer = Writer(path)
    writer.append(interaction(0))
    path.unlink()
    writer.append(interaction(1))
    assert path.read_text(encoding="utf-8") == HEAD + item(interaction(1))


@each_style
@pytest.mark.parametrize("count", [0, 3])
def test_a_cassette_takes_the_place_of_another(tmp_path: Path, style: str, count: int) -> None:
    path = tmp_path / "new" / "a.yaml"
    replace(path, [interaction(9)], style)
    replace(path, map(interaction, range(count)), style)
    found = read(path)
    assert [one.response_body for one in found] == [interaction().response_body] * count
    assert uris(path) == [interaction(n).uri for n in range(count)]
    assert [entry.name for entry in path.parent.iterdir()] == ["a.yaml"]
    with vcr.VCR().use_cassette(str(path), record_mode="none") as cassette_of_vcrpy:
        assert len(cassette_of_vcrpy) == count
    Writer(path, style).append(interaction(5))
    assert len(uris(path)) == count + 1


def test_a_cassette_stays_when_its_successor_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    replace(path, [interaction(0)])
    with pytest.raises(MockgwError):
        replace(path, [interaction(1), with_half_a_pair()])
    assert uris(path) == [interaction(0).uri]


def with_half_a_pair() -> Interaction:
    return dataclasses.replace(interaction(), uri="https://h/\ud800")


@pytest.mark.parametrize(
    ("name", "said", "remedy"),
    [
        ("folder", "is a directory", "Name a file"),
        ("file/a.yaml", "not a directory", "Name a folder"),
        ("file/b/a.yaml", "not a directory", "Name a folder"),
        ("pipe", "it is no file", "Name a file"),
        ("x" * 300, "name too long", "Give the cassette a shorter"),
        ("test_x[gpt-5.5].json", "JSON", r"Record into test_x\[gpt-5.5\].yaml"),
        ("a.yaml.gz", "compressed", "Record into a.yaml"),
    ],
)
@pytest.mark.parametrize("change", [add, lambda path: replace(path, [interaction()])])
def test_a_place_that_takes_no_cassette_is_refused_with_a_remedy(
    tmp_path: Path, name: str, said: str, remedy: str, change: Callable[[Path], None]
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MockgwError, match=said) as caught:
        change(tmp_path / name)
    assert str(tmp_path / name) in caught.value.message
    assert re.match(remedy, caught.value.hint)
    assert {entry.name for entry in tmp_path.iterdir()} == {"folder", "file", "pipe"}


def test_a_missing_cassette_is_not_made_by_repairing_it(tmp_path: Path) -> None:
    with pytest.raises(MockgwError, match=r"a\.yaml"):
        repair(tmp_path / "a.yaml")
    assert list(tmp_path.iterdir()) == []
