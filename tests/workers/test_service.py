"""The Worker that stands in for the binding under Wrangler, call by call."""

from collections.abc import Iterator
from typing import Any

import pytest

from mockgw.environment import ACCOUNT_ID
from mockgw.faults.rule import rules
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.test_documents import FIVE, SPOKEN
from tests.workers.runtimes import PROBE, Worker, service

pytestmark = pytest.mark.slow

PRO, CHAT = "openai/gpt-5.5-pro", "openai/gpt-5.5"
THROUGH: dict[str, Any] = {"gateway": {"id": "default"}}
DEFAULT = (("gateway", "default"),)
STEP = {
    "provider": "openai",
    "endpoint": "responses",
    "headers": {"authorization": "Bearer sk-x", "cf-aig-metadata": {"team": 7}},
    "query": {"model": "gpt-5.5-pro", **FIVE[0]["request"]},
}


@pytest.fixture(scope="module")
def behind() -> Iterator[Gateway]:
    with running(Settings(port=0)) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def double(behind: Gateway) -> Iterator[Worker]:
    with service(behind.url, PROBE) as worker:
        yield worker


@pytest.mark.parametrize("options", [{}, THROUGH], ids=str)
def test_run_gives_the_object(double: Worker, options: Any) -> None:
    assert double.call("run", PRO, FIVE[0]["request"], options)["value"] == FIVE[0]["response"]


def test_run_streams(double: Worker) -> None:
    told = double.call("run", CHAT, {**SPOKEN["request"], "stream": True}, THROUGH)

    assert told["kind"] == "ReadableStream"
    assert "".join(told["value"]).endswith("data: [DONE]\n\n")


def test_run_gives_the_response_to_who_wants_it(double: Worker) -> None:
    told = double.call("run", "openai/nope", {}, {**THROUGH, "returnRawResponse": True})

    assert (told["kind"], told["value"]["status"]) == ("Response", 404)


def test_a_refusal_keeps_its_name_and_message(double: Worker) -> None:
    thrown = double.call("run", "openai/nope", {"input": "Hello"}, THROUGH)["thrown"]

    assert thrown == {
        "class": "Error",
        "name": "AiGatewayError",
        "message": "7003: User Input Error",
    }


def test_what_is_no_error_of_the_gateway_comes_as_it_is(double: Worker, behind: Gateway) -> None:
    behind.faults[:] = rules(("edge_page:520",))
    try:
        thrown = double.call("run", PRO, FIVE[0]["request"], THROUGH)["thrown"]
    finally:
        behind.faults.clear()

    assert thrown["name"] == "InferenceUpstreamError"
    assert thrown["message"].startswith("<html>")


def test_the_models_are_told_and_a_bad_search_is_refused(double: Worker) -> None:
    found = double.call("models", {"search": "gpt-5.5-pro"})["value"]
    thrown = double.call("models", {"page": "none"})["thrown"]

    assert [one["name"] for one in found] == [PRO]
    assert (thrown["name"], thrown["message"]) == (
        "AiInternalError",
        "Expected number, received nan",
    )


def test_a_gateway_has_its_url_and_runs_steps(double: Worker, behind: Gateway) -> None:
    options = {"gateway": {"skipCache": True, "retries": {"maxAttempts": 2}}}

    url = double.call("getUrl", "openai", on=DEFAULT)["value"]
    told = double.call("run", STEP, options, on=DEFAULT)["value"]

    assert url == f"{behind.url}/v1/{ACCOUNT_ID}/default/openai"
    assert (told["status"], told["headers"]["cf-aig-step"]) == (200, "0")


def test_a_log_is_read_and_rated(double: Worker) -> None:
    log = double.call("run", STEP, on=DEFAULT)["value"]["headers"]["cf-aig-log-id"]

    rated = double.call("patchLog", log, {"feedback": 1}, on=DEFAULT)
    told = double.call("getLog", log, on=DEFAULT)["value"]
    thrown = double.call("getLog", "01JADMCQQQBWH3NXZ5GCRN98DP", on=DEFAULT)["thrown"]

    assert "thrown" not in rated
    assert (told["id"], told["created_at"][-1]) == (log, "Z")
    assert (thrown["name"], thrown["message"]) == ("AiGatewayLogNotFound", "Log not found")
