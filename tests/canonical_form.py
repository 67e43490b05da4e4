"""What a stream is without its ids, times, texts and counts, and the table of such streams."""

from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from tests.wire import Json

TABLE = Path(__file__).parent / "data" / "canonical.yaml"
# Where an id, a time or a text stands.
_SAID = frozenset(
    "arguments call_id completed_at content created created_at delta id input item_id message "
    "obfuscation query refusal text".split()
)


@cache
def table() -> Json:
    """Return the table."""
    read: Json = yaml.safe_load(TABLE.read_text())
    return read


def plain(value: Any, name: str = "") -> Any:
    """Return the value without what differs from one answer to the next: `_` stands for it."""
    if isinstance(value, dict):
        return {key: plain(one, key) for key, one in value.items() if key != "sequence_number"}
    if isinstance(value, list):
        return [plain(one, "query" if name == "queries" else "") for one in value]
    if name == "obfuscation" or (name in _SAID and value not in (None, "")):
        return "_"
    return 0 if name.endswith("_tokens") and name != "max_output_tokens" and value else value


def shape(events: list[Json]) -> list[Json]:
    """Return the events, plain, those alike once."""
    return [one for one, _ in groupby(map(plain, events))]


def expected(stream: Json, kind: str) -> list[Json]:
    """Return the events that the table tells of a stream of `responses` or `chat`."""
    told: list[Json] = []
    for one in stream["events"]:
        told += one if isinstance(one, list) else [one]
    usual = table()["usual"][kind] | stream.get("echo", {})
    if kind == "responses":
        return [
            {**one, "response": usual | one["response"]} if "response" in one else one
            for one in told
        ]
    if stream.get("counted") is False:
        usual = {key: value for key, value in usual.items() if key != "usage"}
    return [one if "error" in one else usual | one for one in told]
