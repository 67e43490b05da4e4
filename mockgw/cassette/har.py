"""HAR 1.2, the archive that browsers and proxies save of what they asked and were told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockgw.cassette.coding import STALE_HEADERS, from_base64, text_bytes
from mockgw.cassette.interaction import Headers, Interaction
from mockgw.errors import MockgwError

_AGAIN = "Save it again: in the browser's network panel, `Save all as HAR with content`."


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry that is no whole exchange: what it asked, and what is missing."""

    what: str
    reason: str


def is_har(document: Any) -> bool:
    """Return whether a JSON document has the shape of a HAR."""
    log = document.get("log") if isinstance(document, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def read_har(document: Any, path: Path) -> list[Interaction | Skipped]:
    """Return the exchanges of a HAR in its order.

    Header names become lower case, pseudo headers of HTTP/2 are left out, and bodies are bytes,
    decompressed. An entry without an answer, or whose answer's body was not saved, is Skipped.
    Raises MockgwError for what is no HAR.
    """
    if not is_har(document):
        raise MockgwError(f"{path}: it is no HAR: it has no list `log.entries`.", _AGAIN)
    return [_entry(entry, path, place) for place, entry in enumerate(document["log"]["entries"], 1)]


def _entry(entry: Any, path: Path, place: int) -> Interaction | Skipped:
    request, response = _part(entry, "request"), _part(entry, "response")
    method, url = str(request.get("method") or ""), str(request.get("url") or "")
    what = f"{method} {url.partition('?')[0]}" if url else f"entry {place}"
    status = response.get("status")
    if not url or not method:
        return Skipped(what, "it has no request")
    if not isinstance(status, int) or not 100 <= status <= 599:  # noqa: PLR2004 - HTTP's range
        return Skipped(what, "it has no answer")
    body = _content(_part(response, "content"), path, place)
    if body is None:
        return Skipped(what, "the answer's body was not saved")
    return Interaction(
        method=method.upper(),
        uri=url.partition("#")[0],
        request_headers=_headers(request),
        request_body=_posted(_part(request, "postData"), path, place),
        status=status,
        reason=str(response.get("statusText") or ""),
        response_headers=_headers(response),
        response_body=body,
        extra=_times(entry),
        path=str(path),
        position=place,
    )


def _part(whole: Any, name: str) -> Mapping[str, Any]:
    part = whole.get(name) if isinstance(whole, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _content(content: Mapping[str, Any], path: Path, place: int) -> bytes | None:
    """Return the body of an answer; None when there was one and the archive has it not."""
    text = content.get("text")
    if isinstance(text, str) and text:
        return _bytes(text, content.get("encoding"), path, place)
    return None if content.get("size") else b""


def _posted(posted: Mapping[str, Any], path: Path, place: int) -> bytes:
    text = posted.get("text")
    return _bytes(text, posted.get("encoding"), path, place) if isinstance(text, str) else b""


def _bytes(text: str, encoding: Any, path: Path, place: int) -> bytes:
    try:
        return from_base64(text) if encoding == "base64" else text_bytes(text)
    except MockgwError as error:
        raise MockgwError(f"{path}: entry {place}: {error.message}", _AGAIN) from error


def _headers(part: Mapping[str, Any]) -> Headers:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in _pairs(part.get("headers")):
        key = name.lower()
        # Chrome joins the values of a repeated header with newlines.
        found[key] = (*found.get(key, ()), *value.split("\n"))
    # The body is no longer in the coding, nor of the length, that these tell.
    return {name: values for name, values in found.items() if name not in STALE_HEADERS}


def _pairs(headers: Any) -> Iterator[tuple[str, str]]:
    for one in headers if isinstance(headers, list) else ():
        match one:
            case {"name": str(name), "value": str(value)} if not name.startswith(":"):
                yield name, value


def _times(entry: Any) -> Mapping[str, Any]:
    """Return when it was asked, and how long the first byte took, as a tape keeps these."""
    extra: dict[str, Any] = {"v": 1}
    at, waited = entry.get("startedDateTime"), _part(entry, "timings").get("wait")
    if isinstance(at, str):
        extra["at"] = at
    if isinstance(waited, int | float) and waited >= 0:
        extra["ttfb_ms"] = round(waited)
    return extra
