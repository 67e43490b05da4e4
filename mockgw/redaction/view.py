"""Text as it reads without its escapes, and the way back to where it stands."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from mockgw.redaction.span import Span

_MOST_LAYERS = 4
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
# A backslash at a line's end is how YAML folds a long quoted string.
_JSON = r'\\(?:u(?P<u>[0-9A-Fa-f]{4})|x(?P<x>[0-9A-Fa-f]{2})|(?P<one>["\\/bfnrt ])|\r?\n[ \t]*)'
_PAIR = re.compile(r"\\.", re.DOTALL)
_ESCAPE = re.compile(_JSON)
_ANY_ESCAPE = re.compile(_JSON + r"|%(?P<url>[2-7][0-9A-Fa-f])")


@dataclass(frozen=True, slots=True)
class View:
    """A text without one layer of escapes; the two lists say which place was which."""

    text: str
    _here: list[int]
    _there: list[int]

    def start(self, place: int) -> int:
        """Return where the character at `place` begins in the original text."""
        index = bisect_right(self._here, place) - 1
        return self._there[index] + place - self._here[index]

    def end(self, place: int) -> int:
        """Return where the character before `place` ends in the original text."""
        index = bisect_left(self._here, place) - 1
        if index < 0:
            return self._there[0]
        if index + 1 < len(self._here) and self._here[index + 1] == place:
            return self._there[index + 1]
        return self._there[index] + place - self._here[index]


@dataclass(frozen=True, slots=True)
class Layer:
    """A text as it reads below `depth` layers of escapes, and the layer that is above it."""

    text: str
    depth: int = 0
    above: "tuple[Layer, View] | None" = None

    def start(self, place: int) -> int:
        """Return where the character at `place` begins in the whole text."""
        if self.above is None:
            return place
        layer, view = self.above
        return layer.start(view.start(place))

    def back(self, span: Span) -> Span | None:
        """Return the span as it stands in the whole text.

        None when it leaves the string in which it begins: a quotation mark that no escape guards
        is the JSON's own.
        """
        if self.above is None:
            return span
        layer, view = self.above
        start, end = view.start(span.start), view.end(span.end)
        if '"' in _PAIR.sub("", layer.text[start:end]):
            return None
        return layer.back(replace(span, start=start, end=end))


def bare(text: str) -> View:
    """Return JSON's text without its escapes."""
    return _view(text, _ESCAPE)


def unescaped(text: str) -> str:
    """Return what is inside a JSON string as the text that it means."""
    return bare(text).text if "\\" in text else text


def layers(text: str) -> Iterator[Layer]:
    """Yield the text itself, and as it reads with one layer of escapes less each time.

    JSON is often inside JSON, and inside addresses.
    """
    layer = Layer(text)
    yield layer
    while layer.depth < _MOST_LAYERS and ("\\" in layer.text or "%" in layer.text):
        view = _view(layer.text, _ANY_ESCAPE)
        if view.text == layer.text:
            break
        layer = Layer(view.text, layer.depth + 1, (layer, view))
        yield layer


def _view(text: str, escape: re.Pattern[str]) -> View:
    parts, here, there = [], [0], [0]
    place = length = 0
    for found in escape.finditer(text):
        plain = text[place : found.start()]
        meant = _meant(found)
        length += len(plain)
        here += [length, length + len(meant)]
        there += [found.start(), found.end()]
        length += len(meant)
        parts += [plain, meant]
        place = found.end()
    return View("".join([*parts, text[place:]]), here, there)


def _meant(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind is None:
        return ""
    told = found[kind]
    return _LETTERS.get(told, told) if kind == "one" else chr(int(told, 16))
