"""Interactions as mockgw itself writes them, read without a YAML parser.

The two profiles of the emitter are a small part of YAML. What is exactly of that part is read here,
many times faster; of anything else nothing is said, and a YAML parser reads it.
"""

import base64
import json
import re
from typing import Any

import msgspec

# Characters that YAML refuses or takes for line breaks, and the halves of surrogate pairs.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
# Half of a surrogate pair as an escape: JSON puts two together, YAML does not.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_QUOTED = r'"[^"\\\n]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\n]*)*"'
_WORD = r"[A-Za-z][A-Za-z0-9_-]{0,99}"
# The whole finds the lines, and each is looked at alone: one pattern of all takes long to compile.
_HEADERS = r"(?: \{\}|(?:\n {6}[^\n]*)+)\n"
_HEADER = re.compile(rf" {{6}}({_WORD}|{_QUOTED}): (\[{_QUOTED}(?:, {_QUOTED})*\])")
_EXTRA = re.compile(
    rf'\{{(?:(?:{_WORD}|"{_WORD}"): (?:{_QUOTED}|-?(?:0|[1-9]\d{{0,14}}))(?:, (?!\}})|(?=\}})))*\}}'
)
_MEMBER = re.compile(rf'"?({_WORD})"?: ({_QUOTED}|-?\d+)')
_NO_HEADERS = " {}\n"
_MEANS_ELSE = frozenset("y n yes no on off true false null".split())
_LONGEST_NAME = 150  # YAML takes 1024 characters for a key, and an escape has six of them


def _body(indent: int) -> str:
    block = rf"\|2?[-+]?\n(?:(?: {{{indent}}}[^\n]*)?\n)+"
    return rf'(?:{block}|(?:null|{_QUOTED}|!!binary "[A-Za-z0-9+/=]*")\n)'


_READABLE = re.compile(
    r"- request:\n"
    r"    method: (?P<method>DELETE|GET|PATCH|POST|PUT)\n"
    rf"    uri: (?P<uri>{_QUOTED})\n"
    rf"    headers:(?P<asked>{_HEADERS})"
    rf"    body: (?P<request>{_body(6)})"
    r"  response:\n"
    rf"    headers:(?P<answered>{_HEADERS})"
    r"    body:\n"
    rf"      string: (?P<response>{_body(8)})"
    rf"(?:    mockgw: (?P<extra>\{{[^\n]*\}})\n)?"
    rf"    status: \{{code: (?P<code>[1-9]\d\d), message: (?P<message>{_QUOTED})\}}\n*"
)


class _Status(msgspec.Struct, forbid_unknown_fields=True):
    code: int
    message: str


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    string: str


class _Request(msgspec.Struct, forbid_unknown_fields=True):
    method: str
    uri: str
    headers: dict[str, list[str]]
    body: str | None


class _Response(msgspec.Struct, forbid_unknown_fields=True):
    headers: dict[str, list[str]]
    body: _Content
    status: _Status
    mockgw: msgspec.Raw = msgspec.Raw(b"")


class _Item(msgspec.Struct, forbid_unknown_fields=True):
    request: _Request
    response: _Response


_COMPACT = msgspec.json.Decoder(_Item)


def emitted(text: str) -> dict[str, Any] | None:
    """Return the item that the text is, as a YAML parser would; None when it is of no profile."""
    if _UNSAFE.search(text) or _HALF.search(text):
        return None
    return _compact(text) if text.startswith("- {") else _readable(text)


def _readable(text: str) -> dict[str, Any] | None:
    found = _READABLE.fullmatch(text)
    if found is None:
        return None
    try:
        response = {
            "headers": _headers(found["answered"]),
            "body": {"string": _content(found["response"], 8)},
            "status": {"code": int(found["code"]), "message": json.loads(found["message"])},
        }
        request = {
            "method": found["method"],
            "uri": json.loads(found["uri"]),
            "headers": _headers(found["asked"]),
            "body": _content(found["request"], 6),
        }
        if found["extra"]:
            response["mockgw"] = _extra(found["extra"])
    except ValueError:
        return None
    return {"request": request, "response": response}


def _headers(text: str) -> dict[str, list[str]]:
    """Return headers by name; raises ValueError for what YAML might read otherwise."""
    found = {}
    for line in text.strip("\n").split("\n") if text != _NO_HEADERS else ():
        told = _HEADER.fullmatch(line)
        if told is None:
            raise ValueError(line)
        found[_name(told[1])] = json.loads(told[2])
    return _checked(found)


def _name(word: str) -> str:
    if word.startswith('"'):
        return str(json.loads(word))
    if word.lower() in _MEANS_ELSE:
        raise ValueError(word)
    return word


def _checked(headers: dict[str, list[str]]) -> dict[str, list[str]]:
    if any(len(name) > _LONGEST_NAME for name in headers):
        raise ValueError
    return headers


def _content(text: str, indent: int) -> str | bytes | None:
    """Return what stands behind a key; raises ValueError for a block of another indentation."""
    if text.startswith("|"):
        return _block(text, indent)
    if text.startswith('"'):
        return str(json.loads(text))
    return None if text == "null\n" else base64.b64decode(text[len('!!binary "') : -2])


def _block(text: str, indent: int) -> str:
    marker, _, lines = text.partition("\n")
    first = lines[indent : indent + 1]
    if "2" not in marker and (lines.startswith("\n") or first in {"", " ", "\t", "\n"}):
        raise ValueError(marker)
    gap = " " * indent
    inner = lines.removeprefix(gap).replace("\n" + gap, "\n")
    if marker.endswith("+"):
        return inner
    # A block of blank lines alone is empty.
    bare = inner.rstrip("\n")
    return bare if marker.endswith("-") or not bare else bare + "\n"


def _extra(text: str) -> dict[str, Any]:
    """Return what is ours by name; raises ValueError for what YAML might read otherwise."""
    if not _EXTRA.fullmatch(text):
        raise ValueError(text)
    return {_name(name): json.loads(value) for name, value in _MEMBER.findall(text)}


def _compact(text: str) -> dict[str, Any] | None:
    line = text.removeprefix("- ").rstrip("\n")
    if "\n" in line or "\t" in line:
        return None
    try:
        item = _COMPACT.decode(line)
        response: dict[str, Any] = {
            "headers": _checked(item.response.headers),
            "body": {"string": item.response.body.string},
            "status": msgspec.structs.asdict(item.response.status),
        }
        _checked(item.request.headers)
        extra = bytes(item.response.mockgw).decode()
        if extra:
            response["mockgw"] = _extra(extra)
    except ValueError:  # what msgspec raises is one
        return None
    return {"request": msgspec.structs.asdict(item.request), "response": response}
