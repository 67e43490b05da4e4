import json
from typing import Any

import pytest

from mockgw.errors import ApiError
from mockgw.model import Call, Raw
from mockgw.outgoing import Outgoing, outgoing
from mockgw.routes import parse, route

SENT = b'{"model": "gpt-5.5",  "input": "Hi", "top_p": 1.0}'
OPENAI = "https://api.openai.com/v1"
GATEWAY = "https://gateway.ai.cloudflare.com/v1/acc/gw/openai"
COMPAT = "https://gateway.ai.cloudflare.com/v1/acc/gw/compat"
REST = "https://api.cloudflare.com/client/v4/accounts/acc"


def sent_on(
    upstream: str,
    path: str,
    body: bytes = SENT,
    headers: dict[str, str] | None = None,
    method: str = "POST",
) -> Outgoing:
    raw = Raw(method, path.partition("?")[0], path.partition("?")[2], headers or {}, body)
    call: Call = parse(raw, route(method, raw.path))
    return outgoing(upstream, raw, call)


@pytest.mark.parametrize(
    ("upstream", "url"),
    [
        (OPENAI, f"{OPENAI}/responses"),
        (f"{OPENAI}/", f"{OPENAI}/responses"),
        (GATEWAY, f"{GATEWAY}/responses"),
        (REST, f"{REST}/ai/v1/responses"),
        (GATEWAY.removesuffix("/openai"), f"{GATEWAY}/responses"),
        ("http://127.0.0.1:1/v1/a/b", "http://127.0.0.1:1/v1/a/b/responses"),
    ],
)
def test_the_upstream_decides_where_a_call_goes(upstream: str, url: str) -> None:
    assert sent_on(upstream, "/v1/responses").url == url


def test_what_came_in_the_upstreams_own_form_is_sent_on_byte_for_byte() -> None:
    assert sent_on(OPENAI, "/v1/responses").body == SENT
    assert sent_on(GATEWAY, "/_s/a/v1/x/y/openai/responses").body == SENT


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/run?version=3", {"inputs": {"input": "Hi"}}, {"cf-consn-model-id": "openai/gpt-5.5"}),
        ("/client/v4/accounts/a/ai/run", {"model": "openai/gpt-5.5", "input": {"input": "Hi"}}, {}),
        ("/client/v4/accounts/a/ai/run/openai/gpt-5.5", {"input": "Hi"}, {}),
        ("/client/v4/accounts/a/ai/v1/responses", {"model": "openai/gpt-5.5", "input": "Hi"}, {}),
    ],
)
@pytest.mark.parametrize(
    ("upstream", "model"), [(OPENAI, "gpt-5.5"), (GATEWAY, "gpt-5.5"), (REST, "openai/gpt-5.5")]
)
def test_a_call_by_another_door_is_put_into_the_upstreams_form(
    path: str, body: Any, headers: dict[str, str], upstream: str, model: str
) -> None:
    sent = sent_on(upstream, path, json.dumps(body).encode(), headers)
    assert json.loads(sent.body) == {"model": model, "input": "Hi"}
    assert "version=3" not in sent.url
    assert "cf-consn-model-id" not in sent.headers


def test_compat_is_asked_with_the_prefixed_model() -> None:
    body = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Hi"}]}
    sent = sent_on(COMPAT, "/v1/chat/completions", json.dumps(body).encode())
    assert sent.url == f"{COMPAT}/chat/completions"
    assert json.loads(sent.body)["model"] == "openai/gpt-5.5"


def test_ids_and_queries_of_a_path_are_kept() -> None:
    sent = sent_on(OPENAI, "/v1/responses/resp_1?include=a", b"", method="GET")
    assert (sent.method, sent.url, sent.body) == (
        "GET",
        f"{OPENAI}/responses/resp_1?include=a",
        b"",
    )


def test_credentials_go_on_and_headers_of_the_connection_do_not() -> None:
    headers = {
        "Authorization": "Bearer k",
        "cf-aig-metadata": "{}",
        "Host": "127.0.0.1",
        "Connection": "keep-alive",
        "Accept-Encoding": "zstd",
        "Content-Length": "3",
        "Expect": "100-continue",
    }
    sent = sent_on(OPENAI, "/v1/responses", headers=headers)
    assert sent.headers == {
        "authorization": "Bearer k",
        "cf-aig-metadata": "{}",
        "content-type": "application/json",
    }


def test_the_callers_account_is_asked_when_the_upstream_names_none() -> None:
    base = "https://api.cloudflare.com/client/v4"
    path = "/client/v4/accounts/mine/ai/v1/responses"
    body = b'{"model": "openai/gpt-5.5", "input": "Hi"}'
    assert sent_on(base, path, body).url == f"{base}/accounts/mine/ai/v1/responses"


def test_the_secrets_of_a_request_are_known_whatever_they_look_like() -> None:
    headers = {
        "authorization": "Bearer opens-it",
        "cf-aig-authorization": "Bearer opens-too",
        "cookie": "session=abcdefgh; theme=dark",
        "x-title": "not one",
    }
    told = sent_on(OPENAI, "/v1/responses", headers=headers).credentials
    assert {"opens-it", "opens-too", "abcdefgh"} <= set(told)
    assert not [one for one in told if "not one" in one]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/conversations/conv_1/items/msg_2?include=x", b""),
        ("GET", "/v1/models/gpt-5.5", b""),
        ("POST", "/v1/conversations", b'{"metadata": {"a": "b"}}'),
        ("POST", "/v1/chat/completions/chatcmpl-1", b'{"metadata":  {}}'),
    ],
)
def test_what_names_no_model_is_sent_on_as_it_came(method: str, path: str, body: bytes) -> None:
    sent = sent_on(OPENAI, path, body, method=method)

    assert (sent.method, sent.url, sent.body) == (method, OPENAI + path.removeprefix("/v1"), body)


def test_what_is_not_openais_is_not_sent_on() -> None:
    with pytest.raises(ApiError, match="is not passed on") as caught:
        sent_on(OPENAI, "/client/v4/accounts/a/ai/models/search", b"", method="GET")

    assert (caught.value.status, caught.value.origin) == (400, "mockgw")
