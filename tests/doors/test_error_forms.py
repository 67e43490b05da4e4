"""Every kind of error in the form of every door, over a real server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.ways import RESPONSES, Way
from tests.wire import Json, Reply, post, send

KEY = "sk-proj-0123456789abcdefWXYZ"
SHOWN = {"authorization": f"Bearer {KEY}"}
PRO = "openai/gpt-5.5-pro"
WAYS = {way.name: way for way in RESPONSES}
DOORS = ("openai", "gateway", "rest run", "rest openai", "binding")
WRAPPED = "Model execution failed (User Input Error): "
NOT_JSON = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using "
    "your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not "
    "valid JSON. If you have trouble figuring out how to fix this, please contact us through our "
    "help center at help.openai.com.)"
)
NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header "
    "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank "
    "username) if you're accessing the API from your browser and are prompted for a username and "
    "password. You can obtain an API key from https://platform.openai.com/account/api-keys."
)
WRONG_KEY = (
    "Incorrect API key provided: sk-other********9999. You can find your API key at "
    "https://platform.openai.com/account/api-keys."
)
NO_SUCH_MODEL = "The model `nope` does not exist or you do not have access to it."
TOO_LARGE = "The request body is larger than 4096 bytes."
NO_PREVIOUS = "Previous response with id 'resp_0' not found."


@dataclass(frozen=True)
class Kind:
    """One kind of error: what provokes it, and what both parties say of it.

    `native` is the message, param and code of OpenAI's object; `cloudflare` the code, message and
    description of Cloudflare's forms.
    """

    name: str
    status: int
    native: tuple[str, str | None, str | None]
    cloudflare: tuple[int, str, str]
    body: Json = field(default_factory=lambda: {"input": "Hi"})
    model: str = PRO
    headers: Json = field(default_factory=lambda: SHOWN)
    by_gateway: bool = False


def provider(
    name: str, status: int, message: str, param: str | None, code: str | None, **more: Any
) -> Kind:
    wrapped = (7003, WRAPPED + message, "User Input Error")
    return Kind(name, status, (message, param, code), **{"cloudflare": wrapped, **more})


UNAUTHORIZED = (2009, "Unauthorized", "Unauthorized")
KINDS = (
    provider(
        "unknown model", 404, NO_SUCH_MODEL, None, "model_not_found", model="openai/nope",
        cloudflare=(7003, "Model not found: openai/nope", "User Input Error"),
    ),
    provider(
        "missing parameter", 400, "Missing required parameter: 'input'.", "input",
        "missing_required_parameter", body={},
        cloudflare=(7003, WRAPPED + "Required value missing: input", "User Input Error"),
    ),
    provider(
        "unknown previous response", 400, NO_PREVIOUS, "previous_response_id",
        "previous_response_not_found", body={"input": "Hi", "previous_response_id": "resp_0"},
    ),
    Kind(
        "body too large", 413, (TOO_LARGE, None, "request_too_large"),
        (7003, TOO_LARGE, "User Input Error"), body={"input": "x" * 5000}, by_gateway=True,
    ),
    Kind("no key", 401, (NO_KEY, None, None), UNAUTHORIZED, headers={}, by_gateway=True),
    Kind(
        "wrong key", 401, (WRONG_KEY, None, "invalid_api_key"), UNAUTHORIZED,
        headers={"authorization": "Bearer sk-other-key-of-9999"}, by_gateway=True,
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Gateway]:
    settings = Settings(port=0, mode="synth", api_keys=(KEY,), max_body=4096)
    with running(settings) as gateway:
        yield gateway


def check_native(reply: Reply, message: str, param: str | None, code: str | None) -> None:
    told = reply.json()
    assert list(told) == ["error"]
    assert list(told["error"]) == ["message", "type", "param", "code"]
    error = told["error"]
    assert (error["message"], error["param"], error["code"]) == (message, param, code)
    assert error["type"] == "invalid_request_error"
    assert reply.body.startswith(b'{\n  "error": {\n    "message": ')


def check_singular(reply: Reply, code: int, message: str, description: str) -> None:
    told = reply.json()
    assert (
        list(told)
        == (
            "success result messages error name httpCode internalCode message description requestId"
        ).split()
    )
    assert (told["success"], told["result"], told["messages"]) == (False, [], [])
    assert told["error"] == [{"code": code, "message": message}]
    assert (told["name"], told["httpCode"]) == ("AiGatewayError", reply.status)
    assert (told["internalCode"], told["message"]) == (code, message)
    assert told["description"] == description


def check_plural(reply: Reply, code: int, message: str) -> None:
    listed = [{"code": code, "message": message}]
    if message.startswith("Could not route to "):
        listed.append({"code": 7000, "message": "No route for that URI"})
    told = {"result": None, "success": False, "errors": listed, "messages": []}
    assert reply.json() == told
    assert list(reply.json()) == ["result", "success", "errors", "messages"]


def check(reply: Reply, way: Way, kind: Kind) -> None:
    assert reply.status == kind.status
    assert reply.headers["content-type"] == "application/json"
    code, message, description = kind.cloudflare
    if way.door == "openai" or (way.door == "gateway" and not kind.by_gateway):
        check_native(reply, *kind.native)
    elif way.door in {"gateway", "binding"}:
        check_singular(reply, code, message, description)
    elif kind.status == 401:
        check_plural(reply, 10000, "Authentication error")
    else:
        check_plural(reply, code, message)


# The Workers binding on the same host has no key to show, so none is asked of it.
@pytest.mark.parametrize(
    ("kind", "door"),
    [(kind, door) for kind in KINDS for door in DOORS if (kind.status, door) != (401, "binding")],
    ids=lambda value: getattr(value, "name", value),
)
def test_an_error_has_status_and_form_of_its_door(server: Gateway, kind: Kind, door: str) -> None:
    way = WAYS[door]
    check(way.ask(server.url, kind.model, kind.body, kind.headers), way, kind)


@pytest.mark.parametrize("door", DOORS)
def test_a_body_that_is_no_json_is_refused_in_the_words_of_the_api(
    server: Gateway, door: str
) -> None:
    way = WAYS[door]
    path, _, headers = way.request(PRO, {})
    reply = post(server.url + path, b"{'input': 'Hi'}", {**headers, **SHOWN})
    check(reply, way, provider("bad JSON", 400, NOT_JSON, None, None))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_a_method_that_the_path_does_not_take_is_refused(
    server: Gateway, method: str, door: str
) -> None:
    way = WAYS[door]
    hint = f"Not allowed to {method} on /v1/responses (HINT: Perhaps you meant to use a different "
    words = f"{method} not supported for requested URI."
    kind = Kind(
        "method", 405, (f"{hint}HTTP method?)", None, "method_not_supported"), (7001, words, words)
    )
    check(send(method, server.url + way.path, headers=SHOWN), way, kind)


@pytest.mark.parametrize("door", DOORS)
def test_the_head_of_a_refusal_has_no_body(server: Gateway, door: str) -> None:
    reply = send("HEAD", server.url + WAYS[door].path, headers=SHOWN)
    assert (reply.status, reply.body) == (405, b"")
    assert int(reply.headers["content-length"]) > 0


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/v1/nope", "openai"),
        ("/nope", "openai"),
        ("/v1/acc/gw/nope", "gateway"),
        ("/v1/acc/gw/nowhere", "gateway"),
        ("/client/v4/accounts/acc/ai/nope", "rest run"),
        ("/client/v4/accounts/acc/ai/v1/nope", "rest openai"),
        ("/ai-gateway/nope", "binding"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(server: Gateway, path: str, door: str) -> None:
    words = f"Could not route to {path}, perhaps your object identifier is invalid?"
    kind = Kind(
        "path", 404, (f"Invalid URL (POST {path})", None, None),
        (7003, words, "User Input Error"), by_gateway=True,
    )  # fmt: skip
    check(post(server.url + path, {"model": PRO}, SHOWN), WAYS[door], kind)


def test_the_binding_is_told_how_to_name_a_model(server: Gateway) -> None:
    reply = post(f"{server.url}/run?version=3", {"inputs": {"input": "Hi"}}, SHOWN)
    assert reply.status == 400
    check_singular(reply, 7003, "Model ID missing", "User Input Error")


@pytest.mark.parametrize("door", DOORS)
def test_a_miss_is_told_in_every_form(replay: Gateway, door: str) -> None:
    way = WAYS[door]
    reply = way.ask(replay.url, PRO, {"input": "What was never recorded?"})
    assert (reply.status, reply.headers["x-should-retry"]) == (404, "false")
    told = reply.json()
    if way.door in {"openai", "gateway"}:
        error = told["error"]
        assert (error["type"], error["code"]) == ("mockgw_error", "no_recording")
        assert error["message"].startswith("No recording answers this responses.create call")
    elif way.door == "binding":
        (first,) = told["error"]
        assert told["description"] == told["message"] == first["message"]
        assert told["internalCode"] == 7003
    else:
        (first,) = told["errors"]
        assert first["message"].startswith("No recording answers this responses.create call")


OPENAI_HEADERS = "x-request-id openai-version openai-organization openai-processing-ms"


@pytest.mark.parametrize(
    ("door", "names"),
    [
        ("openai", OPENAI_HEADERS),
        (
            "gateway",
            f"{OPENAI_HEADERS} cf-aig-cache-status cf-aig-log-id cf-aig-step cf-aig-event-id",
        ),
        ("rest run", "cf-ray cf-ai-req-id cf-aig-event-id"),
        ("rest openai", "cf-ray cf-ai-req-id cf-aig-event-id"),
        ("binding", "cf-aig-event-id"),
    ],
)
def test_a_door_sends_its_own_headers_and_no_others(server: Gateway, door: str, names: str) -> None:
    reply = WAYS[door].ask(server.url, PRO, {"input": "Hi"}, SHOWN)
    assert reply.status == 200
    told = {name for name in reply.headers if name.startswith(("cf-", "openai-", "x-request"))}
    assert told == set(names.split())
    assert len(reply.headers.get("cf-aig-log-id", "x" * 26)) == 26
