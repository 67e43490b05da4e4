"""Plain HTTP for tests: nothing is normalised on the way out or in."""

import http.client
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

Json = dict[str, Any]


class Reply(NamedTuple):
    """What came back: header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body's JSON value."""
        return json.loads(self.body)

    def refusal(self) -> tuple[int, str, str | None, str | None]:
        """Return the status, and the message, parameter and code of OpenAI's error."""
        error = self.json()["error"]
        return self.status, error["message"], error["param"], error["code"]


def send(
    method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Reply:
    """Send a request, its path exactly as given, and return the whole answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    target = url.split(parts.netloc, 1)[1] or "/"
    try:
        connection.request(method, target, body or None, dict(headers or {}))
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, named, answer.read())
    finally:
        connection.close()


def post(url: str, body: Json | bytes, headers: Mapping[str, str] | None = None) -> Reply:
    """Post a JSON value, or bytes as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return send("POST", url, data, {"content-type": "application/json", **(headers or {})})


def spelled(value: object) -> str:
    """Return JSON in which the order of keys and the spelling of numbers count."""
    return json.dumps(value, ensure_ascii=False)


def events(stream: bytes) -> list[Json]:
    """Return the data of each event of a stream, `[DONE]` left out."""
    lines = [line[6:] for line in stream.split(b"\n") if line.startswith(b"data: ")]
    return [json.loads(line) for line in lines if line != b"[DONE]"]
