"""Interactions for the tests of writing: a plain table, and whatever hypothesis thinks of."""

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import read

SSE = (
    'event: response.output_text.delta\ndata: {"delta":"hi 😀"}\n\n'
    'event: response.completed\ndata: {"a":1.50}\n\ndata: [DONE]\n\n'
)
JSON = {"content-type": ("application/json",)}


def interaction(number: int = 0, body: bytes = SSE.encode()) -> Interaction:
    """Return an interaction that is told from others by its number."""
    return Interaction(
        method="POST",
        uri=f"https://gateway.ai.cloudflare.com/v1/ACCOUNT/GATEWAY/openai/responses?n={number}",
        request_headers=JSON,
        request_body=json.dumps({"model": "gpt-5.5", "input": f"Grüße {number}"}).encode(),
        status=200,
        reason="OK",
        response_headers={
            "content-type": ("text/event-stream; charset=utf-8",),
            "set-cookie": ("a=1", "b=2"),
        },
        response_body=body,
        extra={"v": 1, "at": "2026-11-22T01:25:24.123Z", "sse_ms": "0 201 203"},
    )


def bare(one: Interaction) -> Interaction:
    """Return the interaction without its place in a file."""
    return replace(one, path="", position=0, line=0)


def uris(path: Path) -> list[str]:
    """Return what was asked in each interaction of a cassette."""
    return [one.uri for one in read(path)]


def cassette(count: int, style: str = "readable") -> str:
    """Return a cassette of so many interactions."""
    return HEAD + "".join(item(interaction(n), style) for n in range(count))


# What vcrpy writes, but for the version that it puts last.
VCRPY = """\
interactions:
- request:
    body: '{"a": 1}'
    headers:
      Accept: ['*/*']
    method: POST
    uri: https://h/first
  response:
    body:
      string: "data: {\\"n\\":0}\\n\\ndata: caf\\xE9 \\U0001F600 and a text that goes on until\\
        \\ it is folded\\n\\n"
    headers:
      Content-Type: [text/event-stream]
    status:
      code: 200
      message: OK
"""


# Characters that break YAML written by hand: breaks, controls, marks and what looks like syntax.
_EVIL = "\n\n\n\t  \r\x00\x07\x1b\x7f\x80\x85\x9f\xa0\u2028\u2029\ufeff\ufffe\uffff😀\U0010ffff"
_SYNTAX = "'\"\\/:#-?{}[],&*!|>%@`=<~.ab01é"
texts = st.text() | st.text(_EVIL + _SYNTAX) | st.text("\n\n ab\t", max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
json_bodies = json_values.map(lambda value: json.dumps(value, ensure_ascii=False).encode())
streams = st.lists(texts, max_size=4).map(
    lambda parts: "".join(f"data: {json.dumps(part)}\n\n" for part in parts).encode()
)
bodies = texts.map(str.encode) | st.binary() | json_bodies | streams
_NAMES = ["on", "no", "null", "y", "123", "1e3", "~", "content-type", "x:y", "-", "x" * 1030]
names = st.sampled_from(_NAMES) | texts.filter(lambda name: name and name == name.lower())
headers = st.dictionaries(names, st.lists(texts, min_size=1, max_size=3).map(tuple), max_size=4)
interactions = st.builds(
    Interaction,
    method=st.sampled_from(["GET", "POST", "NO", "M-SEARCH", "1", "A B"]),
    uri=texts.map("https://h/".__add__),
    request_headers=headers | st.just(JSON),
    request_body=bodies,
    status=st.integers(100, 599),
    reason=texts,
    response_headers=headers,
    response_body=bodies,
    extra=st.dictionaries(texts | st.sampled_from(_NAMES), json_values, max_size=4),
)
