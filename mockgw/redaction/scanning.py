"""The last look at bytes that are about to be kept."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mockgw.cassette.coding import gunzipped
from mockgw.errors import MockgwError
from mockgw.redaction.finder import Finder
from mockgw.redaction.logprob import emptied
from mockgw.redaction.shapes import kind_of
from mockgw.redaction.span import Span
from mockgw.redaction.stream import begins, edits
from mockgw.redaction.view import Layer, layers

# A body that is no text stands in YAML as lines of base64.
_BINARY = re.compile(r"!!binary[ \t]+(?:\|[+-]?\s+|\"?)((?:[A-Za-z0-9+/]{4,}={0,2}\s*)+)")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A secret that is left: the byte and the line where it begins, and its kind, not its value."""

    start: int
    line: int
    kind: str


def scan(data: bytes, finder: Finder) -> list[Finding]:
    """Return every secret in the bytes of a cassette or of anything else, in order."""
    text = data.decode("utf-8", "surrogateescape")
    found: dict[int, str] = {}
    for start, kind in [*_within(text, finder), *_in_binary(text, finder)]:
        found.setdefault(start, kind)
    findings = []
    place = byte = 0
    line = 1
    for start in sorted(found):
        passed = text[place:start]
        line += passed.count("\n")
        byte += len(passed.encode("utf-8", "surrogateescape"))
        place = start
        findings.append(Finding(byte, line, found[start]))
    return findings


def _within(text: str, finder: Finder) -> Iterator[tuple[int, str]]:
    """Yield place and kind of the secrets, those that a stream tells piece by piece too."""
    for span in finder.spans(text):
        yield span.start, _kind(span)
    # An event belongs to the layer in which it is JSON. With an escape less, only some events of a
    # stream may still be JSON, and what was between them would be missing.
    whole: set[int] = set()
    for layer in layers(text):
        read = [layer.start(place) for place in begins(layer.text)]
        for edit in edits(layer.text, finder.spans, _kind, partial(_among, whole, layer)):
            if edit.text:
                yield layer.start(edit.start), edit.text
        whole.update(read)
        for edit in emptied(layer.text, finder.spans):
            yield layer.start(edit.start), "secret"


def _among(whole: set[int], layer: Layer, place: int) -> bool:
    return layer.start(place) in whole


def _in_binary(text: str, finder: Finder) -> Iterator[tuple[int, str]]:
    for found in _BINARY.finditer(text) if "!!binary" in text else ():
        try:
            data = gunzipped(base64.b64decode("".join(found[1].split())))
        except (ValueError, MockgwError):
            continue
        for _, kind in _within(data.decode("utf-8", "surrogateescape"), finder):
            yield found.start(1), kind


def _kind(span: Span) -> str:
    return kind_of(span.value) if span.kind == "secret" else span.kind
