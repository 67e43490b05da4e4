"""Stored chat completions, the list of models, and what the prompt cache spares."""

from typing import Any

import pytest

from mockgw.state import Prefixes
from tests.roads import Travels
from tests.wire import Json

PATH = "/v1/chat/completions"
PRO, CHAT = "gpt-5.5-pro", "gpt-5.5"


@pytest.fixture
def road() -> Travels:
    return Travels(synth=True)


def made(road: Travels, base: str = "/v1", text: str = "Hi", **body: Any) -> Json:
    asked = {"model": CHAT, "messages": [{"role": "user", "content": text}], "store": True, **body}
    return road.told("POST", f"{base}/chat/completions", asked)


@pytest.mark.parametrize("base", ["/v1", "/v1/acc/gw/openai", "/v1/acc/gw/openai/v1"])
def test_a_stored_completion_is_fetched_changed_and_deleted(road: Travels, base: str) -> None:
    told = made(road, base, metadata={"topic": "lakes"}, user="me", seed=7)
    path = f"{base}/chat/completions/{told['id']}"
    found = road.told("GET", path)
    assert {name: found[name] for name in told} == told
    more = {name: found[name] for name in found if name not in told}
    assert more.pop("request_id").startswith("req_")
    assert more == {
        "tool_choice": None,
        "seed": 7,
        "top_p": 1.0,
        "temperature": 1.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "tools": None,
        "response_format": None,
        "input_user": "me",
        "metadata": {"topic": "lakes"},
    }
    changed = road.told("POST", path, {"metadata": {"topic": "seas"}})
    assert changed == {**found, "metadata": {"topic": "seas"}}
    assert road.told("GET", path) == changed
    assert road.told("DELETE", path) == {
        "object": "chat.completion.deleted",
        "id": told["id"],
        "deleted": True,
    }
    gone = (404, f"Chat completion with id '{told['id']}' not found.", None, None)
    for method, end in (("GET", ""), ("DELETE", ""), ("GET", "/messages")):
        assert road.send(method, path + end).refusal() == gone
    assert road.send("POST", path, {"metadata": {}}).refusal() == gone


def test_only_what_is_to_be_stored_is(road: Travels) -> None:
    for body in ({"store": False}, {"store": None}):
        told = made(road, **body)
        assert road.send("GET", f"{PATH}/{told['id']}").status == 404
    stream = road.send(
        "POST",
        PATH,
        {
            "model": CHAT,
            "messages": [{"role": "user", "content": "S"}],
            "store": True,
            "stream": True,
        },
    )
    assert stream.status == 200
    (kept,) = road.told("GET", PATH)["data"]
    assert kept["object"] == "chat.completion"


def test_completions_are_listed_by_model_and_metadata_in_pages(road: Travels) -> None:
    topics = ["lakes", "seas"] * 4
    ids = [
        made(
            road,
            text=str(n),
            metadata={"topic": topic, "n": str(n)},
            model=("gpt-4.1", CHAT)[n % 3 == 0],
        )["id"]
        for n, topic in enumerate(topics)
    ]

    def listed(query: str) -> list[int]:
        page = road.told("GET", f"{PATH}?{query}")
        assert page["object"] == "list"
        assert page["first_id"] == (page["data"][0]["id"] if page["data"] else None)
        return [ids.index(one["id"]) for one in page["data"]]

    assert listed("") == list(range(8))
    assert listed("order=desc&limit=3") == [7, 6, 5]
    assert listed(f"after={ids[5]}") == [6, 7]
    assert listed("metadata[topic]=lakes") == [0, 2, 4, 6]
    assert listed("metadata%5Btopic%5D=lakes&metadata%5Bn%5D=4") == [4]
    assert listed("metadata[topic]=rivers") == []
    assert listed("model=gpt-5.5") == listed("model=gpt-5.5-2026-04-23") == [0, 3, 6]
    # New metadata leaves a completion in its place.
    road.told("POST", f"{PATH}/{ids[2]}", {"metadata": {}})
    assert listed("") == list(range(8))
    assert listed("metadata[topic]=lakes") == [0, 4, 6]
    assert road.send("GET", f"{PATH}?limit=0").refusal()[2:] == ("limit", "integer_below_min_value")
    assert road.told("GET", "/_s/other/v1/chat/completions")["data"] == []


def test_the_messages_of_a_completion_are_listed_with_ids(road: Travels) -> None:
    parts = [{"type": "text", "text": "What is it?"}]
    said = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": parts}]
    told = made(road, messages=said)
    page = road.told("GET", f"{PATH}/{told['id']}/messages")
    assert [one["id"] for one in page["data"]] == [f"{told['id']}-0", f"{told['id']}-1"]
    assert page["data"][0] == {
        "id": f"{told['id']}-0",
        "role": "system",
        "content": "Be brief.",
        "name": None,
        "content_parts": None,
    }
    assert (page["data"][1]["content"], page["data"][1]["content_parts"]) == (None, parts)
    latest = road.told("GET", f"{PATH}/{told['id']}/messages?order=desc&limit=1")
    assert ([one["role"] for one in latest["data"]], latest["has_more"]) == (["user"], True)


def test_compat_and_the_rest_api_create_and_nothing_else(road: Travels) -> None:
    for path in (
        "/v1/acc/gw/compat/chat/completions",
        "/client/v4/accounts/acc/ai/v1/chat/completions",
        "/client/v4/accounts/acc/ai/v1/responses",
    ):
        reply = road.send("GET", path)
        assert (reply.status, reply.headers["allow"]) == (405, "POST")
    assert road.send("GET", "/v1/acc/gw/compat/models").status == 404


@pytest.mark.parametrize("base", ["/v1", "/v1/acc/gw/openai"])
def test_the_models_are_listed_and_told(road: Travels, base: str) -> None:
    page = road.told("GET", f"{base}/models")
    names = [one["id"] for one in page["data"]]
    assert {PRO, CHAT, f"{CHAT}-2026-04-23", "gpt-4.1"} <= set(names)
    assert len(set(names)) == len(names)
    assert page["object"] == "list"
    for one in page["data"]:
        assert road.told("GET", f"{base}/models/{one['id']}") == one
    assert road.told("GET", f"{base}/models/{CHAT}") == {
        "id": CHAT,
        "object": "model",
        "created": 1776902400,
        "owned_by": "system",
    }
    # Whatever is served is a model, if it is listed or not.
    assert road.told("GET", f"{base}/models/gpt-7")["id"] == "gpt-7"
    assert road.send("GET", f"{base}/models/claude").refusal() == (
        404,
        "The model 'claude' does not exist",
        "model",
        "model_not_found",
    )


LONG = " ".join(f"Fact {number}: water is wet." for number in range(300))


def cached(road: Travels, base: str = "/v1", **body: Any) -> tuple[int, int]:
    asked = {"model": CHAT, "input": LONG, **body}
    usage = road.told("POST", f"{base}/responses", asked)["usage"]
    return usage["input_tokens"], usage["input_tokens_details"]["cached_tokens"]


def test_a_prompt_that_came_before_is_cached_in_steps_of_128(road: Travels) -> None:
    given, first = cached(road)
    assert (given > 2000, first) == (True, 0)
    assert cached(road) == (given, given // 128 * 128)
    assert cached(road, "/_s/other/v1")[1] == 0
    assert cached(road, model="gpt-4.1")[1] == 0
    # A longer one that begins alike shares its beginning; one that begins otherwise nothing.
    _, shared = cached(road, input=LONG + " And so on.")
    assert given - 256 < shared <= given
    assert shared % 128 == 0
    assert cached(road, input="Other. " + LONG)[1] == 0
    assert cached(road, input=LONG[: len(LONG) // 10]) == cached(
        road, input=LONG[: len(LONG) // 10]
    )
    assert cached(road, input=LONG[: len(LONG) // 10])[1] == 0


def test_the_cache_forgets_what_was_not_seen_for_longest_and_what_it_is_told_to() -> None:
    prompts = [[number] * 1024 for number in range(4)]
    cache = Prefixes(most=2)
    assert [cache.cached("", "m", one) for one in prompts[:2]] == [0, 0]
    assert cache.cached("", "m", prompts[0]) == 1024
    assert cache.cached("", "m", prompts[2]) == 0
    assert cache.cached("", "m", prompts[1]) == 0
    assert cache.cached("s", "m", prompts[1]) == 0
    cache.clear("s")
    assert (cache.cached("", "m", prompts[1]), cache.cached("s", "m", prompts[1])) == (1024, 0)
    assert cache.cached("", "m", prompts[1][:1023]) == 0


def test_a_conversation_that_goes_on_is_cached_up_to_its_last_turn(road: Travels) -> None:
    instructions = LONG
    before = road.told(
        "POST", "/v1/responses", {"model": CHAT, "input": "Hi", "instructions": instructions}
    )
    body = {"input": "More?", "instructions": instructions, "previous_response_id": before["id"]}
    given, hit = cached(road, **body)
    assert before["usage"]["input_tokens"] - 256 < hit <= before["usage"]["input_tokens"]
    assert cached(road, **body) == (given, given // 128 * 128)


def test_chat_prompts_are_cached_alike(road: Travels) -> None:
    said = [{"role": "system", "content": LONG}, {"role": "user", "content": "Hi"}]
    details = [
        road.told("POST", PATH, {"model": CHAT, "messages": said})["usage"]["prompt_tokens_details"]
        for _ in range(2)
    ]
    assert details[0]["cached_tokens"] == 0
    assert details[1]["cached_tokens"] >= 2048
    assert details[1]["cached_tokens"] % 128 == 0
