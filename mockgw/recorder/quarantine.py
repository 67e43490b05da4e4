"""Answers that could not be cleaned, without the parts that hold a secret."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mockgw.cassette.emitter import item
from mockgw.cassette.interaction import Headers, Interaction
from mockgw.cassette.writer import Writer
from mockgw.redaction.scanning import Finding

_OWNER_ONLY = 0o600
_OUT = "(left out: {})"
Scan = Callable[[bytes], list[Finding]]


class Quarantine:
    """A file beside a cassette, `CASSETTE.quarantine`, that only its owner may read.

    It tells of answers that were not recorded. It holds no secret either: an address, a header or a
    body in which one was found is left out whole.
    """

    def __init__(self, cassette: Path, scan: Scan, style: str = "readable") -> None:
        self.path = cassette.with_name(f"{cassette.name}.quarantine")
        self._scan = scan
        self._style = style
        self._writer = Writer(self.path, style)

    def add(self, one: Interaction) -> None:
        """Write what may be kept; raises MockgwError when the file cannot be written."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, _OWNER_ONLY))
        self.path.chmod(_OWNER_ONLY)
        self._writer.append(self._cut(one))

    def _cut(self, one: Interaction) -> Interaction:
        cut = replace(
            one,
            uri=self._text(one.uri, "https://left-out.invalid/"),
            reason=self._text(one.reason, ""),
            request_headers=self._headers(one.request_headers),
            response_headers=self._headers(one.response_headers),
            request_body=self._body(one.request_body),
            response_body=self._body(one.response_body),
            extra={},
        )
        if self._scan(item(cut, self._style).encode()):
            # What is found only in the whole belongs to no part: then no part is kept.
            out = _OUT.format("the exchange").encode()
            return Interaction(
                one.method, "https://left-out.invalid/", {}, out, one.status, "", {}, out
            )
        return cut

    def _headers(self, headers: Headers) -> Headers:
        return {
            name: tuple(self._text(value, _OUT.format("a header")) for value in values)
            for name, values in headers.items()
            if not self._scan(name.encode())
        }

    def _text(self, text: str, instead: str) -> str:
        return instead if self._scan(text.encode("utf-8", "surrogateescape")) else text

    def _body(self, body: bytes) -> bytes:
        found = self._scan(body)
        kinds = ", ".join(sorted({one.kind for one in found}))
        return _OUT.format(f"{len(body)} bytes, {kinds}").encode() if found else body
