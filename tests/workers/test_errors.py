"""Every error as a Worker sees it: class, name and message, as the live ones were seen."""

from collections.abc import Iterator
from typing import Any

import pytest

from mockgw.faults.rule import rules
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.wire import Json
from tests.workers.runtimes import PROBE, RUNTIMES, Worker

pytestmark = pytest.mark.slow

PRO, CHAT = "openai/gpt-5.5-pro", "openai/gpt-5.5"
HELLO = [{"role": "user", "content": "Hello"}]
THROUGH = {"gateway": {"id": "default"}}
USER = "7003: User Input Error"
SPENT = "Spend limit exceeded: rule 'default' (cost limit 0.002 per 3600s, fixed) for openai {}"

BAD_CALLS = [
    ("an unknown model", "openai/nope", {"input": "Hello"}),
    ("no model", "undefined", {"input": "Hello"}),
    ("no input", PRO, {}),
    ("messages for a model without chat", PRO, {"messages": HELLO}),
    ("messages that are none", CHAT, {"messages": "Hello"}),
    ("max_tokens for a model that thinks", CHAT, {"messages": HELLO, "max_tokens": 9}),
    ("a temperature that is none", CHAT, {"messages": HELLO, "temperature": 7}),
]
# What the gateway itself refuses: the code, and the message that the Worker gets.
REFUSALS = {
    "2001": "2001: Please configure AI Gateway in the Cloudflare dashboard",
    "2002": "2002: Failed to parse model output",
    "2003": "2003: Rate limited",
    "2016": "2016: Prompt blocked due to security configurations",
    "2017": "2017: Response blocked due to security configurations",
    "2021": "2021: Insufficient AI Gateway credits",
    "2041": f"2041: {SPENT}",
    "2045": f"2045: {SPENT}",
    "2047": "2047: Invalid User Credentials",
    "3040": "3040: Capacity exceeded",
    "7003": USER,
}


@pytest.mark.parametrize("options", [{}, THROUGH], ids=str)
@pytest.mark.parametrize(("what", "model", "inputs"), BAD_CALLS, ids=lambda one: str(one)[:30])
def test_bad_inputs_are_a_user_input_error(
    worker: Worker, what: str, model: str, inputs: Json, options: Json
) -> None:
    told = worker.call("run", model, inputs, options)

    wanted = {"class": "InferenceUpstreamError", "name": "AiGatewayError", "message": USER}
    assert told["thrown"] == wanted, what
    assert told["lastRequestHttpStatusCode"] in {400, 404}
    assert told["aiGatewayLogId"] is None


@pytest.mark.parametrize("options", [{}, THROUGH], ids=str)
def test_a_model_of_cloudflares_own_is_no_model_here(worker: Worker, options: Json) -> None:
    told = worker.call("run", "@cf/meta/llama-3.1-8b-instruct", {"messages": HELLO}, options)

    message = "5007: No such model @cf/meta/llama-3.1-8b-instruct or task"
    wanted = {"class": "InferenceUpstreamError", "name": "AiError", "message": message}
    assert told["thrown"] == wanted
    assert told["lastRequestHttpStatusCode"] == 400


@pytest.fixture(scope="module")
def failing() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as gateway:
        yield gateway


@pytest.fixture(scope="module", params=RUNTIMES)
def unlucky(request: pytest.FixtureRequest, failing: Gateway) -> Iterator[Worker]:
    with RUNTIMES[request.param](failing.url, PROBE) as worker:
        yield worker


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize(("code", "message"), REFUSALS.items())
def test_the_gateways_own_refusals_have_their_code_in_front(
    unlucky: Worker, failing: Gateway, code: str, message: str, stream: bool
) -> None:
    failing.faults[:] = rules((f"gateway.{code}",))

    told = unlucky.call("run", PRO, {"input": "Hello", "stream": stream}, THROUGH)

    assert told["thrown"] == {
        "class": "InferenceUpstreamError",
        "name": "AiGatewayError",
        "message": message.format("gpt-5.5-pro"),
    }


def test_a_defect_of_cloudflares_has_another_name(unlucky: Worker, failing: Gateway) -> None:
    failing.faults[:] = rules(("gateway.7000",))

    told = unlucky.call("run", PRO, {"input": "Hello"}, THROUGH)

    assert told["thrown"]["name"] == "Internal Error"
    assert told["thrown"]["message"] == "7000: Model ID missing"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("edge_page:520", ("InferenceUpstreamError", "<html>")),
        ("wrong_content_type:text/plain", ("", "ReadableStream")),
        ("wrong_content_type:Application/JSON", ("", "ReadableStream")),
    ],
)
def test_what_is_no_error_of_the_gateway_comes_as_it_is(
    unlucky: Worker, failing: Gateway, fault: str, told: tuple[str, str]
) -> None:
    failing.faults[:] = rules((fault,))
    name, words = told

    seen: Any = unlucky.call("run", PRO, {"input": "Hello"}, THROUGH)

    if name:
        assert seen["thrown"]["name"] == name
        assert seen["thrown"]["message"].startswith(words)
    else:
        assert seen["kind"] == words


def test_a_stream_that_is_cut_ends_in_an_error(unlucky: Worker, failing: Gateway) -> None:
    failing.faults[:] = rules(("cut_after_events:2:reset",))

    told = unlucky.call("run", PRO, {"input": "Hello", "stream": True}, THROUGH)

    assert told["kind"] == "ReadableStream"
    assert told["thrown"]["message"] == "Network connection lost."
