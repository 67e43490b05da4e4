"""What the command line says about requests."""

import click
import pytest
from msgspec.structs import replace

from mockgw.cli.report import line, misses, summary
from mockgw.model import Entry

REPLAYED = Entry(
    number=1,
    at=0.0,
    method="POST",
    path="/v1/responses",
    session="",
    door="openai",
    operation="responses.create",
    model="gpt-5.5-pro",
    stream=False,
    status=200,
    source="replay",
    match="exact",
    where="gpt-5.5-pro.yaml#1",
    notes=(),
    error="",
    body={},
)
MISSED = replace(
    REPLAYED, status=404, source="missing", match="", where="", error="Nothing answers.\n  looked"
)


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        (REPLAYED, "POST /v1/responses gpt-5.5-pro 200 replay exact gpt-5.5-pro.yaml#1"),
        (
            replace(REPLAYED, notes=("one", "two")),
            (
                "POST /v1/responses gpt-5.5-pro 200 replay exact gpt-5.5-pro.yaml#1\n"
                "  note: one\n  note: two"
            ),
        ),
        (
            MISSED,
            "POST /v1/responses gpt-5.5-pro 404 missing\n  Nothing answers.\n    looked",
        ),
        (replace(MISSED, model="", error=""), "POST /v1/responses 404 missing"),
    ],
)
def test_a_request_is_one_line_and_its_details_follow(entry: Entry, shown: str) -> None:
    assert click.unstyle(line(entry)) == shown


def test_the_same_miss_is_told_once() -> None:
    refused = replace(MISSED, source="refused", error="another matter")

    assert misses([MISSED, REPLAYED, refused, MISSED]) == ["Nothing answers.\n  looked"]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((1, 1, 0, 0, 0), "1 request: 1 replayed, 0 synthesized, 0 missed"),
        ((6, 4, 2, 0, 0), "6 requests: 4 replayed, 2 synthesized, 0 missed"),
        (
            (6, 1, 1, 2, 1),
            "6 requests: 1 replayed, 1 synthesized, 1 from state, 2 refused, 1 missed",
        ),
    ],
)
def test_the_summary_adds_up(counts: tuple[int, ...], words: str) -> None:
    kinds = ("requests", "replayed", "synthesized", "refused", "misses")

    assert summary(dict(zip(kinds, counts, strict=True))) == words
