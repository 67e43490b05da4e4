"""Every code of Cloudflare's REST API that a request can cause: status, code, words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from mockgw.faults.named import NAMES
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json, Reply, post, send

KEY = "a-token-of-Cloudflare-0123456789"
ACCOUNT = "/client/v4/accounts/acc"
SHOWN = {"authorization": f"Bearer {KEY}"}
WAYS = {way.name: way for way in (*CHAT, *RESPONSES)}
REST = [WAYS[name] for name in ("rest run", "rest run, model in path", "rest openai")]
WRAPPED = "Model execution failed (User Input Error): "
NO_ROUTE = "Could not route to {path}, perhaps your object identifier is invalid?"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth", api_keys=(KEY,), max_body=4096)) as gateway:
        yield gateway


@dataclass(frozen=True)
class Case:
    """A request, and the status and the errors that it comes back with."""

    name: str
    method: str
    path: str
    status: int
    errors: list[tuple[int, str]]
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: SHOWN)


def _routes() -> Iterator[Case]:
    for path in ("", "/ai", "/ai/nope", "/ai/v1/nope", "/ai-gateway", "/ai-gateway/nope", "/zones"):
        whole = ACCOUNT + path
        told = [(7003, NO_ROUTE.format(path=whole)), (7000, "No route for that URI")]
        yield Case(f"no route {path}", "POST", whole, 404, told, b"{}")


def _methods() -> Iterator[Case]:
    for method, path in (
        ("GET", "/ai/run"),
        ("DELETE", "/ai/run/openai/gpt-5.5"),
        ("GET", "/ai/v1/models"),
        ("PUT", "/ai/v1/responses"),
        ("POST", "/ai/models/search"),
        ("PATCH", "/ai-gateway/gateways/default"),
        ("POST", "/ai-gateway/gateways/default/logs"),
    ):
        words = f"{method} not supported for requested URI."
        yield Case(f"{method} {path}", method, ACCOUNT + path, 405, [(7001, words)])


def _bodies() -> Iterator[Case]:
    run, hello = f"{ACCOUNT}/ai/run", b'{"model": "openai/gpt-5.5", "input": {"messages": []}}'
    told = {
        "no such model": (404, b'{"model": "openai/nope", "input": {"messages": []}}', 7003),
        "no such model of Cloudflare's": (
            400,
            b'{"model": "@cf/meta/llama", "messages": []}',
            5007,
        ),
        "no input": (400, b'{"model": "openai/gpt-5.5"}', 7003),
        "input of another type": (400, b'{"model": "openai/gpt-5.5", "input": 5}', 7003),
        "refused by the provider": (400, hello, 7003),
        "too large": (413, b'{"model": "openai/gpt-5.5", "x": "%s"}' % (b"x" * 5000), 7003),
    }
    words = {
        "no such model": "Model not found: openai/nope",
        "no such model of Cloudflare's": "No such model @cf/meta/llama or task",
        "no input": f"{WRAPPED}Required value missing: input",
        "input of another type": (
            f"{WRAPPED}Invalid value at input: Invalid input: expected object, received number"
        ),
        "refused by the provider": (
            f"{WRAPPED}Invalid 'messages': empty array. Expected an array with minimum length 1, "
            "but got an empty array instead."
        ),
        "too large": "The request body is larger than 4096 bytes.",
    }
    for name, (status, body, code) in told.items():
        yield Case(name, "POST", run, status, [(code, words[name])], body)
    named = {**SHOWN, "cf-aig-gateway-id": "default"}
    unread = [(7000, "Invalid request body")]
    yield Case("no JSON for a gateway", "POST", run, 400, unread, b"{'model'", named)


def _keys() -> Iterator[Case]:
    told = [(10000, "Authentication error")]
    hello = b'{"model": "openai/gpt-5.5", "input": {"messages": []}}'
    for name, headers in {
        "missing": {},
        "wrong": {"authorization": "Bearer another"},
        "empty": {"authorization": "Bearer "},
        "of another kind": {"authorization": f"Basic {KEY}"},
        "without its kind": {"authorization": KEY},
        "older and alone": {"x-auth-key": KEY},
        "older and wrong": {"x-auth-key": "another", "x-auth-email": "a@example.com"},
    }.items():
        for method, path in (("POST", "/ai/run"), ("GET", "/ai/models/search")):
            case = f"a key that is {name}, {path}"
            yield Case(case, method, ACCOUNT + path, 401, told, hello, headers)


CASES = [*_routes(), *_methods(), *_bodies(), *_keys()]


def told(reply: Reply) -> list[tuple[int, str]]:
    """Return code and message of each error, the envelope looked at."""
    assert reply.headers["content-type"] == "application/json"
    body: Json = reply.json()
    assert list(body) == ["result", "success", "errors", "messages"]
    assert (body["result"], body["success"], body["messages"]) == (None, False, [])
    return [(one["code"], one["message"]) for one in body["errors"]]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_request_is_refused_with_its_code(guarded: Gateway, case: Case) -> None:
    reply = send(case.method, guarded.url + case.path, case.body, case.headers)
    assert (reply.status, told(reply)) == (case.status, case.errors)
    assert "cf-ray" in reply.headers


def test_the_older_key_opens_together_with_its_address(guarded: Gateway) -> None:
    older = {"x-auth-key": KEY, "x-auth-email": "a@example.com"}
    url = f"{guarded.url}{ACCOUNT}/ai/models/search"
    assert send("GET", url, headers=older).status == 200


@pytest.mark.parametrize(
    "path",
    ["/ai/v1/embeddings", "/ai/v1/messages", "/ai/tomarkdown", "/ai-gateway/evaluation-types"],
)
def test_what_the_live_api_has_and_mockgw_has_not_is_told_once(guarded: Gateway, path: str) -> None:
    reply = post(guarded.url + ACCOUNT + path, {"model": "openai/gpt-5.5", "input": "Hi"}, SHOWN)
    assert (reply.status, reply.headers["x-should-retry"]) == (404, "false")
    ((code, message),) = told(reply)
    assert code == 7003
    assert message.startswith(f"mockgw does not answer {path.lstrip('/')}. It runs models at ")


@pytest.mark.parametrize("way", REST, ids=lambda way: way.name)
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("gateway.")])
def test_an_error_of_the_gateways_keeps_its_code_and_status(way: Way, name: str) -> None:
    with running(Settings(port=0, mode="synth", faults=(name,))) as gateway:
        reply = way.ask(
            gateway.url, "openai/gpt-5.5", {"messages": [{"role": "user", "content": "x"}]}
        )
    wanted, code = NAMES[name], int(name.rpartition(".")[2])
    expected: Any = [(code, (wanted.run or wanted.message).replace("{model}", "gpt-5.5"))]
    if wanted.status == 401:
        expected = [(10000, "Authentication error")]
    assert (reply.status, told(reply)) == (wanted.status, expected)
