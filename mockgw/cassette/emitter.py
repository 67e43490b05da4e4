"""An interaction as the YAML that mockgw, vcrpy and people read."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mockgw.cassette import scalars
from mockgw.cassette.coding import STALE_HEADERS
from mockgw.cassette.indented import indented
from mockgw.cassette.interaction import Headers, Interaction
from mockgw.errors import MockgwError

HEAD = "# mockgw cassette - vcrpy v1\nversion: 1\ninteractions:\n"
STYLES = ("readable", "compact")


def item(one: Interaction, style: str = "readable", asked: str | None = None) -> str:
    """Return one interaction as an item of the list under `HEAD`, with its final newline.

    `readable` is for people and their diffs, `compact` is one line. `asked` is what a readable one
    says of the request's body, as YAML, in place of the body itself. Raises MockgwError when the
    style is unknown or the interaction holds what no cassette can keep.
    """
    match style:
        case "readable":
            return _readable(one, _request_body(one) if asked is None else asked)
        case "compact":
            return _compact(one)
        case _:
            raise MockgwError(
                f"No cassette has the style {style!r}.", f"Type one of: {', '.join(STYLES)}."
            )


def _readable(one: Interaction, asked: str) -> str:
    lines = [
        "- request:",
        f"    method: {scalars.word(one.method)}",
        f"    uri: {scalars.quoted(one.uri)}",
        *_headers(one.request_headers),
        f"    body: {asked}",
        "  response:",
        *_headers(_kept(one)),
        "    body:",
        f"      string: {_block(one.response_body, 8)}",
    ]
    if one.extra:
        lines.append(f"    mockgw: {scalars.flow(one.extra)}")
    # The last line is the proof that the item is whole.
    lines.append(f"    status: {scalars.flow(_status(one))}\n")
    return "\n".join(lines)


def _compact(one: Interaction) -> str:
    request = {
        "method": one.method,
        "uri": one.uri,
        "headers": _named(one.request_headers),
        "body": _as_text(one.request_body) if one.request_body else None,
    }
    response: dict[str, Any] = {
        "headers": _named(_kept(one)),
        "body": {"string": _as_text(one.response_body)},
    }
    if one.extra:
        response["mockgw"] = one.extra
    response["status"] = _status(one)
    return f"- {scalars.flow({'request': request, 'response': response}, plain=False)}\n"


def _status(one: Interaction) -> Mapping[str, Any]:
    return {"code": one.status, "message": one.reason}


def _headers(headers: Headers) -> list[str]:
    named = _named(headers)
    if not named:
        return ["    headers: {}"]
    gap = "\n      "
    lines = (f"{scalars.key(scalars.word(k), gap)} {scalars.flow(v)}" for k, v in named.items())
    return ["    headers:", *(f"      {line}" for line in lines)]


def _named(headers: Headers) -> dict[str, list[str]]:
    # vcrpy fails on a header that is named and has no value.
    return {name: [_sent(value) for value in values] for name, values in headers.items() if values}


def _kept(one: Interaction) -> Headers:
    """Return the headers that are still true of the decompressed body."""
    return {k: v for k, v in one.response_headers.items() if k not in STALE_HEADERS}


def _sent(value: str) -> str:
    """Return a header's value; bytes that were no UTF-8 read as Latin-1, as HTTP has it."""
    try:
        value.encode()
    except UnicodeEncodeError:
        with suppress(UnicodeEncodeError):  # half a surrogate pair that stands for no byte
            return value.encode(errors="surrogateescape").decode("latin-1")
    return value


def _request_body(one: Interaction) -> str:
    if not one.request_body:
        return "null"
    # Only for these does vcrpy compare what the JSON means instead of its bytes.
    kinds = one.request_headers.get("content-type", ())
    if kinds and "application/json" in kinds[0].lower():
        text = _as_text(one.request_body)
        block = scalars.literal(indented(text), 6) if isinstance(text, str) else None
        if block:
            return block
    return _block(one.request_body, 6)


def _block(content: bytes, indent: int) -> str:
    text = _as_text(content)
    block = scalars.literal(text, indent) if isinstance(text, str) else None
    return block or scalars.body(content)


def _as_text(content: bytes) -> str | bytes:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content
