"""HAR 1.2, written: what browsers' network panels and other tools read."""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mockgw.cassette.interaction import Headers, Interaction


def har(exchanges: Iterable[tuple[Interaction, float, str]], version: str) -> dict[str, Any]:
    """Return the archive of exchanges, each with its duration in seconds and a word on it.

    `version` is mockgw's own. Bodies that are no UTF-8 are told in base64.
    """
    entries = [_entry(one, seconds, comment) for one, seconds, comment in exchanges]
    creator = {"name": "mockgw", "version": version}
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def _entry(one: Interaction, seconds: float, comment: str) -> dict[str, Any]:
    waited = float(one.extra.get("ttfb_ms") or 0)
    whole = round(max(seconds * 1000, waited), 3)
    return {
        "startedDateTime": str(one.extra.get("at") or ""),
        "time": whole,
        "request": _request(one),
        "response": _response(one),
        "cache": {},
        "timings": {"send": 0, "wait": waited, "receive": round(whole - waited, 3)},
        "comment": comment,
    }


def _request(one: Interaction) -> dict[str, Any]:
    query = parse_qsl(urlsplit(one.uri).query, keep_blank_values=True)
    told = {
        "method": one.method,
        "url": one.uri,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(one.request_headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": len(one.request_body),
    }
    if one.request_body:
        kind = one.request_headers.get("content-type", ("",))[0]
        text = one.request_body.decode("utf-8", "replace")
        told["postData"] = {"mimeType": kind, "text": text}
    return told


def _response(one: Interaction) -> dict[str, Any]:
    return {
        "status": one.status,
        "statusText": one.reason,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(one.response_headers),
        "content": _content(one),
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": len(one.response_body),
    }


def _content(one: Interaction) -> dict[str, Any]:
    body = one.response_body
    kind = one.response_headers.get("content-type", ("",))[0]
    told: dict[str, Any] = {"size": len(body), "mimeType": kind}
    try:
        return {**told, "text": body.decode()}
    except UnicodeDecodeError:
        return {**told, "text": b64encode(body).decode(), "encoding": "base64"}


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, values in headers.items() for value in values]
