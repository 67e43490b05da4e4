"""The gateway's own paths: what they tell, and whom."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from mockgw import __version__
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.calls import NATIVE
from tests.wire import Json, Reply, post, send

KEY = "sk-test-key"
SHOWN = {"authorization": f"Bearer {KEY}"}
ADMIN = "/_mockgw"
EXAMPLES: dict[str, Json] = {
    "responses": {"model": "gpt-5.5-pro", "input": "Hi"},
    "chat": {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Hi"}]},
}


def get(gateway: Gateway, path: str, **headers: str) -> Reply:
    return send("GET", gateway.url + ADMIN + path, headers=headers)


@pytest.fixture
def fresh() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def locked() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth", api_keys=(KEY,))) as gateway:
        yield gateway


def test_health_tells_version_mode_and_counts(fresh: Gateway) -> None:
    post(f"{fresh.url}/v1/responses", EXAMPLES["responses"])
    post(f"{fresh.url}/v1/responses", {})
    reply = get(fresh, "/health")
    assert reply.headers["content-type"] == "application/json"
    assert reply.json() == {
        "status": "ok",
        "version": __version__,
        "mode": "synth",
        "requests": 2,
        "replayed": 0,
        "synthesized": 1,
        "scripted": 0,
        "templated": 0,
        "passed_on": 0,
        "refused": 1,
        "misses": 0,
    }
    assert get(fresh, "").json() == reply.json()


def test_the_journal_tells_each_request_oldest_first(fresh: Gateway) -> None:
    post(f"{fresh.url}/_s/one/v1/responses", EXAMPLES["responses"], SHOWN)
    post(f"{fresh.url}/v1/chat/completions", {**EXAMPLES["chat"], "stream": True})
    post(f"{fresh.url}/v1/nope", {})
    told = get(fresh, "/journal").json()
    assert [one["number"] for one in told["entries"]] == [1, 2, 3]
    assert [one["operation"] for one in told["entries"]] == ["responses.create", "chat.create", ""]
    assert [one["status"] for one in told["entries"]] == [200, 200, 404]
    first, second, third = told["entries"]
    assert (first["session"], first["door"], first["model"]) == ("one", "openai", "gpt-5.5-pro")
    assert (first["stream"], second["stream"]) == (False, True)
    assert (first["body"], first["source"]) == (EXAMPLES["responses"], "synth")
    assert third["error"] == "Invalid URL (POST /v1/nope)"
    assert told["counts"]["requests"] == 3
    assert KEY not in json.dumps(told)


def test_the_journal_of_a_session_holds_only_that_session(fresh: Gateway) -> None:
    for name in ("one", "two", "one"):
        post(f"{fresh.url}/_s/{name}/v1/responses", EXAMPLES["responses"])
    post(f"{fresh.url}/v1/responses", EXAMPLES["responses"])
    for query, numbers in [
        ("?session=one", [1, 3]),
        ("", [1, 2, 3, 4]),
        ("?session=x", []),
    ]:
        entries = get(fresh, f"/journal{query}").json()["entries"]
        assert [one["number"] for one in entries] == numbers


def test_the_journal_remembers_no_more_than_it_may_and_counts_all() -> None:
    with running(Settings(port=0, mode="synth", journal_size=3)) as gateway:
        for _ in range(5):
            post(f"{gateway.url}/v1/responses", EXAMPLES["responses"])
        told = get(gateway, "/journal").json()
    assert [one["number"] for one in told["entries"]] == [3, 4, 5]
    assert told["counts"]["requests"] == 5


def test_what_is_asked_of_the_gateway_itself_is_not_in_the_journal(fresh: Gateway) -> None:
    get(fresh, "/health")
    get(fresh, "/nope")
    assert len(fresh.journal) == 0


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nope"), ("POST", "/journal"), ("DELETE", "/health")]
)
def test_an_unknown_path_is_told_the_known_ones(fresh: Gateway, method: str, path: str) -> None:
    reply = send(method, fresh.url + ADMIN + path)
    told = reply.json()["error"]
    assert (reply.status, list(told)) == (404, ["message", "type", "param", "code"])
    assert f"There is no {method} {ADMIN}{path} here." in told["message"]
    assert f"GET {ADMIN}/journal" in told["message"]


GATEWAYS = "/client/v4/accounts/acc/ai-gateway/gateways"
GATEWAY: Json = {
    "cache_invalidate_on_update": False,
    "cache_ttl": 0,
    "collect_logs": True,
    "rate_limiting_interval": 0,
    "rate_limiting_limit": 0,
}


def described(gateway: Gateway) -> Any:
    return get(gateway, "/openapi.json").json()


def test_the_description_is_an_openapi_document(fresh: Gateway) -> None:
    told = described(fresh)
    assert told["openapi"].startswith("3.1.")
    assert told["info"] == {"title": "mockgw", "version": __version__}
    for path, item in told["paths"].items():
        assert path.startswith("/")
        for method, operation in item.items():
            assert method in {"get", "post", "delete", "put", "patch"}
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
            required = {one["name"] for one in operation["parameters"] if one.get("required")}
            assert required >= named
            assert all(answer["description"] for answer in operation["responses"].values())


def test_every_reference_of_the_description_leads_to_a_schema(fresh: Gateway) -> None:
    told = described(fresh)
    schemas = told["components"]["schemas"]
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(told)))
    assert references == set(schemas)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_schemas_take_good_bodies_and_refuse_bad_ones(fresh: Gateway, name: str) -> None:
    checked = jsonschema.Draft202012Validator(described(fresh)["components"]["schemas"][name])
    assert checked.is_valid(EXAMPLES[name])
    assert not checked.is_valid({**EXAMPLES[name], "temperature": "warm"})
    assert not checked.is_valid({**EXAMPLES[name], "no_such_parameter": 1})


def test_every_described_path_is_served(fresh: Gateway) -> None:
    for path, item in sorted(described(fresh)["paths"].items()):
        url = fresh.url + path.format(account="acc", **{"gateway": "gw", **kept(fresh, path)})
        for method, operation in sorted(item.items(), reverse=True):
            if "/ai-gateway/gateways" in path:
                body = {**GATEWAY, "id": "other"} if method in {"post", "put"} else {}
                reply = send(method.upper(), url, json.dumps(body).encode() if body else b"{}")
            elif method != "post":
                reply = send(method.upper(), url + ("?model=gpt-5.5" * path.endswith("/schema")))
            else:
                reply = post(url, *example(path, operation))
            # Nothing that runs in the background is there to be cancelled.
            wanted = 400 if path.endswith("/cancel") else 200
            assert reply.status == wanted, (method, path, reply.body)


def kept(gateway: Gateway, path: str) -> dict[str, str]:
    """Return the ids that the path asks for, of things that have just been made."""
    if "/conversations/" in path:
        place = post(
            f"{gateway.url}/v1/conversations", {"items": [{"role": "user", "content": ""}]}
        )
        identifier = place.json()["id"]
        (item,) = send("GET", f"{gateway.url}/v1/conversations/{identifier}/items").json()["data"]
        return {"id": identifier, "item": item["id"]}
    if "/models/" in path:
        return {"author": "openai", "id": "gpt-5.5"}
    if "/ai-gateway/gateways/" in path:
        post(f"{gateway.url}{GATEWAYS}", {**GATEWAY, "id": "gw"})
        asked = {"model": "gpt-5.5", "input": "Hi"}
        reply = post(f"{gateway.url}/v1/acc/gw/openai/responses", asked)
        return {"provider": "openai", "id": reply.headers["cf-aig-log-id"]}
    kind = "chat" if "/chat/" in path else "responses"
    made = post(gateway.url + NATIVE[kind], {**EXAMPLES[kind], "store": True})
    return {"id": made.json()["id"]}


def example(path: str, operation: Json) -> tuple[Json, dict[str, str]]:
    """Return a body that fits the described schema, and the headers that are needed."""
    told = operation.get("requestBody") or {"content": {"application/json": {"schema": {}}}}
    schema = told["content"]["application/json"]["schema"]
    if schema.get("properties", {}).keys() <= {"items", "metadata"} and "$ref" not in schema:
        return {
            name: {"metadata": {}, "items": []}[name] for name in schema.get("required", ())
        }, {}
    if path.endswith(("/compact", "/input_tokens")):
        return {"model": "gpt-5.5", "input": "Hi"}, {}
    if "$ref" in schema:
        return EXAMPLES[schema["$ref"].rpartition("/")[2]], {}
    if "inputs" in schema["properties"]:
        return {"inputs": {"input": "Hi"}}, {"cf-consn-model-id": "openai/gpt-5.5-pro"}
    return {"model": "openai/gpt-5.5-pro", "input": {"input": "Hi"}}, {}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost"}, 200),
        ({"host": "127.0.0.1:1"}, 200),
        ({"host": "[::1]:99"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({"host": "localhost", "origin": "http://localhost:3000"}, 200),
        ({"host": "localhost", "origin": "https://evil.example"}, 403),
        ({"host": "localhost", "origin": "null"}, 403),
        ({"host": "localhost", "origin": "http://[bad"}, 403),
    ],
)
def test_only_pages_and_names_of_this_host_are_answered(
    fresh: Gateway, headers: dict[str, str], status: int
) -> None:
    for path in ("/health", "/journal", "/openapi.json"):
        reply = get(fresh, path, **headers)
        assert reply.status == status
        assert status == 200 or list(reply.json()) == ["error"]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/health", {}, 200),
        ("/journal", {}, 401),
        ("/openapi.json", {}, 401),
        ("/journal", {"authorization": "Bearer other"}, 401),
        ("/journal", {"authorization": KEY}, 401),
        ("/journal", SHOWN, 200),
        ("/openapi.json", SHOWN, 200),
    ],
)
def test_with_keys_only_health_is_open_to_all(
    locked: Gateway, path: str, headers: dict[str, str], status: int
) -> None:
    assert get(locked, path, **headers).status == status
