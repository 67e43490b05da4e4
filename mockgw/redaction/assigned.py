"""Secrets without a shape of their own, known by what is said in front of them."""

import base64
import re
from collections.abc import Iterator

from mockgw.redaction.span import Span
from mockgw.redaction.view import unescaped

_WORDS = (
    *("authorization", "cookie", "credential", "key", "passphrase", "passwd", "password", "pwd"),
    *("secret", "token"),
)
_VALUE = re.compile(
    r"""(?:s|[_-]?(?:base64|b64|data|value))? ["']? \s* (?: => | := | [:=] ) \s*
    (?: "(?![,:}\]])(?P<double>(?:[^"\\\r\n]|\\.){8,1000}?)"
      | '(?P<single>(?:[^"'\\\r\n]|\\.){8,1000}?)'
      | (?P<bare>[^\s"'`,;&<>(){}\[\]\\|]{8,500}) (?![(\[]) )""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
# There are keys of many things; these are secret.
_OF_A_KEY = re.compile(
    r"(?:access|account|api|auth|encryption|master|private|secret|service|shared|signing)[_-]?\Z"
)
_OF_A_TOKEN = re.compile(r"(?:access|api|auth|bearer|id|refresh|secret|session)[_-]?\Z")
_BEARER = re.compile(r"bearer\s+(?P<bare>[\w.~+/=-]{10,})", re.ASCII | re.IGNORECASE)
_BASIC = re.compile(r"basic\s+(?P<bare>[A-Za-z0-9+/_-]{8,}={0,2})", re.ASCII | re.IGNORECASE)
_IN_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'\\]{0,200}:(?P<bare>[^\s/@\"'\\]{3,200})@"
)
# What stands for a secret in an example is none: a variable, a wish, a row of stars.
_STAND_IN = re.compile(r"\A(?:[$%<{*]|bytes:|your[-_ ])|\*{3}|xxxx|\.{3}|\u2022{2}", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_ATTRIBUTE = re.compile(r"(?:[a-z_][a-z0-9_]*\.)+[a-z_][a-z0-9_]*")
# Where a list goes on is no secret, though it is called a token.
_OF_A_LIST = re.compile(r"(?:page|next|prev|sync|cursor|continuation)[_-]?\Z")
# What a model says is counted in tokens of another sort.
_OF_A_MODEL = re.compile(r"""["']\s*,\s*["'](?:logprob|bytes)["']""")
_BEFORE = 16
_SPOKEN = frozenset({"password", "passwd", "passphrase", "pwd"})
_SCHEMES = re.compile(r"(?:bearer|basic|token|apikey|digest)\s+", re.IGNORECASE)
_LETTER, _DIGIT = re.compile("[A-Za-z]"), re.compile("[0-9]")
_SHORT, _LONG = 8, 16


def assigned(text: str) -> Iterator[Span]:
    """Yield the secrets that a name, a scheme or an address gives away."""
    # The one letter whose small form is longer would move every place behind it.
    lowered = text.replace("\u0130", "I").lower()
    for word in _WORDS:
        yield from _named(text, lowered, word)
    if "bearer" in lowered:
        yield from _borne(text)
    if "basic" in lowered:
        for found in _BASIC.finditer(text):
            if _is_user_and_password(found["bare"]):
                yield Span(*found.span("bare"), found["bare"])
    if "://" in text:
        for found in _IN_ADDRESS.finditer(text):
            if not _is_stand_in(found["bare"]):
                yield Span(*found.span("bare"), found["bare"])


def _borne(text: str) -> Iterator[Span]:
    for found in _BEARER.finditer(text):
        value = found["bare"].rstrip(".=-")
        if _is_strong(value) and not _is_stand_in(value):
            yield Span(found.start("bare"), found.start("bare") + len(value), value)


def _named(text: str, lowered: str, word: str) -> Iterator[Span]:
    place = lowered.find(word)
    while place >= 0:
        end = place + len(word)
        found = _VALUE.match(text, end)
        meant = _meant(word, lowered[max(0, place - _BEFORE) : place]) if found else ""
        if found and meant and not _OF_A_MODEL.match(text, found.end() - 1):
            span = _given(meant, found)
            if span is not None:
                yield span
                end = found.end()
        place = lowered.find(word, end)


def _meant(word: str, before: str) -> str:
    """Return what the word means after what stands before it, "" when it names no secret."""
    if word == "key":
        return word if _OF_A_KEY.search(before) else ""
    if word == "token" and _OF_A_TOKEN.search(before):
        return "key"
    return "" if word == "token" and _OF_A_LIST.search(before) else word


def _given(word: str, found: re.Match[str]) -> Span | None:
    group = found.lastgroup or ""
    start, end = found.span(group)
    scheme = _SCHEMES.match(found[group]) if word == "authorization" else None
    start += scheme.end() if scheme else 0
    told = found.string[start:end]
    if group == "bare":
        told = told.rstrip(".!?:")
    value = unescaped(told)
    return Span(start, start + len(told), value) if _counts(word, group, value) else None


def _counts(word: str, group: str, value: str) -> bool:
    if word == "cookie":
        told = "=" in value
    elif group == "bare" or word == "token":
        told = _is_strong(value) and (word != "token" or len(value) >= _LONG)
        told = told and not (group == "bare" and _ATTRIBUTE.fullmatch(value))
    else:
        told = word in _SPOKEN or not any(letter.isspace() for letter in value)
    return told and len(value) >= _SHORT and not _is_stand_in(value)


def _is_strong(value: str) -> bool:
    """Say whether a value has letters and digits, or is long and mixes its letters' case."""
    if _LETTER.search(value) and _DIGIT.search(value):
        return True
    return len(value) > _LONG + 8 and value.lower() != value and value.upper() != value


def _is_stand_in(value: str) -> bool:
    return bool(_STAND_IN.search(value) or _VARIABLE.fullmatch(value))


def _is_user_and_password(value: str) -> bool:
    try:
        told = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except ValueError:
        return False
    return b":" in told and told.isascii()
