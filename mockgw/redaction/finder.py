"""All that must not be kept of a text, however deep it is escaped."""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy

from mockgw.canonical import digest
from mockgw.redaction.address import accounts
from mockgw.redaction.assigned import assigned
from mockgw.redaction.bare import widened
from mockgw.redaction.blob import blobs
from mockgw.redaction.known import Known
from mockgw.redaction.people import people
from mockgw.redaction.placeholder import PLACEHOLDER
from mockgw.redaction.rules import Rules
from mockgw.redaction.shapes import shaped
from mockgw.redaction.span import Span, merged
from mockgw.redaction.view import layers
from mockgw.settings.patterns import compiled

_NESTED = 2


class Finder:
    """Finds secrets: by shape, by name, by the environment's values and by a project's patterns."""

    def __init__(self, environment: Mapping[str, str], rules: Rules) -> None:
        self._known = Known(environment)
        self._patterns = [(kind, compiled(kind, told)) for kind, told in rules.patterns.items()]
        self._people = rules.people

    def knowing(self, secrets: Iterable[str], accounts: Iterable[str]) -> "Finder":
        """Return a finder that looks for these values too."""
        other = copy(self)
        other.learn(secrets, accounts)
        return other

    def learn(self, secrets: Iterable[str], accounts: Iterable[str]) -> None:
        """Look for these values too from now on."""
        self._known = copy(self._known)
        self._known.learn(secrets, accounts)

    @property
    def seal(self) -> str:
        """A digest of what is looked for beside the shapes: it tells none of it."""
        patterns = [(kind, pattern.pattern) for kind, pattern in self._patterns]
        return digest(self._known.seal, repr(patterns), str(self._people))

    def spans(self, text: str, nested: int = 0) -> list[Span]:
        """Return the secrets in the text, in order and apart from each other."""
        return merged(
            span
            for layer in layers(text)
            for seen in self._seen(layer.text, nested)
            if (span := layer.back(seen)) is not None
        )

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
        if self._people:
            yield from people(text)
        for kind, pattern in self._patterns:
            for found in pattern.finditer(text):
                # Where the group took no part, the match is one of another form that has none.
                group = 1 if pattern.groups and found[1] is not None else 0
                if found[group]:
                    span = widened(text, Span(*found.span(group), found[group], kind))
                    yield from () if span is None else (span,)
        if nested < _NESTED:
            yield from blobs(text, lambda told: bool(self.spans(told, nested + 1)))


def _marked(text: str) -> bool:
    return "REDACTED" in text or "ACCOUNT" in text or "GATEWAY" in text
