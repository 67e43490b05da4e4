"""One page of a list, as every list of the API is paged."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mockgw.errors import ApiError
from mockgw.model import Json
from mockgw.shape import Choice, Shape, Whole

Query = Mapping[str, tuple[str, ...]]
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_LIMIT = Whole(minimum=1, maximum=100)
_ORDER = Choice("asc", "desc")


class Page(msgspec.Struct, frozen=True):
    """What a caller wants to see of a list: so many, in this order, behind or before an id."""

    limit: int
    order: str
    after: str | None = None
    before: str | None = None

    def of(self, rows: Sequence[Json]) -> Json:
        """Return the list object that shows the page; `rows` come oldest first.

        Raises ApiError 400 when the page is to begin at an id that is not in the list.
        """
        shown = list(rows) if self.order == "asc" else list(reversed(rows))
        if self.after is not None:
            shown = shown[_place(shown, self.after, "after") + 1 :]
        if self.before is not None:
            shown = shown[: _place(shown, self.before, "before")]
        data = shown[: self.limit]
        return {
            "object": "list",
            "data": data,
            "first_id": data[0]["id"] if data else None,
            "last_id": data[-1]["id"] if data else None,
            "has_more": len(shown) > len(data),
        }


def asked(query: Query, order: str) -> Page:
    """Return the page that a query asks for; 20 in the given order when it says nothing.

    Raises ApiError 400 for a limit or an order that the API does not take.
    """
    check(query, {"limit": _LIMIT, "order": _ORDER})
    return Page(
        int(last(query, "limit") or 20),
        last(query, "order") or order,
        last(query, "after"),
        last(query, "before"),
    )


def check(query: Query, shapes: Mapping[str, Shape]) -> None:
    """Raise ApiError 400 for a parameter whose value is not of its shape."""
    for name, shape in shapes.items():
        given = last(query, name)
        if given is not None:
            shape.check(_value(given), name)


def last(query: Query, name: str) -> str | None:
    """Return the value of a parameter, the last one when it is repeated, None when it is absent."""
    given = query.get(name)
    return given[-1] if given else None


def _value(text: str) -> Any:
    """Return the number or the truth value that a parameter spells, or else its text."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return {"true": True, "false": False}.get(text, text)


def _place(shown: Sequence[Json], identifier: str, name: str) -> int:
    for place, row in enumerate(shown):
        if row.get("id") == identifier:
            return place
    message = f"Invalid '{name}': there is no '{identifier}' in this list."
    raise ApiError(400, message, param=name, code="invalid_value")
