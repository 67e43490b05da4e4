"""What went through a gateway, read over the REST API; and what is set there is obeyed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.wire import Json, Reply, post, send

ACCOUNT = "/client/v4/accounts/acc"
LOGS = f"{ACCOUNT}/ai-gateway/gateways/gw/logs"
NEEDED: Json = {
    "cache_invalidate_on_update": True,
    "cache_ttl": 0,
    "collect_logs": True,
    "rate_limiting_interval": 60,
    "rate_limiting_limit": 0,
}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as started:
        yield started


def ask(gateway: Gateway, text: str, **more: Any) -> Reply:
    body = {"model": "gpt-5.5", "input": text, **more}
    return post(f"{gateway.url}/v1/acc/gw/openai/responses", body)


def rest(gateway: Gateway, path: str = "", method: str = "GET", body: Json | None = None) -> Reply:
    data = b"" if body is None else json.dumps(body).encode()
    return send(method, gateway.url + LOGS + path, data)


def test_every_call_through_a_gateway_can_be_read_afterwards(gateway: Gateway) -> None:
    reply = ask(gateway, "Name a lake.")
    identifier = reply.headers["cf-aig-log-id"]
    told = rest(gateway).json()
    (row,) = told["result"]
    usage = reply.json()["usage"]
    assert (row["id"], row["model"], row["provider"]) == (identifier, "gpt-5.5", "openai")
    assert (row["tokens_in"], row["tokens_out"]) == (usage["input_tokens"], usage["output_tokens"])
    assert (row["success"], row["cached"], row["status_code"]) == (True, False, 200)
    assert told["result_info"] == {"count": 1, "page": 1, "per_page": 20, "total_count": 1}
    assert "request_head" not in row
    alone = rest(gateway, f"/{identifier}").json()["result"]
    assert json.loads(alone["request_head"])["input"] == "Name a lake."
    assert "request" not in alone


def test_both_bodies_are_told_as_they_were_without_an_envelope(gateway: Gateway) -> None:
    reply = ask(gateway, "Name a lake.")
    place = f"/{reply.headers['cf-aig-log-id']}"
    assert rest(gateway, f"{place}/request").json() == {"model": "gpt-5.5", "input": "Name a lake."}
    assert rest(gateway, f"{place}/response").json() == reply.json()


def test_a_stream_is_told_as_the_text_it_was(gateway: Gateway) -> None:
    reply = ask(gateway, "Name a lake.", stream=True)
    told = rest(gateway, f"/{reply.headers['cf-aig-log-id']}/response").json()
    assert told == reply.body.decode()


def test_logs_are_filtered_and_paged_newest_first(gateway: Gateway) -> None:
    for text in ("one", "two", "three"):
        ask(gateway, text)
    ask(gateway, "four", temperature=9)
    rows = rest(gateway, "?per_page=2&page=1").json()["result"]
    assert [row["success"] for row in rows] == [False, True]
    assert len(rest(gateway, "?success=true").json()["result"]) == 3
    assert rest(gateway, "?success=perhaps").status == 400


def test_score_feedback_and_metadata_are_put_into_a_log(gateway: Gateway) -> None:
    place = f"/{ask(gateway, 'Hi').headers['cf-aig-log-id']}"
    change = {"score": 80, "feedback": 1, "metadata": {"team": "blue"}}
    assert rest(gateway, place, "PATCH", change).json()["success"] is True
    told = rest(gateway, place).json()["result"]
    assert (told["score"], told["feedback"]) == (80, 1)
    assert json.loads(told["metadata"]) == {"team": "blue"}
    found = "?filters.key=metadata.value&filters.operator=eq&filters.value=blue"
    assert len(rest(gateway, found).json()["result"]) == 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"score": "high"}, "score"),
        ({"feedback": 5}, "feedback"),
        ({"feedback": True}, "feedback"),
        ({"metadata": [1]}, "metadata"),
    ],
    ids=str,
)
def test_what_a_log_cannot_be_given_is_refused(gateway: Gateway, change: Json, place: str) -> None:
    reply = rest(gateway, f"/{ask(gateway, 'Hi').headers['cf-aig-log-id']}", "PATCH", change)
    (error,) = reply.json()["errors"]
    assert (reply.status, error["code"], error["path"]) == (400, 7001, ["body", place])


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PATCH", ""), ("GET", "/request"), ("GET", "/response")]
)
def test_a_log_that_is_none_is_told_so(gateway: Gateway, method: str, path: str) -> None:
    reply = rest(gateway, f"/none{path}", method, {} if method == "PATCH" else None)
    assert reply.status == 404
    assert reply.json()["errors"] == [{"code": 7002, "message": "Log not found"}]


def test_logs_are_deleted_by_filter_and_at_most_so_many(gateway: Gateway) -> None:
    for text in ("one", "two", "three"):
        ask(gateway, text)
    ask(gateway, "four", temperature=9)
    assert rest(gateway, "?success=true&limit=2", "DELETE").json()["success"] is True
    assert len(rest(gateway).json()["result"]) == 2
    rest(gateway, "", "DELETE")
    assert rest(gateway).json()["result"] == []


def test_a_run_over_rest_is_logged_at_the_gateway_of_its_header(gateway: Gateway) -> None:
    body = {"model": "openai/gpt-5.5", "input": {"messages": [{"role": "user", "content": "Hi"}]}}
    post(f"{gateway.url}{ACCOUNT}/ai/run", body, {"cf-aig-gateway-id": "gw"})
    post(f"{gateway.url}{ACCOUNT}/ai/run", body)
    (row,) = rest(gateway).json()["result"]
    assert row["model"] == "gpt-5.5"
    assert rest(gateway, f"/{row['id']}/request").json() == body


def test_what_a_gateway_is_set_to_over_rest_it_does(gateway: Gateway) -> None:
    made = f"{ACCOUNT}/ai-gateway/gateways"
    settings = {"id": "gw", **NEEDED, "cache_ttl": 300}
    assert post(gateway.url + made, settings).status == 200
    states = [ask(gateway, "Hi").headers["cf-aig-cache-status"] for _ in range(2)]
    assert states == ["MISS", "HIT"]
    limited = json.dumps({**NEEDED, "rate_limiting_limit": 1, "collect_logs": False}).encode()
    assert send("PUT", f"{gateway.url}{made}/gw", limited).status == 200
    assert [ask(gateway, text).status for text in ("a", "b")] == [200, 429]
    assert len(rest(gateway).json()["result"]) == 2
    assert send("DELETE", f"{gateway.url}{made}/gw").status == 200
    assert [ask(gateway, text).status for text in ("a", "b")] == [200, 200]
    assert len(rest(gateway).json()["result"]) == 2


def test_a_gateway_of_the_settings_is_there_and_tells_its_rules() -> None:
    settings = Settings(port=0, mode="synth", gateways={"shared": {"cache_ttl": 60}})
    with running(settings) as gateway:
        base = f"{gateway.url}{ACCOUNT}/ai-gateway/gateways"
        names = [one["id"] for one in send("GET", base).json()["result"]]
        assert names == ["default", "shared"]
        assert send("GET", f"{base}/shared").json()["result"]["cache_ttl"] == 60
