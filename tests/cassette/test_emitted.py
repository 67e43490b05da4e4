"""What is read without a YAML parser is what a YAML parser reads."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockgw.cassette.document import parsed
from mockgw.cassette.emitted import emitted
from mockgw.cassette.emitter import STYLES, item
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import find_cassettes, interactions
from mockgw.cassette.shipped import shipped
from mockgw.errors import MockgwError
from tests.cassette import recordings
from tests.cassette.recordings import interaction

each_style = pytest.mark.parametrize("style", STYLES)
PLAIN = {style: item(interaction(), style) for style in STYLES}
_SPLICED = [
    *"\n \t:,'\"\\#-|>&*!%@`[]{}~0é\r\x85\u2028",
    *(
        "\n      ",
        "\n        ",
        "- ",
        ": ",
        "null",
        "|+",
        "|2-",
        "\\ud83d",
        "\\x41",
        "!!str ",
        "<<",
    ),
    *("--- ", "...", "\n\n", "code: 0200", "on: ", "1.0", "1e3", "{}", "[]", "true"),
]


def by_yaml(text: str) -> Any:
    """Return what a YAML parser reads, None when it is no list of one item."""
    try:
        document, _ = parsed(text, Path("a.yaml"))
    except MockgwError:
        return None
    return document[0] if isinstance(document, list) and len(document) == 1 else None


@each_style
@given(recordings.interactions)
@settings(max_examples=300, deadline=None)
def test_an_item_is_read_as_yaml_reads_it_or_left_to_yaml(style: str, one: Interaction) -> None:
    text = item(one, style)
    found = emitted(text)
    assert found is None or found == by_yaml(text)


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """Return a text as somebody's editor may leave it: a few places cut out, filled or doubled."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.integers(0, 12)), len(text))
        text = text[:start] + draw(st.sampled_from(["", text[start:end], *_SPLICED])) + text[end:]
    return text


@each_style
@given(data=st.data())
@settings(max_examples=600, deadline=None)
def test_an_edited_item_is_read_as_yaml_reads_it_or_left_to_yaml(
    style: str, data: st.DataObject
) -> None:
    text = data.draw(edited(PLAIN[style]))
    found = emitted(text)
    assert found is None or found == by_yaml(text)


@given(recordings.texts, st.sampled_from([":", ": ", ": |\n      ", ": |2-\n      "]))
@example("\n\n", ": |\n      ")
@example("", ": |+\n")
@settings(max_examples=300, deadline=None)
def test_a_body_of_any_text_is_read_as_yaml_reads_it_or_left_to_yaml(text: str, lead: str) -> None:
    begin, _, end = PLAIN["readable"].partition("    body: |-")
    _, _, end = end.partition("\n  response:")
    spliced = f"{begin}    body{lead}{text}\n  response:{end}"
    found = emitted(spliced)
    assert found is None or found == by_yaml(spliced)


@each_style
def test_what_mockgw_records_is_read_without_yaml(style: str) -> None:
    bodies = [recordings.SSE.encode(), b"{}", b"", b"\n x", b"  a\n\n b\n\n", bytes(range(256))]
    for number, body in enumerate(bodies):
        text = item(interaction(number, body), style)
        # Of bytes that are no text, JSON knows nothing.
        if style == "readable" or body != bytes(range(256)):
            assert emitted(text) == by_yaml(text) is not None


def test_the_shipped_recordings_are_read_without_yaml() -> None:
    for path in find_cassettes(shipped()):
        for one in interactions(path.read_bytes(), path):
            assert emitted(item(one)) is not None
