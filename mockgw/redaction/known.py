"""Secrets that the environment names: looked for literally, in every form they travel in."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

from mockgw.canonical import digest
from mockgw.redaction.span import Span

_SHORTEST = 8
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL", re.IGNORECASE)
_BIG = re.compile("%[0-9A-F]{2}")
_TO_SAFE = str.maketrans("+/", "-_")
_ACCOUNT = re.compile(r"ACCOUNT_?ID", re.IGNORECASE)
# Words of the API's own, which say nothing about anybody's secret.
_WORDS = frozenset(
    "assistant auto_select completed developer disabled enabled function incomplete optional "
    "password reasoning required response standard".split()
)


class Known:
    """The values of an environment's secrets, and of the account ids that it names."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        values = {
            value: "account" if _ACCOUNT.search(name) else _kind(value)
            for name, value in sorted(environment.items())
            if _SECRET.search(name) or _ACCOUNT.search(name)
        }
        self._forms = _listed(values)

    def learn(self, secrets: Iterable[str], accounts: Iterable[str]) -> None:
        """Know these values too from now on."""
        told = {value: _kind(value) for value in secrets} | dict.fromkeys(accounts, "account")
        self._forms = [*self._forms, *_listed(told)]

    @property
    def seal(self) -> str:
        """A digest of all the values: the same for the same ones, and it tells none of them."""
        return digest(repr(self._forms))

    def find(self, text: str) -> Iterator[Span]:
        """Yield where one of the values stands in the text, in whichever form."""
        for form, value, kind in self._forms:
            place = text.find(form)
            while place >= 0:
                end = place + len(form)
                yield Span(place, end, value, kind)
                place = text.find(form, end)


def _listed(values: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return every form of the values, with the value and its kind."""
    return [
        (form, value, kind)
        for value, kind in values.items()
        if len(value) >= _SHORTEST and value.lower() not in _WORDS
        for form in _forms(value)
    ]


def _kind(value: str) -> str:
    return "digits" if value.isascii() and value.isdigit() else "secret"


def _forms(value: str) -> dict[str, None]:
    """Return the value plain, escaped for JSON and for an address, and in base64."""
    data = value.encode("utf-8", "surrogatepass")
    addressed = [quote(data, safe=""), quote(data), quote_plus(data)]
    standard = base64.b64encode(data).decode()
    encoded = [standard, standard.rstrip("=")]
    return dict.fromkeys(
        [
            value,
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
            *addressed,
            *(_BIG.sub(lambda found: found[0].lower(), form) for form in addressed),
            *encoded,
            *(form.translate(_TO_SAFE) for form in encoded),
        ]
    )
