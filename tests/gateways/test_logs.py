"""What a gateway remembers of each call, and how it is asked for."""

from typing import Any

import pytest

from mockgw.gateways import Place
from mockgw.gateways.log import Log
from mockgw.gateways.logs import MemoryLogs
from tests.gateways.ground import ASKS, BINDING, HI, LOG_FIELDS, WAYS, Ground, step
from tests.wire import Json, Reply, post, send


def path(identifier: str, gateway: str = "gw") -> str:
    return f"/ai-gateway/gateways/{gateway}/logs/{identifier}"


def patch(ground: Ground, identifier: str, body: Any) -> Reply:
    sent = post(ground.url, {}) if body is None else body
    data = sent if isinstance(sent, bytes) else str(sent).replace("'", '"').encode()
    return send("PATCH", ground.url + path(identifier), data)


def test_every_call_leaves_a_log_under_the_id_that_its_answer_has(ground: Ground) -> None:
    reply = ground.ask(cf_aig_metadata='{"team": "red", "n": 1, "on": true}')

    told = ground.get(path(reply.headers["cf-aig-log-id"]))
    log = told.json()["result"]
    assert told.json()["success"] is True
    assert set(LOG_FIELDS) <= log.keys()
    assert log["id"] == reply.headers["cf-aig-log-id"]
    assert (log["provider"], log["model"], log["path"]) == (
        "openai",
        "gpt-5.5",
        "chat/completions",
    )
    assert (log["success"], log["status_code"], log["cached"], log["step"]) == (True, 200, False, 0)
    assert log["metadata"] == '{"team":"red","n":1,"on":true}'
    usage = reply.json()["usage"]
    assert log["tokens_in"] == usage["prompt_tokens"]
    assert log["tokens_out"] == usage["completion_tokens"]
    assert log["response_size"] == len(reply.body)
    assert log["response_head"] == reply.body.decode()
    assert log["response_head_complete"] is True
    assert log["request_content_type"] == log["response_content_type"] == "application/json"
    assert log["created_at"].endswith("Z")
    assert not {"request", "response"} & log.keys()


def test_a_stream_is_logged_as_it_went_out(ground: Ground) -> None:
    reply = ASKS["gateway"].ask(ground.url, "gpt-5.5", {"input": "Hi", "stream": True})

    (log,) = ground.logs()
    assert log["response"] == reply.body.decode()
    assert log["response_size"] == len(reply.body)
    assert log["response_head_complete"] is False
    assert reply.body.decode().startswith(log["response_head"])
    assert log["tokens_out"] > 0


def test_an_error_is_logged_too(ground: Ground) -> None:
    ground.fail(500)
    reply = ground.ask()

    (log,) = ground.logs()
    assert (log["success"], log["status_code"]) == (False, 500)
    assert log["response"] == reply.json()


@pytest.mark.parametrize(
    ("header", "rules", "kept"),
    [
        (None, {}, True),
        ("false", {}, False),
        ("true", {}, True),
        (None, {"collect_logs": False}, False),
        ("true", {"collect_logs": False}, True),
        ("maybe", {}, True),
    ],
)
def test_the_caller_decides_whether_there_is_a_log(
    ground: Ground, header: str | None, rules: Any, kept: bool
) -> None:
    ground.rules(**rules)
    reply = ground.ask(**({} if header is None else {"cf_aig_collect_log": header}))

    assert ("cf-aig-log-id" in reply.headers) is kept
    assert bool(ground.logs()) is kept


def test_a_log_may_be_without_the_bodies(ground: Ground) -> None:
    ground.ask(cf_aig_collect_log_payload="false")

    (log,) = ground.logs()
    assert log["tokens_in"] > 0
    assert log["request_size"] > 0
    assert not {"request", "response", "request_head", "response_head"} & log.keys()
    assert (log["request_head_complete"], log["response_head_complete"]) == (False, False)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('{"a": 1, "b": "x", "c": true}', '{"a":1,"b":"x","c":true}'),
        ('{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}', '{"a":1,"b":2,"c":3,"d":4,"e":5}'),
        ('{"a": 1, "b": null}', "{}"),
        ('{"a": 1, "b": {"c": 1}}', "{}"),
        ('{"a": 1, "cf.user_id": "x"}', '{"a":1}'),
        ("{broken", "{}"),
        ("[1]", "{}"),
    ],
)
def test_metadata_is_kept_as_far_as_it_is_allowed(ground: Ground, given: str, kept: str) -> None:
    assert ground.ask(cf_aig_metadata=given).status == 200
    assert ground.logs()[0]["metadata"] == kept


@pytest.mark.parametrize(
    "name", ["gateway", "gateway compat", "binding with a gateway", "rest openai", "rest run"]
)
def test_the_callers_event_id_comes_back(ground: Ground, name: str) -> None:
    reply = ground.ask(WAYS[name], cf_aig_event_id="trip-7")

    assert reply.headers["cf-aig-event-id"] == "trip-7"
    gateway = "gw" if name.startswith("gateway") else "default"
    assert ground.logs(gateway)[0]["event_id"] == "trip-7"


@pytest.mark.parametrize("given", ["x" * 257, "caf\u00e9"])
def test_an_event_id_that_cannot_be_told_again_is_not(ground: Ground, given: str) -> None:
    sent = {"inputs": HI, "options": {"gateway": {"id": "gw", "eventId": given}}}
    named = {"cf-consn-model-id": "openai/gpt-5.5"}
    reply = post(f"{ground.url}/ai-gateway/run", sent, named)

    assert len(reply.headers["cf-aig-event-id"]) == 36


def test_people_say_what_they_think_of_an_answer(ground: Ground) -> None:
    identifier = ground.ask().headers["cf-aig-log-id"]

    reply = patch(ground, identifier, {"score": 77, "feedback": -1, "metadata": {"by": "me"}})

    assert (reply.status, reply.json()["success"]) == (200, True)
    log = ground.get(path(identifier)).json()["result"]
    assert (log["score"], log["feedback"], log["metadata"]) == (77, -1, '{"by":"me"}')
    patch(ground, identifier, {"feedback": 1})
    log = ground.get(path(identifier)).json()["result"]
    assert (log["score"], log["feedback"]) == (77, 1)


@pytest.mark.parametrize(
    "body",
    [{"score": "much"}, {"feedback": 2}, {"feedback": "good"}, {"metadata": [1]}, b"{", b"[]"],
    ids=str,
)
def test_what_is_no_opinion_is_refused(ground: Ground, body: Any) -> None:
    identifier = ground.ask().headers["cf-aig-log-id"]
    reply = patch(ground, identifier, body)

    assert (reply.status, reply.json()["success"]) == (400, False)
    message = reply.json()["errors"][0]["message"]
    assert message
    assert "Model" not in message
    assert "score" not in ground.logs()[0]


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_a_log_that_is_not_there(ground: Ground, method: str) -> None:
    reply = send(method, ground.url + path("01ARZ3NDEKTSV4RRFFQ69G5FAV"), b"{}")

    told: Json = {"code": 7002, "message": "Log not found"}
    assert reply.status == 404
    assert reply.json() == {"result": None, "success": False, "errors": [told], "messages": []}


def test_a_log_is_its_gateways_own(ground: Ground) -> None:
    identifier = ground.ask().headers["cf-aig-log-id"]

    assert ground.get(path(identifier, "other")).status == 404
    elsewhere = f"{ground.virtual.url}/_s/elsewhere{path(identifier)}"
    assert send("GET", elsewhere).status == 404


def test_runs_of_the_catalogue_are_logged_though_no_header_tells(ground: Ground) -> None:
    reply = ground.ask(BINDING)

    assert "cf-aig-log-id" not in reply.headers
    (log,) = ground.logs("default")
    assert (log["path"], log["request_size"] > 0) == ("run", True)


def test_a_step_is_logged_with_what_it_sent(ground: Ground) -> None:
    ground.steps([step(headers={"cf-aig-metadata": '{"n": 1}'})], cf_aig_metadata='{"n": 0}')

    (log,) = ground.logs()
    assert log["request"] == {"model": "gpt-5.5", **HI}
    assert log["metadata"] == '{"n":1}'


def test_large_requests_leave_room_for_fewer_logs() -> None:
    logs, place = MemoryLogs(10, room=100), Place("s", "g")
    for number, size in enumerate((60, 30, 30, 10)):
        logs.add(Log(str(number), place, 0.0, "m", "p", 200, b" " * size, bytes))
    assert [log["id"] for log in logs.listed(*place)] == ["1", "2", "3"]
    logs.add(Log("4", place, 0.0, "m", "p", 200, b" " * 500, bytes))
    assert [log["id"] for log in logs.listed(*place)] == ["4"]
    logs.drop(*place, ["4"])
    logs.add(Log("5", place, 0.0, "m", "p", 200, b" " * 100, bytes))
    logs.add(Log("5", place, 0.0, "m", "p", 200, b" " * 50, bytes))
    logs.add(Log("6", place, 0.0, "m", "p", 200, b" " * 50, bytes))
    assert [log["id"] for log in logs.listed(*place)] == ["5", "6"]


def test_the_oldest_logs_give_way() -> None:
    logs, place = MemoryLogs(3), Place("s", "g")
    for number in range(5):
        logs.add(Log(str(number), place, 0.0, "m", "p", 200, b"", bytes))

    assert [log["id"] for log in logs.listed(*place)] == ["2", "3", "4"]
    logs.drop(*place, ["3", "none"])
    assert [log["id"] for log in logs.listed(*place)] == ["2", "4"]
    logs.forget("other")
    assert len(logs.listed(*place)) == 2
    logs.forget("s")
    assert logs.listed(*place) == []
