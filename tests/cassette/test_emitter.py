"""What is written is read as it was meant, by us, by PyYAML and by vcrpy."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import vcr
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from mockgw.cassette.emitter import HEAD, STYLES, item
from mockgw.cassette.indented import indented
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import find_cassettes, interactions, read
from mockgw.cassette.shipped import shipped
from mockgw.errors import MockgwError
from tests.cassette import recordings
from tests.cassette.recordings import JSON, bare, interaction

each_style = pytest.mark.parametrize("style", STYLES)
FILES = find_cassettes(shipped())


def text_of(found: list[Interaction], style: str = "readable") -> str:
    return HEAD + "".join(item(one, style) for one in found)


def as_bytes(value: str | bytes | None) -> bytes:
    return value.encode() if isinstance(value, str) else value or b""


def sent(headers: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in headers.items()}


def unspaced(body: bytes) -> list[str]:
    """Return the words of JSON, each as it is spelled."""
    text, words, start = body.decode(), [], 0
    decoder = json.JSONDecoder()
    while start < len(text):
        end = start + 1
        if text[start] == '"':
            _, end = decoder.raw_decode(text, start)
        if text[start] not in " \t\r\n":
            words.append(text[start:end])
        start = end
    return words


def same_request_body(found: bytes, one: Interaction) -> bool:
    if found == one.request_body:
        return True
    assert one.request_headers == JSON
    return unspaced(found) == unspaced(one.request_body)


@each_style
@given(st.lists(recordings.interactions, min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_our_reader_finds_what_was_written(style: str, written: list[Interaction]) -> None:
    found = interactions(text_of(written, style).encode(), Path("a.yaml"))
    assert len(found) == len(written)
    for seen, one in zip(found, written, strict=True):
        assert same_request_body(seen.request_body, one)
        assert replace(bare(seen), request_body=b"") == replace(one, request_body=b"")


@each_style
@given(recordings.interactions)
@settings(max_examples=150, deadline=None)
def test_every_loader_of_pyyaml_finds_what_was_written(style: str, one: Interaction) -> None:
    text = text_of([one], style)
    loaders: list[Any] = [yaml.SafeLoader, yaml.CSafeLoader]
    for loader in loaders:
        document = yaml.load(text, loader)
        assert list(document) == ["version", "interactions"]
        (found,) = document["interactions"]
        request, response = found["request"], found["response"]
        assert (request["method"], request["uri"]) == (one.method, one.uri)
        assert request["headers"] == sent(one.request_headers)
        assert same_request_body(as_bytes(request["body"]), one)
        assert as_bytes(response["body"]["string"]) == one.response_body
        assert response["headers"] == sent(one.response_headers)
        assert response["status"] == {"code": one.status, "message": one.reason}
        assert response.get("mockgw", {}) == one.extra
        assert list(response)[-1] == "status"


@each_style
@given(recordings.interactions)
@settings(max_examples=100, deadline=None)
def test_vcrpy_finds_what_was_written(style: str, one: Interaction) -> None:
    (request,), (response,) = deserialize(text_of([one], style), yamlserializer)
    assert (request.method, request.uri) == (one.method, one.uri)
    assert same_request_body(request.body or b"", one)
    assert response["body"]["string"] == one.response_body
    assert response["status"] == {"code": one.status, "message": one.reason}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_shipped_file_is_written_byte_for_byte(path: Path) -> None:
    assert text_of(read(path)) == path.read_text(encoding="utf-8")


BODIES = {
    "json": '{"text": "Grüße 😀", "top_p": 0.980}'.encode(),
    "sse": recordings.SSE.encode(),
    "crlf": b"data: 1\r\n\r\n",
    "bytes": bytes(range(256)),
    "line separator": "a\u2028b\n".encode(),
    "leading space": b"  a\n\n b",
    "blank": b"\n\n",
    "nothing": b"",
}


def by_requests(one: Interaction) -> tuple[int, bytes]:
    headers = {"content-type": "application/json"}
    answer = requests.post(one.uri, data=one.request_body, headers=headers, timeout=5)
    return answer.status_code, answer.content


def by_httpx(one: Interaction) -> tuple[int, bytes]:
    headers = {"content-type": "application/json"}
    answer = httpx.post(one.uri, content=one.request_body, headers=headers)
    return answer.status_code, answer.content


@each_style
@pytest.mark.parametrize("client", [by_requests, by_httpx])
def test_vcrpy_replays_what_was_written_byte_for_byte(
    tmp_path: Path, style: str, client: Any
) -> None:
    path = tmp_path / "a.yaml"
    written = [interaction(number, body) for number, body in enumerate(BODIES.values())]
    path.write_text(text_of(written, style), encoding="utf-8")
    rules = {"record_mode": "none", "match_on": ["method", "uri", "body"]}
    with vcr.VCR().use_cassette(str(path), **rules) as cassette:
        answers = {name: client(one)[1] for name, one in zip(BODIES, written, strict=True)}
        assert cassette.all_played
    assert answers == BODIES


def test_vcrpy_keeps_our_line_when_it_writes_the_file_again(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text_of([interaction()]), encoding="utf-8")
    with vcr.VCR().use_cassette(str(path), record_mode="new_episodes") as cassette:
        by_requests(interaction())
        cassette.dirty = True
    assert path.read_text().startswith("interactions:")
    assert read(path)[0].extra == interaction().extra


def test_people_read_an_item_from_top_to_bottom() -> None:
    assert item(interaction(3)).splitlines() == [
        "- request:",
        "    method: POST",
        '    uri: "https://gateway.ai.cloudflare.com/v1/ACCOUNT/GATEWAY/openai/responses?n=3"',
        "    headers:",
        '      content-type: ["application/json"]',
        "    body: |-",
        "      {",
        '        "model": "gpt-5.5",',
        '        "input": "Gr\\u00fc\\u00dfe 3"',
        "      }",
        "  response:",
        "    headers:",
        '      content-type: ["text/event-stream; charset=utf-8"]',
        '      set-cookie: ["a=1", "b=2"]',
        "    body:",
        "      string: |+",
        "        event: response.output_text.delta",
        '        data: {"delta":"hi 😀"}',
        "",
        "        event: response.completed",
        '        data: {"a":1.50}',
        "",
        "        data: [DONE]",
        "",
        '    mockgw: {v: 1, at: "2026-11-22T01:25:24.123Z", sse_ms: "0 201 203"}',
        '    status: {code: 200, message: "OK"}',
    ]


def test_a_compact_item_is_one_line_of_json() -> None:
    text = item(interaction(), "compact")
    assert text.count("\n") == 1
    found = json.loads(text.removeprefix("- "))
    assert list(found) == ["request", "response"]
    assert found["response"]["body"]["string"] == recordings.SSE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"b":1.50,"a":1E5,"b":2}', '{\n  "b": 1.50,\n  "a": 1E5,\n  "b": 2\n}'),
        ('{ "a" : [ ] , "b":{}}', '{\n  "a": [],\n  "b": {}\n}'),
        (r'["\u00e9\/\"]", "é"]', '[\n  "\\u00e9\\/\\"]",\n  "é"\n]'),
        ('[[1,\n2],{"a":[]}]', '[\n  [\n    1,\n    2\n  ],\n  {\n    "a": []\n  }\n]'),
        ("[NaN,-Infinity]", "[\n  NaN,\n  -Infinity\n]"),
        ('"[1]"', '"[1]"'),
        ("[1", "[1"),
        ("", ""),
        ("[1] x", "[1] x"),
        ("[" * 61 + "]" * 61, "[" * 61 + "]" * 61),
        ("[" * 5000, "[" * 5000),
    ],
)
def test_json_changes_its_white_space_only(text: str, expected: str) -> None:
    assert indented(text) == expected


@given(recordings.json_bodies)
def test_json_is_laid_out_as_the_standard_library_does(body: bytes) -> None:
    value = json.loads(body)
    once = indented(body.decode())
    assert indented(once) == once
    if isinstance(value, dict | list):
        assert once == json.dumps(value, ensure_ascii=False, indent=2)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ("text/plain",)},
        {"content-type": ("application/x-www-form-urlencoded",)},
    ],
)
def test_json_that_vcrpy_compares_as_bytes_keeps_its_bytes(
    headers: dict[str, tuple[str, ...]],
) -> None:
    one = replace(interaction(), request_headers=headers, request_body=b'{"a":1}')
    (found,) = interactions(text_of([one]).encode(), Path("a.yaml"))
    assert found.request_body == b'{"a":1}'


def test_headers_that_spoke_of_the_compressed_body_are_left_out() -> None:
    stale = {"content-encoding": ("gzip",), "content-length": ("9",), "x-kept": ("a",)}
    text = item(replace(interaction(), response_headers=stale))
    assert "content-length" not in text
    assert "content-encoding" not in text
    assert "x-kept" in text


def test_a_header_with_bytes_that_are_no_utf8_reads_as_latin_1() -> None:
    odd = b"caf\xe9".decode("utf-8", "surrogateescape")
    one = replace(interaction(), response_headers={"x-place": (odd,)})
    (found,) = interactions(text_of([one]).encode(), Path("a.yaml"))
    assert found.response_headers == {"x-place": ("café",)}


@each_style
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"uri": "https://h/\ud800"}, "half of a surrogate pair"),
        ({"reason": "\udfff"}, "half of a surrogate pair"),
        ({"response_headers": {"x": ("\ud800",)}}, "half of a surrogate pair"),
        ({"extra": {"at": date(2026, 1, 1)}}, "a date"),
        ({"extra": {"a": [{1, 2}]}}, "a set"),
    ],
)
def test_what_no_file_can_keep_is_refused(style: str, change: dict[str, Any], said: str) -> None:
    with pytest.raises(MockgwError, match=said) as caught:
        item(replace(interaction(), **change), style)
    assert caught.value.hint


def test_an_unknown_style_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(MockgwError, match="pretty") as caught:
        item(interaction(), "pretty")
    assert "readable, compact" in caught.value.hint
