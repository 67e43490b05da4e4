"""What a text, a number or any JSON value must be like, read from a template."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

import msgspec
from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from mockgw.canonical import encode
from mockgw.templates.document import Part
from mockgw.templates.problem import nearest

_TEXT = {"type": "string"}
_TEXTS = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_WHOLE = {"type": "integer"}
_NUMBER = {"type": "number"}
# What can be asked of a text.
TEXT_WORDS: Mapping[str, dict[str, Any]] = {
    "contains": {**_TEXTS, "description": "It holds this text; of a list, every one."},
    "equals": {**_TEXTS, "description": "It is this text; of a list, one of them."},
    "regex": {
        **_TEXT,
        "description": "A regular expression is found in it (RE2's syntax: no look-around).",
    },
    "glob": {**_TEXTS, "description": "The whole of it fits a pattern of * and ?."},
    "ignore_case": {"type": "boolean", "description": "Large and small letters are alike."},
}
# What can be asked of a number.
NUMBER_WORDS: Mapping[str, dict[str, Any]] = {
    "at_least": {**_NUMBER, "description": "It is this or more."},
    "at_most": {**_NUMBER, "description": "It is this or less."},
}
_EXISTS = {"exists": {"type": "boolean", "description": "Whether there is such a thing at all."}}
_VALUE_WORDS = {
    **TEXT_WORDS,
    **NUMBER_WORDS,
    **_EXISTS,
    "equals": {"description": "It is this JSON value."},
}


def _map(words: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(words),
        "additionalProperties": False,
        "minProperties": 1,
    }


TEXT_SCHEMA: dict[str, Any] = {"anyOf": [_TEXT, _map(TEXT_WORDS)]}
PRESENT_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "boolean"}, _TEXT, _map(TEXT_WORDS)]}
NUMBER_SCHEMA: dict[str, Any] = {
    "anyOf": [_WHOLE, {"type": "array", "items": _WHOLE, "minItems": 1}, _map(NUMBER_WORDS)]
}
GLOBS_SCHEMA: dict[str, Any] = _TEXTS
VALUE_SCHEMA: dict[str, Any] = {"anyOf": [{"not": {"type": "object"}}, _map(_VALUE_WORDS)]}


class Matcher(msgspec.Struct, frozen=True):
    """A test of a value, and what it asks in words: `contains 'x'`."""

    fits: Callable[[Any], bool]
    told: str


def text(part: Part, bare: str = "contains") -> Matcher:
    """Return the test of a text; a bare text means the word `bare`."""
    if isinstance(part.value, str):
        return _all([_WORD[bare](part, False)])
    if not part.fields:
        hint = f"Give a text, or a map of {', '.join(TEXT_WORDS)}."
        raise part.wrong(f"{_shown(part)} is nothing a text can be asked.", hint)
    _check_words(part, TEXT_WORDS)
    folded = _flag(part, "ignore_case")
    asked = [
        _WORD[name](inner, folded) for name, inner in part.fields.items() if name != "ignore_case"
    ]
    if not asked:
        raise part.wrong("ignore_case alone asks nothing.", "Add contains, equals, regex or glob.")
    return _all(asked)


def present(part: Part, bare: str = "contains") -> Matcher:
    """Return the test of a text that may be missing (None); true and false ask only that."""
    if isinstance(part.value, bool):
        wanted = part.value
        return Matcher(
            lambda value: (value is not None) is wanted, "is there" if wanted else "is not there"
        )
    inner = text(part, bare)
    return Matcher(lambda value: value is not None and inner.fits(value), inner.told)


def globs(part: Part, without: str = "") -> Matcher:
    """Return the test of a text against one or more patterns of `*` and `?`.

    `without` is taken off the front of a pattern, where it stands there.
    """
    return _glob(part, False, without)


def number(part: Part) -> Matcher:
    """Return the test of a whole number: the number, a list of them, or `at_least`, `at_most`."""
    value = part.value
    if type(value) is int:
        return Matcher(lambda given: given == value, f"is {value}")
    if part.items and all(type(one) is int for one in value):
        return Matcher(lambda given: given in value, f"is one of {value}")
    if not part.fields:
        hint = "Give a whole number, a list of them, or a map of at_least and at_most."
        raise part.wrong(f"{_shown(part)} is no number.", hint)
    _check_words(part, NUMBER_WORDS)
    _check_bounds(part)
    return _all([_bound(name, inner) for name, inner in part.fields.items()])


def value(part: Part) -> Matcher:
    """Return the test of any JSON value: what it equals, or a map of words."""
    if not isinstance(part.value, dict):
        return _equal(part)
    if not part.fields:
        raise part.wrong("An empty map asks nothing.", "Write equals: {} for the empty map.")
    _check_words(part, _VALUE_WORDS)
    _check_bounds(part)
    folded = _flag(part, "ignore_case")
    asked = []
    for name, inner in part.fields.items():
        if name == "equals":
            asked.append(_equal(inner))
        elif name in NUMBER_WORDS:
            asked.append(_bound(name, inner))
        elif name in _WORD:
            asked.append(_only_texts(_WORD[name](inner, folded)))
    return _all(asked)


def _only_texts(inner: Matcher) -> Matcher:
    return Matcher(lambda given: isinstance(given, str) and inner.fits(given), inner.told)


def _equal(part: Part) -> Matcher:
    wanted = encode(part.value)
    return Matcher(
        lambda given: encode(given) == wanted or _same(given, part.value), f"is {_shown(part)}"
    )


def _same(given: Any, wanted: Any) -> bool:
    # 1 and 1.0 are one number in JSON; 1 and true are two things.
    return isinstance(given, bool) is isinstance(wanted, bool) and given == wanted


def _bound(name: str, part: Part) -> Matcher:
    limit = part.value
    if type(limit) not in {int, float}:
        raise part.wrong(f"{name} is {_shown(part)}, which is no number.", "Give a number.")
    sign = 1 if name == "at_least" else -1
    return Matcher(
        lambda given: type(given) in {int, float} and (given - limit) * sign >= 0,
        f"{name.replace('_', ' ')} {limit}",
    )


def _flag(part: Part, name: str) -> bool:
    inner = part.fields.get(name)
    if inner is not None and not isinstance(inner.value, bool):
        raise inner.wrong(f"{name} is {_shown(inner)}.", "Give true or false.")
    return inner is not None and inner.value


def _all(asked: list[Matcher]) -> Matcher:
    if len(asked) == 1:
        return asked[0]
    return Matcher(
        lambda given: all(one.fits(given) for one in asked), " and ".join(one.told for one in asked)
    )


def _check_words(part: Part, known: Mapping[str, object]) -> None:
    for name, key in part.keys.items():
        if name not in known:
            raise key.wrong(f"{name!r} is nothing that can be asked here.", nearest(name, known))


def _check_bounds(part: Part) -> None:
    given = [part.fields[name].value for name in NUMBER_WORDS if name in part.fields]
    if len(given) == 2 and all(type(one) in {int, float} for one in given):  # noqa: PLR2004 - both
        least, most = given
        if least > most:
            message = f"No number is at least {least} and at most {most}."
            raise part.wrong(message, "Swap them.")


def _strings(part: Part) -> list[str]:
    given = [one.value for one in part.items] if part.items else [part.value]
    if not all(isinstance(one, str) for one in given):
        raise part.wrong(
            f"{_shown(part)} is no text.", "Give a text or a list of texts, in quotes."
        )
    return given


def _fold(text: str, folded: bool) -> str:
    return text.casefold() if folded else text


def _contains(part: Part, folded: bool) -> Matcher:
    wanted = [_fold(one, folded) for one in _strings(part)]
    return Matcher(
        lambda given: all(one in _fold(given, folded) for one in wanted), f"contains {_shown(part)}"
    )


def _equals(part: Part, folded: bool) -> Matcher:
    wanted = {_fold(one, folded) for one in _strings(part)}
    return Matcher(lambda given: _fold(given, folded) in wanted, f"equals {_shown(part)}")


def _glob(part: Part, folded: bool, without: str = "") -> Matcher:
    wanted = [_fold(one, folded).removeprefix(without) for one in _strings(part)]
    return Matcher(
        lambda given: any(fnmatchcase(_fold(given, folded), one) for one in wanted),
        f"fits {_shown(part)}",
    )


def _regex(part: Part, folded: bool) -> Matcher:
    if not isinstance(part.value, str):
        raise part.wrong(f"{_shown(part)} is no regular expression.", "Give a text in quotes.")
    try:
        pattern = _compiled(f"(?i){part.value}" if folded else part.value)
    except ValidationError:
        raise part.wrong(
            f"{part.value[:60]!r} is no regular expression that always ends in time.",
            "Use RE2's syntax: no look-around, no back-references, no huge counts; \\ escapes.",
        ) from None
    return Matcher(pattern.is_valid, f"matches {part.value!r}")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Draft202012Validator:
    """Return a validator that searches for the pattern in time linear to the text."""
    schema = {"type": "string", "pattern": pattern}
    return Draft202012Validator(schema, pattern_options=RegexOptions())


_WORD: Mapping[str, Callable[[Part, bool], Matcher]] = {
    "contains": _contains,
    "equals": _equals,
    "regex": _regex,
    "glob": _glob,
}


def _shown(part: Part) -> str:
    told = repr(part.value) if isinstance(part.value, str) else encode(part.value).decode()
    return told if len(told) <= 60 else f"{told[:59]}…"  # noqa: PLR2004 - fits a line
