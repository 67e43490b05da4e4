"""What the Workers binding asks beside `run`, and Miniflare's way of asking, over plain HTTP."""

import json

import pytest

from mockgw.environment import ACCOUNT_ID
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.test_documents import FIVE
from tests.wire import Json, Reply, post, send

WORKERD = {"host": "workers-binding.ai"}
RUN = {"mf-header-cf-consn-model-id": "openai/gpt-5.5-pro"}
ASKED = {"inputs": FIVE[0]["request"], "options": {"gateway": {"id": "default"}}}


def by_miniflare(url: str, target: str, method: str = "GET", body: Json | None = None) -> Reply:
    """Return the answer to what Miniflare makes of a request of its binding."""
    headers = {"MF-Binding": "AI", "MF-URL": f"https://workers-binding.ai{target}", **RUN}
    return send(method, url, json.dumps(body).encode() if body else b"", headers)


@pytest.mark.parametrize(
    ("provider", "ending"), [("universal", ""), ("openai", "openai"), ("a/b", "a/b")]
)
def test_a_gateways_url_is_that_of_the_server_whatever_the_binding_believes(
    auto: Gateway, provider: str, ending: str
) -> None:
    told = send("GET", f"{auto.url}/ai-gateway/gateways/mine/url/{provider}", headers=WORKERD)

    assert told.json() == {
        "result": {"url": f"{auto.url}/v1/{ACCOUNT_ID}/mine/{ending}"},
        "success": True,
        "errors": [],
        "messages": [],
    }


def test_a_gateways_url_has_the_name_by_which_the_caller_found_the_server(auto: Gateway) -> None:
    place = "/ai-gateway/gateways/mine/url/openai"

    told = send("GET", f"{auto.url}/_s/a%20b{place}", headers={"host": "mockgw:1234"})

    url = told.json()["result"]["url"]
    assert url == f"http://mockgw:1234/_s/a%20b/v1/{ACCOUNT_ID}/mine/openai"


@pytest.mark.parametrize("mode", ["replay", "auto", "synth"])
def test_a_gateways_url_is_told_in_every_mode(mode: str) -> None:
    with running(Settings(port=0, mode=mode)) as gateway:  # type: ignore[arg-type] # one of three
        told = send("GET", f"{gateway.url}/ai-gateway/gateways/mine/url/openai", headers=WORKERD)

    assert told.json()["result"]["url"].startswith(gateway.url)
    (entry,) = gateway.journal.entries()
    assert (entry.door, entry.operation, entry.source) == ("binding", "binding.url", "gateway")


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("POST", "/to-everything/markdown/transformer", 501, "toMarkdown turns files into text"),
        ("GET", "/autorag/rags", 501, "AutoRAG searches documents"),
        ("POST", "/autorag/rags/mine/search", 501, "AutoRAG searches documents"),
        ("POST", "/ai-gateway/gateways/mine/url/openai", 405, "POST not supported"),
        ("POST", "/ai-api/models/search", 405, "POST not supported"),
    ],
)
def test_a_refusal_is_told_where_the_binding_looks_for_it(
    auto: Gateway, method: str, path: str, status: int, words: str
) -> None:
    told = send(method, auto.url + path, b"{}")

    assert (told.status, told.headers["content-type"]) == (status, "application/json")
    assert told.json()["errors"][0]["message"].startswith(words)


@pytest.mark.parametrize("session", ["", "/_s/one", "/_s/one/"])
def test_a_call_by_miniflare_is_the_call_it_stands_for(auto: Gateway, session: str) -> None:
    reply = by_miniflare(auto.url + session, "/ai-gateway/run?version=3", "POST", ASKED)

    assert (reply.status, reply.json()) == (200, FIVE[0]["response"])
    entry = auto.journal.entries()[-1]
    assert entry.path == f"{session.rstrip('/')}/ai-gateway/run"
    assert (entry.session, entry.door) == (session.strip("/")[3:], "binding")


def test_miniflare_is_told_the_address_that_it_asked(auto: Gateway) -> None:
    told = by_miniflare(f"{auto.url}/_s/one", "/ai-gateway/gateways/mine/url/openai")

    assert told.json()["result"]["url"] == f"{auto.url}/_s/one/v1/{ACCOUNT_ID}/mine/openai"


def test_the_query_of_a_call_by_miniflare_is_its_own(auto: Gateway) -> None:
    found = by_miniflare(auto.url, "/ai-api/models/search?search=gpt-5.5-pro")

    assert [one["name"] for one in found.json()["result"]] == ["openai/gpt-5.5-pro"]


@pytest.mark.parametrize("target", ["https://[::1", "", "nonsense"])
def test_what_is_no_url_leads_nowhere(auto: Gateway, target: str) -> None:
    headers = {"MF-Binding": "AI", "MF-URL": target}

    assert send("GET", f"{auto.url}/", headers=headers).status == 404


def test_a_header_of_miniflares_means_nothing_on_another_path(auto: Gateway) -> None:
    headers = {"MF-URL": "https://workers-binding.ai/nope"}
    asked = {"model": "gpt-5.5-pro", **FIVE[0]["request"]}

    assert post(f"{auto.url}/v1/responses", asked, headers).status == 200


@pytest.mark.parametrize("path", ["/?MF-Binding=AI", "/_s/one/?MF-Binding=AI"])
def test_the_question_for_a_channel_is_declined_without_a_trace(auto: Gateway, path: str) -> None:
    before = len(auto.journal)

    reply = send("GET", auto.url + path, headers={"connection": "upgrade", "upgrade": "websocket"})

    assert (reply.status, len(auto.journal)) == (404, before)
