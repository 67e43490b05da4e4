"""The prompt of a call as tokens in their order, for what a cache may know of its beginning."""

from collections.abc import Iterator

from mockgw import tokens
from mockgw.apis.content import text_of
from mockgw.apis.responses import reading
from mockgw.canonical import encode
from mockgw.context import Context
from mockgw.model import Call, Json

# Tools and format are shown before anything is said; none of these are part of what is said.
_SHOWN = ("tools", "text")
_OF_A_COPY = frozenset({"id", "status"})


def prompt(call: Call, before: Context) -> list[int]:
    """Return tokens that two prompts share as far as they begin alike.

    They are not those that are billed: each part is marked by one token, frames are left out.
    """
    told: list[int] = []
    for part in _parts(call.body, before):
        told.append(-1)
        told += tokens.encoded(part)
    return told


def _parts(body: Json, before: Context) -> Iterator[str]:
    for name in _SHOWN:
        if body.get(name):
            yield encode(body[name]).decode()
    yield text_of(body.get("instructions"))
    for item in (*before.items, *reading.items(body)):
        # Reasoning is shown within its turn only.
        if item.get("type") == "reasoning":
            continue
        yield _shown(item)


def _shown(item: Json) -> str:
    kept = {name: value for name, value in item.items() if name not in _OF_A_COPY}
    content = item.get("content")
    if reading.is_message(item) and not _has_more(content):
        return f"{item.get('role')}\n{text_of(content)}"
    return encode(dict(sorted(kept.items()))).decode()


def _has_more(content: object) -> bool:
    """Tell whether a message has parts other than text."""
    parts = content if isinstance(content, list) else ()
    return any(not isinstance(part, dict) or "text" not in part for part in parts)
