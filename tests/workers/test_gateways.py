"""What a Worker asks of a gateway by its binding: several providers, logs, the rest of a stream."""

from typing import Any

import pytest

from mockgw.runner import Gateway
from tests.test_documents import FIVE, SPOKEN
from tests.workers.runtimes import Worker

pytestmark = pytest.mark.slow

THROUGH = {"gateway": {"id": "default"}}
DEFAULT = (("gateway", "default"),)
BASE = "https://workers-binding.ai/ai-gateway/gateways/default/run"


def step(endpoint: str, query: Any, provider: str = "openai") -> dict[str, Any]:
    return {
        "provider": provider,
        "endpoint": endpoint,
        "headers": {"authorization": "Bearer sk-x", "cf-aig-cache-ttl": 60},
        "query": query,
    }


GOOD = step("responses", {"model": "gpt-5.5-pro", **FIVE[0]["request"]})
BAD = step("chat/completions", {"model": "nope", "messages": []})


@pytest.mark.parametrize(("steps", "won"), [(GOOD, "0"), ([GOOD], "0"), ([BAD, GOOD], "1")])
def test_the_first_step_that_succeeds_answers(worker: Worker, steps: Any, won: str) -> None:
    options = {"gateway": {"metadata": {"team": 7}}, "extraHeaders": {"x-y": "z"}}

    told = worker.call("run", steps, options, on=DEFAULT)

    assert (told["kind"], told["value"]["status"]) == ("Response", 200)
    assert told["value"]["headers"]["cf-aig-step"] == won
    assert '"total_tokens":308' in told["value"]["text"].replace(" ", "")


def test_a_call_leaves_a_log_that_can_be_read_and_rated(worker: Worker) -> None:
    fresh = {"gateway": {"skipCache": True}}
    answer = worker.call("run", GOOD, fresh, on=DEFAULT)["value"]
    log = answer["headers"]["cf-aig-log-id"]

    rated = worker.call("patchLog", log, {"feedback": 1, "metadata": {"z": 1}}, on=DEFAULT)
    told = worker.call("getLog", log, on=DEFAULT)

    assert "thrown" not in rated
    found = told["value"]
    assert (found["id"], found["provider"], found["success"]) == (log, "openai", True)
    assert (found["tokens_in"], found["tokens_out"]) == (15, 293)
    # The binding made a date of it, which JSON writes so.
    assert found["created_at"].endswith("Z")


@pytest.mark.parametrize(("call", "args"), [("getLog", ()), ("patchLog", ({"feedback": 1},))])
def test_a_log_that_is_not_there_is_an_error_of_its_own(
    worker: Worker, call: str, args: Any
) -> None:
    told = worker.call(call, "01JADMCQQQBWH3NXZ5GCRN98DP", *args, on=(("gateway", "mine"),))

    assert told["thrown"] == {
        "class": "AiGatewayLogNotFound",
        "name": "AiGatewayLogNotFound",
        "message": "Log not found",
    }


@pytest.mark.parametrize("after", [0, 1, 5, 10_000])
def test_the_rest_of_a_stream_is_given_from_any_event(worker: Worker, after: int) -> None:
    asked = {**SPOKEN["request"], "stream": True}
    options = {**THROUGH, "returnRawResponse": True}
    answer = worker.call("run", "openai/gpt-5.5", asked, options)["value"]
    run = answer["headers"]["cf-aig-run-id"]

    told = worker.call("fetch", f"{BASE}/{run}/resume?from={after}")["value"]

    tail = "".join(f"{event}\n\n" for event in answer["text"].split("\n\n")[:-1][after:])
    assert (told["status"], told["text"]) == (200, tail)


def test_a_run_that_is_not_known_cannot_be_resumed(worker: Worker) -> None:
    told = worker.call("fetch", f"{BASE}/{'0' * 64}/resume?from=0")["value"]

    assert (told["status"], told["text"]) == (404, '{"error":"Request not found"}')


def test_a_workers_calls_are_told_apart_by_their_paths(worker: Worker, gateway: Gateway) -> None:
    worker.call("run", GOOD, on=DEFAULT)

    assert gateway.journal.entries()[-1].path == "/ai-gateway/universal/run/default"
