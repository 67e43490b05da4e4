"""The last look finds what is left, says where, and takes no id for a secret."""

import base64
import gzip
import json
import random
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from mockgw.cassette.reader import find_cassettes, read
from mockgw.cassette.shipped import shipped
from mockgw.redaction.redactor import redactor
from mockgw.redaction.scanning import Finding
from mockgw.runner import running
from tests.exchanges import PATHS, SETTINGS, posted, streamed
from tests.redaction.planted import KEY, SHAPED, TOLD, VALUE, Planted
from tests.redaction.test_streams import stream, told
from tests.requests_table import TABLE

REDACTOR = redactor({"MY_TOKEN": VALUE, "PATH": "/usr/bin:/bin", "SORT_KEY": "disabled"}, "salt")
each = pytest.mark.parametrize("one", [*SHAPED, *TOLD], ids=lambda one: one.name)
RANDOM = random.Random(5)
SHIPPED = find_cassettes(shipped())


def noise(size: int) -> bytes:
    return RANDOM.randbytes(size)


def ids() -> list[str]:
    """Return ids and other long words that are nobody's secret."""
    fernet = base64.urlsafe_b64encode(b"\x80" + noise(3_000)).decode()
    image = base64.b64encode(b"\x89PNG\r\n\x1a\n" + noise(3_000)).decode()
    number = uuid.UUID(bytes=noise(16), version=4)
    return [
        *(f"{kind}_{noise(25).hex()}" for kind in "resp msg rs fc ctc call conv req file".split()),
        *(f"{kind}-{noise(15).hex()}" for kind in ("chatcmpl", "cmpl", "trace", "key", "task")),
        *(str(number), number.hex, f"{noise(8).hex()}-AMS", f'W/"{noise(16).hex()}"'),
        *(fernet, f"data:image/png;base64,{image}", noise(32).hex()),
        *(base64.b64encode(b"nothing in here but a text").decode(), "2026-11-22T01:25:24.123Z"),
        *(
            "https://user@example.com:8443/a?page_token=abc",
            "fp_44709d6fcb",
            "sk-learn is a module",
        ),
    ]


INNOCENT: list[Any] = [
    *({"id": one, "text": f"see {one}, or key: {one}."} for one in ids()),
    {"encrypted_content": ids()[-8], "prompt_cache_key": "user-1234567890", "max_tokens": 12345678},
    {"usage": {"input_tokens": 12345678, "output_tokens_details": {"reasoning_tokens": 87654321}}},
    {
        "logprobs": [
            {"token": "Thermodynamics2026", "bytes": [1]},
            {"token": "bytes:\\xf0\\x9f\\x98"},
        ]
    },
    {"token": "Internationalization", "logprob": -0.1},
    {"next_page_token": "CAUQAA123456789012345", "key": "value-12345678", "has_token": True},
    {"parameters": {"password": {"type": "string"}, "required": ["password", "api_key"]}},
    'Set `api_key=os.environ["OPENAI_API_KEY"]` or `export OPENAI_API_KEY=sk-...`.',
    'client = OpenAI(api_key=config.settings.openai_key, base_url="http://x/v1")',
    "-H 'Authorization: Bearer $OPENAI_API_KEY' or 'Bearer YOUR_API_KEY' or Bearer <token>",
    "password: ******** and token = response.json()['token'] and secret = get_secret(name)",
    "Incorrect API key provided: sk-proj-********************************a1B2.",
    "A bearer token authenticates; basic authentication: a token, the secret: practice!",
    {"headers": {"authorization": "Bearer sk-x", "cookie": "chocolate"}},
    "truncation is disabled; call +1 555-0100 or mail a@example.com",
]


@pytest.mark.parametrize("value", INNOCENT, ids=range(len(INNOCENT)))
def test_what_is_no_secret_is_not_touched(value: Any) -> None:
    for body in (
        json.dumps(value).encode(),
        json.dumps({"x": json.dumps(value, indent=1)}).encode(),
        yaml.safe_dump({"string": json.dumps(value)}).encode(),
    ):
        assert REDACTOR.scan(body) == []
        assert REDACTOR.body(body) is body


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_shipped_recordings_hold_no_secret(path: Path) -> None:
    assert REDACTOR.scan(path.read_bytes()) == []
    for one in read(path):
        assert REDACTOR.interaction(one) == one


def test_what_the_gateway_says_holds_no_secret() -> None:
    with running(SETTINGS) as gateway, httpx.Client(base_url=gateway.url, timeout=60) as client:
        for request in TABLE:
            for body in (request.body, streamed(request)):
                answer = posted(client, PATHS[request.kind], body)
                assert REDACTOR.scan(answer.content) == [], request.name
                assert REDACTOR.body(answer.content) is answer.content
                sent = json.dumps(body).encode()
                assert REDACTOR.body(sent) is sent


@each
def test_a_secret_is_reported_with_its_kind_and_place(one: Planted) -> None:
    before = "é\nline two\n"
    text = before + one.text.format(one.secret)
    start = len((before + one.text.split("{}")[0]).encode())
    found = REDACTOR.scan(text.encode())
    assert found == [Finding(start, 3 + one.text.split("{}")[0].count("\n"), one.kind)]
    assert one.secret not in repr(found)


@pytest.mark.parametrize("style", ["|", '"', "'", None])
def test_a_secret_in_a_stream_in_a_cassette_is_found_in_every_style(style: str | None) -> None:
    pieces = [told("output_text", letter) for letter in f"it is {KEY}"]
    item = {"response": {"body": {"string": stream(*pieces).decode()}}}
    data = yaml.dump({"interactions": [item]}, default_style=style, width=80).encode()
    assert [found.kind for found in REDACTOR.scan(data)] == ["openai"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_secret_in_a_binary_body_is_found(pack: Any) -> None:
    body = pack(b"\xff\xfe" + json.dumps({"a": "b" * 300, "c": KEY}).encode())
    data = yaml.dump({"interactions": [{"response": {"body": {"string": body}}}]}).encode()
    first = REDACTOR.scan(data)[0]
    assert (first.kind, first.line) == ("openai", 5)


def test_a_redacted_recording_passes_the_last_look() -> None:
    texts = [one.text.format(one.secret) for one in (*SHAPED, *TOLD)]
    body = json.dumps([*texts, VALUE, json.dumps(texts)]).encode()
    assert len({found.start for found in REDACTOR.scan(body)}) >= 2 * len(texts)
    assert REDACTOR.scan(REDACTOR.body(body)) == []
