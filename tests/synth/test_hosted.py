"""Hosted tools in synthesized answers: which are used, what they bring, who is waited for."""

import contextlib
import io
import zlib
from base64 import b64decode
from typing import Any

import pytest

from mockgw import apis
from mockgw.draft import Ask, Calls, Does, Draft, Hosted, Says, Tool
from mockgw.synth.chance import chance
from mockgw.synth.hosted import KINDS, deeds, waits
from mockgw.synth.imagine import imagine
from mockgw.synth.picture import picture

COSTS = apis.RESPONSES.costs
SEARCH = Hosted("web_search", {"type": "web_search"})
FILES = Hosted("file_search", {"type": "file_search", "vector_store_ids": ["vs_1"]})
CODE = Hosted("code_interpreter", {"container": "cntr_1"})
MCP = Hosted("mcp", {"server_label": "notes", "require_approval": "never"})
FINDER = Hosted("tool_search", {})
TIDES = Tool("get_tides")
HIDDEN = Tool("get_weather", namespace="get_weather", deferred=True, told={"name": "get_weather"})
SEEDS = range(8)


def done(ask: Ask, seed: int = 1) -> list[str]:
    """Return the kinds of the parts of an answer, functions by their names."""
    return [_kind(part) for part in imagine(ask, chance(seed), COSTS).parts]


def _kind(part: Says | Calls | Does) -> str:
    if isinstance(part, Says):
        return "says"
    return part.name if isinstance(part, Calls) else part.kind


@pytest.mark.parametrize(
    ("ask", "kinds"),
    [
        (Ask("Hello", hosted=(SEARCH,)), "web_search_call says"),
        (Ask("Hello", hosted=(SEARCH, FILES)), "web_search_call says"),
        (Ask("The documents?", hosted=(SEARCH, FILES)), "file_search_call says"),
        (Ask("Search!", hosted=(SEARCH, FILES)), "web_search_call file_search_call says"),
        (Ask("Search!", hosted=(SEARCH, FILES), most_hosted=1), "web_search_call says"),
        (Ask("Search!", hosted=(SEARCH, FILES), parallel=False), "web_search_call says"),
        (Ask("Search!", hosted=(SEARCH,), choice="none"), "says"),
        (Ask("Search!", hosted=(SEARCH,), answered=True), "says"),
        (Ask("Hi", hosted=(SEARCH, CODE), choice="required"), "web_search_call says"),
        (
            Ask("Hi", hosted=(SEARCH, CODE), choice="hosted:code_interpreter"),
            "code_interpreter_call says",
        ),
        (Ask("Hello", (TIDES,), hosted=(SEARCH,)), "get_tides"),
        (Ask("Online?", (TIDES,), hosted=(SEARCH,)), "web_search_call says"),
        (Ask("Tides, online.", (TIDES,), hosted=(SEARCH,)), "web_search_call get_tides"),
        (Ask("Hi", hosted=(MCP,)), "mcp_list_tools mcp_call says"),
        (Ask("Hi", hosted=(MCP,), listed=frozenset({"notes"})), "mcp_call says"),
        (
            Ask("Hi", hosted=(SEARCH, MCP), choice="hosted:mcp:notes"),
            "mcp_list_tools mcp_call says",
        ),
        (Ask("The notes?", hosted=(SEARCH, MCP)), "mcp_list_tools mcp_call says"),
        (
            Ask("Weather?", (HIDDEN,), hosted=(FINDER,)),
            "tool_search_call tool_search_output get_weather",
        ),
        (Ask("Weather?", (TIDES,), hosted=(FINDER,)), "get_tides"),
        (Ask("Hi", (HIDDEN,)), "says"),
        (Ask("Hi", hosted=(Hosted("programmatic_tool_calling"),)), "says"),
        (Ask("Hi", compacts=True), "says compaction"),
        (
            Ask("Hi", answered=True, approved={"name": "a", "arguments": "{}", "id": "mcpr_1"}),
            "mcp_call says",
        ),
    ],
)
def test_the_tools_that_are_used_are_those_the_rules_choose(ask: Ask, kinds: str) -> None:
    for seed in SEEDS:
        assert done(ask, seed) == kinds.split()


@pytest.mark.parametrize(
    ("kind", "settings", "waiting"),
    [
        ("apply_patch", {}, True),
        ("code_interpreter", {}, False),
        ("computer", {"type": "computer"}, True),
        ("computer", {"type": "computer_use_preview"}, True),
        ("file_search", {}, False),
        ("image_generation", {}, False),
        ("local_shell", {}, True),
        ("mcp", {"server_label": "a"}, True),
        ("mcp", {"server_label": "a", "require_approval": "never"}, False),
        (
            "mcp",
            {
                "server_label": "a",
                "allowed_tools": ["b"],
                "require_approval": {"never": {"tool_names": ["b"]}},
            },
            False,
        ),
        (
            "mcp",
            {
                "server_label": "a",
                "allowed_tools": {"tool_names": ["b"]},
                "require_approval": {"always": {"tool_names": ["b"]}},
            },
            True,
        ),
        ("shell", {}, True),
        ("shell", {"environment": {"type": "container_auto"}}, False),
        ("shell", {"environment": {"type": "container_reference", "container_id": "c"}}, False),
        ("tool_search", {"execution": "client"}, True),
        ("tool_search", {}, False),
        ("web_search", {}, False),
    ],
)
def test_the_answer_waits_for_a_tool_that_runs_at_the_callers(
    kind: str, settings: Any, waiting: bool
) -> None:
    parts = deeds(Hosted(kind, settings), Ask("Hi"), chance(1))
    assert parts
    assert waits(parts) == waiting


def test_every_kind_does_something_and_another_does_nothing() -> None:
    for kind in KINDS:
        assert deeds(Hosted(kind, {}), Ask("Hi"), chance(1))
    assert deeds(Hosted("programmatic_tool_calling"), Ask("Hi"), chance(1)) == ()


def said(draft: Draft) -> Says:
    (part,) = [part for part in draft.parts if isinstance(part, Says)]
    return part


def test_a_search_is_cited_at_its_place_in_the_text() -> None:
    tool = Hosted("web_search", {"filters": {"allowed_domains": ["example.org"]}})
    for seed in SEEDS:
        told = said(imagine(Ask("Hi", hosted=(tool,)), chance(seed), COSTS))
        (note,) = told.notes
        shown = told.text[note["start_index"] : note["end_index"]]
        assert shown == f"([example.org]({note['url']}))"
        assert note["title"]


def test_a_citation_that_is_cut_off_is_not_noted() -> None:
    whole = imagine(Ask("Hi", hosted=(SEARCH,)), chance(1), COSTS)
    for budget in range(30, COSTS.output(whole), 7):
        draft = imagine(Ask("Hi", hosted=(SEARCH,), budget=budget), chance(1), COSTS)
        for part in draft.parts:
            if isinstance(part, Says):
                assert all(note["end_index"] <= len(part.text) for note in part.notes)
        assert COSTS.output(draft) <= budget


def test_a_text_that_obeys_a_schema_cites_nothing() -> None:
    ask = Ask("Hi", hosted=(SEARCH,), schema={"type": "object", "properties": {}})
    assert said(imagine(ask, chance(1), COSTS)).notes == ()


def test_a_file_is_cited_by_its_id() -> None:
    draft = imagine(Ask("Hi", hosted=(FILES,)), chance(1), COSTS)
    (found,) = [part for part in draft.parts if isinstance(part, Does)]
    assert said(draft).notes[0]["file_id"] == found.data["results"][0]["file_id"]


def test_code_prints_what_it_says_it_prints() -> None:
    for seed in SEEDS:
        (part,) = deeds(CODE, Ask("Hi"), chance(seed))
        assert isinstance(part, Does)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(part.data["code"])
        assert part.data["outputs"] == [{"type": "logs", "logs": printed.getvalue()}]
        assert part.data["container_id"] == "cntr_1"


@pytest.mark.parametrize(
    ("form", "beginning"),
    [
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("jpeg", b"\xff\xd8\xff"),
        ("gif", b"GIF89a"),
        ("webp", b"RIFF"),
        ("svg", b"<svg"),
        ("nothing known", b"\x89PNG"),
    ],
)
def test_a_picture_has_the_format_that_was_asked_for(form: str, beginning: bytes) -> None:
    assert b64decode(picture(form, chance(1))).startswith(beginning)


def test_a_png_is_whole() -> None:
    data = b64decode(picture("png", chance(1)))[8:]
    names, pixels = [], b""
    while data:
        size = int.from_bytes(data[:4], "big")
        name, body, check = data[4:8], data[8 : 8 + size], data[8 + size : 12 + size]
        assert zlib.crc32(name + body) == int.from_bytes(check, "big")
        names.append(name)
        pixels += body if name == b"IDAT" else b""
        data = data[12 + size :]
    assert names == [b"IHDR", b"IDAT", b"IEND"]
    assert len(zlib.decompress(pixels)) == 16 * (1 + 16 * 3)
