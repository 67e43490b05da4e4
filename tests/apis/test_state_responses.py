"""Stored responses: continued, referred to, listed, cancelled, counted, compacted."""

import pytest

from mockgw import tokens
from mockgw.ids import partition_of
from tests.calls import recording
from tests.roads import Travels
from tests.wire import Json

V1, AIG = "/v1", "/v1/acc/gw/openai"
PRO = "gpt-5.5-pro"
GET_TIME: Json = {
    "type": "function",
    "name": "get_time",
    "parameters": {"type": "object", "properties": {"zone": {"type": "string"}}},
}


@pytest.fixture
def road() -> Travels:
    return Travels(synth=True)


def create(road: Travels, base: str = V1, **body: object) -> Json:
    reply = road.send("POST", f"{base}/responses", {"model": PRO, "input": "Hi", **body})
    assert reply.status == 200, reply.body
    told: Json = reply.json()
    return told


def texts(page: Json) -> list[str]:
    return [
        part["text"]
        for item in page["data"]
        if item["type"] == "message"
        for part in item["content"]
    ]


@pytest.mark.parametrize("base", [V1, AIG, f"{AIG}/v1", "/_s/one/v1"])
def test_fifty_turns_stay_consistent_through_each_door(road: Travels, base: str) -> None:
    said = spent = 0
    before: Json = {}
    for turn in range(50):
        body = {"previous_response_id": before["id"]} if before else {}
        counted = road.send(
            "POST", f"{base}/responses/input_tokens", {"input": f"Turn {turn}", **body}
        )
        told = create(road, base, input=f"Turn {turn}", **body)
        usage = told["usage"]
        assert counted.json() == {
            "object": "response.input_tokens",
            "input_tokens": usage["input_tokens"],
        }
        assert usage["input_tokens"] > said
        if before:
            assert told["previous_response_id"] == before["id"]
            assert partition_of(told["id"]) == partition_of(before["id"])
            # All that was said before, without the reasoning of turns that are over.
            thought = before["usage"]["output_tokens_details"]["reasoning_tokens"]
            text = spent - thought
            assert usage["input_tokens"] == said + text + 4 + tokens.count(f"Turn {turn}")
        said, spent, before = usage["input_tokens"], usage["output_tokens"], told
    page = road.told("GET", f"{base}/responses/{before['id']}/input_items?limit=100&order=asc")
    ids = [item["id"] for item in page["data"]]
    # Reasoning and a message for each of 49 answers, and 50 questions.
    assert (len(ids), len(set(ids)), page["has_more"]) == (100, 100, True)
    rest = road.told(
        "GET",
        f"{base}/responses/{before['id']}/input_items?limit=100&order=asc&after={page['last_id']}",
    )
    assert (len(rest["data"]), rest["has_more"]) == (48, False)
    assert texts(rest)[-1] == "Turn 49"
    assert {partition_of(one) for one in ids} == {partition_of(before["id"])}


def test_what_was_deleted_in_the_middle_is_not_found_and_its_end_goes_on(road: Travels) -> None:
    chain = [create(road)]
    for _ in range(3):
        chain.append(create(road, previous_response_id=chain[-1]["id"]))
    middle, last = chain[1]["id"], chain[-1]["id"]
    deleted = road.send("DELETE", f"/v1/responses/{middle}")
    assert deleted.json() == {"id": middle, "object": "response", "deleted": True}
    continued = {"model": PRO, "input": "And?", "previous_response_id": middle}
    assert road.send("POST", "/v1/responses", continued).refusal() == (
        400,
        f"Previous response with id '{middle}' not found.",
        "previous_response_id",
        "previous_response_not_found",
    )
    gone = (404, f"Response with id '{middle}' not found.", None, None)
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/input_items"), ("POST", "/cancel")):
        assert road.send(method, f"/v1/responses/{middle}{path}").refusal() == gone
    item = {"type": "item_reference", "id": chain[1]["output"][-1]["id"]}
    assert road.send("POST", "/v1/responses", {"model": PRO, "input": [item]}).status == 404
    # The later ones were given what the deleted one said, and keep it.
    assert len(road.told("GET", f"/v1/responses/{last}/input_items")["data"]) == 10
    assert create(road, previous_response_id=last)["usage"]["input_tokens"] > 0


def test_sessions_never_see_each_others_state(road: Travels) -> None:
    mine = create(road, "/_s/one/v1")
    conversation = road.send("POST", "/_s/one/v1/conversations").json()
    for base in ("/v1", "/_s/two/v1"):
        assert road.send("GET", f"{base}/responses/{mine['id']}").status == 404
        assert road.send("GET", f"{base}/conversations/{conversation['id']}").status == 404
        for body in (
            {"previous_response_id": mine["id"]},
            {"conversation": conversation["id"]},
            {"input": [{"type": "item_reference", "id": mine["output"][-1]["id"]}]},
        ):
            asked = {"model": PRO, "input": "Hi", **body}
            assert road.send("POST", f"{base}/responses", asked).status in {400, 404}
    assert create(road, "/_s/one/v1", previous_response_id=mine["id"])


def test_what_is_not_stored_cannot_be_continued_or_referred_to(road: Travels) -> None:
    made = create(road, store=False)
    assert road.send("GET", f"/v1/responses/{made['id']}").status == 404
    body = {"model": PRO, "input": "And?", "previous_response_id": made["id"]}
    assert road.send("POST", "/v1/responses", body).refusal()[3] == "previous_response_not_found"
    name = made["output"][-1]["id"]
    for item in ({"type": "item_reference", "id": name}, {"id": name}):
        asked = {"model": PRO, "input": [item, {"role": "user", "content": "And?"}]}
        status, message, param, code = road.send("POST", "/v1/responses", asked).refusal()
        assert (status, param, code) == (404, "input", None)
        assert message.startswith(f"Item with id '{name}' not found. Items are not persisted when")


def test_a_reference_stands_for_the_item_itself(road: Travels) -> None:
    made = create(road, input="Name a lake.", model="gpt-4.1")
    message = made["output"][-1]
    more = {"role": "user", "content": "Another?"}
    whole = create(road, input=[message, more])
    referred = create(road, input=[{"type": "item_reference", "id": message["id"]}, more])
    assert referred["usage"]["input_tokens"] == whole["usage"]["input_tokens"]
    assert partition_of(referred["id"]) == partition_of(message["id"])
    page = road.told("GET", f"/v1/responses/{referred['id']}/input_items?order=asc")
    assert page["data"][0] == message
    continued = create(road, previous_response_id=referred["id"])
    first = road.told("GET", f"/v1/responses/{continued['id']}/input_items?order=asc")["data"][0]
    assert first["id"] == message["id"]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (["question"], "No tool output found for function call CALL."),
        (["output", "stray"], "No tool call found for function call output with call_id call_0."),
        (["reference", "output"], "Duplicate item found with id ITEM."),
    ],
    ids=["call left open", "output without a call", "item that is there already"],
)
def test_an_input_that_does_not_belong_to_what_came_before_is_refused(
    road: Travels, items: list[str], words: str
) -> None:
    made = create(road, input="What time is it?", tools=[GET_TIME], tool_choice="required")
    (call,) = [item for item in made["output"] if item["type"] == "function_call"]
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "noon"}
    given = {
        "question": {"role": "user", "content": "Hi"},
        "output": output,
        "stray": {**output, "call_id": "call_0"},
        "reference": {"type": "item_reference", "id": call["id"]},
    }
    body = {"model": PRO, "previous_response_id": made["id"], "tools": [GET_TIME]}
    asked = {**body, "input": [given[name] for name in items]}
    status, message, param, _ = road.send("POST", "/v1/responses", asked).refusal()
    assert (status, param) == (400, "input")
    assert message.startswith(words.replace("CALL", call["call_id"]).replace("ITEM", call["id"]))
    assert road.send("POST", "/v1/responses", {**body, "input": [output]}).status == 200


def test_input_items_are_paged_in_both_orders(road: Travels) -> None:
    said = [{"role": "user", "content": f"{number}"} for number in range(30)]
    made = create(road, input=said)
    path = f"/v1/responses/{made['id']}/input_items"
    first = road.told("GET", path)
    assert (len(first["data"]), first["has_more"], first["object"]) == (20, True, "list")
    assert texts(first) == [str(number) for number in range(29, 9, -1)]
    assert (first["first_id"], first["last_id"]) == (
        first["data"][0]["id"],
        first["data"][-1]["id"],
    )
    second = road.told("GET", f"{path}?after={first['last_id']}")
    assert (texts(second)[-1], second["has_more"]) == ("0", False)
    asc = road.told("GET", f"{path}?order=asc&limit=3")
    assert texts(asc) == ["0", "1", "2"]
    between = road.told("GET", f"{path}?order=asc&after={asc['first_id']}&before={asc['last_id']}")
    assert texts(between) == ["1"]
    assert (
        road.told("GET", f"{path}?include[]=reasoning.encrypted_content&limit=1")["has_more"]
        is True
    )


@pytest.mark.parametrize(
    ("query", "param", "code"),
    [
        ("limit=0", "limit", "integer_below_min_value"),
        ("limit=101", "limit", "integer_above_max_value"),
        ("limit=many", "limit", "invalid_type"),
        ("order=up", "order", "invalid_value"),
        ("after=msg_none", "after", "invalid_value"),
        ("before=msg_none", "before", "invalid_value"),
        ("include=everything", "include[0]", "invalid_value"),
    ],
)
def test_a_page_that_there_cannot_be_is_refused(
    road: Travels, query: str, param: str, code: str
) -> None:
    made = create(road)
    reply = road.send("GET", f"/v1/responses/{made['id']}/input_items?{query}")
    assert (reply.status, *reply.refusal()[2:]) == (400, param, code)


def test_only_a_response_of_the_background_is_cancelled_or_streamed_again(road: Travels) -> None:
    made = create(road)
    for method, path, words in (
        ("POST", "/cancel", "Cannot cancel a synchronous response."),
        ("GET", "?stream=true", "This response cannot be streamed because it was not created with"),
    ):
        status, message, _, code = road.send(method, f"/v1/responses/{made['id']}{path}").refusal()
        assert (status, code) == (400, None)
        assert message.startswith(words)


def test_a_finished_response_of_the_background_is_streamed_again() -> None:
    item: Json = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant"}
    item["content"] = [{"type": "output_text", "text": "One two.", "annotations": []}]
    answer = {"id": "resp_1", "object": "response", "status": "completed", "background": True}
    answer |= {"created_at": 1, "store": True, "output": [item], "usage": None}
    road = Travels(recording({"model": PRO, "input": "Hi"}, answer), synth=True)
    assert create(road)["id"] == "resp_1"
    whole = road.send("GET", "/v1/responses/resp_1?stream=true")
    assert whole.headers["content-type"] == "text/event-stream; charset=utf-8"
    frames = whole.body.split(b"\n\n")[:-1]
    assert frames[-1].startswith(b"event: response.completed")
    assert b"obfuscation" not in whole.body
    later = road.send("GET", "/v1/responses/resp_1?stream=true&starting_after=2")
    assert later.body.split(b"\n\n")[:-1] == frames[3:]
    status, message, _, _ = road.send("POST", "/v1/responses/resp_1/cancel").refusal()
    assert (status, message) == (400, "Cannot cancel a completed response.")
    bad = road.send("GET", "/v1/responses/resp_1?stream=true&starting_after=x")
    assert bad.refusal()[2:] == ("starting_after", "invalid_type")


def test_what_still_runs_in_the_background_is_cancelled_for_good() -> None:
    answer = {"id": "resp_1", "object": "response", "status": "queued", "background": True}
    answer |= {"created_at": 1, "store": True, "output": [], "usage": None}
    road = Travels(recording({"model": PRO, "input": "Hi"}, answer), synth=True)
    create(road)
    told = [road.send("POST", "/v1/responses/resp_1/cancel").json() for _ in range(2)]
    assert told == [{**answer, "status": "cancelled"}] * 2
    assert road.told("GET", "/v1/responses/resp_1")["status"] == "cancelled"


def test_a_recorded_answer_is_retrieved_continued_and_deleted() -> None:
    asked = {"model": PRO, "input": "Hi"}
    answer = create(Travels(synth=True))
    road = Travels(recording(asked, answer))
    made = road.send("POST", "/v1/responses", asked).json()
    found = road.send("GET", f"/v1/responses/{made['id']}")
    assert (found.json(), found.headers["x-mockgw-source"]) == (answer, "state")
    assert road.send("DELETE", f"/v1/responses/{made['id']}").status == 200
    assert road.send("GET", f"/v1/responses/{made['id']}").status == 404


def test_counting_refuses_what_creating_refuses(road: Travels) -> None:
    path = "/v1/responses/input_tokens"
    for body, param, code in (
        ({"input": 5}, "input", "invalid_type"),
        ({"model": PRO, "stream": True}, "stream", "unknown_parameter"),
        ({"model": "claude", "input": "Hi"}, None, "model_not_found"),
        ({"previous_response_id": "a", "conversation": "b"}, None, "mutually_exclusive_parameters"),
        ({"previous_response_id": "a"}, "previous_response_id", "previous_response_not_found"),
    ):
        assert road.send("POST", path, body).refusal()[2:] == (param, code)
    assert road.send("POST", path, b"").status == 400


def test_compacting_keeps_what_users_said_and_seals_the_rest(road: Travels) -> None:
    first = create(road, input="One?")
    second = create(road, input="Two?", previous_response_id=first["id"])
    body = {"model": PRO, "input": "Three?", "previous_response_id": second["id"]}
    told = road.send("POST", "/v1/responses/compact", body).json()
    assert list(told) == ["id", "object", "created_at", "output", "usage"]
    assert told["object"] == "response.compaction"
    *kept, compaction = told["output"]
    assert texts({"data": kept}) == ["One?", "Two?", "Three?"]
    assert compaction["type"] == "compaction"
    assert compaction["id"].startswith("cmp_")
    assert told["id"][21:23] == "01"
    usage = told["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert create(road, input=[*told["output"], {"role": "user", "content": "Go on."}])
    assert road.send("POST", "/v1/responses/compact", {"input": "Hi"}).refusal()[2:] == (
        "model",
        "missing_required_parameter",
    )


def test_equal_calls_in_equal_runs_leave_equal_state() -> None:
    def run() -> tuple[bytes, bytes]:
        road = Travels(synth=True)
        made = [create(road, input="Same") for _ in range(3)]
        assert len({one["id"] for one in made}) == 3
        path = f"/v1/responses/{made[-1]['id']}"
        return road.send("GET", path).body, road.send("GET", f"{path}/input_items").body

    assert run() == run()
