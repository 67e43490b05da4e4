"""Files that were cut while they were written: what is whole stays, and the rest is told."""

from pathlib import Path

import pytest
import requests
import vcr

from mockgw.cassette.emitter import HEAD, STYLES, item
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import read
from mockgw.cassette.writer import Writer, repair
from mockgw.errors import MockgwError
from tests.cassette.recordings import VCRPY, bare, cassette, interaction, uris

each_style = pytest.mark.parametrize("style", STYLES)


@each_style
@pytest.mark.slow
def test_wherever_our_file_is_cut_the_whole_items_stay_and_the_rest_is_told(
    tmp_path: Path, style: str
) -> None:
    path, data = tmp_path / "a.yaml", cassette(2, style).encode()
    items = [item(interaction(n), style).encode() for n in range(2)]
    head = HEAD.encode()
    ends = [len(head) + len(items[0]), len(data)]
    for at in range(len(data)):
        # The newline at the end of an item is not needed.
        whole = sum(at >= end - 1 for end in ends)
        start = [len(head), *ends][whole]
        check_cut(path, data[:at], whole, told=at > start)
        assert read_or_none(path) is not None


def test_wherever_a_file_of_vcrpy_is_cut_no_body_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(VCRPY, encoding="utf-8")
    with vcr.VCR().use_cassette(str(path), record_mode="new_episodes") as cassette_of_vcrpy:
        requests.post("https://h/first", timeout=5)
        cassette_of_vcrpy.dirty = True
    data = path.read_bytes()
    assert data.startswith(b"interactions:\n- request:")
    complete = read(path)[0].response_body
    for at in range(len(b"interactions:\n"), len(data)):
        path.write_bytes(data[:at])
        refused = refusal(path)
        if refused:
            assert "status" in refused
            assert path.read_bytes() == data[:at]
            continue
        *kept, last = read(path)
        assert last.uri == interaction().uri
        assert [one.response_body for one in kept] in ([], [complete])


def refusal(path: Path) -> str:
    """Add to a file; return why that is refused."""
    try:
        Writer(path).append(interaction())
    except MockgwError as error:
        return error.message
    return ""


def read_or_none(path: Path) -> list[Interaction] | None:
    try:
        return read(path)
    except MockgwError:
        return None


def check_cut(path: Path, data: bytes, whole: int, *, told: bool) -> None:
    """Check that reading a cut file never lies; repairing it and adding keep what is whole."""
    expected = [bare(interaction(n)).uri for n in range(whole)]
    path.write_bytes(data)
    found = read_or_none(path)
    assert found is None or [one.uri for one in found] == expected
    assert found is None or not told
    dropped = repair(path)
    assert bool(dropped) == told
    assert uris(path) == expected
    path.write_bytes(data)
    assert Writer(path).append(interaction(9)) == dropped
    assert uris(path) == [*expected, interaction(9).uri]


def test_what_was_cut_is_told_with_its_lines_and_what_was_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    whole = cassette(1)
    path.write_text(whole + item(interaction(7))[:400], encoding="utf-8")
    first = whole.count("\n") + 1
    last = path.read_text(encoding="utf-8").count("\n") + 1
    (told,) = repair(path)
    assert told.startswith(f"{path}:{first}-{last}: ")
    assert interaction(7).uri in told
    assert path.read_text(encoding="utf-8") == whole
    assert repair(path) == []


@pytest.mark.parametrize("kept", [0, 40, 400])
def test_a_writer_mends_what_another_left_cut_while_it_was_away(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.yaml"
    writer = Writer(path)
    writer.append(interaction(0))
    with path.open("a", encoding="utf-8") as file:
        file.write(item(interaction(1)) + item(interaction(2))[:kept])
    dropped = writer.append(interaction(3))
    assert uris(path) == [interaction(n).uri for n in (0, 1, 3)]
    assert bool(dropped) == bool(kept)
    assert all(f"{path}:{cassette(2).count(chr(10)) + 1}-" in told for told in dropped)
