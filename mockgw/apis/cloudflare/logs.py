"""Which logs of a gateway a caller asks for: filters, order, and what of a log a list shows."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from mockgw.apis.cloudflare.page import Query, choice, invalid, last, number, truth
from mockgw.model import Json

# What a list leaves out of a log, and only the log itself tells.
_ONLY_ALONE = frozenset(
    "request request_head request_head_complete request_size response response_head "
    "response_head_complete response_size".split()
)
_BODIES = frozenset({"request", "response"})
ORDERS = (
    "created_at provider model model_type success cached cost tokens_in tokens_out duration "
    "feedback"
).split()
BY = "order_by_direction"
_KEYS = frozenset(
    "id created_at request_content_type response_content_type request_type success cached provider "
    "model model_type cost tokens tokens_in tokens_out duration feedback event_id metadata.key "
    "metadata.value authentication wholesale compatibilityMode dlp_action user_agent".split()
)
_TEXTS = ("provider", "model", "model_type", "request_content_type", "response_content_type")
_NUMBERS = {
    "cost": "cost",
    "duration": "duration",
    "tokens_in": "tokens_in",
    "tokens_out": "tokens_out",
    "total_tokens": "tokens",
}
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "contains": lambda told, wanted: str(wanted).lower() in str(told).lower(),
    "eq": lambda told, wanted: bool(_plain(told) == _plain(wanted)),
    "gt": lambda told, wanted: _rank(told) > _rank(wanted),
    "lt": lambda told, wanted: _rank(told) < _rank(wanted),
}
# In the order in which a filter is sent by the clients' query strings.
_PARTS = ("filters.key", "filters.operator", "filters.value")


class _Filter(msgspec.Struct, frozen=True):
    """What a log must be: one of `values` stands in this relation to its `key`, or none of them.

    The relations are `eq`, `contains`, `lt`, `gt`, and for none `neq`, `ge`, `le`.
    """

    key: str
    operator: str
    values: tuple[Any, ...]

    def passes(self, log: Json) -> bool:
        told = list(_told(log, self.key))
        relation, wanted = _NONE.get(self.operator, self.operator), self.operator not in _NONE
        related = _OPERATORS[relation]
        return wanted is any(related(one, value) for one in told for value in self.values)


_NONE = {"neq": "eq", "ge": "lt", "le": "gt"}


def selected(query: Query, logs: Sequence[Json]) -> list[Json]:
    """Return the logs that the query asks for, in its order: the newest first by default.

    `logs` come oldest first. Raises ApiError 400 for a filter that is none.
    """
    filters = [*_named(query), *_listed(query)]
    found = [one for one in logs if all(each.passes(one) for each in filters)]
    by = choice(query, "order_by", *ORDERS)
    name = BY if BY in query else "direction"
    found.sort(key=lambda one: _rank(one.get(by)))
    return found if choice(query, name, "desc", "asc") == "asc" else found[::-1]


def shown(log: Json) -> Json:
    """Return of a log what a list shows."""
    return {name: value for name, value in log.items() if name not in _ONLY_ALONE}


def alone(log: Json) -> Json:
    """Return all of a log but the whole bodies, which have paths of their own."""
    return {name: value for name, value in log.items() if name not in _BODIES}


def _named(query: Query) -> Iterator[_Filter]:
    """Yield the filters that have a parameter of their own."""
    truth(query, "meta_info")
    for name in ("success", "cached"):
        wanted = truth(query, name)
        if wanted is not None:
            yield _Filter(name, "eq", (wanted,))
    for name in _TEXTS:
        if last(query, name) is not None:
            yield _Filter(name, "eq", (last(query, name),))
    if number(query, "feedback") is not None:
        yield _Filter("feedback", "eq", (number(query, "feedback"),))
    if last(query, "search"):
        yield _Filter("metadata", "contains", (last(query, "search"),))
    yield from _bounds(query)


def _bounds(query: Query) -> Iterator[_Filter]:
    for parameter, name in _NUMBERS.items():
        for prefix, operator in (("min", "ge"), ("max", "le")):
            bound = number(query, f"{prefix}_{parameter}")
            if bound is not None:
                yield _Filter(name, operator, (bound,))
    for parameter, operator in (("start_date", "ge"), ("end_date", "le")):
        moment = _moment(query, parameter)
        if moment:
            yield _Filter("created_at", operator, (moment,))


def _listed(query: Query) -> Iterator[_Filter]:
    """Yield the filters of `filters`: a JSON list, or keys, operators and values side by side."""
    if last(query, "filters") is not None:
        yield from _of_json(last(query, "filters") or "")
        return
    keys, operators, values = (query.get(part, ()) for part in _PARTS)
    if len(keys) != len(operators):
        invalid("Required", "query", "filters", "operator" if keys else "key")
    if len(keys) == 1:
        yield _filter(keys[0], operators[0], values)
        return
    if len(keys) != len(values):
        invalid(
            "Of several filters, each has one value here: send them as JSON", "query", "filters"
        )
    for key, operator, value in zip(keys, operators, values, strict=True):
        yield _filter(key, operator, (value,))


def _of_json(text: str) -> Iterator[_Filter]:
    try:
        listed = json.loads(text)
    except ValueError:
        listed = None
    if not isinstance(listed, list):
        invalid("Expected array, received string", "query", "filters")
    for place, one in enumerate(listed):
        if not isinstance(one, dict) or not isinstance(one.get("value"), list):
            invalid("Expected object, with key, operator and value", "query", "filters", place)
        yield _filter(one.get("key"), one.get("operator"), one["value"])


def _filter(key: Any, operator: Any, values: Sequence[Any]) -> _Filter:
    if key not in _KEYS:
        invalid(f"Invalid enum value, received '{str(key)[:100]}'", "query", "filters", "key")
    if operator not in _OPERATORS and operator != "neq":
        invalid(
            f"Invalid enum value. Expected 'eq' | 'neq' | 'contains' | 'lt' | 'gt', received "
            f"'{str(operator)[:100]}'",
            *("query", "filters", "operator"),
        )
    return _Filter(key, operator, tuple(values))


def _told(log: Json, key: str) -> Iterator[Any]:
    """Yield what a log has under a key of a filter; of its metadata that may be many things."""
    if key == "tokens":
        yield (log.get("tokens_in") or 0) + (log.get("tokens_out") or 0)
    elif key in {"metadata.key", "metadata.value"}:
        told = log.get("metadata")
        pairs = json.loads(told) if isinstance(told, str) and told else told or {}
        yield from pairs if key == "metadata.key" else pairs.values()
    else:
        yield log.get(key)


def _plain(value: Any) -> Any:
    """Return a value as a query spells it: clients send no types."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}"
    return value


def _rank(value: Any) -> tuple[int, float, str]:
    """Return what a value is ordered by: nothing, then numbers, then texts."""
    if value is None:
        return (0, 0.0, "")
    try:
        return (1, float(value), "")
    except (TypeError, ValueError):
        return (2, 0.0, str(value))


def _moment(query: Query, name: str) -> str:
    """Return a moment as logs tell it, "" when the query has none."""
    given = last(query, name)
    if given is None:
        return ""
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        invalid("Invalid date", "query", name)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return told_at(aware.timestamp())


def told_at(moment: float) -> str:
    """Return a moment (unix seconds) as the API tells it: ISO 8601 in UTC with milliseconds."""
    told = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")
