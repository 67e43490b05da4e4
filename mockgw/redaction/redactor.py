"""Recordings without secrets: equal secrets stay equal, and a second pass changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from msgspec import structs

from mockgw.canonical import digest
from mockgw.cassette.interaction import Interaction
from mockgw.model import Json, Raw
from mockgw.redaction import header
from mockgw.redaction.address import owners, without_keys
from mockgw.redaction.finder import Finder
from mockgw.redaction.hidden import Hidden, telling
from mockgw.redaction.known import Known
from mockgw.redaction.logprob import emptied
from mockgw.redaction.placeholder import Placeholders
from mockgw.redaction.rules import Rules
from mockgw.redaction.scanning import Finding, scan
from mockgw.redaction.span import Edit, Span, edited, merged, settled
from mockgw.redaction.stream import edits
from mockgw.redaction.unhidden import unhidden

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
        self._hidden = Hidden(rules.paths)
        # As it was before it heard a call: what stands for a value must not depend on that.
        self._deaf = self

    def knowing(self, secrets: Iterable[str], accounts: Iterable[str] = ()) -> "Redactor":
        """Return a redactor that knows these secrets and account ids too, whatever their form."""
        finder = self._finder.knowing(secrets, accounts)
        return Redactor(finder, self._placeholders, self._rules)

    def hearing(self, *said: bytes) -> "Redactor":
        """Return a redactor that also knows what these bodies tell where nothing is to be kept."""
        texts = [body.decode("utf-8", "surrogateescape") for body in said]
        values = telling(one.text for text in texts for one in self._hidden.values(text))
        if not values:
            return self
        other = self.knowing(values)
        other._deaf = self._deaf  # noqa: SLF001 - it is one of ours
        return other

    @property
    def seal(self) -> str:
        """A digest of all that decides what a text becomes: it tells none of the secrets."""
        return digest(self._finder.seal, self._placeholders.digest(""), repr(self._rules.paths))

    def interaction(self, one: Interaction) -> Interaction:
        """Return the interaction as it may be kept."""
        look = self.hearing(one.request_body, one.response_body)
        return look._plain(one)  # noqa: SLF001 - it is one of ours

    def _plain(self, one: Interaction) -> Interaction:
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
        look = self.hearing(body)
        after = settled(edited(text, self._hidden.edits(text, self._hiding)), look._streamed)  # noqa: SLF001 - it is one of ours
        return body if after == text else after.encode("utf-8", "surrogateescape")

    def hide(self, body: Json, /) -> Json:
        """Return a provider's body without the values at the project's paths; no other secret."""
        if not self._hidden:
            return body
        known = Known({})
        known.learn(telling(self._hidden.of(body)), ())
        plain: Json = self._hidden.replaced(
            body,
            self._hiding,
            lambda text: edited(text, self._replaced(merged(known.find(text)))),
        )
        return plain

    def _hiding(self, value: str) -> str:
        # What is known for a secret already is told by its placeholder, as on a tape from before.
        return self._placeholders.of(self._deaf.text(value), "secret")

    def value(self, value: Any) -> Any:
        """Return a value with the strings in it redacted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {name: self.value(inner) for name, inner in value.items()}
        return [self.value(inner) for inner in value] if isinstance(value, list) else value

    def scan(self, data: bytes) -> list[Finding]:
        """Return the secrets that are left in bytes about to be written; there should be none."""
        found = scan(data, self._finder)
        return sorted([*found, *unhidden(data, self._hidden)]) if self._hidden else found

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
