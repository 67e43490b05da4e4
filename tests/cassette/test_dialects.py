"""What other tools wrote, read as one thing."""

import gzip
import json
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from vcr.serializers import yamlserializer

from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import read
from mockgw.errors import MockgwError

PLAIN = '{"text": "Hallo 😀", "top_p": 0.98}'.encode() * 3


def one(folder: Path, text: str, name: str = "one.yaml") -> Interaction:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (found,) = read(path)
    return found


def item(request: str = "", response: str = "") -> str:
    """Return a cassette of one interaction with these lines in its two halves."""
    return (
        "interactions:\n- request:\n    method: post\n    uri: https://h/v1\n"
        + "".join(f"    {line}\n" for line in request.splitlines())
        + "  response:\n"
        + "".join(f"    {line}\n" for line in response.splitlines())
    )


OK = "status: {code: 200, message: OK}\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("body: '{\"a\": 1}'", b'{"a": 1}'),
        ("body: null", b""),
        ("headers: {}", b""),
        ("body: !!binary |\n  AP8=", b"\x00\xff"),
        ("body:\n  a: 1\n  b: [x, 2.5, null, true]", b'{"a":1,"b":["x",2.5,null,true]}'),
        ("body: [1, {a: é}]", '[1,{"a":"é"}]'.encode()),
        ("body: {}", b""),
        ("parsed_body: {b: 1, a: 2}", b'{"b":1,"a":2}'),
        ("parsed_body: text", b'"text"'),
        ("body: {type: json, content: {a: 1}}", b'{"type":"json","content":{"a":1}}'),
        (
            "body: !!python/object/new:_io.BytesIO\n  state: !!python/tuple [!!binary YWJj, 0]",
            b"abc",
        ),
        ("body: !!python/object/apply:builtins.iter\n  args: [[a, !!binary Yg==]]", b"ab"),
        ("body: !!python/unicode 'abc'", b"abc"),
    ],
)
def test_a_request_body_becomes_the_bytes_it_stood_for(
    tmp_path: Path, written: str, expected: bytes
) -> None:
    found = one(tmp_path, item(written, OK))
    assert found.request_body == expected
    assert found.method == "POST"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("body: {string: 'é'}", "é".encode()),
        ("body: {string: null}", b""),
        ("body: {}", b""),
        ("body: {string: !!binary AP8=}", b"\x00\xff"),
        ("body: {base64_string: AP8=}", b"\x00\xff"),
        ("parsed_body: {b: 1, a: [1.0e-07, 12]}", b'{"b":1,"a":[1e-07,12]}'),
        ('body: {string: "a\\r\\n\\r\\n"}', b"a\r\n\r\n"),
    ],
)
def test_a_response_body_becomes_the_bytes_it_stood_for(
    tmp_path: Path, written: str, expected: bytes
) -> None:
    assert one(tmp_path, item("", f"{written}\n{OK}")).response_body == expected


def test_headers_come_lower_case_whether_lists_or_bare_strings(tmp_path: Path) -> None:
    lines = "headers:\n  Set-Cookie: [a=1, b=2]\n  X-Plain: on\n  X-Number: 12\n  set-cookie: c=3\n"
    found = one(tmp_path, item("headers:\n  Accept: '*/*'", lines + OK))
    assert found.request_headers == {"accept": ("*/*",)}
    assert found.response_headers == {
        "set-cookie": ("a=1", "b=2", "c=3"),
        "x-plain": ("on",),
        "x-number": ("12",),
    }


CASSETTER = """\
version: 1
interactions:
- request:
    method: POST
    uri: https://h/v1
    headers: {content-type: [application/json]}
    body: {type: json, content: {model: m, at: 12:30:00, day: 2026-01-01, ask: yes, tiny: 1e-7}}
  response:
    status: %s
    headers: {}
    body: %s
  recorded_at: '2026-01-01T00:00:00Z'
"""


@pytest.mark.parametrize(
    ("status", "reason", "body", "expected"),
    [
        (200, "OK", "{type: json, content: {a: [1]}}", b'{"a":[1]}'),
        (201, "Created", '{type: text, content: "data: 1\\n\\n"}', b"data: 1\n\n"),
        (200, "OK", "{type: binary, content: '00ff'}", b"\x00\xff"),
        (204, "No Content", "{type: none}", b""),
        (299, "", "{type: json, content: null}", b"null"),
    ],
)
def test_cassetter_bodies_say_their_own_type(
    tmp_path: Path, status: int, reason: str, body: str, expected: bytes
) -> None:
    found = one(tmp_path, CASSETTER % (status, body))
    assert (found.status, found.reason, found.response_body) == (status, reason, expected)
    assert json.loads(found.request_body) == {
        "model": "m",
        "at": "12:30:00",
        "day": "2026-01-01",
        "ask": "yes",
        "tiny": 1e-7,
    }


def test_the_old_httpx_shape_has_its_status_and_content_at_the_top(tmp_path: Path) -> None:
    text = item("", "status_code: 404\nheaders: {content-type: [text/plain]}\ncontent: no such")
    found = one(tmp_path, text)
    assert (found.status, found.reason, found.response_body) == (404, "Not Found", b"no such")


def test_langchain_keeps_requests_and_responses_apart(tmp_path: Path) -> None:
    text = (
        "requests:\n- {method: POST, uri: '**REDACTED**', body: a, headers: {}}\n"
        "- {method: POST, uri: '**REDACTED**', body: b, headers: {}}\n"
        "responses:\n- {status: {code: 200, message: OK}, headers: {}, body: {string: A}}\n"
        "- {status: {code: 201, message: Created}, headers: {}, body: {string: B}}\n"
    )
    path = tmp_path / "both.yaml.gz"
    path.write_bytes(gzip.compress(text.encode()))
    assert [(i.request_body, i.response_body, i.line) for i in read(path)] == [
        (b"a", b"A", 2),
        (b"b", b"B", 3),
    ]


def test_one_file_may_mix_dialects_and_lie_about_its_version(tmp_path: Path) -> None:
    text = CASSETTER.replace("version: 1", "version: 7\nmetadata: {by: hand}") % (
        200,
        "{type: none}",
    )
    text += item("body: x", "body: {string: y}\nother: 1\n" + OK).removeprefix("interactions:\n")
    path = tmp_path / "mixed.yaml"
    path.write_text(text)
    assert [i.response_body for i in read(path)] == [b"", b"y"]


def test_our_own_data_in_the_response_is_kept(tmp_path: Path) -> None:
    found = one(tmp_path, item("", 'mockgw: {v: 1, sse_ms: "0 201"}\n' + OK))
    assert found.extra == {"v": 1, "sse_ms": "0 201"}


def encoded(body: bytes, coding: str) -> str:
    """Return a cassette with this response body as vcrpy writes it, and stale headers."""
    data = yamlserializer.serialize({"string": body})
    lines = "".join(f"  {line}\n" for line in data.splitlines())
    return item(
        "",
        f"headers:\n  Content-Encoding: [{coding}]\n  Content-Length: ['9']\n"
        f"  Transfer-Encoding: chunked\n  X-Kept: [a]\nbody:\n{lines}{OK}",
    )


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("pack", "coding"),
    [
        (gzip.compress, "gzip"),
        (zlib.compress, "deflate"),
        (raw_deflate, "deflate"),
        (lambda body: gzip.compress(zlib.compress(body)), "deflate, gzip"),
        (bytes, "identity"),
        (bytes, "gzip"),
        (bytes, "br"),
    ],
)
def test_bodies_come_decompressed_and_stale_headers_go(
    tmp_path: Path, pack: Callable[[bytes], bytes], coding: str
) -> None:
    found = one(tmp_path, encoded(pack(PLAIN), coding))
    assert found.response_body == PLAIN
    assert found.response_headers == {"x-kept": ("a",)}


def test_brotli_is_undone_when_a_library_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "brotli", SimpleNamespace(decompress=lambda body: body[1:]))
    assert one(tmp_path, encoded(b"\xffplain", "br")).response_body == b"plain"


@pytest.mark.parametrize(
    ("coding", "words"),
    [
        ("br", "pip install brotlicffi"),
        ("zstd", "pip install backports.zstd"),
        ("gzip", "not the gzip that its content-encoding says"),
        ("deflate", "not the deflate that its content-encoding says"),
        ("lzma", "unknown content-encoding, 'lzma'"),
    ],
)
def test_a_body_that_cannot_be_decompressed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coding: str, words: str
) -> None:
    for name in ("brotli", "brotlicffi", "compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MockgwError) as caught:
        one(tmp_path, encoded(b"\x1f\x8b\xff torn", coding))
    assert words in str(caught.value)
    assert "one.yaml:2: interaction 1" in str(caught.value)


def test_half_a_surrogate_pair_survives_in_json_and_is_refused_as_text(tmp_path: Path) -> None:
    half = {"body": {"a": "\ud83d"}}
    whole: dict[str, Any] = {"method": "POST", "uri": "u", **half}
    answer = {"status": {"code": 200, "message": "OK"}, "body": {}}
    cassette = {"interactions": [{"request": whole, "response": answer}]}
    assert one(tmp_path, json.dumps(cassette), "a.json").request_body == b'{"a":"\\ud83d"}'
    whole["body"] = "\ud83d"
    with pytest.raises(MockgwError, match="half of a surrogate pair"):
        one(tmp_path, json.dumps(cassette), "a.json")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("interactions:\n- 12\n", "a.yaml:2: interaction 1: it is '12', not a mapping"),
        (
            "interactions:\n\n- request: {method: GET, uri: u}\n",
            "a.yaml:3: interaction 1: it has no",
        ),
        ("interactions:\n- {request: null, response: {}}\n", "it has no request, it is empty"),
        (item("", "body: {string: cut}"), "the response has no status, only body"),
        (item("", "status: {code: 20}"), "the response's status is 20, not an HTTP status"),
        (item("", "status: {code: ok}"), "the response's status is 'ok'"),
        (item("", "status: 99"), "the response's status is 99"),
        (item("", "headers: {a: [{}]}\n" + OK), "a header holds a mapping"),
        (item("", "headers: text\n" + OK), "headers are 'text'"),
        (item("", "headers: [[a]]\n" + OK), "a header is a list, not a name with values"),
        (item("", "mockgw: [1]\n" + OK), "response.mockgw is a list"),
        (item("", "status: 200\nbody: {type: xml, content: a}"), "a body has the type 'xml'"),
        (item("", "status: 200\nbody: {type: binary, content: 12}"), "not hexadecimal text but 12"),
        (item("parsed_body: .inf", OK), "cannot be written as JSON"),
        (item("body: &a [*a]", OK), "cannot be written as JSON"),
        (item("", "body: {base64_string: A}\n" + OK), "a body is not base64"),
        (
            "- request: {host: h, path: /, method: GET}\n  response: {status: 200}\n",
            "vcr.migration",
        ),
    ],
)
def test_what_is_no_whole_interaction_is_named_with_its_place(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(MockgwError) as caught:
        one(tmp_path, text, "a.yaml")
    assert words in str(caught.value)
    assert caught.value.hint
