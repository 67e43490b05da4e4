"""A serializer for vcrpy that writes the readable profile of mockgw's cassettes.

Register it with `vcr.register_serializer("mockgw", mockgw.vcr)`, of pytest-recording in its hook,
and name it: `serializer="mockgw"`. What it writes vcrpy reads without it too. vcrpy itself is not
imported.

`clean_request` and `clean_response`, as vcrpy's `before_record_request` and
`before_record_response`, take secrets out by the project's own rules.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockgw.cassette import scalars
from mockgw.cassette.coding import STALE_HEADERS, decompressed
from mockgw.cassette.dialects import interaction
from mockgw.cassette.document import parsed
from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.indented import indented
from mockgw.cassette.interaction import Headers, Interaction
from mockgw.cassette.reader import interactions

if TYPE_CHECKING:
    from mockgw.runner import Cleaning

# vcrpy does not tell a serializer which file it reads or writes.
_NAME = Path("cassette.yaml")
_LIST = "interactions:\n"
# How a client gave its request's body, where the readable profile does not show it.
_GIVEN = "request"
_SPACES = {"compact": (",", ":"), "spaced": (", ", ": ")}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def serialize(cassette: Mapping[str, Any]) -> str:
    """Return what vcrpy recorded as a cassette of the readable profile.

    Bodies keep their bytes; responses are decompressed, and the headers that spoke of their old
    length and coding are gone. Raises MockgwError for an interaction that is not whole.
    """
    items = [_item(one, place) for place, one in enumerate(cassette["interactions"], 1)]
    head = HEAD.removesuffix(_LIST)
    if cassette.get("metadata"):
        head += f"metadata: {scalars.flow(cassette['metadata'])}\n"
    return head + (_LIST + "".join(items) if items else "interactions: []\n")


def deserialize(text: str) -> dict[str, Any]:
    """Return the interactions of a cassette, whoever wrote it, as vcrpy wants them.

    Raises MockgwError that names the line and the remedy when it cannot be read.
    """
    found = interactions(text.encode("utf-8", "surrogatepass"), _NAME)
    told: dict[str, Any] = {"version": 1, "interactions": [_plain(one) for one in found]}
    if "\nmetadata:" in f"\n{text}":
        document, _ = parsed(text, _NAME)
        told["metadata"] = document.get("metadata")
    return told


def clean_request(request: Any) -> Any:
    """Return a request of vcrpy's as it may be recorded, and as a recorded one is compared.

    Raises MockgwError for rules that cannot be.
    """
    body = _read(request.body)
    one = _cleaned(
        method=request.method,
        uri=request.uri,
        request_headers=_several(request.headers),
        request_body=b"" if body is None else body if isinstance(body, bytes) else _bytes(body),
    )
    request.uri = one.uri
    request.headers = {name: values[0] for name, values in one.request_headers.items() if values}
    if body is not None:
        request.body = one.request_body
    return request


def clean_response(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return a response of vcrpy's as it may be recorded: decompressed, and saying so.

    Raises MockgwError for rules that cannot be.
    """
    headers = _several(response["headers"])
    coded = [value for name in headers if name == "content-encoding" for value in headers[name]]
    told = response["body"].get("string") or b""
    one = _cleaned(
        reason=response["status"].get("message") or "",
        response_headers={k: v for k, v in headers.items() if k not in STALE_HEADERS},
        response_body=decompressed(told if isinstance(told, bytes) else _bytes(told), coded),
    )
    return {
        **response,
        "status": {**response["status"], "message": one.reason},
        "headers": {name: list(values) for name, values in one.response_headers.items()},
        "body": {**response["body"], "string": one.response_body},
    }


def _cleaned(**told: Any) -> Interaction:
    empty = Interaction("POST", "", {}, b"", 200, "", {}, b"")
    one: Interaction = _cleaning().redactor.interaction(replace(empty, **told))
    return one


@cache
def _cleaning() -> "Cleaning":
    # Only who records by vcrpy and asks for this pays for it.
    from mockgw.runner import cleaning_here  # noqa: PLC0415

    return cleaning_here()


def _several(headers: Mapping[str, Any]) -> Headers:
    return {
        name.lower(): tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)
        for name, value in headers.items()
    }


def _item(recorded: Mapping[str, Any], place: int) -> str:
    body = recorded["request"].get("body")
    # A file or an iterator can be read only once: what was read is what is written.
    request = {**recorded["request"], "body": _read(body)}
    one = interaction({**recorded, "request": request}, str(_NAME), place, 0)
    given, asked = _given(body, one)
    extra = {name: value for name, value in one.extra.items() if name != _GIVEN}
    return item(replace(one, extra=extra | ({_GIVEN: given} if given else {})), asked=asked)


def _read(body: Any) -> Any:
    if hasattr(body, "read"):
        return body.read()
    return b"".join(map(_bytes, body)) if hasattr(body, "__next__") else body


def _bytes(part: Any) -> bytes:
    if isinstance(part, int):  # an iterator over bytes gives numbers
        return bytes((part,))
    return part if isinstance(part, bytes) else str(part).encode()


def _given(body: Any, one: Interaction) -> tuple[str, str | None]:
    """Return how to give the body back, "" as it is, and how to write it, None as usual."""
    content = one.request_body
    if isinstance(body, Mapping | list):
        return "value", scalars.flow(body, plain=False)
    if body is not None and not content:
        return "empty", '""'
    if hasattr(body, "read"):
        return "file", scalars.body(content)
    if hasattr(body, "__next__"):
        return "iterator", scalars.body(content)
    text = content.decode("utf-8", "replace")
    if text == indented(text):
        return "", None
    # The profile changes the white space of JSON: what the usual encoders write can be restored.
    spaces = next((name for name in _SPACES if _spaced(text, name) == text), "")
    return spaces, None if spaces else scalars.body(content)


def _spaced(text: str, name: str) -> str:
    comma, colon = _SPACES[name]
    signs = {",": comma, ":": colon}
    return "".join(signs.get(part, part) for part in _TOKEN.findall(text))


def _plain(one: Interaction) -> dict[str, Any]:
    response: dict[str, Any] = {
        "status": {"code": one.status, "message": one.reason},
        "headers": {name: list(values) for name, values in one.response_headers.items()},
        "body": {"string": one.response_body},
    }
    extra = {name: value for name, value in one.extra.items() if name != _GIVEN}
    if extra:
        response["mockgw"] = extra
    request = {
        "method": one.method,
        "uri": one.uri,
        "body": _restored(one.request_body, one.extra.get(_GIVEN)),
        "headers": {name: list(values) for name, values in one.request_headers.items()},
    }
    return {"request": request, "response": response}


def _restored(content: bytes, given: Any) -> Any:
    match given:
        case "file":
            return BytesIO(content)
        case "iterator":
            return iter([content])
        case "value":
            return json.loads(content or b"{}")
        case "empty":
            return b""
        case "compact" | "spaced":
            return _spaced(content.decode(), given).encode()
        case _:
            return content or None
