"""People's data: found by its form, and replaced by invented data of the same form."""

import re
from collections.abc import Callable, Iterator

from mockgw.redaction.span import Span
from mockgw.redaction.view import unescaped

PEOPLE = frozenset({"email", "iban", "name", "phone"})
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?P<host>(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24})")
_NOBODYS = re.compile(r"(?:.*\.)?example(?:\.(?:com|net|org))?|.*\.(?:test|invalid|localhost)")
_PHONE = re.compile(
    r"(?<![\w+.-])(?:\+[1-9]\d{0,2}(?:[ .()/-]{0,2}\d{1,5}){2,6}"
    r"|\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}[-.]\d{3}[-.]\d{4})(?![\w-])"
)
_IBAN = re.compile(
    r"(?<![A-Za-z0-9_-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?![\w-])"
)
# A name looks like any other words: it is known by the field that it is in, or by what is said
# before it.
_FIELD = re.compile(
    r"""["'](?:(?:first|middle|last|full|given|family|maiden|customer|client|patient|contact|guest"""
    r"""|passenger|applicant|recipient|sender|employee|person)[_ -]?name|surname|cardholder)["']"""
    r"""\s*:\s*"(?P<name>(?:[^"\\\r\n]|\\.){1,80})\"""",
    re.IGNORECASE,
)
_WORD = r"[^\W\d_a-z][\w'\u2019-]*"
_SPOKEN = re.compile(
    r"(?:\b[Mm]y name is|\b(?:Mrs?|Ms|Mx|Dr|Prof)\.?)[ ]"
    rf"(?P<name>{_WORD}(?:[ ]{_WORD}){{0,3}})"
)
_DIGITS = range(8, 16)
# No exchange has this number: it is kept for films. No bank has these four as its sign.
_FILMS = "55501"
# Nor is anybody called like this.
_NOBODY = re.compile(r"(?:[A-Z][a-z]+ )?Doe-[A-Z][a-z]{5}")
_GIVEN = ("Alex", "Ash", "Charlie", "Jo", "Kim", "Lee", "Robin", "Sam")
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_NO_BANK = ("0000", "XXXX")
_REMAINDER = 97


def people(text: str) -> Iterator[Span]:
    """Yield the names, mail addresses, telephone numbers and IBANs that may be somebody's."""
    yield from _names(text)
    if "@" in text:
        for found in _MAIL.finditer(text):
            if not _NOBODYS.fullmatch(found["host"].lower()):
                yield Span(*found.span(), found[0], "email")
    for found in _IBAN.finditer(text):
        account = found[0].replace(" ", "")
        if _rest(account) == 1 and account[4:8] not in _NO_BANK:
            yield Span(*found.span(), found[0], "iban")
    for found in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if len(digits) in _DIGITS and _FILMS not in digits:
            yield Span(*found.span(), found[0], "phone")


def _names(text: str) -> Iterator[Span]:
    for pattern in (_FIELD, _SPOKEN):
        for found in pattern.finditer(text):
            name = unescaped(found["name"])
            if name.strip() and not _NOBODY.fullmatch(name) and "REDACTED" not in name:
                yield Span(*found.span("name"), name, "name")


def invented(kind: str, value: str, digest: Callable[[str], str]) -> str:
    """Return what stands for a person's datum: the same for the same, in the same form."""
    if kind == "name":
        return _name(value, int(digest(f"name|{' '.join(value.lower().split())}"), 16))
    plain = value.lower() if kind == "email" else re.sub(r"[^A-Za-z0-9+]", "", value)
    seed = int(digest(f"{kind}|{plain}"), 16)
    if kind == "email":
        return f"person-{seed % 16**8:08x}@example.com"
    return _phone(value, seed) if kind == "phone" else _iban(value, seed)


def _name(value: str, seed: int) -> str:
    letters = []
    for signs in (_CONSONANTS, _VOWELS) * 3:
        seed, place = divmod(seed, len(signs))
        letters.append(signs[place])
    family = f"Doe-{''.join(letters).capitalize()}"
    return f"{_GIVEN[seed % len(_GIVEN)]} {family}" if " " in value.strip() else family


def _phone(value: str, seed: int) -> str:
    count = sum(letter.isdigit() for letter in value)
    # An international number stays in its part of the world.
    area = value[1] if value[0] == "+" else ""
    return _filled(value, f"{area}{_FILMS}{seed % 10**15:015}"[:count])


def _iban(value: str, seed: int) -> str:
    plain = value.replace(" ", "")
    sign = _NO_BANK[plain[4].isalpha()]
    rest = "".join(
        chr(ord("A") + int(digit)) if letter.isalpha() else digit
        for letter, digit in zip(plain[8:], f"{seed:080}"[-len(plain[8:]) :], strict=True)
    )
    check = _REMAINDER + 1 - _rest(f"{plain[:2]}00{sign}{rest}")
    return _filled(value, f"{plain[:2]}{check:02}{sign}{rest}")


def _filled(form: str, letters: str) -> str:
    """Return the letters with the spaces and signs of the form between them."""
    told = iter(letters)
    return "".join(next(told) if letter.isalnum() else letter for letter in form)


def _rest(iban: str) -> int:
    """Return what is left of an IBAN divided by 97: 1 when it is one."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % _REMAINDER
