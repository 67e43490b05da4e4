"""The stores: bounded, apart for each session, and one like the other."""

import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgw.errors import ApiError, MockgwError
from mockgw.state import (
    COMPLETION,
    CONVERSATION,
    ITEM,
    RESPONSE,
    MemoryStore,
    Record,
    Store,
)
from mockgw.state.memory import MOST_ITEMS
from mockgw.state.opening import opened
from mockgw.state.record import within
from tests.wire import Json

Make = Callable[[int], Store]


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    made: list[Store] = []

    def store(size: int = 100) -> Store:
        where = "memory" if request.param == "memory" else f"sqlite:{tmp_path / 'state.db'}"
        made.append(opened(where, size))
        return made[-1]

    yield store
    for one in made:
        one.close()


def response(identifier: str, parent: str = "", *holds: str) -> Record:
    said = [{"id": name} for name in holds]
    return Record(RESPONSE, identifier, {"id": identifier, "said": said, "response": {}}, parent)


def item(conversation: str, name: str) -> Record:
    value = {"item": {"id": name}}
    return Record(ITEM, within(conversation, name), value, conversation)


def conversation(identifier: str) -> Record:
    return Record(CONVERSATION, identifier, {"id": identifier})


def names(values: list[Json]) -> list[str]:
    return [one.get("id") or one["item"]["id"] for one in values]


def test_what_is_put_is_got_and_deleted_once(make: Make) -> None:
    store = make(2)
    value = {
        "id": "resp_1",
        "top_p": 1.0,
        "n": None,
        "text": "Ünïcödé \u0000 🎈",
        "deep": [{"a": []}],
    }
    store.put("", Record(COMPLETION, "resp_1", value))
    found = store.get("", COMPLETION, "resp_1")
    assert found == value
    assert found is not None
    assert (list(found), type(found["top_p"])) == (list(value), float)
    deleted = [store.delete("", COMPLETION, "resp_1") for _ in range(2)]
    assert (deleted, store.get("", COMPLETION, "resp_1")) == ([True, False], None)


def test_an_equal_id_replaces_what_was_there(make: Make) -> None:
    store = make(100)
    first, second = response("r", "", "a"), response("r", "", "b")
    store.put("", first)
    assert store.holder("", "a")
    store.put("", second)
    assert store.listed("", RESPONSE) == [second.value]
    assert store.holder("", "a") is None
    assert store.holder("", "b")


def test_sessions_and_kinds_do_not_see_each_other(make: Make) -> None:
    store = make(100)
    store.put("one", response("x", "", "msg_1"), Record(COMPLETION, "x", {"id": "c"}))
    for session, kind in (("two", RESPONSE), ("", RESPONSE), ("one", CONVERSATION)):
        assert store.get(session, kind, "x") is None
        assert not store.delete(session, kind, "x")
        assert store.listed(session, kind) == []
    assert (store.lineage("two", "x"), store.holder("two", "msg_1")) == ([], None)
    assert store.get("one", COMPLETION, "x") == {"id": "c"}
    store.clear("two")
    assert store.get("one", RESPONSE, "x")
    store.clear("one")
    assert store.get("one", RESPONSE, "x") is None


def test_the_oldest_of_all_kinds_gives_way_when_there_are_too_many(make: Make) -> None:
    store = make(3)
    kinds = (RESPONSE, CONVERSATION, COMPLETION)
    for number in range(7):
        value = {"id": str(number), "said": [], "response": {}}
        store.put(f"s{number % 2}", Record(kinds[number % 3], str(number), value))
    kept = [n for n in range(7) if store.get(f"s{n % 2}", kinds[n % 3], str(n))]
    assert kept == [4, 5, 6]


def test_a_conversation_that_goes_on_is_not_the_oldest(make: Make) -> None:
    store = make(3)
    store.put("", conversation("conv"))
    for number in range(20):
        store.put("", response(str(number)), item("conv", f"msg_{number}"))
    assert len(store.listed("", ITEM, "conv")) == 20
    assert names(store.listed("", RESPONSE)) == ["18", "19"]


def test_items_live_in_their_conversation_and_die_with_it(make: Make) -> None:
    store = make(100)
    store.put("", item("nowhere", "lost"), conversation("a"), conversation("b"))
    store.put("", item("a", "1"), item("a", "2"), item("b", "1"))
    assert names(store.listed("", ITEM, "a")) == ["1", "2"]
    assert store.listed("", ITEM, "nowhere") == []
    assert store.get("", ITEM, within("a", "2")) == {"item": {"id": "2"}}
    assert store.delete("", ITEM, within("a", "2"))
    assert not store.delete("", ITEM, within("a", "2"))
    assert store.holder("", "2") is None
    # New metadata is no new conversation.
    store.put("", Record(CONVERSATION, "a", {"id": "a", "metadata": {"k": "v"}}))
    assert names(store.listed("", ITEM, "a")) == ["1"]
    assert store.delete("", CONVERSATION, "a")
    assert store.listed("", ITEM, "a") == []
    assert names(store.listed("", ITEM, "b")) == ["1"]
    held = store.holder("", "1")
    assert held is not None
    assert (held.kind, held.identifier) == (ITEM, within("b", "1"))


def test_a_conversation_keeps_its_newest_items_only(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_ITEMS == 10_000
    monkeypatch.setattr("mockgw.state.memory.MOST_ITEMS", 5)
    monkeypatch.setattr("mockgw.state.sqlite.MOST_ITEMS", 5)
    store = make(100)
    store.put("", conversation("a"), *(item("a", str(number)) for number in range(12)))
    assert names(store.listed("", ITEM, "a")) == ["7", "8", "9", "10", "11"]
    assert (store.holder("", "6"), store.holder("", "7") is None) == (None, False)


def test_what_nobody_asks_for_is_never_made() -> None:
    made: list[int] = []

    def making(number: int) -> Json:
        made.append(number)
        return {"said": [{"id": f"m{number}"}], "response": {}}

    store = MemoryStore(3)
    for number in range(6):
        store.put("", Record(RESPONSE, str(number), partial(making, number)))
    assert made == []
    assert store.get("", RESPONSE, "4") is store.get("", RESPONSE, "4")
    assert made == [4]
    assert (store.holder("", "m2"), made) == (None, [4, 3, 5])
    found = store.holder("", "m5")
    assert (found.identifier if found else None, made) == ("5", [4, 3, 5])


def test_a_line_goes_on_over_what_was_deleted_in_its_middle(make: Make) -> None:
    store = make(100)
    for number in range(1, 6):
        store.put("", response(f"r{number}", f"r{number - 1}" if number > 1 else "", f"m{number}"))
    assert names(store.lineage("", "r5")) == ["r1", "r2", "r3", "r4", "r5"]
    assert store.delete("", RESPONSE, "r3")
    assert (store.get("", RESPONSE, "r3"), store.lineage("", "r3")) == (None, [])
    assert store.holder("", "m3") is None
    assert names(store.lineage("", "r5")) == ["r1", "r2", "r3", "r4", "r5"]
    assert names(store.lineage("", "r2")) == ["r1", "r2"]
    # What nobody continues any more is gone for good.
    for name in ("r5", "r4"):
        store.delete("", RESPONSE, name)
    store.put("", response("r4", "r3"))
    assert names(store.lineage("", "r4")) == ["r4"]


def test_a_line_survives_the_bound_as_long_as_its_end_does(make: Make) -> None:
    store = make(3)
    for number in range(12):
        store.put("", response(f"r{number}", f"r{number - 1}" if number else ""))
    assert len(store.listed("", RESPONSE)) == 3
    assert len(store.lineage("", "r11")) == 12
    for number in range(3):
        store.put("", Record(COMPLETION, str(number), {"id": str(number)}))
    store.put("", response("later", "r11"))
    assert names(store.lineage("", "later")) == ["later"]


_IDS = st.sampled_from(["a", "b", "c", "d"])
_SESSIONS = st.sampled_from(["", "s"])
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("response"), _SESSIONS, _IDS, _IDS),
        st.tuples(st.just("completion"), _SESSIONS, _IDS, _IDS),
        st.tuples(st.just("conversation"), _SESSIONS, _IDS, _IDS),
        st.tuples(st.just("item"), _SESSIONS, _IDS, _IDS),
        st.tuples(st.just("delete response"), _SESSIONS, _IDS, _IDS),
        st.tuples(st.just("delete conversation"), _SESSIONS, _IDS, _IDS),
        st.tuples(st.just("delete item"), _SESSIONS, _IDS, _IDS),
        st.tuples(st.just("clear"), _SESSIONS, _IDS, _IDS),
    ),
    max_size=40,
)


def done(store: Store, step: tuple[str, str, str, str]) -> Any:
    """Do one step to a store, and return what it says."""
    verb, session, one, other = step
    if verb == "clear":
        return store.clear(session)
    if verb.startswith("delete"):
        kind = verb.removeprefix("delete ")
        return store.delete(session, kind, within(one, other) if kind == ITEM else one)
    made = {
        # Nothing continues what comes after it.
        "response": lambda: response(one, other if other < one else "", f"m{one}", other),
        "completion": lambda: Record(COMPLETION, one, {"id": one, "other": other}),
        "conversation": lambda: conversation(one),
        "item": lambda: item(one, other),
    }[verb]()
    return store.put(session, made)


def told(store: Store) -> Any:
    """Return everything that can be asked of a store."""
    letters = "abcd"
    return [
        (
            [store.listed(session, kind) for kind in (RESPONSE, CONVERSATION, COMPLETION)],
            [store.listed(session, ITEM, one) for one in letters],
            [store.lineage(session, one) for one in letters],
            [
                (found.kind, found.identifier) if found else None
                for name in (*letters, *(f"m{one}" for one in letters))
                for found in [store.holder(session, name)]
            ],
        )
        for session in ("", "s")
    ]


@settings(max_examples=60, deadline=None)
@given(_STEPS, st.integers(1, 6))
def test_the_file_keeps_what_the_memory_keeps(
    steps: list[tuple[str, str, str, str]], size: int
) -> None:
    with TemporaryDirectory() as folder, closing(opened(f"sqlite:{folder}/s.db", size)) as file:
        memory = MemoryStore(size)
        for step in steps:
            assert done(file, step) == done(memory, step)
            assert told(file) == told(memory)


def test_the_file_is_its_owners_alone_and_outlives_its_store(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(opened(f"sqlite:{path}", 10)) as store:
        store.put("s", response("r1"), response("r2", "r1", "m"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(opened(f"sqlite:{path}", 10)) as store:
        assert names(store.lineage("s", "r2")) == ["r1", "r2"]
        assert store.holder("s", "m")


def test_a_bad_place_for_the_state_is_told_with_what_to_type(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database, but more than a hundred letters" * 10)
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE mine (a)")
    for where, words in (
        (f"sqlite:{tmp_path}/none/state.db", "cannot be opened: No such file or directory"),
        (f"sqlite:{tmp_path}", "cannot be opened: Is a directory"),
        (f"sqlite:{tmp_path}/text.db", "is no state file: file is not a database"),
        (f"sqlite:{tmp_path}/other.db", "is a database of another program"),
        ("redis://127.0.0.1/0", "There is no store for --state redis:…"),
    ):
        with pytest.raises(MockgwError) as problem:
            opened(where, 10)
        assert words in problem.value.message
        assert "sqlite:PATH" in problem.value.hint


def test_a_state_that_cannot_be_used_any_more_is_an_error_of_its_own(tmp_path: Path) -> None:
    store = opened(f"sqlite:{tmp_path / 'state.db'}", 10)
    store.close()
    uses: list[Callable[[], object]] = [
        lambda: store.put("", response("r")),
        lambda: store.get("", RESPONSE, "r"),
    ]
    for use in uses:
        with pytest.raises(ApiError) as problem:
            use()
        assert (problem.value.status, problem.value.code) == (500, "state_unavailable")


def test_half_of_what_belongs_together_is_not_kept(tmp_path: Path) -> None:
    with closing(opened(f"sqlite:{tmp_path / 'state.db'}", 10)) as store:
        bad = Record(COMPLETION, "bad", {"no JSON": object()})
        with pytest.raises(TypeError):
            store.put("", response("good"), bad)
        assert store.listed("", RESPONSE) == []
        store.put("", response("after"))
        assert names(store.listed("", RESPONSE)) == ["after"]
