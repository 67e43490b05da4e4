"""The last look at what stands at the JSON paths of which a project keeps no value."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from mockgw.cassette.emitter import HEAD
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import interactions, unpacked
from mockgw.errors import MockgwError
from mockgw.redaction.hidden import Hidden
from mockgw.redaction.scanning import Finding

_KIND = "path"
# What is no JSON and no event stream: a cassette, or one item of it.
_ITEM = re.compile(r"\s*- request:")
_BODY = re.compile(r"\s*(?:[{\[]|data:|event:|id:|:)")
_ANY = Path("cassette.yaml")


def unhidden(data: bytes, hidden: Hidden) -> list[Finding]:
    """Return the values at the paths in the bytes of a body, of a cassette or of one item of it.

    Of a cassette that cannot be read nothing is told: whoever reads it says why.
    """
    text = data.decode("utf-8", "surrogateescape")
    bodies = list(hidden.values(text)) if _BODY.match(text) else []
    if bodies:
        places: Iterator[int] = iter([one.start for one in bodies])
    else:
        places = _in_cassette(text, data, hidden)
    return [
        Finding(len(before.encode("utf-8", "surrogateescape")), before.count("\n") + 1, _KIND)
        for before in (text[:place] for place in sorted(set(places)))
    ]


def _in_cassette(text: str, data: bytes, hidden: Hidden) -> Iterator[int]:
    head = HEAD if _ITEM.match(text) else ""
    try:
        found = interactions(unpacked(head.encode() + data, _ANY), _ANY)
    except MockgwError:
        return
    lines = [0, *(one.end() for one in re.finditer("\n", text))]
    for one in found:
        line = max(one.line - 1 - head.count("\n"), 0)
        begin = lines[min(line, len(lines) - 1)]
        for value in _values(one, hidden):
            # The value as it stands, or the interaction where the file spells it otherwise.
            place = text.find(value, begin)
            yield place if place >= 0 else begin


def _values(one: Interaction, hidden: Hidden) -> Iterator[str]:
    bodies = (one.request_body, one.response_body)
    texts = [body.decode("utf-8", "surrogateescape") for body in bodies]
    yield from chain.from_iterable((value.text for value in hidden.values(text)) for text in texts)
