"""The serializer for vcrpy, with the vcrpy that is installed here."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from vcr.cassette import Cassette
from vcr.request import Request
from vcr.serialize import deserialize, serialize
from vcr.serializers import yamlserializer

from mockgw import vcr
from mockgw.cassette.reader import read
from mockgw.errors import MockgwError
from tests.cassette.recordings import bodies, json_values, texts

RESPONSE = {
    "status": {"code": 200, "message": "OK"},
    "headers": {"content-type": ["application/json"]},
    "body": {"string": b'{"a": 1}'},
}


def written(request: Request, **more: Any) -> str:
    response = {**RESPONSE, "body": {"string": b"x"}}
    told: str = serialize({"requests": [request], "responses": [response], **more}, vcr)
    return told


def asked(body: Any, kind: str = "application/json") -> Request:
    return Request("POST", "https://api.openai.com/v1/responses", body, {"content-type": kind})


def given_back(body: Any, kind: str = "application/json") -> Any:
    requests, _ = deserialize(written(asked(body, kind)), vcr)
    return requests[0].body


def is_json(value: Any) -> bool:
    """Tell whether JSON has a form for it: not for infinity."""
    return "Infinity" not in json.dumps(value)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"b":[1.0,true]}',
        b'{"a": 1, "b": [1.0, true]}',
        b'{"a" :1}',
        b'{\n  "a": 1\n}',
        b'{"a":1,"b": 2}\n',
        b"[]",
        b"",
        None,
        b"plain",
        b"\xff\x00",
        "Grüße 😀".encode(),
    ],
)
def test_a_request_body_comes_back_byte_for_byte(body: bytes | None) -> None:
    assert given_back(body) == body


@given(bodies)
def test_any_request_body_comes_back_byte_for_byte(body: bytes) -> None:
    assert given_back(body) == body


@given(st.dictionaries(texts, json_values.filter(is_json), min_size=1))
def test_what_aiohttp_gives_as_a_value_comes_back_as_one(body: dict[str, Any]) -> None:
    request = Request("POST", "https://h/", body, {})
    requests, _ = deserialize(written(request), vcr)
    assert requests[0].body == body


def test_files_and_iterators_come_back_as_such() -> None:
    assert given_back(BytesIO(b'{"a":1}')).read() == b'{"a":1}'
    assert b"".join(given_back(iter([b"ab", b"c"]))) == b"abc"


@given(bodies)
def test_a_response_keeps_its_bytes(body: bytes) -> None:
    response = {**RESPONSE, "body": {"string": body}}
    text = serialize({"requests": [asked(b"{}")], "responses": [response]}, vcr)
    for serializer in (vcr, yamlserializer):
        _, responses = deserialize(text, serializer)
        assert responses[0]["body"]["string"] == body


def test_it_is_the_readable_profile() -> None:
    text = written(asked(b'{"model":"gpt-5.5","input":"Hi"}'))
    assert text.startswith("# mockgw cassette - vcrpy v1\nversion: 1\ninteractions:\n- request:\n")
    assert '\n      {\n        "model": "gpt-5.5",\n        "input": "Hi"\n      }\n' in text
    assert text.splitlines()[-1] == '    status: {code: 200, message: "OK"}'


def test_writing_again_what_was_read_changes_nothing() -> None:
    text = written(asked(b'{"model": "gpt-5.5"}'))
    requests, responses = deserialize(text, vcr)
    assert serialize({"requests": requests, "responses": responses}, vcr) == text


def test_what_mockgw_wrote_of_its_own_stays() -> None:
    extra = {"v": 1, "at": "2026-11-22T01:25:24.123Z", "sse_ms": "0 201"}
    text = serialize(
        {"requests": [asked(b"{}")], "responses": [{**RESPONSE, "mockgw": extra}]}, vcr
    )
    _, responses = deserialize(text, vcr)
    assert responses[0]["mockgw"] == extra


def test_metadata_of_vcrpy_9_is_kept() -> None:
    text = written(asked(b"{}"), metadata={"seed": 7})
    assert deserialize(text, vcr)[2:] == ({"seed": 7},)
    assert yaml.safe_load(text)["metadata"] == {"seed": 7}


def test_an_empty_cassette_is_one() -> None:
    text = serialize({"requests": [], "responses": []}, vcr)
    assert deserialize(text, vcr) == ([], [])
    assert deserialize(text, yamlserializer) == ([], [])


def test_mockgw_and_a_vcrpy_without_the_serializer_read_it(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(written(asked(b'{"model":"gpt-5.5"}')), "utf-8")
    [one] = read(path)
    assert json.loads(one.request_body) == {"model": "gpt-5.5"}
    [request] = Cassette.load(path=str(path), serializer=yamlserializer).requests
    assert json.loads(request.body) == {"model": "gpt-5.5"}


def test_a_broken_cassette_is_told_with_line_and_remedy() -> None:
    text = written(asked(b"{}"))
    with pytest.raises(MockgwError, match=r"cassette\.yaml:4: .*no status"):
        deserialize(text[: text.rindex("    status")], vcr)
