"""Plausible text by the name of a property, and text of a format."""

import random
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockgw.synth.prose import prose

if TYPE_CHECKING:
    from faker import Faker

Maker = Callable[[random.Random], str]

_WORDS = (
    "amber", "anchor", "autumn", "basil", "beacon", "birch", "canyon", "cedar", "clover", "cobalt",
    "copper", "coral", "delta", "ember", "falcon", "fern", "harbor", "hazel", "indigo", "ivory",
    "jasper", "juniper", "lagoon", "lantern", "lemon", "linen", "maple", "marble", "meadow", "mint",
    "north", "oak", "olive", "orchid", "pebble", "pine", "quartz", "raven", "river", "saffron",
    "sage", "silver", "slate", "spruce", "stone", "summit", "timber", "velvet", "willow", "zephyr",
)  # fmt: skip
_FIRST_MOMENT = datetime(2024, 1, 1, tzinfo=UTC)
_SPAN = 2 * 365 * 24 * 3600

# One Faker is shared and reseeded before each use; the lock keeps seed and use together.
_FAKER_LOCK = threading.Lock()


def words(chance: random.Random, count: int) -> str:
    """Return `count` plain words with spaces between them."""
    return " ".join(chance.choices(_WORDS, k=count))


def named(name: str) -> Maker | None:
    """Return what makes a text for a property called `name`, or None if the name tells nothing."""
    for key in _keys(name):
        if key in _NAMES:
            return _NAMES[key]
    return None


def formatted(kind: str) -> Maker | None:
    """Return what makes a text of the JSON Schema format `kind`, or None for an unknown one."""
    return _FORMATS.get(kind)


def number_range(name: str) -> tuple[float, float] | None:
    """Return the usual bounds of a number called `name`, or None if the name tells nothing."""
    for key in _keys(name):
        if key in _RANGES:
            return _RANGES[key]
    return None


@lru_cache(maxsize=4_096)
def _keys(name: str) -> tuple[str, ...]:
    """Split `home_cityName` into the whole and its last words, longest first, singular too."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)
    lowered = [part.lower() for part in parts]
    tails = ["_".join(lowered[at:]) for at in range(len(lowered))]
    return tuple(key for tail in tails for key in (tail, _singular(tail)))


def _singular(noun: str) -> str:
    return f"{noun.removesuffix('ies')}y" if noun.endswith("ies") else noun.removesuffix("s")


@lru_cache(maxsize=1)
def _faker() -> "Faker":
    from faker import Faker  # noqa: PLC0415 - a fifth of a second that most programs never need

    return Faker("en_US")


def _fake(method: str) -> Maker:
    def make(chance: random.Random) -> str:
        with _FAKER_LOCK:
            faker = _faker()
            faker.seed_instance(chance.getrandbits(32))
            value: Any = getattr(faker, method)()
        return str(value)

    return make


def _among(*texts: str) -> Maker:
    return lambda chance: chance.choice(texts)


def _moment(form: str) -> Maker:
    def make(chance: random.Random) -> str:
        return f"{_FIRST_MOMENT + timedelta(seconds=chance.randrange(_SPAN)):{form}}"

    return make


def _sentences(count: int) -> Maker:
    return lambda chance: prose(chance, count)


def _words(count: int) -> Maker:
    return lambda chance: words(chance, count)


def _title(chance: random.Random) -> str:
    return words(chance, 3).capitalize()


def _uuid(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    variant = chance.choice("89ab")
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def _identifier(chance: random.Random) -> str:
    return f"{chance.getrandbits(40):010x}"


def _email(chance: random.Random) -> str:
    return f"{words(chance, 2).replace(' ', '.')}@example.com"


def _host(chance: random.Random) -> str:
    return f"{words(chance, 1)}.example.com"


def _uri(chance: random.Random) -> str:
    return f"https://example.com/{words(chance, 2).replace(' ', '/')}"


def _path(chance: random.Random) -> str:
    return "/" + words(chance, 2).replace(" ", "/")


def _ipv4(chance: random.Random) -> str:
    return f"192.0.2.{chance.randint(1, 254)}"


def _ipv6(chance: random.Random) -> str:
    return f"2001:db8::{chance.randint(1, 0xFFFF):x}"


def _duration(chance: random.Random) -> str:
    return chance.choice(("P{}D", "PT{}M", "PT{}H")).format(chance.randint(1, 48))


_DATE = _moment("%Y-%m-%d")
_DATE_TIME = _moment("%Y-%m-%dT%H:%M:%SZ")

_FORMATS: dict[str, Maker] = {
    "date-time": _DATE_TIME,
    "date": _DATE,
    "time": _moment("%H:%M:%SZ"),
    "duration": _duration,
    "email": _email,
    "idn-email": _email,
    "hostname": _host,
    "idn-hostname": _host,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "uuid": _uuid,
    "uri": _uri,
    "iri": _uri,
    "url": _uri,
    "uri-reference": _path,
    "iri-reference": _path,
    "uri-template": lambda chance: f"{_path(chance)}/{{id}}",
    "json-pointer": _path,
    "relative-json-pointer": lambda chance: f"{chance.randint(0, 3)}{_path(chance)}",
    "regex": lambda chance: f"^{words(chance, 1)}$",
}

_NAMES: dict[str, Maker] = {
    "name": _fake("name"),
    "full_name": _fake("name"),
    "author": _fake("name"),
    "first_name": _fake("first_name"),
    "given_name": _fake("first_name"),
    "last_name": _fake("last_name"),
    "family_name": _fake("last_name"),
    "surname": _fake("last_name"),
    "user_name": _fake("user_name"),
    "username": _fake("user_name"),
    "product_name": _title,
    "file_name": lambda chance: f"{words(chance, 1)}.txt",
    "filename": lambda chance: f"{words(chance, 1)}.txt",
    "email": _email,
    "phone": _fake("phone_number"),
    "phone_number": _fake("phone_number"),
    "address": _fake("street_address"),
    "street": _fake("street_name"),
    "street_address": _fake("street_address"),
    "city": _fake("city"),
    "town": _fake("city"),
    "location": _fake("city"),
    "state": _fake("state"),
    "country": _fake("country"),
    "country_code": _fake("country_code"),
    "zip": _fake("postcode"),
    "zip_code": _fake("postcode"),
    "postcode": _fake("postcode"),
    "postal_code": _fake("postcode"),
    "company": _fake("company"),
    "organization": _fake("company"),
    "job": _fake("job"),
    "occupation": _fake("job"),
    "color": _fake("color_name"),
    "colour": _fake("color_name"),
    "language": _among("English", "French", "German", "Japanese", "Spanish"),
    "language_code": _among("en", "fr", "de", "ja", "es"),
    "locale": _among("en-US", "en-GB", "fr-FR", "de-DE"),
    "currency": _among("EUR", "GBP", "JPY", "USD"),
    "timezone": _among("UTC", "Europe/Lisbon", "America/New_York", "Asia/Tokyo"),
    "status": _among("active", "pending", "done"),
    "category": _among("books", "garden", "kitchen", "music", "travel"),
    "title": _title,
    "heading": _title,
    "subject": _title,
    "label": _words(1),
    "tag": _words(1),
    "keyword": _words(1),
    "description": _sentences(1),
    "summary": _sentences(1),
    "text": _sentences(1),
    "content": _sentences(1),
    "message": _sentences(1),
    "comment": _sentences(1),
    "explanation": _sentences(1),
    "reason": _sentences(1),
    "reasoning": _sentences(1),
    "answer": _sentences(1),
    "output": _sentences(1),
    "note": _sentences(1),
    "bio": _sentences(1),
    "step": _sentences(1),
    "body": _sentences(2),
    "id": _identifier,
    "uuid": _uuid,
    "url": _uri,
    "uri": _uri,
    "link": _uri,
    "website": _uri,
    "host": _host,
    "hostname": _host,
    "domain": _host,
    "path": _path,
    "date": _DATE,
    "day": _DATE,
    "birthday": _DATE,
    "time": _moment("%H:%M"),
    "timestamp": _DATE_TIME,
    "datetime": _DATE_TIME,
    "date_time": _DATE_TIME,
    "created_at": _DATE_TIME,
    "updated_at": _DATE_TIME,
    "at": _DATE_TIME,
    "year": _moment("%Y"),
    "month": _moment("%B"),
    "price": lambda chance: f"{chance.randint(500, 20_000) / 100:.2f}",
}

_RANGES: dict[str, tuple[float, float]] = {
    "age": (18, 80),
    "year": (1990, 2025),
    "month": (1, 12),
    "day": (1, 28),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
    "price": (5, 200),
    "cost": (5, 200),
    "amount": (5, 200),
    "total": (5, 500),
    "count": (1, 20),
    "quantity": (1, 20),
    "size": (1, 20),
    "index": (0, 20),
    "page": (1, 20),
    "rating": (1, 5),
    "stars": (1, 5),
    "priority": (1, 5),
    "percent": (0, 100),
    "percentage": (0, 100),
    "score": (0, 1),
    "confidence": (0, 1),
    "probability": (0, 1),
    "ratio": (0, 1),
    "weight": (1, 100),
    "height": (1, 200),
    "temperature": (-5, 35),
    "latitude": (-60, 60),
    "lat": (-60, 60),
    "longitude": (-170, 170),
    "lon": (-170, 170),
    "lng": (-170, 170),
    "id": (1, 9_999),
    "port": (1_024, 65_535),
}
