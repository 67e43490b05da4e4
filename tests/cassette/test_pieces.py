"""A cassette that is read in pieces says what it says as a whole."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgw.cassette import reader
from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.pieces import pieces
from mockgw.errors import MockgwError
from tests.cassette.recordings import VCRPY, cassette, interaction

NAME = Path("a.yaml")
THREE = cassette(3).encode()
TAIL = VCRPY + VCRPY.partition("\n")[2].replace("first", "second") + "version: 1\n"
FILES = {
    "readable": THREE,
    "compact": cassette(3, "compact").encode(),
    "vcrpy": TAIL.encode(),
    "comments": THREE.replace(b"- request", b"# one\n\n- request").replace(
        b"    uri", b" # c\n    uri"
    ),
}
_SPLICED = [
    *(b"\n", b" ", b"- ", b"\n- ", b"\n---\n", b"\n...\n", b'"', b"'", b"&a ", b"*a", b"<<: *a"),
    *(b"\nversion: 2\n", b"\ninteractions: []\n", b"\n# x\n", b"%YAML 1.1\n", b"{", b"]", b"|"),
    *(b"\xff", b"\t", b"\r\n", b"!!python/tuple ", b"\n-\n", b"\ny: on\n"),
]


def told(data: bytes, *, whole: bool) -> list[Interaction] | str:
    """Return the interactions, or what is said about a broken file."""
    try:
        return reader._whole(data, NAME) if whole else reader.interactions(data, NAME)
    except MockgwError as error:
        return str(error)


@pytest.mark.parametrize("name", FILES)
def test_a_file_in_lines_is_cut_and_read_as_before(name: str) -> None:
    cut = pieces(FILES[name], NAME)
    assert cut is not None
    assert cut.all() == reader._whole(FILES[name], NAME)
    assert b"".join(FILES[name][one.start : one.end] for one in cut.places) in FILES[name]


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@settings(max_examples=250, deadline=None)
def test_an_edited_file_means_the_same_in_pieces_and_as_a_whole(
    name: str, data: st.DataObject
) -> None:
    content = FILES[name]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        end = min(start + data.draw(st.integers(0, 20)), len(content))
        content = content[:start] + data.draw(st.sampled_from([b"", *_SPLICED])) + content[end:]
    assert told(content, whole=False) == told(content, whole=True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# nothing\n",
        b"interactions: []\n",
        b"- request: 1\n",
        b"interactions:\n  - request: 1\n",
        b"interactions:\n-\n  request: 1\n",
        b'{"interactions": []}',
        b"interactions:\n- a: 1\ninteractions:\n- b: 1\n",
        b"---\ninteractions:\n- a: 1\n",
        b"interactions:\n- a: 1\n...\n- b: 1\n",
        b"version: [\ninteractions:\n- a: 1\n",
        b"interactions:\r\n- a: 1\r\n",
        b"interactions:\n\t# tab\n- a: 1\n",
        b"interactions:\n# \x07\n- a: 1\n",
        b"interactions:# \n- a: 1\n",
        b" b: 1\ninteractions:\n- a: 1\n",
        b"\xef\xbb\xbfinteractions:\n- a: 1\n",
    ],
)
def test_any_other_layout_is_left_whole(content: bytes) -> None:
    assert pieces(content, NAME) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("    body: &b 'x'", "    body: *b"),
        ('    body: "x', '- y"'),
        ("    body: {a: [1,", "- 2]}"),
    ],
)
def test_items_that_reach_into_each_other_are_read_as_a_whole(first: str, second: str) -> None:
    one, other = item(interaction(1)), item(interaction(2))
    text = HEAD + one.replace("    body: |-", f"{first}\n    was: |-") + other
    text = text.replace("    body: |-", second)
    assert told(text.encode(), whole=False) == told(text.encode(), whole=True)


def test_a_piece_that_is_broken_is_said_to_be_where_it_is() -> None:
    content = THREE.replace(b'    status: {code: 200, message: "OK"}\n', b"", 1)
    with pytest.raises(MockgwError) as caught:
        reader.interactions(content, NAME)
    assert caught.value.message.startswith("a.yaml:4: interaction 1: the response has no status")
