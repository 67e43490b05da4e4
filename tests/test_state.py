"""Stored responses: bounded, apart for each session, and continued with all that was said."""

import pytest

from mockgw.context import EMPTY
from mockgw.draft import Draft, Says
from mockgw.errors import ApiError
from mockgw.ids import partition_of
from mockgw.state import MemoryStore, Stored, context, remember
from tests.calls import respond
from tests.wire import Json


def stored(identifier: str) -> Stored:
    return Stored({"id": identifier}, ())


def user(text: str) -> Json:
    return {"role": "user", "content": text}


def test_what_is_put_is_got_and_deleted_once() -> None:
    store = MemoryStore(2)
    store.put("", stored("resp_1"))
    assert store.get("", "resp_1") == stored("resp_1")
    assert [store.delete("", "resp_1"), store.delete("", "resp_1")] == [True, False]
    assert store.get("", "resp_1") is None


def test_sessions_do_not_see_each_other() -> None:
    store = MemoryStore(5)
    store.put("one", stored("resp_1"))
    assert store.get("two", "resp_1") is None
    assert store.get("", "resp_1") is None
    assert not store.delete("two", "resp_1")
    assert store.get("one", "resp_1")


def test_the_oldest_gives_way_when_there_are_too_many() -> None:
    store = MemoryStore(3)
    for number in range(5):
        store.put(f"s{number % 2}", stored(f"resp_{number}"))
    kept = [number for number in range(5) if store.get(f"s{number % 2}", f"resp_{number}")]
    assert kept == [2, 3, 4]


def test_a_call_that_names_nothing_continues_nothing() -> None:
    assert context(MemoryStore(1), "", {"input": "Hi"}) is EMPTY


def test_an_unknown_previous_response_is_refused_in_the_words_of_the_api() -> None:
    store = MemoryStore(1)
    store.put("other", stored("resp_1"))
    with pytest.raises(ApiError) as told:
        context(store, "", {"previous_response_id": "resp_1"})
    error = told.value
    assert error.message == "Previous response with id 'resp_1' not found."
    assert (error.status, error.param, error.code) == (
        400,
        "previous_response_id",
        "previous_response_not_found",
    )


def test_a_chain_holds_everything_said_and_thought_oldest_first() -> None:
    store = MemoryStore(5)
    first = respond({}, draft=Draft(40, (), (Says("One."),)))
    store.put("", remember(EMPTY, [user("Hi")], first))
    before = context(store, "", {"previous_response_id": first["id"]})
    assert before.partition == partition_of(first["id"])
    second = respond({}, draft=Draft(7, (), (Says("Two."),)), before=before)
    # The same chance made both: only the ids of the second are told apart by hand.
    second = {**second, "id": "resp_2", "output": [{"id": "rs_2", "type": "reasoning"}]}
    store.put("", remember(before, [user("And?")], second))
    chain = context(store, "", {"previous_response_id": "resp_2"})
    assert list(chain.items) == [user("Hi"), *first["output"], user("And?"), *second["output"]]
    assert chain.reasoning == {first["output"][0]["id"]: 40, "rs_2": 7}
