"""The table of requests, answered by two fresh servers with the same seed: JSON and streams."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import httpx
import pytest

from mockgw.runner import running
from mockgw.settings import Settings
from tests.requests_table import TABLE, Json, Request

PATHS = {"responses": "/v1/responses", "chat": "/v1/chat/completions"}
SETTINGS = Settings(port=0, mode="synth")


@dataclass(frozen=True)
class Exchange:
    """A request with its answer in JSON, and the events of its answer as a stream."""

    request: Request
    answer: Json
    events: list[Json]

    @property
    def items(self) -> list[Json]:
        """The items of a Responses answer."""
        items: list[Json] = self.answer["output"]
        return items


def of_kind(kind: str) -> pytest.MarkDecorator:
    """Return the mark that runs a test for every exchange of that API."""
    names = [request.name for request in TABLE if request.kind == kind]
    return pytest.mark.parametrize("name", names)


def exchange_of(name: str) -> Exchange:
    """Return the exchange of the request of that name."""
    return exchanges()[name]


@cache
def exchanges() -> dict[str, Exchange]:
    """Return what the servers say to each request of the table, by its name."""
    found = {}
    with (
        running(SETTINGS) as first,
        running(SETTINGS) as second,
        httpx.Client(base_url=first.url, timeout=60) as plain,
        httpx.Client(base_url=second.url, timeout=60) as streaming,
    ):
        for request in TABLE:
            path = PATHS[request.kind]
            answer = finished(plain, path, posted(plain, path, request.body).json())
            stream = posted(streaming, path, streamed(request)).text
            found[request.name] = Exchange(request, answer, events_of(request, stream))
    return found


def posted(client: httpx.Client, path: str, body: Json, **headers: str) -> httpx.Response:
    answer = client.post(path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def finished(client: httpx.Client, path: str, answer: Json) -> Json:
    """Return the answer once it is whole, which one in the background is not at first."""
    while answer.get("status") in {"queued", "in_progress"}:
        answer = client.get(f"{path}/{answer['id']}").json()
    return answer


def streamed(request: Request) -> Json:
    more: Json = {"stream_options": {"include_usage": True}} if request.kind == "chat" else {}
    return {**request.body, "stream": True, **more}


def responses_events(stream: str) -> Iterator[Json]:
    assert stream.endswith("\n\n")
    for frame in stream.removesuffix("\n\n").split("\n\n"):
        name, data = frame.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        yield event


def chat_chunks(stream: str) -> Iterator[Json]:
    *frames, done, nothing = stream.split("\n\n")
    assert (done, nothing) == ("data: [DONE]", "")
    for frame in frames:
        yield json.loads(frame.removeprefix("data: "))


def events_of(request: Request, stream: str) -> list[Json]:
    read = responses_events if request.kind == "responses" else chat_chunks
    return list(read(stream))
