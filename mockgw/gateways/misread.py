"""A gateway's rules that cannot be read: which key is wrong, what it takes, and how to write it."""

import re
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

from mockgw.errors import MockgwError
from mockgw.phrase import nearest

_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}
_SUCH: Mapping[str, str] = {
    "prices": '{"gpt-5.5" = [5, 30]}',
    "routes": '{"support" = ["openai/gpt-5.5-pro", "openai/gpt-5.5"]}',
    "spend_limits": '{rules = [{id = "day", limit = 5, window = 86400}]}',
    "guardrails": '{prompt = ["a word"]}',
    "dlp": '{policies = [{id = "names", words = ["a word"], action = "BLOCK"}]}',
    "byok_aliases": '["default", "mine"]',
}
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[[^\]]*\]")


def misread(name: str, kind: type[Struct], told: str) -> MockgwError:
    """Return the error of the gateway `name` for what msgspec `told` of reading it as `kind`."""
    said, _, path = told.partition(" - at `$")
    path = path.rstrip("`")
    place, within = f"gateways.{name}{path}", _type_at(kind, path)
    word = said.partition("`")[2].partition("`")[0]
    if said.startswith("Object contains unknown field"):
        return MockgwError(f"{place}: there is no {word}.", nearest(word, _keys(within)))
    if said.startswith("Object missing"):
        return MockgwError(f"{place}: {word} is missing.", _such(path))
    if said.startswith("Invalid enum value"):
        given = said.removeprefix("Invalid enum value ")
        return MockgwError(f"{place}: {given} is not allowed.", f"Give {_choices(within)}.")
    wanted = re.sub(r"`([\w |]+)`", lambda one: _in_words(one[1]), said)
    return MockgwError(f"{place}: {wanted[0].lower()}{wanted[1:]}.", _such(path))


def _in_words(kinds: str) -> str:
    return " or ".join(_WORDS.get(one, one) for one in kinds.split(" | "))


def _such(path: str) -> str:
    first = _STEP.match(path)
    such = _SUCH.get(first[1] or "") if first else '{"cache_ttl" = 300}'
    return f"Give such as {such}." if such else "Correct the value."


def _type_at(kind: Any, path: str) -> Any:
    """Return the type of what stands at a path into a Struct, None when it cannot be told."""
    for step in _STEP.finditer(path):
        name = step[1]
        if name:
            struct = next((one for one in (kind, *get_args(kind)) if _is_struct(one)), None)
            kind = get_type_hints(struct).get(_field(struct, name)) if struct else None
        else:
            kind = next((one for one in get_args(kind)[::-1] if one is not Ellipsis), None)
    return kind


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _field(kind: Any, name: str) -> str:
    return next((one.name for one in fields(kind) if one.encode_name == name), name)


def _keys(kind: Any) -> list[str]:
    return [one.encode_name for one in fields(kind)] if _is_struct(kind) else []


def _choices(kind: Any) -> str:
    return " or ".join(get_args(kind)) if get_origin(kind) is Literal else "another value"
