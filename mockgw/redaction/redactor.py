"""Recordings without secrets: equal secrets stay equal, and a second pass changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from msgspec import structs

from mockgw.canonical import digest
from mockgw.cassette.interaction import Interaction
from mockgw.model import Raw
from mockgw.redaction import header
from mockgw.redaction.address import owners, without_keys
from mockgw.redaction.finder import Finder
from mockgw.redaction.logprob import emptied
from mockgw.redaction.placeholder import Placeholders
from mockgw.redaction.rules import Rules
from mockgw.redaction.scanning import Finding, scan
from mockgw.redaction.span import Edit, Span, edited, merged, settled
from mockgw.redaction.stream import edits

_NOTHING: Mapping[str, str] = MappingProxyType({})
_PLAIN = Rules()


def redactor(
    environment: Mapping[str, str] = _NOTHING, salt: str = "", rules: Rules = _PLAIN
) -> "Redactor":
    """Return a redactor that also knows the environment's secrets by their values.

    `salt` keys the placeholders. Raises MockgwError for a pattern that is none.
    """
    return Redactor(Finder(environment, rules), Placeholders(salt), rules)


class Redactor:
    """Puts placeholders where secrets are; text without any comes back as it is."""

    def __init__(self, finder: Finder, placeholders: Placeholders, rules: Rules) -> None:
        self._finder = finder
        self._placeholders = placeholders
        self._rules = rules

    def knowing(self, secrets: Iterable[str], accounts: Iterable[str] = ()) -> "Redactor":
        """Return a redactor that knows these secrets and account ids too, whatever their form."""
        finder = self._finder.knowing(secrets, accounts)
        return Redactor(finder, self._placeholders, self._rules)

    @property
    def seal(self) -> str:
        """A digest of all that decides what a text becomes: it tells none of the secrets."""
        return digest(self._finder.seal, self._placeholders.digest(""))

    def interaction(self, one: Interaction) -> Interaction:
        """Return the interaction as it may be kept."""
        return replace(
            one,
            uri=self.uri(one.uri),
            request_headers=header.asked(one.request_headers, self._rules.keep_headers, self.text),
            request_body=self.body(one.request_body),
            reason=self.text(one.reason),
            response_headers=header.answered(
                one.response_headers, self._rules.keep_headers, self.text
            ),
            response_body=self.body(one.response_body),
            extra={name: self.value(inner) for name, inner in one.extra.items()},
        )

    def request(self, raw: Raw) -> Raw:
        """Return the request with the body by which its recording is found."""
        body = self.body(raw.body)
        return raw if body == raw.body else structs.replace(raw, body=body)

    def text(self, text: str) -> str:
        """Return plain text, or JSON, without its secrets."""
        return settled(text, self._once)

    def uri(self, uri: str) -> str:
        """Return the address without its account, its gateway and its secrets."""
        path = edited(uri, self._replaced(merged(owners(uri))))
        return self.text(without_keys(path, self._rules.query_keys))

    def body(self, body: bytes) -> bytes:
        """Return JSON, an event stream or any text without its secrets, as bytes."""
        text = body.decode("utf-8", "surrogateescape")
        after = settled(text, self._streamed)
        return body if after == text else after.encode("utf-8", "surrogateescape")

    def value(self, value: Any) -> Any:
        """Return a value with the strings in it redacted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {name: self.value(inner) for name, inner in value.items()}
        return [self.value(inner) for inner in value] if isinstance(value, list) else value

    def scan(self, data: bytes) -> list[Finding]:
        """Return the secrets that are left in bytes about to be written; there should be none."""
        return scan(data, self._finder)

    def _streamed(self, text: str) -> str:
        find = self._finder.spans
        pieces = [*edits(text, find, self._named), *emptied(text, find)]
        return self._once(edited(text, pieces))

    def _once(self, text: str) -> str:
        return edited(text, self._replaced(self._finder.spans(text)))

    def _replaced(self, spans: list[Span]) -> list[Edit]:
        return [Edit(span.start, span.end, self._named(span)) for span in spans]

    def _named(self, span: Span) -> str:
        return self._placeholders.of(span.value, span.kind)
