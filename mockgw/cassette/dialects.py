"""The shapes in which tools write one interaction, told apart by shape and never by `version`."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from mockgw.cassette import coding
from mockgw.cassette.interaction import Headers, Interaction
from mockgw.errors import MockgwError

_MIGRATE = "Type: python -m vcr.migration FILE  (it rewrites what vcrpy wrote before 1.0)"
_TORN = (
    "The file was cut or edited there. If only its end was cut, type: "
    "mockgw cassette check --repair FILE. Else restore it from version control, or record it again."
)
_TYPES = frozenset({"json", "text", "binary", "none"})
_STATUSES = range(100, 600)

_Part = Mapping[Any, Any]
# The status as it is written, the reason phrase, and the body before decompression.
_Answer = tuple[Any, str, bytes]


def interaction(item: Any, path: str, position: int, line: int) -> Interaction:
    """Return one item of a cassette as an Interaction.

    Raises MockgwError that names file, line and remedy when the item is no whole interaction.
    """
    try:
        return _interaction(item, path, position, line)
    except MockgwError as error:
        where = f"{path}:{line}" if line else path
        raise MockgwError(
            f"{where}: interaction {position}: {error.message}", error.hint
        ) from error


def _interaction(item: Any, path: str, position: int, line: int) -> Interaction:
    if not isinstance(item, Mapping):
        raise MockgwError(f"it is {_kind(item)}, not a mapping with request and response", _TORN)
    request, response = _part(item, "request"), _part(item, "response")
    status, reason, body = _shape(response)(response)
    headers = _headers(response.get("headers"))
    return Interaction(
        method=_word(request, "method").upper(),
        uri=_word(request, "uri"),
        request_headers=_headers(request.get("headers")),
        request_body=_body(request, _typed if _is_cassetter(response) else _meant_as_json),
        status=_checked(status),
        reason=reason,
        response_headers={k: v for k, v in headers.items() if k not in coding.STALE_HEADERS},
        response_body=coding.decompressed(body, headers.get("content-encoding", ())),
        extra=_extra(response),
        path=path,
        position=position,
        line=line,
    )


def _shape(response: _Part) -> Callable[[_Part], _Answer]:
    if "status_code" in response:
        return _from_httpx
    if _is_cassetter(response):
        return _from_cassetter
    if isinstance(response.get("status"), Mapping):
        return _from_vcrpy
    raise MockgwError(f"the response has no status, only {_names(response)}", _TORN)


def _from_vcrpy(response: _Part) -> _Answer:
    """Read `status: {code, message}`, as vcrpy and the serializers on top of it write it."""
    status = response["status"]
    return status.get("code"), str(status.get("message") or ""), _body(response, _string)


def _from_httpx(response: _Part) -> _Answer:
    """Read `status_code` and `content`, as vcrpy's httpx stub once wrote them."""
    status = response["status_code"]
    if "content" in response:
        return status, _phrase(status), coding.to_bytes(response["content"])
    return status, _phrase(status), _body(response, _string)


def _from_cassetter(response: _Part) -> _Answer:
    """Read `status: 200` and a body that says its own type."""
    status = response["status"]
    return status, _phrase(status), _body(response, _typed)


def _is_cassetter(response: _Part) -> bool:
    return isinstance(response.get("status"), int)


def _body(part: _Part, from_mapping: Callable[[_Part], bytes]) -> bytes:
    """Return a body as bytes; what a mapping means depends on the dialect."""
    if "parsed_body" in part:
        return coding.json_bytes(part["parsed_body"])
    body = part.get("body")
    return from_mapping(body) if isinstance(body, Mapping) else coding.to_bytes(body)


def _meant_as_json(body: _Part) -> bytes:
    # aiohttp's json= is kept as the value itself, and its empty data= as an empty mapping.
    return coding.json_bytes(body) if body else b""


def _string(body: _Part) -> bytes:
    if "base64_string" in body:
        return coding.from_base64(body["base64_string"])
    return coding.to_bytes(body.get("string"))


def _typed(body: _Part) -> bytes:
    kind, content = body.get("type"), body.get("content")
    match kind:
        case "json":
            return coding.json_bytes(content)
        case "none":
            return b""
        case None:
            return _string(body)
        case "text":
            return coding.to_bytes(content)
        case "binary":
            return content if isinstance(content, bytes) else coding.from_hex(content)
        case _:
            known = ", ".join(sorted(_TYPES))
            raise MockgwError(f"a body has the type {kind!r}; known are {known}", _TORN)


def _headers(headers: Any) -> Headers:
    """Return headers by lower-case name, values in the order of the file."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in _pairs(headers):
        match pair:
            case (name, value):
                key = _text(name).lower()
                found[key] = found.get(key, ()) + _values(value)
            case _:
                raise MockgwError(f"a header is {_kind(pair)}, not a name with values", _TORN)
    return found


def _pairs(headers: Any) -> Iterable[Any]:
    match headers:
        case None:
            return ()
        case Mapping():
            return headers.items()
        case list() | tuple():
            return headers
        case _:
            raise MockgwError(f"headers are {_kind(headers)}, not a mapping", _TORN)


def _values(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(_text, value if isinstance(value, list | tuple) else (value,)))


def _text(value: Any) -> str:
    match value:
        case bytes():
            return value.decode("latin-1")
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value)
        case _:
            raise MockgwError(f"a header holds {_kind(value)}, not text", _TORN)


def _part(item: _Part, name: str) -> _Part:
    part = item.get(name)
    if isinstance(part, Mapping):
        return part
    found = f"it is {_kind(part)}" if name in item else f"only {_names(item)}"
    raise MockgwError(f"it has no {name}, {found}", _TORN)


def _word(request: _Part, name: str) -> str:
    word = request.get(name)
    if isinstance(word, str) and word:
        return word
    hint = _MIGRATE if {"host", "path"} <= set(request) else _TORN
    raise MockgwError(f"the request has no {name}, only {_names(request)}", hint)


def _checked(status: Any) -> int:
    try:
        number = int(status)
    except (TypeError, ValueError):
        number = 0
    if number not in _STATUSES:
        raise MockgwError(f"the response's status is {status!r}, not an HTTP status", _TORN)
    return number


def _phrase(status: Any) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _extra(response: _Part) -> Mapping[str, Any]:
    extra = response.get("mockgw")
    if extra is None:
        return {}
    if isinstance(extra, Mapping):
        return extra
    raise MockgwError(f"response.mockgw is {_kind(extra)}, not a mapping", "Remove that line.")


def _names(part: _Part) -> str:
    return ", ".join(map(str, part)) or "nothing"


def _kind(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return f"{str(value)[:40]!r}"
