"""Where a method and a path lead, and what a path that leads nowhere is told."""

import pytest

from mockgw.errors import ApiError
from mockgw.model import Raw
from mockgw.routes import parse, route
from tests.calls import call, raw
from tests.wire import Json

REST = "/client/v4/accounts/acc/ai"
NOT_ALLOWED = "Not allowed to {} on {} (HINT: Perhaps you meant to use a different HTTP method?)"
NO_ROUTE = "Could not route to {}, perhaps your object identifier is invalid?"


@pytest.mark.parametrize(
    ("method", "path", "door", "operation", "params"),
    [
        ("POST", "/v1/responses", "openai", "responses.create", {}),
        ("POST", "/v1/responses/", "openai", "responses.create", {}),
        ("POST", "//v1//responses", "openai", "responses.create", {}),
        ("GET", "/v1/responses/resp_1", "openai", "responses.retrieve", {"id": "resp_1"}),
        ("GET", "/v1/responses/resp_1/", "openai", "responses.retrieve", {"id": "resp_1"}),
        ("DELETE", "/v1/responses/resp_1", "openai", "responses.delete", {"id": "resp_1"}),
        ("POST", "/v1/chat/completions", "openai", "chat.create", {}),
        ("POST", "/v1/acc/gw/openai/responses", "gateway", "responses.create", {}),
        ("POST", "/v1/acc/gw/openai/v1/responses/", "gateway", "responses.create", {}),
        ("POST", "/v1/acc/gw/openai/chat/completions", "gateway", "chat.create", {}),
        ("POST", "/v1/acc/gw/compat/chat/completions", "gateway", "chat.create", {}),
        ("GET", "/v1/acc/gw/openai/responses/r", "gateway", "responses.retrieve", {"id": "r"}),
        ("POST", f"{REST}/v1/responses", "rest-openai", "responses.create", {}),
        ("POST", f"{REST}/v1/chat/completions/", "rest-openai", "chat.create", {}),
        ("POST", f"{REST}/run", "rest-run", None, {}),
        ("POST", f"{REST}/run/", "rest-run", None, {}),
        ("POST", f"{REST}/run/openai/gpt-5.5", "rest-run", None, {}),
        ("POST", f"{REST}/run/openai%2Fgpt-5.5", "rest-run", None, {}),
        ("POST", "/run", "binding", None, {}),
        ("POST", "/ai-gateway/run/", "binding", None, {}),
    ],
)
def test_a_path_leads_to_its_door_and_operation(
    method: str, path: str, door: str, operation: str | None, params: dict[str, str]
) -> None:
    for session in ("", "one", "a b/c"):
        prefix = f"/_s/{session.replace(' ', '%20').replace('/', '%2F')}" if session else ""
        found = route(method, prefix + path)
        assert found.error is None
        assert (found.session, found.door.name, found.params) == (session, door, params)
        assert (found.operation and found.operation.name) == operation


@pytest.mark.parametrize(
    ("method", "path", "door", "status", "words"),
    [
        ("GET", "/", "openai", 404, "Invalid URL (GET /)"),
        ("GET", "/v1", "openai", 404, "Invalid URL (GET /v1)"),
        ("POST", "/v2/responses", "openai", 404, "Invalid URL (POST /v2/responses)"),
        ("POST", "/v1/embeddings", "openai", 404, "Invalid URL (POST /v1/embeddings)"),
        ("GET", "/v1/responses/a/b/c", "openai", 404, "Invalid URL (GET /v1/responses/a/b/c)"),
        ("GET", "/v1/responses", "openai", 405, NOT_ALLOWED.format("GET", "/v1/responses")),
        ("HEAD", "/v1/responses/r", "openai", 405, NOT_ALLOWED.format("HEAD", "/v1/responses/r")),
        ("POST", "/v1/responses/r", "openai", 405, NOT_ALLOWED.format("POST", "/v1/responses/r")),
        (
            "PUT",
            "/v1/chat/completions/",
            "openai",
            405,
            NOT_ALLOWED.format("PUT", "/v1/chat/completions"),
        ),
        (
            "GET",
            "/v1/acc/gw/openai/nope",
            "gateway",
            404,
            "Invalid URL (GET /v1/nope)",
        ),
        ("POST", "/v1/acc/gw/compat/responses", "gateway", 404, NO_ROUTE),
        ("POST", "/v1/acc/gw/anthropic/messages", "gateway", 404, NO_ROUTE),
        ("POST", "/v1/acc/gw/nope", "gateway", 404, NO_ROUTE),
        ("GET", "/v1/acc/gw", "gateway", 405, "GET not supported for requested URI."),
        ("GET", f"{REST}/run", "rest-run", 405, "GET not supported for requested URI."),
        ("HEAD", f"{REST}/run", "rest-run", 405, "HEAD not supported for requested URI."),
        ("GET", f"{REST}/v1/responses", "rest-openai", 405, "GET not supported for requested URI."),
        ("POST", f"{REST}/v1/nope", "rest-openai", 404, NO_ROUTE),
        ("GET", "/client/v4/user", "rest-run", 404, NO_ROUTE),
        ("POST", "/client/v4/accounts/acc/workers", "rest-run", 404, NO_ROUTE),
        ("PUT", "/run", "binding", 405, "PUT not supported for requested URI."),
        ("POST", "/ai-gateway/nope", "binding", 404, NO_ROUTE),
        ("POST", "/run/more", "openai", 404, "Invalid URL (POST /run/more)"),
        ("POST", "/_s", "openai", 404, "Invalid URL (POST /_s)"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_so_in_its_doors_words(
    method: str, path: str, door: str, status: int, words: str
) -> None:
    for prefix in ("", "/_s/one"):
        if prefix and path == "/_s":
            continue
        found = route(method, prefix + path)
        assert found.door.name == door
        assert found.error
        assert (found.error.status, found.error.message) == (status, words.format(path))
        assert found.session == ("one" if prefix else "")


def test_a_refused_path_raises_an_error_of_its_own_each_time() -> None:
    found = route("GET", "/nowhere")
    raised = []
    for _ in range(2):
        with pytest.raises(ApiError) as told:
            parse(raw("GET", "/nowhere"), found)
        raised.append(told.value)
    assert raised[0] is not raised[1]
    assert found.error is not None
    assert found.error.__traceback__ is None


@pytest.mark.parametrize(
    ("path", "body", "headers", "model", "inner"),
    [
        ("/v1/responses", {"model": "openai/gpt-5.5", "input": "Hi"}, {}, "gpt-5.5", None),
        (f"{REST}/run/openai/gpt-5.5", {"input": "Hi"}, {}, "gpt-5.5", None),
        (f"{REST}/run/openai%2Fgpt-5.5", {"input": "Hi"}, {}, "gpt-5.5", None),
        (
            f"{REST}/run",
            {"model": "openai/gpt-5.5", "input": {"input": "Hi"}},
            {},
            "gpt-5.5",
            {"input": "Hi"},
        ),
        (f"{REST}/run", {"model": "openai/gpt-5.5", "input": "Hi"}, {}, "gpt-5.5", None),
        (
            "/run",
            {"inputs": {"input": "Hi"}},
            {"cf-consn-model-id": "openai/gpt-5.5"},
            "gpt-5.5",
            {"input": "Hi"},
        ),
        ("/run", {"inputs": {}}, {"cf-consn-model-id": "pre:openai/gpt-5.5"}, "gpt-5.5", {}),
    ],
)
def test_a_door_takes_its_wrapping_off(
    path: str, body: Json, headers: dict[str, str], model: str, inner: Json | None
) -> None:
    request = raw("POST", path, body, headers)
    made = parse(request, route("POST", path))
    assert (made.model, made.body) == (model, body if inner is None else inner)


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        ({"model": "openai/gpt-5.5", "input": {"messages": []}}, "chat.create"),
        ({"model": "openai/gpt-5.5", "input": {"input": "Hi"}}, "responses.create"),
        ({"model": "openai/gpt-5.5", "input": {"input": "Hi", "messages": []}}, "responses.create"),
        ({"model": "openai/gpt-5.5", "input": {}}, "chat.create"),
        ({"model": "openai/gpt-5.5-pro", "input": {}}, "responses.create"),
        ({"model": "openai/gpt-5.5-pro", "input": {"messages": []}}, "responses.create"),
    ],
)
def test_where_the_path_names_no_api_the_body_decides(body: Json, operation: str) -> None:
    assert call(body, path=f"{REST}/run").operation == operation


@pytest.mark.parametrize(
    ("path", "body", "headers", "words"),
    [
        ("/v1/responses", b"[]", {}, "expected an object"),
        ("/v1/responses", b"{", {}, "We could not parse"),
        (f"{REST}/run", b'{"model":"openai/gpt-5.5"}', {}, "Required value missing: input"),
        (f"{REST}/run", b'{"input":5}', {}, "expected object, received number"),
        ("/run", b'{"inputs":{}}', {}, "Model ID missing"),
        ("/run", b"{}", {"cf-consn-model-id": "openai/gpt-5.5"}, "Required value missing: inputs"),
        ("/run", b'{"inputs":[]}', {"cf-consn-model-id": "m"}, "received array"),
    ],
)
def test_a_body_that_the_door_cannot_take_is_refused(
    path: str, body: bytes, headers: dict[str, str], words: str
) -> None:
    with pytest.raises(ApiError) as told:
        parse(Raw("POST", path, "", headers, body), route("POST", path))
    assert told.value.status == 400
    assert words in told.value.message


def test_the_key_of_a_call_forgets_its_form_its_door_and_the_order_of_its_keys() -> None:
    keys = {
        call({"model": "gpt-5.5", "input": "Hi", "store": True}).key,
        call({"store": True, "input": "Hi", "model": "openai/gpt-5.5", "stream": True}).key,
        call(
            {"model": "openai/gpt-5.5", "input": {"input": "Hi", "store": True}}, path=f"{REST}/run"
        ).key,
    }
    assert len(keys) == 1
    others: list[Json] = [{"input": "Ho"}, {"input": "Hi", "store": False}, {"input": "Hi", "n": 1}]
    told = {call({"model": "gpt-5.5", **other}).key for other in others}
    assert len(told | keys) == 4
