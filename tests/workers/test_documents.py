"""The examples of the two model pages, unchanged, in real Workers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mockgw.runner import Gateway
from tests.test_documents import FIVE, SPOKEN
from tests.wire import Json, events, spelled
from tests.workers.installed import EXAMPLE
from tests.workers.runtimes import RUNTIMES, Worker

pytestmark = pytest.mark.slow

SOURCES = [EXAMPLE / "src/worker.mjs", EXAMPLE / "src/documents.mjs"]
PRO = dict(
    zip(
        ("usage", "withInstructions", "multiTurn", "temperature", "withReasoning"),
        FIVE,
        strict=True,
    )
)
every_pro = pytest.mark.parametrize("name", PRO)


@pytest.fixture(scope="module", params=RUNTIMES)
def example(request: pytest.FixtureRequest, replay: Gateway) -> Iterator[Worker]:
    """Return the Worker of examples/worker, which asks only what is recorded."""
    with RUNTIMES[request.param](replay.url, *SOURCES) as worker:
        yield worker


@every_pro
def test_an_example_of_the_pro_model_prints_what_its_page_prints(
    example: Worker, name: str
) -> None:
    assert spelled(json.loads(example.get(f"/{name}"))) == spelled(PRO[name]["response"])


@every_pro
def test_an_example_of_the_pro_model_streams_what_its_page_prints(
    example: Worker, name: str
) -> None:
    told = events(example.get(f"/{name}?stream"))

    deltas = [one["delta"] for one in told if one["type"] == "response.output_text.delta"]
    assert "".join(deltas) == _text(PRO[name]["response"])
    assert spelled(told[-1]["response"]) == spelled(PRO[name]["response"])


def test_the_example_of_the_chat_model_says_what_its_page_says(example: Worker) -> None:
    completion = json.loads(example.get("/chat"))

    assert completion["choices"][0]["message"]["content"] == SPOKEN["text"]
    assert completion["gatewayMetadata"] == {"keySource": "Unified"}


def test_the_example_of_the_chat_model_streams_what_its_page_says(example: Worker) -> None:
    stream = example.get("/chat?stream")

    told = [one["choices"] for one in events(stream)]
    assert "".join(one[0]["delta"].get("content") or "" for one in told if one) == SPOKEN["text"]
    assert stream.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("name", [*PRO, "chat"])
def test_an_example_asks_what_its_page_asks(example: Worker, replay: Gateway, name: str) -> None:
    document: Json = PRO.get(name, SPOKEN)

    example.get(f"/{name}")

    entry = replay.journal.entries()[-1]
    assert (entry.path, entry.source, entry.match) == ("/ai-gateway/run", "replay", "exact")
    assert (f"openai/{entry.model}", entry.body) == (document["model"], document["request"])


def _text(response: Any) -> str:
    parts = [part for item in response["output"] for part in item.get("content", ())]
    return "".join(part["text"] for part in parts)
