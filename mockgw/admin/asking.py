"""What a request to the gateway itself asks: its session and its JSON body."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar
from urllib.parse import parse_qs

from mockgw.canonical import decode
from mockgw.errors import ApiError, MockgwError
from mockgw.model import Json, Raw
from mockgw.phrase import nearest

_Made = TypeVar("_Made")


_QUERY = ("session",)


def session_of(raw: Raw, body: Json | None = None, known: Collection[str] = _QUERY) -> str | None:
    """Return the session that the query or the body names, None when neither does.

    Raises ApiError 400 for another key in the query than those `known`: a misspelt session would
    be all of them.
    """
    asked = parse_qs(raw.query, keep_blank_values=True)
    for key in asked:
        if key not in known:
            raise _mistake(f"{key!r} has no meaning here.", nearest(key, known), key)
    told = asked.get("session", [None])[0]
    named = told if told is not None else (body or {}).get("session")
    if named is not None and not isinstance(named, str):
        raise _mistake(f"session={named!r} is no name.", "Give a text.", "session")
    return named


def body_of(raw: Raw, known: Collection[str]) -> Json:
    """Return the body; raises ApiError 400 when it is no JSON object of the known keys."""
    body = decode(raw.body) if raw.body else {}
    if not isinstance(body, dict):
        raise _mistake("The body is no JSON object.", f"Give one of {', '.join(known)}.", None)
    for key in body:
        if key not in known:
            raise _mistake(f"{key!r} has no meaning here.", nearest(key, known), key)
    return body


def listed(body: Json, key: str) -> list[Any]:
    """Return the list under the key; a single value is a list of one, none is empty."""
    given = body.get(key)
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def made(make: Callable[[], _Made], where: str) -> _Made:
    """Return what is made; a mistake in it becomes ApiError 400 that names the place."""
    try:
        return make()
    except MockgwError as problem:
        raise _mistake(f"{where}: {problem.message}", problem.hint, where) from None


def _mistake(message: str, hint: str, param: str | None) -> ApiError:
    told = f"{message} {hint}".strip()
    return ApiError(400, told, type="mockgw_error", param=param, origin="mockgw")
