"""Retries, timeouts and fallback: who is asked how often, and how long the caller waits."""

from typing import Any

import pytest

from mockgw.faults.rule import rules
from mockgw.gateways.attempts import Patience
from tests.gateways.ground import ASKS, BINDING, HI, NATIVE, WAYS, Ground, error, step, text
from tests.wire import Json, events, post


@pytest.mark.parametrize(
    ("backoff", "pauses"),
    [("constant", [2, 2, 2, 2]), ("linear", [2, 4, 6, 8]), ("exponential", [2, 4, 8, 16])],
)
def test_pauses_grow_as_they_are_told_to(backoff: str, pauses: list[float]) -> None:
    patience = Patience(attempts=5, delay=2.0, backoff=backoff)

    assert [patience.pause(failed) for failed in (1, 2, 3, 4)] == pauses


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({"cf_aig_max_attempts": "3"}, 0),
        ({"cf_aig_max_attempts": "3", "cf_aig_retry_delay": "500"}, 1.0),
        (
            {
                "cf_aig_max_attempts": "3",
                "cf_aig_retry_delay": "500",
                "cf_aig_backoff": "exponential",
            },
            1.5,
        ),
        (
            {"cf_aig_max_attempts": "3", "cf_aig_retry_delay": "9000", "cf_aig_backoff": "linear"},
            15.0,
        ),
        ({"cf_aig_max_attempts": "3", "cf_aig_backoff": "quadratic"}, 0),
    ],
)
def test_a_provider_that_fails_is_asked_again(
    ground: Ground, headers: dict[str, str], waits: float
) -> None:
    ground.fail(500)
    ground.fail(429)
    ground.reply("At last.")

    reply, waited = ground.timed(lambda: ground.ask(**headers))

    assert (text(reply), waited) == ("At last.", waits)
    assert len(ground.session.script) == 0
    (log,) = ground.logs()
    assert (log["status_code"], log["duration"]) == (200, waits * 1000)
    assert len(ground.session.entries) == 1
    assert ground.last.notes[-1] == f"gateway gw asked 3 times, the last after {waits:g} s"


def test_a_gateway_can_be_set_to_ask_again(ground: Ground) -> None:
    ground.rules(retry_max_attempts=2, retry_delay=100)
    ground.fail(503)
    ground.reply("At last.")

    reply, waited = ground.timed(ground.ask)

    assert (text(reply), waited) == ("At last.", 0.1)


@pytest.mark.parametrize("asked", ["0", "1", "-1", "many", ""])
def test_one_attempt_is_the_least(ground: Ground, asked: str) -> None:
    ground.fail(500)

    assert ground.ask(cf_aig_max_attempts=asked).status == 500


def test_five_attempts_are_the_most(ground: Ground) -> None:
    ground.fail(500, times=6)

    assert ground.ask(cf_aig_max_attempts="9").status == 500
    assert len(ground.session.script) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_would_be_refused_again_is_not_asked_again(ground: Ground, status: int) -> None:
    ground.fail(status)
    ground.reply("Not told.")

    assert ground.ask(cf_aig_max_attempts="3").status == status
    assert len(ground.session.script) == 1


def test_the_last_error_is_the_callers(ground: Ground) -> None:
    ground.fail(429)
    ground.fail("overloaded")

    reply, waited = ground.timed(
        lambda: ground.ask(cf_aig_max_attempts="2", cf_aig_retry_delay="250")
    )

    assert (reply.status, waited) == (503, 0.25)
    assert reply.json()["error"]["code"] == "server_is_overloaded"


def test_the_bindings_options_ask_for_retries_too(ground: Ground) -> None:
    ground.fail(500)
    ground.reply("At last.")
    retries = {"maxAttempts": 2, "retryDelayMs": 300, "backoff": "constant"}
    options = {"gateway": {"id": "gw", "retries": retries}}
    sent = {"inputs": HI, "options": options}

    reply, waited = ground.timed(
        lambda: post(f"{ground.url}/ai-gateway/run", sent, {"cf-consn-model-id": "openai/gpt-5.5"})
    )

    assert (text(reply), waited) == ("At last.", 0.3)


@pytest.mark.parametrize("way", [WAYS["rest openai"], WAYS["rest run"]], ids=lambda way: way.name)
def test_rest_asks_for_retries_by_headers(ground: Ground, way: Any) -> None:
    ground.fail(500)
    ground.reply("At last.")

    assert text(ground.ask(way, cf_aig_max_attempts="2")) == "At last."


@pytest.mark.parametrize(("took", "status"), [(0.499, 200), (0.5, 200), (0.501, 400)])
def test_a_provider_must_begin_in_time(ground: Ground, took: float, status: int) -> None:
    ground.reply("Here.", delay=took)

    reply, waited = ground.timed(lambda: ground.ask(cf_aig_request_timeout="500"))

    assert (reply.status, waited) == (status, min(took, 0.5))


def test_a_stream_that_has_begun_is_waited_for(ground: Ground) -> None:
    ground.reply("one two three four", delay=0.2, pace=1.0)

    reply, waited = ground.timed(
        lambda: ground.ask(NATIVE, {**HI, "stream": True}, cf_aig_request_timeout="500")
    )

    assert reply.status == 200
    assert waited > 4
    assert events(reply.body)[-1]["choices"][0]["finish_reason"] == "stop"


def test_a_slow_provider_is_asked_again_and_waited_for_at_last(ground: Ground) -> None:
    ground.reply("never", delay=9)
    ground.reply("never", delay=9)
    ground.reply("Late.", delay=7)

    reply, waited = ground.timed(
        lambda: ground.ask(
            cf_aig_request_timeout="1000", cf_aig_max_attempts="3", cf_aig_retry_delay="100"
        )
    )

    assert (text(reply), waited) == ("Late.", 1 + 0.1 + 1 + 0.1 + 7)


def test_slow_headers_count_as_waiting(ground: Ground) -> None:
    ground.reply("Here.", fault="slow_headers:3")

    reply, waited = ground.timed(lambda: ground.ask(cf_aig_request_timeout="2000"))

    assert error(reply)[:2] == (400, 2005)
    assert waited == 2


def test_three_steps_of_which_the_last_succeeds(ground: Ground) -> None:
    """The first is too slow, the second fails twice, the third answers."""
    ground.reply("too late", delay=5)
    ground.fail(429, times=2)
    ground.reply("Third.", delay=0.25)
    steps = [
        step(config={"requestTimeout": 1000}),
        step(config={"maxAttempts": 2, "retryDelay": 400, "backoff": "linear"}),
        step(model="gpt-5.4"),
    ]

    reply, waited = ground.timed(lambda: ground.steps(steps, cf_aig_event_id="trip-7"))

    assert (reply.status, text(reply)) == (200, "Third.")
    assert waited == 1.0 + 0.4 + 0.25
    assert reply.headers["cf-aig-step"] == "2"
    assert reply.headers["cf-aig-event-id"] == "trip-7"
    assert len(reply.headers["cf-aig-request-id"]) == 36
    told = [
        (log["step"], log["status_code"], log["duration"], log["model"]) for log in ground.logs()
    ]
    assert told == [
        (0, 400, 1000, "gpt-5.5"),
        (1, 429, 400, "gpt-5.5"),
        (2, 200, 250, "gpt-5.4"),
    ]
    assert ground.logs()[-1]["id"] == reply.headers["cf-aig-log-id"]
    assert len({log["id"] for log in ground.logs()}) == 3


def test_the_journal_tells_one_request_with_all_its_steps(ground: Ground) -> None:
    ground.fail(500)
    ground.steps([step(), step(model="gpt-5.4")])

    assert len(ground.session.entries) == 1
    entry = ground.last
    assert (entry.path.endswith("/v1/acc/gw"), entry.status, entry.model) == (True, 200, "gpt-5.4")
    assert entry.operation == "chat.create"
    assert entry.notes == ("step 0 gave 500 after 0 s",)


def test_when_all_steps_fail_the_last_one_speaks(ground: Ground) -> None:
    ground.fail(500)
    ground.fail(429)

    reply = ground.steps([step(), step()])

    assert (reply.status, reply.headers["cf-aig-step"]) == (429, "1")
    assert reply.json()["error"]["code"] == "rate_limit_exceeded"


def test_a_step_for_another_provider_fails_and_the_next_one_answers(ground: Ground) -> None:
    reply = ground.steps([step("anthropic", endpoint="v1/messages"), step()])

    assert (reply.status, reply.headers["cf-aig-step"]) == (200, "1")


def test_what_only_mockgw_refuses_is_no_reason_to_go_on(ground: Ground) -> None:
    """A queued answer that the call cannot have is the test's mistake, not the provider's."""
    ground.reply("x", fault="no_done")

    reply = ground.steps([step(), step()])

    assert reply.json()["error"]["type"] == "mockgw_error"


@pytest.mark.parametrize(
    "body",
    [
        step(),
        [step()],
        step(endpoint="v1/chat/completions"),
        step(endpoint="/chat/completions"),
        step("compat", "openai/gpt-5.5"),
        [{**step(), "query": {"model": "gpt-5.5", "input": "Hi"}, "endpoint": "responses"}],
    ],
    ids=["object", "list", "v1", "slash", "compat", "responses"],
)
@pytest.mark.parametrize("path", ["/v1/acc/gw", "/v1/acc/gw/", "/ai-gateway/universal/run/gw"])
def test_a_step_may_be_written_in_many_ways(ground: Ground, body: Any, path: str) -> None:
    reply = ground.steps(body, path)

    assert (reply.status, reply.headers["cf-aig-step"]) == (200, "0")
    assert reply.headers["cf-aig-cache-status"] == "MISS"
    assert len(ground.logs()) == 1
    assert "cf-aig-request-id" not in reply.headers


def test_a_step_answers_what_its_path_answers(ground: Ground) -> None:
    """The same call gives the same bytes, whether it is a step or not."""
    ground.reply("Same.", "Same.")
    plain = NATIVE.ask(ground.url, "gpt-5.5", {**HI, "stream": True})
    stepped = ground.steps([{**step(), "query": {"model": "gpt-5.5", **HI, "stream": True}}])

    assert stepped.headers["content-type"] == plain.headers["content-type"]
    said = [
        "".join(one["choices"][0]["delta"].get("content") or "" for one in events(reply.body))
        for reply in (plain, stepped)
    ]
    assert said == ["Same.", "Same."]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "expected 1 to 50 requests, received 0"),
        ([step()] * 51, "expected 1 to 50 requests, received 51"),
        ([5], "[0]: expected object"),
        ([step(), {"provider": "openai"}], "[1].endpoint: Required"),
        ({"endpoint": "x"}, "provider: Required"),
        ([step(headers="none")], "[0]: headers and config are objects"),
    ],
)
def test_what_holds_no_steps_is_refused(ground: Ground, body: Any, message: str) -> None:
    reply = ground.steps(body)

    assert error(reply) == (400, 7003, f"Invalid request body: {message}")


def test_what_is_no_json_is_refused(ground: Ground) -> None:
    reply = post(ground.url + "/v1/acc/gw", b"{")

    assert reply.status == 400
    assert "could not parse" in reply.body.decode()


def test_a_dynamic_route_asks_its_models_in_turn(ground: Ground) -> None:
    ground.rules(routes={"support": ["openai/gpt-5.5-mini", "openai/gpt-5.4"]})
    ground.fail(500)
    body: Json = {"model": "dynamic/support", **HI}

    reply = post(f"{ground.url}/v1/acc/gw/compat/chat/completions", body)

    assert reply.status == 200
    assert reply.json()["model"].startswith("gpt-5.4")
    assert reply.headers["cf-aig-model"] == "gpt-5.4"
    assert reply.headers["cf-aig-provider"] == "openai"
    assert reply.headers["cf-aig-step"] == "1"


def test_a_step_may_name_a_dynamic_route(ground: Ground) -> None:
    ground.rules(routes={"support": ["openai/gpt-5.4"]})

    reply = ground.steps([step("compat", "dynamic/support")], "/ai-gateway/universal/run/gw")

    assert (reply.headers["cf-aig-model"], reply.headers["cf-aig-step"]) == ("gpt-5.4", "0")


def test_a_route_that_is_not_there_says_which_are(ground: Ground) -> None:
    ground.rules(routes={"support": ["openai/gpt-5.4"]})
    body: Json = {"model": "dynamic/sales", **HI}

    reply = post(f"{ground.url}/v1/acc/gw/compat/chat/completions", body)

    assert error(reply)[:2] == (400, 2005)
    assert ground.last.notes == ("gateway gw has no route sales; known: support",)


def test_responses_are_asked_again_too(ground: Ground) -> None:
    ground.fail(500)
    reply = ASKS["gateway"].ask(
        ground.url, "gpt-5.5-pro", {"input": "Hi"}, {"cf-aig-max-attempts": "2"}
    )

    assert reply.status == 200


def test_a_fault_by_rule_is_over_when_it_is_asked_again(ground: Ground) -> None:
    """Attempts count as calls of the same meaning: `times=2` strikes the first two of them."""
    ground.session.faults += rules("overloaded times=2")

    assert ground.ask(BINDING).status == 503
    assert ground.ask(BINDING, cf_aig_max_attempts="2").status == 200
