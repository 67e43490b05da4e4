"""All that must not be kept of a text, however deep it is escaped."""

import re
from collections.abc import Iterator, Mapping

from mockgw.redaction.address import accounts
from mockgw.redaction.assigned import assigned
from mockgw.redaction.blob import blobs
from mockgw.redaction.known import Known
from mockgw.redaction.placeholder import PLACEHOLDER
from mockgw.redaction.rules import Rules
from mockgw.redaction.shapes import shaped
from mockgw.redaction.span import Span, merged
from mockgw.redaction.view import views

_NESTED = 2


class Finder:
    """Finds secrets: by shape, by name, by the environment's values and by a project's patterns."""

    def __init__(self, environment: Mapping[str, str], rules: Rules) -> None:
        self._known = Known(environment)
        self._patterns = [(kind, re.compile(told)) for kind, told in rules.patterns.items()]

    def spans(self, text: str, nested: int = 0) -> list[Span]:
        """Return the secrets in the text, in order and apart from each other."""
        found: list[Span] = []
        for steps in views(text):
            seen = steps[-1].text if steps else text
            for span in self._seen(seen, nested):
                for view in reversed(steps):
                    span = view.back(span)
                found.append(span)
        return merged(found)

    def _seen(self, text: str, nested: int) -> Iterator[Span]:
        marks = [found.span() for found in PLACEHOLDER.finditer(text)] if _marked(text) else []
        for span in self._all(text, nested):
            if not any(start <= span.start and span.end <= end for start, end in marks):
                yield span

    def _all(self, text: str, nested: int) -> Iterator[Span]:
        yield from shaped(text)
        yield from self._known.find(text)
        yield from assigned(text)
        yield from accounts(text)
        for kind, pattern in self._patterns:
            for found in pattern.finditer(text):
                group = min(1, pattern.groups)
                if found[group]:
                    yield Span(*found.span(group), found[group], kind)
        if nested < _NESTED:
            yield from blobs(text, lambda told: bool(self.spans(told, nested + 1)))


def _marked(text: str) -> bool:
    return "REDACTED" in text or "ACCOUNT" in text or "GATEWAY" in text
