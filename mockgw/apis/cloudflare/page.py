"""One page of a list of Cloudflare's API, and the parameters that ask for it.

Refusals have the code 7001 and the path of the parameter, in the words of the validator that
Cloudflare's API of the gateways uses.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from mockgw.errors import ApiError
from mockgw.model import Json

Query = Mapping[str, tuple[str, ...]]
_TRUTHS = {"true": True, "false": False}
# Further pages than anybody has are refused as a whole number out of bounds.
_MOST_PAGES = 1_000_000


def paged(
    query: Query, rows: Sequence[Json], size: int = 20, most: int = 50
) -> tuple[list[Json], Json]:
    """Return the rows of the page that the query asks for, and what is told of the page.

    It holds `size` rows when the query does not say `per_page`, and never more than `most`. Raises
    ApiError 400 for a `page` or a `per_page` that is none.
    """
    number = whole(query, "page", 1, most=_MOST_PAGES)
    size = whole(query, "per_page", size, most=most)
    begin = (number - 1) * size
    shown = list(rows[begin : begin + size])
    told = {"count": len(shown), "page": number, "per_page": size, "total_count": len(rows)}
    return shown, told


def last(query: Query, name: str) -> str | None:
    """Return the value of a parameter, the last one when it is repeated, None when it is absent."""
    return query[name][-1] if query.get(name) else None


def whole(query: Query, name: str, default: int, *, least: int = 1, most: int) -> int:
    """Return a whole number; raises ApiError 400 when it is none or out of bounds."""
    given = number(query, name)
    if given is None:
        return default
    if given != int(given):
        invalid("Expected integer, received float", "query", name)
    if given < least:
        invalid(f"Number must be greater than or equal to {least}", "query", name)
    if given > most:
        invalid(f"Number must be less than or equal to {most}", "query", name)
    return int(given)


def number(query: Query, name: str) -> float | None:
    """Return a number, None when the query has none; raises ApiError 400 for what is no number."""
    given = last(query, name)
    if given is None:
        return None
    try:
        found = float(given)
    except ValueError:
        found = float("nan")
    if found != found or abs(found) == float("inf"):  # noqa: PLR0124 - only NaN differs from itself
        invalid("Expected number, received nan", "query", name)
    return found


def truth(query: Query, name: str) -> bool | None:
    """Return yes or no, None when the query has none; raises ApiError 400 for another word."""
    given = last(query, name)
    if given is None:
        return None
    if given not in _TRUTHS:
        invalid("Expected boolean, received string", "query", name)
    return _TRUTHS[given]


def choice(query: Query, name: str, *words: str) -> str:
    """Return one of the words, the first by default; raises ApiError 400 for another."""
    given = last(query, name)
    if given is None:
        return words[0]
    if given not in words:
        listed = " | ".join(f"'{word}'" for word in words)
        invalid(f"Invalid enum value. Expected {listed}, received '{given[:100]}'", "query", name)
    return given


def invalid(words: str, *place: Any) -> NoReturn:
    """Raise the ApiError 400 of a value at that place of the request."""
    path = ".".join(str(part) for part in place)
    raise ApiError(400, words, param=path, code="7001", origin="gateway")


def absent(words: str) -> ApiError:
    """Return the ApiError 404 of what is not there."""
    return ApiError(404, words, code="7002", origin="gateway")
