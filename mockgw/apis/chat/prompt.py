"""The prompt of a chat as tokens in their order, for what a cache may know of its beginning."""

from collections.abc import Iterator

from mockgw import tokens
from mockgw.apis.chat import reading
from mockgw.canonical import encode
from mockgw.model import Call, Json

_SHOWN = ("tools", "functions", "response_format")


def prompt(call: Call) -> list[int]:
    """Return tokens that two prompts share as far as they begin alike.

    They are not those that are billed: each part is marked by one token, frames are left out.
    """
    told: list[int] = []
    for part in _parts(call.body):
        told.append(-1)
        told += tokens.encoded(part)
    return told


def _parts(body: Json) -> Iterator[str]:
    for name in _SHOWN:
        if body.get(name):
            yield encode(body[name]).decode()
    for message in reading.messages(body):
        content = message.get("content")
        if isinstance(content, str) and set(message) <= {"role", "content"}:
            yield f"{message.get('role')}\n{content}"
        else:
            yield encode(dict(sorted(message.items()))).decode()
