"""YAML that both versions of the language, and every loader of them, read as it was meant."""

import base64
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from mockgw.errors import MockgwError

# What a loader refuses raw, takes for a line break or for a byte order mark.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# What a literal block cannot hold: besides these, every control except tab and newline.
_UNBLOCKED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_MEANS_ELSE = frozenset("y n yes no on off true false null".split())  # in YAML 1.1
_LONGEST_KEY = 1000  # YAML takes 1024 characters for a key without `?`


def quoted(text: str) -> str:
    """Return text in double quotes, on one line; raises MockgwError for half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise MockgwError(
            f"{text[:40]!a} holds half of a surrogate pair, which no file can keep",
            "Write the whole character.",
        ) from error
    return _UNSAFE.sub(_escaped, json.dumps(text, ensure_ascii=False))


def word(text: str) -> str:
    """Return text without quotes when every loader reads that as the same text."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _MEANS_ELSE
    return text if plain else quoted(text)


def key(written: str, gap: str = " ") -> str:
    """Return what stands before a value, for a key that is already written as YAML.

    `gap` goes between a long key and its colon; in a block it has to be a line break.
    """
    return f"{written}:" if len(written) <= _LONGEST_KEY else f"? {written}{gap}:"


def body(content: bytes) -> str:
    """Return bytes as text in quotes, or as `!!binary` when they are not UTF-8."""
    try:
        return quoted(content.decode())
    except UnicodeDecodeError:
        return f'!!binary "{base64.b64encode(content).decode()}"'


def literal(text: str, indent: int) -> str | None:
    """Return text as a literal block whose lines start at column `indent`.

    None when no block can hold it exactly.
    """
    if not text.strip("\n") or _UNBLOCKED.search(text):
        return None
    marker = "2" if text[0] in " \t\n" else ""
    if not text.endswith("\n"):
        marker += "-"
    elif text.endswith("\n\n"):
        marker += "+"
    prefix = " " * indent
    lines = text.removesuffix("\n").split("\n")
    return "\n".join([f"|{marker}", *(prefix + line if line else "" for line in lines)])


def flow(value: Any, *, plain: bool = True) -> str:
    """Return a value of JSON, or bytes, on one line; `plain` leaves simple keys unquoted.

    Raises MockgwError for a value that has no such form.
    """
    match value:
        case str():
            return quoted(value)
        case bytes():
            return body(value)
        case None | bool() | int():
            return json.dumps(value)
        case float():
            return _number(value)
        case Mapping():
            inner = (f"{_flow_key(k, plain)} {flow(v, plain=plain)}" for k, v in value.items())
            return "{" + ", ".join(inner) + "}"
        case list() | tuple():
            return "[" + ", ".join(flow(v, plain=plain) for v in value) + "]"
        case _:
            raise MockgwError(
                f"a cassette cannot keep {value!r:.60}, a {type(value).__name__}",
                "Keep text, numbers, lists and mappings only.",
            )


def _flow_key(name: Any, plain: bool) -> str:
    if isinstance(name, str):
        return key(word(name) if plain else quoted(name))
    return key(flow(name))


def _number(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    # YAML 1.1 has no number without a point.
    return text if "." in text else text.replace("e", ".0e")


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
