"""`assert_resilient` in somebody's test: what passes, what fails, and what the failure says."""

from tests.plugin.suites import Suite

pytest_plugins = ["pytester"]

CLIENTS = """
import httpx
from openai import OpenAI

def official():
    with OpenAI() as client:
        return client.responses.create(model="gpt-5.5", input="Hello").output_text

def post(mockgw, times):
    for _ in range(times):
        httpx.post(mockgw.openai_base_url + "/responses", json={"model": "gpt-5.5", "input": "Hi"})
"""


def test_a_good_client_passes_and_a_bad_one_fails(suite: Suite) -> None:
    suite.write(
        CLIENTS
        + """
def test_official(mockgw):
    mockgw.fail("rate_limit", retry_after=0.1)
    mockgw.reply("Well.")
    assert official() == "Well."
    mockgw.assert_resilient(warnings=True)

def test_bad(mockgw):
    mockgw.fail("context_length", times=2)
    post(mockgw, 2)
    mockgw.assert_resilient()

def test_weak(mockgw):
    mockgw.fail(500)
    post(mockgw, 1)
    mockgw.assert_resilient()
    with pytest.raises(AssertionError):
        mockgw.assert_resilient(warnings=True)
    mockgw.assert_resilient(warnings=True, ignore=["gave_up"])

def test_no_such_rule(mockgw):
    mockgw.assert_resilient(ignore=["gave up"])
"""
    )
    ran = suite.run()
    assert ran.counts == {"passed": 2, "failed": 2}
    assert "verdict on the client: 1 failure in 2 calls." in ran.text
    assert "fail retried_refusal: asked again, once" in ran.text
    assert "call 1: responses.create gpt-5.5 -> 400 context_length_exceeded" in ran.text
    assert "There is no rule 'gave up'." in ran.text
    # The frames shown are the test's own.
    assert "testing/gateway.py" not in ran.text


def test_a_request_tells_its_cost_its_retry_and_its_outcome(suite: Suite) -> None:
    suite.write(
        CLIENTS
        + """
import time

def test_told(mockgw):
    mockgw.fail(500, retry_after=0.01)
    mockgw.reply("Well.", usage={"input": 1000, "output": 100})
    official()
    # How an answer went out is known a moment after the client has it.
    until = time.monotonic() + 10
    while not mockgw.last.outcome and time.monotonic() < until:
        time.sleep(0.01)
    first, second = mockgw.requests
    assert (first.retry, first.cost) == (0, 0)
    assert (second.retry, second.cost, second.outcome) == (1, 0.008, "whole")
"""
    )
    assert suite.run().counts == {"passed": 1}
