"""Text that obeys a grammar in Lark's notation, as custom tools give it.

Rules, terminals, alternatives, groups, repetitions, ranges, regular expressions and the imports of
`common` are understood; templates of rules, other imports and `%declare` are not.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from mockgw.synth.pattern import NoMatch, matching

_TOKEN = re.compile(
    r"""(?P<comment>\s*(?://|\#)[^\n]*)|(?P<line>\n(?=\s*\|))|(?P<end>(?:[ \t\r]*\n)+)
    |(?P<space>[ \t\r]+)|(?P<string>"(?:\\.|[^"\\\n])*"i?)|(?P<regexp>/(?:\\.|[^/\\\n])+/[imslux]*)
    |(?P<alias>->\s*\w+)|(?P<times>~\s*\d+(?:\s*\.\.\s*\d+)?)|(?P<range>\.\.)
    |(?P<priority>\.-?\d+)|(?P<import>%import[^\n]*)|(?P<ignore>%ignore)|(?P<name>[!?]?_*\w+)
    |(?P<mark>[:|()\[\]?*+])""",
    re.VERBOSE,
)
_COMMON = {
    "DIGIT": "[0-9]", "HEXDIGIT": "[a-fA-F0-9]", "INT": "[1-9][0-9]{0,2}",
    "SIGNED_INT": "[+-]?[1-9][0-9]{0,2}", "DECIMAL": r"[1-9][0-9]\.[0-9]{1,2}",
    "FLOAT": r"[1-9][0-9]\.[0-9]{1,2}", "SIGNED_FLOAT": r"[+-]?[1-9]\.[0-9]{1,2}",
    "NUMBER": "[1-9][0-9]{0,2}", "SIGNED_NUMBER": "[+-]?[1-9][0-9]{0,2}",
    "LCASE_LETTER": "[a-z]", "UCASE_LETTER": "[A-Z]", "LETTER": "[a-zA-Z]", "WORD": "[a-z]{3,7}",
    "CNAME": "[a-z][a-z0-9_]{2,7}", "ESCAPED_STRING": '"[a-z ]{1,12}"', "STRING": '"[a-z]{1,12}"',
    "WS_INLINE": "[ ]", "WS": "[ ]", "NEWLINE": "\n", "LF": "\n", "CR": "\r",
}  # fmt: skip
_DEEPEST, _MOST_STEPS, _MORE = 12, 4_000, 2
# A rule that is still open here has no end.
_BOTTOM = 60
_FAR = 10_000

_Write = Callable[["_Text", int], None]


@dataclass(slots=True)
class _Text:
    """A text being written; `gap` goes between two terminals."""

    chance: Random
    gap: str
    pieces: list[str] = field(default_factory=list)
    steps: int = 0
    inside: bool = False

    def add(self, piece: str) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise NoMatch("the grammar asks for too long a text")
        if self.gap and self.pieces and not self.inside:
            self.pieces.append(self.gap)
        self.pieces.append(piece)


@dataclass(frozen=True, slots=True)
class _Node:
    """A part of a grammar: how it is written, and how deep it goes at least."""

    write: _Write
    depth: Callable[[dict[str, int]], int]


def sentence(grammar: str, chance: Random) -> str:
    """Return a text that the grammar's `start` derives; raises NoMatch when it cannot be read."""
    rules, gap = _read(grammar)
    if "start" not in rules:
        raise NoMatch("the grammar has no rule named start")
    text = _Text(chance, gap)
    rules["start"].write(text, 0)
    return "".join(text.pieces)


@lru_cache(maxsize=64)
def _read(grammar: str) -> tuple[dict[str, _Node], str]:
    return _Reader(grammar).read()


class _Reader:
    """Reads a grammar, from left to right."""

    def __init__(self, grammar: str) -> None:
        self._tokens = [*_split(grammar), ("end", "")]
        self._place = 0
        self._rules: dict[str, _Node] = {}
        self._depths: dict[str, int] = {}
        self._gap = ""

    def read(self) -> tuple[dict[str, _Node], str]:
        """Return the rules by name, and what goes between two terminals."""
        while self._place < len(self._tokens) - 1:
            kind, word = self._next()
            if kind == "import":
                self._import(word)
            elif kind == "ignore":
                self._ignore()
            elif kind == "name":
                self._rule(word.lstrip("?!"))
            elif kind != "end":
                raise NoMatch(f"cannot read the grammar at {word!r}")
        self._measure()
        return self._rules, self._gap

    def _measure(self) -> None:
        self._depths.update(dict.fromkeys(self._rules, _FAR))
        for _ in self._rules:
            for name, node in self._rules.items():
                self._depths[name] = min(_FAR, 1 + node.depth(self._depths))

    def _import(self, line: str) -> None:
        found = re.fullmatch(r"%import\s+common\.(\w+)(?:\s*->\s*(\w+))?\s*", line)
        several = re.fullmatch(r"%import\s+common\s*\(([\w\s,]+)\)\s*", line)
        names = [found[1]] if found else re.findall(r"\w+", several[1]) if several else []
        if not names or not set(names) <= _COMMON.keys():
            raise NoMatch(f"the grammar has an import that is not known: {line.strip()}")
        for name in names:
            own = found[2] if found and found[2] else name
            self._rules[own] = _regexp(_COMMON[name])

    def _ignore(self) -> None:
        node = self._alternatives()
        for name in ("WS", "WS_INLINE"):
            self._rules.setdefault(name, _regexp(_COMMON[name]))
        text = _Text(Random(0), "")  # noqa: S311 - only whether it is a space is asked
        node.write(text, 0)
        if "".join(text.pieces).isspace():
            self._gap = " "

    def _rule(self, name: str) -> None:
        if self._peek()[0] == "priority":
            self._next()
        self._expect(":")
        body = self._alternatives()
        self._rules[name] = _terminal(body) if name.lstrip("_").isupper() else body

    def _alternatives(self) -> _Node:
        choices = [self._sequence()]
        while self._peek() == ("mark", "|") or self._peek()[0] == "line":
            if self._next()[0] == "mark":
                choices.append(self._sequence())
        return _choice(choices, self._depths) if len(choices) > 1 else choices[0]

    def _sequence(self) -> _Node:
        parts: list[_Node] = []
        while self._peek()[0] in {"string", "regexp", "name"} or self._peek()[1] in {"(", "["}:
            parts.append(self._repeated(self._atom()))
        if self._peek()[0] == "alias":
            self._next()
        return _sequence(parts)

    def _repeated(self, node: _Node) -> _Node:
        kind, word = self._peek()
        if kind == "times":
            self._next()
            low, high = (re.findall(r"\d+", word) * 2)[:2]
            return _repeat(node, int(low), int(high))
        bounds = {"?": (0, 1), "*": (0, _MORE), "+": (1, 1 + _MORE)}.get(word)
        if kind != "mark" or bounds is None:
            return node
        self._next()
        return _repeat(node, *bounds)

    def _atom(self) -> _Node:
        kind, word = self._next()
        if kind == "string":
            if self._peek()[0] == "range":
                self._next()
                return _range(_literal(word), _literal(self._next()[1]))
            return _literal_node(_literal(word))
        if kind == "regexp":
            body, _, flags = word[1:].rpartition("/")
            return _regexp(f"(?{flags}:{body})" if set(flags) & set("imsx") else body)
        if kind == "name":
            return self._reference(word)
        inner = self._alternatives()
        self._expect(")" if word == "(" else "]")
        return _repeat(inner, 0, 1) if word == "[" else inner

    def _reference(self, name: str) -> _Node:
        def write(text: _Text, level: int) -> None:
            if name not in self._rules:
                raise NoMatch(f"the grammar has no rule named {name}")
            if level > _BOTTOM:
                raise NoMatch("the grammar asks for too long a text")
            self._rules[name].write(text, level + 1)

        return _Node(write, lambda depths: depths.get(name, _FAR))

    def _expect(self, mark: str) -> None:
        kind, word = self._next()
        if (kind, word) != ("mark", mark):
            raise NoMatch(f"cannot read the grammar: {mark!r} is missing before {word!r}")

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._place]

    def _next(self) -> tuple[str, str]:
        self._place += 1
        return self._tokens[self._place - 1]


def _split(grammar: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(grammar):
        match = _TOKEN.match(grammar, place)
        if match is None:
            raise NoMatch(f"cannot read the grammar at {grammar[place : place + 20]!r}")
        if match.lastgroup not in {"space", "comment"}:
            found.append((str(match.lastgroup), match[0]))
        place = match.end()
    return found


def _literal(word: str) -> str:
    try:
        return str(ast.literal_eval(word.removesuffix("i")))
    except (SyntaxError, ValueError):
        raise NoMatch(f"cannot read the string {word} of the grammar") from None


def _literal_node(value: str) -> _Node:
    return _Node(lambda text, _: text.add(value), lambda _: 0)


def _range(first: str, last: str) -> _Node:
    return _Node(lambda text, _: text.add(chr(text.chance.randint(ord(first), ord(last)))), _flat)


def _regexp(pattern: str) -> _Node:
    return _Node(lambda text, _: text.add(matching(rf"^(?:{pattern})$", text.chance)), _flat)


def _flat(_: dict[str, int]) -> int:
    return 0


def _terminal(body: _Node) -> _Node:
    def write(text: _Text, level: int) -> None:
        if text.inside:
            body.write(text, level)
            return
        inner = _Text(text.chance, "", steps=text.steps, inside=True)
        body.write(inner, level)
        text.add("".join(inner.pieces))

    return _Node(write, body.depth)


def _choice(choices: list[_Node], depths: dict[str, int]) -> _Node:
    def write(text: _Text, level: int) -> None:
        able = [node for node in choices if node.depth(depths) < _FAR] or choices
        short = [min(able, key=lambda node: node.depth(depths))]
        text.chance.choice(short if level > _DEEPEST else able).write(text, level)

    return _Node(write, lambda known: min(node.depth(known) for node in choices))


def _sequence(parts: list[_Node]) -> _Node:
    def write(text: _Text, level: int) -> None:
        for part in parts:
            part.write(text, level)

    return _Node(write, lambda known: max((node.depth(known) for node in parts), default=0))


def _repeat(node: _Node, low: int, high: int) -> _Node:
    def write(text: _Text, level: int) -> None:
        for _ in range(low if level > _DEEPEST else text.chance.randint(low, high)):
            node.write(text, level)

    return _Node(write, lambda known: node.depth(known) if low else 0)
