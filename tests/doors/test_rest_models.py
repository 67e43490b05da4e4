"""The models of an account: searched, in the catalogue, with their schemas, paged."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.wire import Reply, send

AI = "/client/v4/accounts/acc/ai"


def get(gateway: Gateway, path: str) -> Reply:
    return send("GET", gateway.url + AI + path)


def result(gateway: Gateway, path: str) -> Any:
    reply = get(gateway, path)
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"] == "application/json"
    told = reply.json()
    assert list(told)[:4] == ["result", "success", "errors", "messages"]
    assert (told["success"], told["errors"], told["messages"]) == (True, [], [])
    return told["result"]


def names(rows: list[Any]) -> list[str]:
    return [row["name"] for row in rows]


def test_a_search_finds_both_models_with_what_is_known_of_them(auto: Gateway) -> None:
    rows = {row["name"]: row for row in result(auto, "/models/search")}
    flagship = rows["openai/gpt-5.5"]
    assert flagship["task"]["name"] == "Text Generation"
    told = {one["property_id"]: one["value"] for one in flagship["properties"]}
    assert told["context_window"] == "1000000"
    assert [price["price"] for price in told["price"]] == [5, 30]
    assert "openai/gpt-5.5-pro" in rows
    assert len({row["id"] for row in rows.values()}) == len(rows)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=5.5-PRO", ["openai/gpt-5.5-pro"]),
        ("search=5.5-pro&author=openai", ["openai/gpt-5.5-pro"]),
        ("search=5.5-pro&author=meta", []),
        ("search=5.5-pro&task=text%20generation", ["openai/gpt-5.5-pro"]),
        ("search=5.5-pro&task=Text-to-Image", []),
        ("search=5.5-pro&source=1", ["openai/gpt-5.5-pro"]),
        ("search=5.5-pro&source=2", []),
        ("search=5.5-pro&hide_experimental=true", ["openai/gpt-5.5-pro"]),
        ("search=nothing-of-the-kind", []),
    ],
)
def test_a_search_keeps_to_its_filters(auto: Gateway, query: str, found: list[str]) -> None:
    assert names(result(auto, f"/models/search?{query}")) == found


def test_pages_follow_each_other_and_end(auto: Gateway) -> None:
    everything = names(result(auto, "/models/search?per_page=100"))
    seen: list[str] = []
    for page in range(1, 100):
        told = get(auto, f"/models/search?per_page=7&page={page}").json()
        info = told["result_info"]
        assert info == {
            "count": len(told["result"]),
            "page": page,
            "per_page": 7,
            "total_count": len(everything),
        }
        if not told["result"]:
            break
        seen += names(told["result"])
    assert seen == everything
    assert page == len(everything) // 7 + 2


@pytest.mark.parametrize(
    ("query", "message", "name"),
    [
        ("page=0", "Number must be greater than or equal to 1", "page"),
        ("page=x", "Expected number, received nan", "page"),
        ("page=nan", "Expected number, received nan", "page"),
        ("page=1.5", "Expected integer, received float", "page"),
        ("per_page=101", "Number must be less than or equal to 100", "per_page"),
        ("source=cf", "Expected number, received nan", "source"),
        ("hide_experimental=perhaps", "Expected boolean, received string", "hide_experimental"),
    ],
)
def test_a_parameter_that_is_none_is_refused_with_its_place(
    auto: Gateway, query: str, message: str, name: str
) -> None:
    reply = get(auto, f"/models/search?{query}")
    (error,) = reply.json()["errors"]
    assert reply.status == 400
    assert error == {"code": 7001, "message": message, "path": ["query", name]}


def test_another_form_of_the_list_is_refused_and_not_retried(auto: Gateway) -> None:
    reply = get(auto, "/models/search?format=openrouter")
    assert (reply.status, reply.headers["x-should-retry"]) == (400, "false")
    assert "leave `format` out" in reply.json()["errors"][0]["message"]


@pytest.mark.parametrize("name", ["openai/gpt-5.5", "openai%2Fgpt-5.5-pro", "gpt-4.1"])
def test_schema_and_catalogue_tell_the_same_schemas(auto: Gateway, name: str) -> None:
    told = result(auto, f"/models/schema?model={name}")
    assert list(told) == ["input", "output"]
    for schema in told.values():
        Draft202012Validator.check_schema(schema)
    entry = result(auto, f"/catalog/models/{name}")
    assert entry["schema"] == told
    required = "input" if entry["request_formats"] == ["responses"] else "messages"
    assert told["input"]["required"] == [required]


def test_the_catalogue_lists_what_a_search_finds(auto: Gateway) -> None:
    entries = result(auto, "/catalog/models")
    assert [one["model_id"] for one in entries] == names(result(auto, "/models/search"))
    assert all("schema" not in one for one in entries)
    formats = {one["model_id"]: one["request_formats"] for one in entries}
    assert formats["openai/gpt-5.5-pro"] == ["responses"]
    assert formats["openai/gpt-5.5"] == ["responses", "chat-completions"]


@pytest.mark.parametrize(
    ("path", "status", "code", "message"),
    [
        ("/catalog/models/openai/nope", 404, 7002, "Model not found: openai/nope"),
        ("/models/schema?model=nope", 404, 7002, "Model not found: nope"),
        ("/models/schema", 400, 7003, "Required value missing: model"),
    ],
)
def test_a_model_that_is_none_is_told_so(
    auto: Gateway, path: str, status: int, code: int, message: str
) -> None:
    reply = get(auto, path)
    assert (reply.status, reply.json()["result"]) == (status, None)
    assert reply.json()["errors"] == [{"code": code, "message": message}]


def test_authors_and_tasks_are_those_of_the_models(auto: Gateway) -> None:
    (author,), (task,) = result(auto, "/authors/search"), result(auto, "/tasks/search")
    assert author["id"] == "openai"
    assert all(row["task"] == task for row in result(auto, "/models/search"))


def test_a_model_of_the_settings_is_listed_and_is_like_the_flagship() -> None:
    with running(Settings(port=0, mode="synth", models=("house-model",))) as gateway:
        assert "openai/house-model" in names(result(gateway, "/models/search"))
        told = result(gateway, "/models/schema?model=openai/house-model")
        assert told == result(gateway, "/catalog/models/house-model")["schema"]
        assert told["input"]["required"] == ["messages"]


def test_replay_tells_of_models_too_and_no_miss_is_noted(replay: Gateway) -> None:
    assert result(replay, "/models/search")
    assert replay.journal.entries()[-1].source == "gateway"
