"""Text that a regular expression of a JSON Schema accepts."""

import importlib
import random
import re
import string
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationErrorKind

# The parser of `re` has had this shape since 3.11 but is private: only this module knows it.
_parser: Any = importlib.import_module("re._parser")

_LONGEST_PATTERN = 5_000
_LONGEST_TEXT = 20_000
_TRIES = 200
_STEPS = 100_000
_EXTRA = 5
_WIDE = string.ascii_letters + string.digits + "!@#$%&*-_"
_SURROGATES = range(0xD800, 0xE000)
_SAMPLE = 64
# Anchors and looks-around write nothing; whether they hold is tried on the finished text.
_WITHOUT_TEXT = {"AT", "ASSERT", "ASSERT_NOT"}

# Unicode properties mean nothing to `re`: private characters carry them through its parser.
_PROPERTIES = {
    "Lu": ("\ue000", string.ascii_uppercase),
    "N": ("\ue001", string.digits),
    "P": ("\ue002", ".,-!"),
    "Z": ("\ue003", " "),
    "L": ("\ue004", string.ascii_lowercase),
}
_CARRIED = dict(_PROPERTIES.values())

_CATEGORIES: dict[str, tuple[str, Callable[[str], bool]]] = {
    "CATEGORY_DIGIT": (string.digits, str.isdigit),
    "CATEGORY_NOT_DIGIT": (string.ascii_lowercase, lambda c: not c.isdigit()),
    "CATEGORY_SPACE": (" ", str.isspace),
    "CATEGORY_NOT_SPACE": (string.ascii_lowercase, lambda c: not c.isspace()),
    "CATEGORY_WORD": (string.ascii_lowercase + string.digits, lambda c: c.isalnum() or c == "_"),
    "CATEGORY_NOT_WORD": (" -.,", lambda c: not c.isalnum() and c != "_"),
}
_ALPHABETS = (
    string.ascii_lowercase + string.digits,
    string.ascii_uppercase,
    " " + string.punctuation,
    "".join(map(chr, range(0xA1, 0x250))),
    "".join(map(chr, range(0x4E00, 0x4F00))),
)


class NoMatch(ValueError):  # noqa: N818 - an outcome, not an error of the program
    """No text was found for a pattern; the message says which and why."""


@dataclass(slots=True)
class _Draft:
    """A text being written: `extra` is how far a repetition may go beyond its least count."""

    chance: random.Random
    extra: int
    steps: int
    pieces: list[str] = field(default_factory=list)
    groups: dict[int, str] = field(default_factory=dict)

    def step(self) -> None:
        self.steps += 1
        if self.steps > _STEPS or len(self.pieces) > _LONGEST_TEXT:
            raise NoMatch("the pattern asks for too long a text")


_Node = Callable[[_Draft], None]


@dataclass(frozen=True, slots=True)
class _Pattern:
    node: _Node
    width: int


def matching(pattern: str, chance: random.Random, least: int = 0, most: int | None = None) -> str:
    """Return a text of `least` to `most` characters in which `pattern` is found.

    Raises NoMatch for a pattern that cannot be read and for one without such a text.
    """
    parsed = _parsed(pattern)
    room = _LONGEST_TEXT if most is None else most - parsed.width
    extra = max(0, min(room, max(_EXTRA, least - parsed.width)))
    steps = 0
    for _ in range(_TRIES):
        draft = _Draft(chance, extra, steps)
        parsed.node(draft)
        steps = draft.steps
        text = "".join(draft.pieces)
        if len(text) < least:
            extra = max(0, min(room, extra * 2, _LONGEST_TEXT))
        elif most is not None and len(text) > most:
            extra //= 2
        elif found(pattern, text):
            return text
    limit = "any number of" if most is None else f"at most {most}"
    raise NoMatch(f"found no text of at least {least} and {limit} characters for {pattern!r}")


def found(pattern: str, text: str) -> bool:
    """Return whether `pattern` is found in `text`, with a bound on the time it may take.

    Raises NoMatch when the bound is reached and when the pattern cannot be read.
    """
    # The engine of `re` has no bound: one hostile pattern would hold it for ever.
    for error in _searcher(pattern).iter_errors(text):
        if isinstance(error.kind, ValidationErrorKind.BacktrackLimitExceeded):
            raise NoMatch(f"the pattern {pattern!r} takes too long to try")
        return False
    return True


@lru_cache(maxsize=256)
def _searcher(pattern: str) -> Draft202012Validator:
    try:
        return Draft202012Validator({"pattern": pattern}, offline=True)
    except ValueError as error:
        raise NoMatch(f"cannot read the pattern {pattern!r}") from error


@lru_cache(maxsize=256)
def _parsed(pattern: str) -> _Pattern:
    if len(pattern) > _LONGEST_PATTERN:
        raise NoMatch(f"a pattern of {len(pattern)} characters is too long")
    try:
        # `[[` and `--` make the parser warn about a syntax that it may have one day.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _parser.parse(_translated(pattern))
        width = tree.getwidth()[0]
        if width > _LONGEST_TEXT:
            raise NoMatch(f"the pattern {pattern!r} asks for {width} characters or more")
        return _Pattern(_sequence(tree, wide="(?=" in pattern or "(?!" in pattern), width)
    except (re.error, RecursionError, OverflowError) as error:
        raise NoMatch(f"cannot read the pattern {pattern!r}: {error}") from error


def _translated(pattern: str) -> str:
    def escape(match: re.Match[str]) -> str:
        body = match[1]
        if body.startswith(("p{", "P{")):
            return _property(body[2:-1], negated=body[0] == "P")
        if body.startswith("u{"):
            return re.escape(chr(min(int(body[2:-1], 16), 0x10FFFF)))
        if body.startswith("k<"):
            return f"(?P={body[2:-1]})"
        return match[0]

    text = re.sub(r"(?s)\\([pP]\{[^}]*\}|u\{[0-9a-fA-F]{1,8}\}|k<\w+>|.)", escape, pattern)
    return re.sub(r"\(\?<(?![=!])", "(?P<", text)


def _property(name: str, *, negated: bool) -> str:
    if negated:
        return _PROPERTIES["N" if name.startswith("L") else "L"][0]
    name = name.rpartition("=")[2]
    for start, (carrier, _) in _PROPERTIES.items():
        if name.startswith(start):
            return carrier
    return _PROPERTIES["L"][0]


def _sequence(tree: Iterable[tuple[Any, Any]], *, wide: bool) -> _Node:
    nodes = [
        _node(str(op), argument, wide=wide) for op, argument in tree if str(op) not in _WITHOUT_TEXT
    ]
    if len(nodes) == 1:
        return nodes[0]

    def write(draft: _Draft) -> None:
        for node in nodes:
            node(draft)

    return write


def _node(op: str, argument: Any, *, wide: bool) -> _Node:
    if op in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        return _repeat(argument, wide=wide)
    if op == "SUBPATTERN":
        return _group(argument[0], _sequence(argument[3], wide=wide))
    if op == "ATOMIC_GROUP":
        return _sequence(argument, wide=wide)
    if op == "BRANCH":
        return _branch([_sequence(branch, wide=wide) for branch in argument[1]])
    if op == "GROUPREF":
        return _reference(argument)
    return _one_of(_pool(op, argument, wide=wide))


def _repeat(argument: Any, *, wide: bool) -> _Node:
    low, high, body = int(argument[0]), int(argument[1]), _sequence(argument[2], wide=wide)

    def write(draft: _Draft) -> None:
        top = min(high, low + draft.extra)
        # Half of the draws go to the top, so that an exact length is met soon.
        reaching = draft.extra > _EXTRA and draft.chance.random() < 1 / 2
        for _ in range(top if reaching else draft.chance.randint(low, top)):
            draft.step()
            body(draft)

    return write


def _group(number: int | None, body: _Node) -> _Node:
    if number is None:
        return body

    def write(draft: _Draft) -> None:
        start = len(draft.pieces)
        body(draft)
        draft.groups[number] = "".join(draft.pieces[start:])

    return write


def _branch(bodies: list[_Node]) -> _Node:
    return lambda draft: draft.chance.choice(bodies)(draft)


def _reference(number: int) -> _Node:
    def write(draft: _Draft) -> None:
        draft.step()
        draft.pieces.extend(draft.groups.get(number, ""))

    return write


def _one_of(pool: str) -> _Node:
    if not pool:
        raise NoMatch("a set of characters in the pattern is empty")

    def write(draft: _Draft) -> None:
        draft.step()
        draft.pieces.append(draft.chance.choice(pool) if len(pool) > 1 else pool)

    return write


def _pool(op: str, argument: Any, *, wide: bool) -> str:
    if op == "LITERAL":
        return _CARRIED.get(chr(argument), chr(argument))
    if op == "NOT_LITERAL":
        return _outside([("LITERAL", argument)], wide=wide)
    if op == "ANY":
        return _WIDE if wide else string.ascii_lowercase
    if op != "IN":
        raise NoMatch(f"the pattern uses {op.lower()}, which has no text of its own")
    members = [(str(kind), value) for kind, value in argument]
    if members[0][0] == "NEGATE":
        return _outside(members[1:], wide=wide)
    return "".join(_inside(kind, value, wide=wide) for kind, value in members)


def _inside(kind: str, value: Any, *, wide: bool) -> str:
    if kind == "LITERAL":
        return _CARRIED.get(chr(value), chr(value))
    if kind == "RANGE":
        low, high = value
        step = max(1, (high - low) // _SAMPLE)
        return "".join(chr(c) for c in range(low, high + 1, step) if c not in _SURROGATES)
    plain, holds = _CATEGORIES[str(value)]
    return "".join(filter(holds, _WIDE)) or plain if wide else plain


def _outside(members: list[tuple[str, Any]], *, wide: bool) -> str:
    for alphabet in ((_WIDE,) if wide else ()) + _ALPHABETS:
        pool = "".join(c for c in alphabet if not any(_holds(*member, c) for member in members))
        if pool:
            return pool
    return ""


def _holds(kind: str, value: Any, char: str) -> bool:
    if kind == "LITERAL":
        return char in _CARRIED.get(chr(value), chr(value))
    if kind == "RANGE":
        return bool(value[0] <= ord(char) <= value[1])
    return _CATEGORIES[str(value)][1](char)
