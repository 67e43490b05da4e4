"""Conversations: their items, their paging, and the responses that go on in them."""

from typing import Any

import pytest

from mockgw.ids import partition_of
from tests.calls import recording
from tests.roads import Travels
from tests.wire import Json

PRO = "gpt-5.5-pro"


@pytest.fixture
def road() -> Travels:
    return Travels(synth=True)


def begun(road: Travels, base: str = "/v1", **body: Any) -> str:
    return str(road.told("POST", f"{base}/conversations", body)["id"])


def user(text: str) -> Json:
    return {"role": "user", "content": text}


@pytest.mark.parametrize("base", ["/v1", "/v1/acc/gw/openai", "/v1/acc/gw/openai/v1"])
def test_a_conversation_is_made_changed_and_deleted_through_each_door(
    road: Travels, base: str
) -> None:
    made = road.told("POST", f"{base}/conversations", {"metadata": {"topic": "lakes"}})
    assert list(made) == ["id", "object", "created_at", "metadata"]
    assert (made["object"], made["metadata"]) == ("conversation", {"topic": "lakes"})
    assert len(made["id"]) == len("conv_") + 48
    path = f"{base}/conversations/{made['id']}"
    assert road.told("GET", path) == made
    changed = road.told("POST", path, {"metadata": {"topic": "seas"}})
    assert changed == {**made, "metadata": {"topic": "seas"}}
    assert road.told("GET", path) == changed
    assert road.told("DELETE", path) == {
        "id": made["id"],
        "object": "conversation.deleted",
        "deleted": True,
    }
    gone = (404, f"Conversation with id '{made['id']}' not found.", None, None)
    for method in ("GET", "DELETE"):
        assert road.send(method, path).refusal() == gone
    assert road.send("POST", path, {"metadata": {}}).refusal() == gone
    assert road.send("GET", f"{path}/items").refusal() == gone
    asked = {"model": PRO, "input": "Hi", "conversation": {"id": made["id"]}}
    assert road.send("POST", f"{base}/responses", asked).refusal() == gone


def test_a_conversation_may_be_made_of_nothing_and_never_twice_the_same(road: Travels) -> None:
    reply = road.send("POST", "/v1/conversations")
    assert (reply.status, reply.json()["metadata"]) == (200, {})
    assert len({begun(road) for _ in range(5)} | {reply.json()["id"]}) == 6


def test_items_are_filed_listed_fetched_and_taken_out(road: Travels) -> None:
    place = begun(road, items=[user("One"), {"role": "developer", "content": "Be brief."}])
    path = f"/v1/conversations/{place}/items"
    assert [item["role"] for item in road.told("GET", path)["data"]] == ["developer", "user"]
    call = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "call_1", "output": "4"}
    parts = [
        {"type": "input_text", "text": "See:"},
        {"type": "input_image", "image_url": "https://example.com/a.png"},
    ]
    added = road.told("POST", path, {"items": [call, output, {"role": "user", "content": parts}]})
    assert (added["object"], added["has_more"], len(added["data"])) == ("list", False, 3)
    assert (added["first_id"], added["last_id"]) == (added["data"][0]["id"], added["data"][2]["id"])
    prefixes = [item["id"].partition("_")[0] for item in added["data"]]
    assert prefixes == ["fc", "fco", "msg"]
    assert {partition_of(item["id"]) for item in added["data"]} == {partition_of(place)}
    assert {item["status"] for item in added["data"]} == {"completed"}
    assert added["data"][2]["content"][1]["detail"] == "auto"
    for item in added["data"]:
        assert road.told("GET", f"{path}/{item['id']}") == item
    gone = added["data"][1]["id"]
    assert road.told("DELETE", f"{path}/{gone}")["id"] == place
    assert road.send("GET", f"{path}/{gone}").refusal() == (
        404,
        f"Item with id '{gone}' not found in conversation.",
        None,
        None,
    )
    left = [item["id"] for item in road.told("GET", f"{path}?order=asc")["data"]]
    assert len(left) == 4
    assert gone not in left


def test_items_are_paged_until_there_are_no_more(road: Travels) -> None:
    place = begun(road)
    path = f"/v1/conversations/{place}/items"
    for number in range(3):
        road.told("POST", path, {"items": [user(f"{number}-{n}") for n in range(20)]})
    seen, after = [], ""
    while True:
        page = road.told("GET", f"{path}?limit=25&order=asc{after}")
        seen += [item["content"][0]["text"] for item in page["data"]]
        after = f"&after={page['last_id']}"
        if not page["has_more"]:
            break
    assert seen == [f"{number}-{n}" for number in range(3) for n in range(20)]
    empty = road.told("GET", f"/v1/conversations/{begun(road)}/items")
    assert (empty["data"], empty["first_id"], empty["last_id"]) == ([], None, None)


@pytest.mark.parametrize(
    ("path", "body", "param", "code"),
    [
        ("", {"items": [user("a")] * 21}, "items", "array_above_max_length"),
        ("", {"metadata": {"k": 5}}, "metadata.k", "invalid_type"),
        ("", {"name": "mine"}, "name", "unknown_parameter"),
        ("/CONV", {}, "metadata", "missing_required_parameter"),
        ("/CONV/items", {}, "items", "missing_required_parameter"),
        ("/CONV/items", {"items": [{"role": "nobody"}]}, "items[0]", "invalid_value"),
        ("/CONV/items?include=all", {"items": []}, "include[0]", "invalid_value"),
        ("/CONV/items", {"items": [{**user("a"), "id": "msg_1"}] * 2}, "items", None),
    ],
)
def test_what_no_conversation_takes_is_refused(
    road: Travels, path: str, body: Json, param: str, code: str | None
) -> None:
    path = "/v1/conversations" + path.replace("CONV", begun(road))
    reply = road.send("POST", path, body)
    assert (reply.status, *reply.refusal()[2:]) == (400, param, code)


@pytest.mark.parametrize("base", ["/v1", "/v1/acc/gw/openai", "/_s/one/v1"])
def test_fifty_turns_of_a_conversation_stay_consistent(road: Travels, base: str) -> None:
    place = begun(road, base, items=[user("Begin.")])
    said, answers = 0, []
    for turn in range(50):
        asked = {"model": PRO, "input": f"Turn {turn}", "conversation": place}
        told = road.told("POST", f"{base}/responses", asked)
        assert told["conversation"] == {"id": place}
        assert told["previous_response_id"] is None
        assert partition_of(told["id"]) == partition_of(place)
        assert told["usage"]["input_tokens"] > said
        said = told["usage"]["input_tokens"]
        answers.append(told)
    path = f"{base}/conversations/{place}/items?limit=100&order=asc"
    first = road.told("GET", path)
    items = [*first["data"], *road.told("GET", f"{path}&after={first['last_id']}")["data"]]
    assert len(items) == 151
    assert [one["id"] for one in items if one["type"] == "reasoning"] == [
        one["output"][0]["id"] for one in answers
    ]
    assert items[-1] == answers[-1]["output"][-1]
    # Its responses are stored like any others.
    page = road.told("GET", f"{base}/responses/{answers[2]['id']}/input_items?order=asc")
    assert len(page["data"]) == 2 + 2 * 3
    more = road.told(
        "POST",
        f"{base}/responses",
        {"model": PRO, "input": "And?", "previous_response_id": answers[-1]["id"]},
    )
    assert more["usage"]["input_tokens"] > said
    # Taking one turn out of the middle makes the next prompt shorter by what it cost.
    usage = {"input": "Last", "conversation": place}
    whole = road.told("POST", f"{base}/responses/input_tokens", usage)["input_tokens"]
    message = answers[20]["output"][1]
    road.told("DELETE", f"{base}/conversations/{place}/items/{message['id']}")
    less = road.told("POST", f"{base}/responses/input_tokens", usage)["input_tokens"]
    spent = answers[20]["usage"]
    thought = spent["output_tokens_details"]["reasoning_tokens"]
    assert whole - less == spent["output_tokens"] - thought


def test_a_tool_loop_in_a_conversation_pays_for_its_reasoning_within_the_turn(
    road: Travels,
) -> None:
    tool = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}
    place = begun(road)
    body = {"model": PRO, "conversation": place, "tools": [tool]}
    first = road.told("POST", "/v1/responses", {**body, "input": "Go.", "tool_choice": "required"})
    (call,) = [item for item in first["output"] if item["type"] == "function_call"]
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "4"}
    second = road.told("POST", "/v1/responses", {**body, "input": [output]})
    spent, usage = first["usage"], second["usage"]
    assert usage["input_tokens"] > spent["input_tokens"] + spent["output_tokens"]
    left_open = {**body, "input": [{**output, "call_id": "call_0"}]}
    assert (
        road.send("POST", "/v1/responses", left_open).refusal()[1].startswith("No tool call found")
    )


def test_an_unstored_response_still_belongs_to_its_conversation(road: Travels) -> None:
    place = begun(road)
    asked = {"model": PRO, "input": "Hi", "conversation": place, "store": False}
    told = road.told("POST", "/v1/responses", asked)
    assert road.send("GET", f"/v1/responses/{told['id']}").status == 404
    assert len(road.told("GET", f"/v1/conversations/{place}/items")["data"]) == 3


def test_a_stream_leaves_the_same_behind_as_a_body(road: Travels) -> None:
    place = begun(road)
    asked = {"model": PRO, "input": "Hi", "conversation": place, "stream": True}
    reply = road.send("POST", "/v1/responses", asked)
    assert b'"conversation":{"id":"%b"}' % place.encode() in reply.body
    assert len(road.told("GET", f"/v1/conversations/{place}/items")["data"]) == 3


def test_items_of_a_conversation_can_be_referred_to(road: Travels) -> None:
    place = begun(road, items=[user("Name a lake.")])
    (item,) = road.told("GET", f"/v1/conversations/{place}/items")["data"]
    asked = {"model": PRO, "input": [{"type": "item_reference", "id": item["id"]}]}
    told = road.told("POST", "/v1/responses", asked)
    assert "Name a lake." in told["output"][-1]["content"][0]["text"]
    inside = road.send("POST", "/v1/responses", {**asked, "conversation": place})
    assert inside.refusal()[1].startswith(f"Duplicate item found with id {item['id']}")


def test_a_recorded_turn_begins_a_conversation_that_nobody_made() -> None:
    asked = {"model": PRO, "input": "Hi", "conversation": "conv_1"}
    answer = {"id": "resp_1", "object": "response", "created_at": 5, "store": True, "output": []}
    road = Travels(recording(asked, {**answer, "conversation": {"id": "conv_1"}}), synth=True)
    assert road.told("POST", "/v1/responses", asked)["id"] == "resp_1"
    assert road.told("GET", "/v1/conversations/conv_1")["created_at"] == 5
    assert len(road.told("GET", "/v1/conversations/conv_1/items")["data"]) == 1
