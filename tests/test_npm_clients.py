"""The packages of npm against the doors: openai, cloudflare, and the providers of the AI SDK."""

from pathlib import Path

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.desk import Desk
from tests.npm.packages import answers, packages
from tests.pages import Page

pytestmark = pytest.mark.slow
LAKE = "Name a lake."


def test_openai_reads_every_door_alike(synth: Gateway) -> None:
    told = answers("openai.mjs", synth.url)
    assert list(told) == ["openai", "gateway", "rest"]
    for answer in told.values():
        assert LAKE in answer["text"]
        assert answer["streamed"] == answer["text"]
        assert LAKE in answer["completion"]
        assert answer["final"] == answer["completion"]
        assert answer["counted"] == answer["completionCounted"] > 0
        assert answer["usage"] == told["openai"]["usage"] > 0
        assert answer["text"] == told["openai"]["text"]
        assert (answer["refused"]["error"], answer["refused"]["status"]) == ("BadRequestError", 400)
    assert "Unknown parameter: 'nonsense'" in told["gateway"]["refused"]["message"]


def test_cloudflare_runs_models_and_manages_gateways(synth: Gateway) -> None:
    told = answers("cloudflare.mjs", f"{synth.url}/_s/npm")
    assert told["completion"]["object"] == "chat.completion"
    assert told["response"]["status"] == "completed"
    assert (told["refused"]["status"], told["refused"]["codes"]) == (400, [7003])
    assert {"openai/gpt-5.5", "openai/gpt-5.5-pro"} < set(told["models"])
    assert told["schema"]["input"]["required"] == ["messages"]
    assert (told["made"]["id"], told["made"]["cache_ttl"]) == ("npm", 300)
    assert told["changed"]["cache_ttl"] == told["got"]["cache_ttl"] == 60
    assert told["gateways"] == ["default", "npm"]
    assert told["url"] == f"{synth.url}/_s/npm/v1/acc/npm/openai"
    assert told["logs"] == []
    assert (told["missing"]["error"], told["missing"]["codes"]) == ("NotFoundError", [7002])
    assert told["deleted"]["id"] == "npm"
    assert told["gone"]["status"] == 404


def test_workers_ai_provider_generates_streams_and_calls_tools(synth: Gateway) -> None:
    told = answers("ai-sdk.mjs", synth.url)
    assert LAKE in told["text"]
    assert (told["finish"], told["streamFinish"]) == ("stop", "stop")
    assert told["usage"] > 0
    assert told["streamed"] == told["text"]
    assert told["pieces"] > 5
    ((name, given),) = told["calls"]
    assert (name, list(given)) == ("weather", ["city"])
    assert told["refused"]["status"] == 404
    assert "Model not found: openai/nope" in told["refused"]["message"]


def test_ai_gateway_provider_comes_by_the_universal_endpoint() -> None:
    with running(Settings(port=0, mode="synth")) as gateway:
        told = answers("ai-gateway.mjs", gateway.url)
    assert LAKE in told["chat"]["text"]
    assert LAKE in told["response"]["text"]
    assert told["fallback"] == told["chat"]
    assert told["streamed"] == told["chat"]["text"]
    assert told["refused"]["status"] == 404


def test_what_the_page_shows_works(tmp_path: Path) -> None:
    page = Page("docs/javascript.md")
    desk = Desk(tmp_path, page.name)
    (tmp_path / "node_modules").symlink_to(packages())
    try:
        for block in page.blocks:
            desk.run(block)
    finally:
        desk.leave()
