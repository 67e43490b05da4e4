"""Which logs a query selects, in which order; and what of them a list shows."""

from typing import Any

import pytest

from mockgw.apis.cloudflare.logs import selected, shown
from mockgw.errors import ApiError
from mockgw.routes import _query
from tests.wire import Json


def log(name: str, minute: int, **more: Any) -> Json:
    told = {
        "id": name,
        "created_at": f"2026-04-24T18:{minute:02}:00.000Z",
        "provider": "openai",
        "model": "gpt-5.5",
        "success": True,
        "cached": False,
        "duration": 100 * minute,
        "tokens_in": 10,
        "tokens_out": minute,
        "cost": 0.001 * minute,
        "metadata": None,
        "request_head": "{}",
        "request_size": 2,
    }
    return {**told, **more}


LOGS = [
    log("a", 1, metadata='{"team":"blue","try":1}'),
    log("b", 2, success=False, tokens_in=None, tokens_out=None, cost=None),
    log("c", 3, cached=True, cost=0),
    log("d", 4, model="gpt-5.5-pro", metadata='{"team":"red"}', feedback=1),
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "dcba"),
        ("order_by_direction=asc", "abcd"),
        ("direction=asc", "abcd"),
        ("order_by=model&order_by_direction=asc", "abcd"),
        ("order_by=cost", "dacb"),
        ("success=false", "b"),
        ("cached=true", "c"),
        ("model=gpt-5.5-pro", "d"),
        ("provider=anthropic", ""),
        ("feedback=1", "d"),
        ("search=BLUE", "a"),
        ("min_tokens_out=3", "dc"),
        ("max_tokens_out=1", "ba"),
        ("min_total_tokens=13&max_total_tokens=13", "c"),
        ("min_cost=0.001", "da"),
        ("max_duration=200", "ba"),
        ("start_date=2026-04-24T18:03:00Z", "dc"),
        ("end_date=2026-04-24T20:02:00%2B02:00", "ba"),
        ("start_date=2026-04-24T18:02:00Z&end_date=2026-04-24T18:03:00Z", "cb"),
        ("filters.key=success&filters.operator=eq&filters.value=true", "dca"),
        ("filters.key=model&filters.operator=contains&filters.value=PRO", "d"),
        ("filters.key=id&filters.operator=eq&filters.value=a&filters.value=c", "ca"),
        ("filters.key=id&filters.operator=neq&filters.value=a&filters.value=c", "db"),
        ("filters.key=tokens&filters.operator=gt&filters.value=12", "dc"),
        ("filters.key=duration&filters.operator=lt&filters.value=200", "a"),
        ("filters.key=metadata.key&filters.operator=eq&filters.value=try", "a"),
        ("filters.key=metadata.value&filters.operator=eq&filters.value=1", "a"),
        (
            (
                "filters.key=success&filters.operator=eq&filters.value=true"
                "&filters.key=id&filters.operator=neq&filters.value=c"
            ),
            "da",
        ),
        ('filters=[{"key":"id","operator":"eq","value":["a","b"]}]', "ba"),
        (
            (
                'filters=[{"key":"success","operator":"eq","value":[true]},'
                '{"key":"cached","operator":"eq","value":[false]}]'
            ),
            "da",
        ),
    ],
)
def test_a_query_selects_logs_in_its_order(query: str, found: str) -> None:
    assert "".join(one["id"] for one in selected(_query(query), LOGS)) == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("success=perhaps", "Expected boolean, received string"),
        ("min_cost=much", "Expected number, received nan"),
        ("start_date=yesterday", "Invalid date"),
        ("order_by=colour", "Invalid enum value. Expected 'created_at' | "),
        ("filters.key=id", "Required"),
        ("filters.operator=eq", "Required"),
        ("filters.key=colour&filters.operator=eq&filters.value=x", "Invalid enum value, received"),
        (
            "filters.key=id&filters.operator=like&filters.value=x",
            "Invalid enum value. Expected 'eq'",
        ),
        ("filters={}", "Expected array"),
        ("filters=[5]", "Expected object"),
        (
            (
                "filters.key=id&filters.operator=eq&filters.value=a&filters.value=b"
                "&filters.key=id&filters.operator=eq&filters.value=c"
            ),
            "send them as JSON",
        ),
    ],
)
def test_a_filter_that_is_none_is_refused(query: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        selected(_query(query), LOGS)
    assert (caught.value.status, caught.value.code) == (400, "7001")
    assert words in caught.value.message


def test_a_list_shows_no_bodies() -> None:
    assert {"request_head", "request_size"}.isdisjoint(shown(LOGS[0]))
    assert shown(LOGS[0])["tokens_in"] == 10
