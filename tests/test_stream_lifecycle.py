"""Items and their parts live one after the other: announced, told, done, and not touched again.

The Open Responses specification words it ("Items are state machines", "Items are streamable").
"""

from collections.abc import Iterator
from typing import Any

from tests.exchanges import exchange_of, of_kind
from tests.wire import Json

ADDED, DONE = "response.output_item.added", "response.output_item.done"
# The events that open and close a part of an item, and where they say which it is.
PARTS = {
    "response.content_part": "content_index",
    "response.reasoning_summary_part": "summary_index",
}


def within(events: list[Json]) -> Iterator[tuple[Json, list[Json], Json]]:
    """Yield each item's announcement, what happens to it, and its end."""
    inside = [event for event in events if "output_index" in event]
    while inside:
        opened, place = inside[0], inside[0]["output_index"]
        size = next(n for n, one in enumerate(inside) if one["type"] == DONE)
        yield opened, inside[1:size], inside[size]
        assert {one["output_index"] for one in inside[: size + 1]} == {place}
        inside = inside[size + 1 :]


@of_kind("responses")
def test_an_item_is_announced_first_and_done_before_the_next(name: str) -> None:
    told = list(within(exchange_of(name).events))
    assert [one["output_index"] for one, _, _ in told] == list(range(len(told)))
    for opened, _, closed in told:
        assert (opened["type"], closed["type"]) == (ADDED, DONE)
        assert opened["item"].get("status") in {None, "in_progress", "completed"}
        assert closed["item"].get("status") != "in_progress"


@of_kind("responses")
def test_what_happens_to_an_item_names_it(name: str) -> None:
    for opened, events, _ in within(exchange_of(name).events):
        for event in events:
            # Those of a shell's commands have the place alone (the package's types).
            if not event["type"].startswith("response.shell_call_command."):
                assert event["item_id"] == opened["item"]["id"], event["type"]


@of_kind("responses")
def test_a_part_is_opened_told_and_closed_before_the_next(name: str) -> None:
    for opened, events, _ in within(exchange_of(name).events):
        if opened["item"]["type"] not in {"message", "reasoning"}:
            continue
        current: Any = None
        for event in events:
            kind, _, step = event["type"].rpartition(".")
            index = event.get("summary_index", event.get("content_index"))
            if kind in PARTS and step == "added":
                assert current is None
                current = index
            assert index == current, event["type"]
            if kind in PARTS and step == "done":
                current = None
        assert current is None


@of_kind("responses")
def test_only_the_last_item_of_an_early_end_is_incomplete(name: str) -> None:
    exchange = exchange_of(name)
    for response in (exchange.answer, exchange.events[-1]["response"]):
        statuses = [item.get("status") for item in response["output"]]
        assert "incomplete" not in statuses[:-1]
        assert "in_progress" not in statuses
        if "incomplete" in statuses:
            assert response["status"] == "incomplete"
        assert (response["incomplete_details"] is None) == (response["status"] != "incomplete")
        assert (response["completed_at"] is None) == (response["status"] != "completed")


@of_kind("responses")
def test_nothing_comes_after_the_end_and_nothing_ends_before(name: str) -> None:
    kinds = [event["type"] for event in exchange_of(name).events]
    ends = {"response.completed", "response.incomplete", "response.failed"}
    assert [kind in ends for kind in kinds] == [False] * (len(kinds) - 1) + [True]
    assert kinds[0] == "response.created"
    status = exchange_of(name).events[-1]["response"]["status"]
    assert kinds[-1] == f"response.{status}"
