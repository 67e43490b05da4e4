"""Gateways over the REST API: made, listed, changed, deleted; and what settings are refused."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from mockgw.runner import Gateway
from tests.wire import Json, Reply, send

GATEWAYS = "/client/v4/accounts/acc/ai-gateway/gateways"
NEEDED: Json = {
    "cache_invalidate_on_update": True,
    "cache_ttl": 300,
    "collect_logs": True,
    "rate_limiting_interval": 60,
    "rate_limiting_limit": 50,
}


class Session:
    """Asks below a prefix of its own."""

    def __init__(self, gateway: Gateway, name: str) -> None:
        self._base = f"{gateway.url}/_s/{name}{GATEWAYS}"

    def send(self, method: str, path: str = "", body: Json | None = None) -> Reply:
        data = b"" if body is None else json.dumps(body).encode()
        return send(method, self._base + path, data)

    def result(self, method: str, path: str = "", body: Json | None = None) -> Any:
        reply = self.send(method, path, body)
        assert reply.status == 200, reply.body
        assert reply.json()["success"] is True
        return reply.json()["result"]

    def names(self) -> list[str]:
        return [one["id"] for one in self.result("GET")]


@pytest.fixture
def session(synth: Gateway, request: pytest.FixtureRequest) -> Session:
    return Session(synth, quote(request.node.name, safe=""))


def test_default_is_there_before_anything_was_made(session: Session) -> None:
    (default,) = session.result("GET")
    assert (default["id"], default["is_default"], default["collect_logs"]) == (
        "default",
        True,
        True,
    )
    assert session.result("GET", "/default") == default


def test_a_gateway_is_made_read_changed_and_deleted(session: Session) -> None:
    made = session.result("POST", body={"id": "mine", **NEEDED, "authentication": True})
    assert (made["id"], made["cache_ttl"], made["authentication"]) == ("mine", 300, True)
    assert made["created_at"] == made["modified_at"] == "2026-04-24T18:10:06.000Z"
    assert session.names() == ["default", "mine"]
    changed = session.result("PUT", "/mine", {**NEEDED, "cache_ttl": None, "zdr": True})
    assert (changed["cache_ttl"], changed["zdr"], changed["authentication"]) == (None, True, True)
    assert session.result("GET", "/mine") == changed
    assert session.result("DELETE", "/mine") == changed
    assert session.names() == ["default"]
    assert session.send("DELETE", "/mine").status == 404


def test_sessions_have_gateways_of_their_own(synth: Gateway) -> None:
    one, other = Session(synth, "one"), Session(synth, "other")
    one.result("POST", body={"id": "mine", **NEEDED})
    assert (one.names(), other.names()) == (["default", "mine"], ["default"])


def test_a_list_is_searched_and_paged(session: Session) -> None:
    for name in ("lake", "lagoon", "hill"):
        session.result("POST", body={"id": name, **NEEDED})
    told = session.send("GET", "?search=la&per_page=1&page=2").json()
    assert [one["id"] for one in told["result"]] == ["lagoon"]
    assert told["result_info"] == {"count": 1, "page": 2, "per_page": 1, "total_count": 2}


def test_keys_for_the_services_of_others_are_not_kept(session: Session) -> None:
    otel = [{"url": "https://example.com", "headers": {}, "authorization": "Bearer sk-secret"}]
    made = session.result("POST", body={"id": "mine", **NEEDED, "otel": otel})
    assert "otel" not in made
    assert b"sk-secret" not in session.send("GET").body


@pytest.mark.parametrize(
    ("change", "message", "place"),
    [
        ({"cache_ttl": "long"}, "Expected number, received string", "cache_ttl"),
        ({"cache_ttl": -1}, "Number must be greater than or equal to 0", "cache_ttl"),
        ({"cache_ttl": 1.5}, "Expected integer, received float", "cache_ttl"),
        ({"collect_logs": None}, "Expected boolean, received null", "collect_logs"),
        ({"retry_max_attempts": 6}, "Number must be less than or equal to 5", "retry_max_attempts"),
        (
            {"rate_limiting_technique": "leaky"},
            "Invalid enum value. Expected 'fixed' | 'sliding', received 'leaky'",
            "rate_limiting_technique",
        ),
        ({"id": "a b"}, "Invalid", "id"),
        ({"id": ""}, "String must contain at least 1 character(s)", "id"),
        ({"id": "x" * 65}, "String must contain at most 64 character(s)", "id"),
        ({"id": 5}, "Expected string, received number", "id"),
    ],
    ids=str,
)
def test_settings_that_a_gateway_cannot_have_are_refused_with_their_place(
    session: Session, change: Json, message: str, place: str
) -> None:
    reply = session.send("POST", body={"id": "mine", **NEEDED, **change})
    assert reply.status == 400
    (error,) = reply.json()["errors"]
    assert error == {"code": 7001, "message": message, "path": ["body", place]}
    assert session.names() == ["default"]


def test_a_body_that_is_no_object_is_refused(synth: Gateway) -> None:
    for body in (b"{'id'", b"[]", b""):
        reply = send("POST", f"{synth.url}{GATEWAYS}", body)
        (error,) = reply.json()["errors"]
        assert reply.status == 400
        assert error["message"] == "The request body is no JSON object."
        assert (error["code"], error["path"]) == (7001, ["body"])


@pytest.mark.parametrize("name", ["id", *NEEDED])
def test_what_a_gateway_needs_is_asked_for(session: Session, name: str) -> None:
    body = {"id": "mine", **NEEDED}
    del body[name]
    (error,) = session.send("POST", body=body).json()["errors"]
    assert error == {"code": 7001, "message": "Required", "path": ["body", name]}


def test_a_name_is_taken_once(session: Session) -> None:
    session.result("POST", body={"id": "mine", **NEEDED})
    reply = session.send("POST", body={"id": "mine", **NEEDED})
    assert reply.status == 409
    assert session.names() == ["default", "mine"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_gateway_that_is_none_is_told_so(session: Session, method: str) -> None:
    reply = session.send(method, "/none", NEEDED if method == "PUT" else None)
    assert reply.status == 404
    assert reply.json()["errors"] == [{"code": 7002, "message": "Gateway not found"}]


def test_a_gateway_tells_its_url_as_the_caller_reaches_it(synth: Gateway) -> None:
    session = Session(synth, "url")
    url = session.result("GET", "/default/url/openai")
    assert url == f"{synth.url}/_s/url/v1/acc/default/openai"
    reply = send("POST", f"{url}/responses", b'{"model": "gpt-5.5", "input": "Hi"}')
    assert reply.status == 200
