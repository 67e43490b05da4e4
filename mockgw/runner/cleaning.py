"""Secrets of this process's environment, taken out of what is told and compared."""

import os
from functools import lru_cache
from typing import Any

import msgspec

from mockgw.canonical import encode
from mockgw.model import Json


def clean(text: str) -> str:
    """Return the text with secrets taken out, those of this process's environment among them."""
    return str(redactor_here().text(text))


def clean_entry(entry: Json) -> Json:
    """Return a journal entry with secrets taken out of what it holds, its addresses included."""
    redactor = redactor_here()
    path, mark, query = redactor.uri(f"{entry['path']}?{entry['query']}").partition("?")
    plain = {"path": path, "query": query if mark else "", "where": redactor.uri(entry["where"])}
    told: Json = msgspec.json.decode(redactor.body(encode({**entry, **plain})))
    return told


def redactor_here() -> Any:
    """Return the redactor that knows the environment as it is now."""
    return _knowing(tuple(os.environ.items()))


@lru_cache(maxsize=1)
def _knowing(environment: tuple[tuple[str, str], ...]) -> Any:
    # Loaded when a call is first compared by its meaning: most are found letter by letter.
    from mockgw.redaction.redactor import redactor  # noqa: PLC0415

    return redactor(dict(environment))
