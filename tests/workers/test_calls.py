"""Every call of `env.AI`, from real Workers: what each hands its caller."""

from typing import Any

import pytest

from mockgw.environment import ACCOUNT_ID
from mockgw.runner import Gateway
from tests.test_documents import FIVE, SPOKEN
from tests.wire import events, post, send
from tests.workers.runtimes import Worker

pytestmark = pytest.mark.slow

PRO, CHAT = "openai/gpt-5.5-pro", "openai/gpt-5.5"
ASKED: Any = FIVE[0]["request"]
THROUGH = {"gateway": {"id": "default"}}
UNKNOWN = {"input": "A question that nobody recorded."}


@pytest.mark.parametrize("options", [{}, {"gateway": {}}, THROUGH], ids=str)
def test_run_gives_the_object_through_a_gateway_and_without(
    worker: Worker, gateway: Gateway, options: Any
) -> None:
    told = worker.call("run", PRO, ASKED, options)

    assert (told["kind"], told["value"]) == ("Object", FIVE[0]["response"])
    assert told["lastRequestHttpStatusCode"] == 200
    assert (told["lastRequestId"], told["aiGatewayLogId"]) == (None, None)
    named = "/ai-gateway/run" if options.get("gateway") else "/run"
    assert gateway.journal.entries()[-1].path == named


def test_run_streams_events_one_by_one(worker: Worker) -> None:
    asked = {**SPOKEN["request"], "stream": True}

    told = worker.call("run", CHAT, asked, THROUGH)

    assert told["kind"] == "ReadableStream"
    whole = "".join(told["value"])
    assert whole.endswith("data: [DONE]\n\n")
    assert "\r" not in whole
    deltas = [one["choices"][0]["delta"].get("content") or "" for one in events(whole.encode())]
    assert "".join(deltas) == SPOKEN["text"]


def test_run_gives_the_response_itself_to_who_wants_it(worker: Worker) -> None:
    told = worker.call("run", PRO, ASKED, {**THROUGH, "returnRawResponse": True})

    assert (told["kind"], told["value"]["status"]) == ("Response", 200)
    assert told["value"]["headers"]["content-type"] == "application/json"
    assert told["value"]["headers"]["x-mockgw-source"] == "replay"


def test_run_gives_the_response_of_a_refusal_to_who_wants_it(worker: Worker) -> None:
    told = worker.call("run", "openai/nope", ASKED, {**THROUGH, "returnRawResponse": True})

    assert (told["kind"], told["value"]["status"]) == ("Response", 404)
    assert '"message":"Model not found: openai/nope"' in told["value"]["text"]


def test_what_a_caller_adds_arrives(worker: Worker, gateway: Gateway) -> None:
    options = {
        "prefix": "mine",
        "extraHeaders": {"cf-aig-zdr": "true"},
        "gateway": {"id": "other", "cacheTtl": 60, "metadata": {"team": "é 你好"}},
    }

    told = worker.call("run", PRO, {"input": "Wie heißt das? 你好 😀"}, options)

    assert told["value"]["status"] == "completed"
    assert gateway.journal.entries()[-1].body == {"input": "Wie heißt das? 你好 😀"}
    assert gateway.journal.entries()[-1].model == "gpt-5.5-pro"


def test_a_websocket_is_refused_in_a_response(worker: Worker) -> None:
    told = worker.call("run", PRO, ASKED, {"websocket": True})

    assert (told["kind"], told["value"]["socket"]) == ("Response", False)
    assert told["value"]["status"] == 400
    assert "leave `websocket` out of the options" in told["value"]["text"]


@pytest.mark.parametrize(
    ("provider", "ending"), [((), ""), (("openai",), "openai"), (("compat",), "compat")]
)
def test_the_url_of_a_gateway_is_one_that_answers(
    worker: Worker, gateway: Gateway, provider: tuple[str, ...], ending: str
) -> None:
    told = worker.call("getUrl", *provider, on=(("gateway", "mine"),))

    assert told["value"] == f"{gateway.url}/v1/{ACCOUNT_ID}/mine/{ending}"


def test_openais_paths_are_below_the_url_of_a_gateway(worker: Worker) -> None:
    url = worker.call("getUrl", "openai", on=(("gateway", "mine"),))["value"]

    answer = post(f"{url}/responses", {"model": "gpt-5.5-pro", **ASKED})

    assert (answer.status, answer.json()["usage"]) == (200, FIVE[0]["response"]["usage"])


def test_a_worker_knows_no_kind_of_file_that_becomes_markdown(worker: Worker) -> None:
    assert worker.call("supported", on=(("toMarkdown",),))["value"] == []


@pytest.mark.parametrize(
    ("call", "on", "thrown"),
    [
        ("list", (("autorag",),), "AutoRAGInternalError"),
        ("search", (("autorag", "mine"),), "AutoRAGInternalError"),
    ],
)
def test_what_mockgw_has_not_is_refused_with_a_reason(
    worker: Worker, call: str, on: Any, thrown: str
) -> None:
    told = worker.call(call, {"query": "x"}, on=on)["thrown"]

    assert told["name"] == thrown
    assert told["message"] == "AutoRAG searches documents, which mockgw has none of."


def test_a_file_is_not_made_markdown(worker: Worker) -> None:
    told = worker.call("toMarkdown", "FILE")["thrown"]

    assert told["name"] == "AiInternalError"
    assert told["message"] == "toMarkdown turns files into text, which mockgw does not do."


def test_miniflares_question_for_a_channel_is_no_request(worker: Worker, gateway: Gateway) -> None:
    before = len(gateway.journal.entries())

    worker.call("run", PRO, UNKNOWN, THROUGH)
    probe = send("GET", f"{gateway.url}/?MF-Binding=AI", headers={"upgrade": "websocket"})

    assert probe.status == 404
    assert len(gateway.journal.entries()) == before + 1


def test_the_models_of_the_catalogue_are_told(worker: Worker) -> None:
    found = worker.call("models", {"search": "gpt-5.5-pro", "per_page": 5})["value"]

    assert [one["name"] for one in found] == [PRO]
    assert set(found[0]) >= {"id", "source", "name", "description", "task", "tags", "properties"}


def test_a_search_that_cannot_be_is_refused(worker: Worker) -> None:
    told = worker.call("models", {"page": "none"})["thrown"]

    assert (told["class"], told["name"]) == ("AiInternalError", "AiInternalError")
    assert told["message"] == "Expected number, received nan"
