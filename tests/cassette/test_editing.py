from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgw.cassette.editing import edit, edited
from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import interactions, read
from mockgw.cassette.writer import Writer
from mockgw.errors import MockgwError
from tests.cassette.recordings import VCRPY, bare, cassette, interaction, uris
from tests.cassette.recordings import interactions as any_interactions

NAME = Path("tape.yaml")
COMMENTED = (
    "# the whole tape\n"
    + HEAD
    + "".join(f"# number {n}\n# goes with it\n{item(interaction(n))}" for n in range(3))
    + "# the end\n"
)


def test_what_stays_keeps_its_bytes_and_comments() -> None:
    after = edited(COMMENTED.encode(), NAME, {2: None}).decode()
    assert after == COMMENTED.replace(f"# number 1\n# goes with it\n{item(interaction(1))}", "")


def test_what_takes_a_place_stands_below_the_comments_of_what_was_there() -> None:
    after = edited(COMMENTED.encode(), NAME, {1: interaction(7)}).decode()
    assert after == COMMENTED.replace(item(interaction(0)), item(interaction(7)))


def test_the_style_of_the_place_is_kept() -> None:
    after = edited(cassette(2, "compact").encode(), NAME, {2: interaction(7)}).decode()
    assert after == HEAD + item(interaction(0), "compact") + item(interaction(7), "compact")


def test_nothing_left_is_nothing() -> None:
    assert edited(COMMENTED.encode(), NAME, dict.fromkeys((1, 2, 3))) == b""


@pytest.mark.parametrize("opening", ["", "\ufeff", "---\n"])
def test_files_of_vcrpy_keep_their_layout(opening: str) -> None:
    text = f"{opening}{VCRPY}{item(interaction(1))}version: 1\n"
    after = edited(text.encode(), NAME, {1: None}).decode()
    assert after == f"{opening}interactions:\n{item(interaction(1))}version: 1\n"


def test_items_in_a_column_of_their_own_are_edited_there() -> None:
    lines = item(interaction(1)).splitlines(keepends=True)
    text = "interactions:\n" + "".join(f"  {line}" if line != "\n" else line for line in lines)
    after = edited(text.encode(), NAME, {1: interaction(2)}).decode()
    assert after == text.replace("?n=1", "?n=2").replace("fe 1", "fe 2")


def test_a_sign_of_comments_in_a_text_is_text() -> None:
    text = "interactions:\n" + "".join(
        f"- response:\n    status: {{code: 200}}\n    body:\n      string: |\n"
        f"        text\n        # no comment {n}\n  request: {{method: GET, uri: 'https://h/{n}'}}\n"
        for n in range(2)
    )
    after = edited(text.encode(), NAME, {2: None})
    [one] = interactions(after, NAME)
    assert one.response_body == b"text\n# no comment 0\n"


AS_JSON = """\
{"interactions": [{"request": {"method": "GET", "uri": "https://h/"},
"response": {"status": {"code": 200, "message": "OK"}, "body": {"string": ""}}}]}
"""
A_LIST = """\
- request: {method: GET, uri: 'https://h/'}
  response: {status: {code: 200, message: OK}, body: {string: x}}
"""


@pytest.mark.parametrize("text", [AS_JSON, A_LIST])
def test_a_layout_that_cannot_be_edited_is_told_with_a_remedy(text: str) -> None:
    with pytest.raises(MockgwError, match=r"cannot be edited in place.*\n.*convert"):
        edited(text.encode(), NAME, {1: None})


def test_interactions_that_lean_on_each_other_are_not_torn_apart() -> None:
    one = "- request: &r {method: GET, uri: 'https://h/'}\n  response: &a {status: {code: 200}}\n"
    text = f"interactions:\n{one}- request: *r\n  response: *a\n"
    with pytest.raises(MockgwError, match="depend on each other"):
        edited(text.encode(), NAME, {1: None})


@given(
    st.lists(any_interactions, min_size=1, max_size=4),
    st.data(),
    st.sampled_from(["readable", "compact"]),
)
def test_whatever_is_edited_the_rest_means_the_same(
    held: list[Interaction], data: st.DataObject, style: str
) -> None:
    text = HEAD + "".join(item(one, style) for one in held)
    gone = data.draw(st.sets(st.integers(1, len(held))))
    after = edited(text.encode(), NAME, dict.fromkeys(gone))
    before = interactions(text.encode(), NAME)
    stays = [bare(one) for place, one in enumerate(before, 1) if place not in gone]
    assert [bare(one) for one in interactions(after, NAME)] == stays


def test_what_was_added_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text(cassette(2), "utf-8")
    before = path.read_bytes()
    Writer(path).append(interaction(9))
    edit(path, before, {1: None})
    assert [uri[-3:] for uri in uris(path)] == ["n=1", "n=9"]


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text(cassette(2), "utf-8")
    with pytest.raises(MockgwError, match="was changed while it was looked at"):
        edit(path, cassette(3).encode(), {1: None})
    assert path.read_text("utf-8") == cassette(2)


def test_a_file_with_nothing_left_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text(cassette(1), "utf-8")
    edit(path, path.read_bytes(), {1: None})
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(MockgwError, match="No cassette"):
        edit(tmp_path / "tape.yaml", b"", {1: None})
    assert list(tmp_path.iterdir()) == []


def test_a_replaced_interaction_is_read_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text(cassette(3), "utf-8")
    other = replace(interaction(5), status=404, reason="Not Found", response_body=b"{}")
    edit(path, path.read_bytes(), {2: other})
    assert [one.status for one in read(path)] == [200, 404, 200]
