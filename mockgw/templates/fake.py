"""Made-up data for texts, the same for the same seed: `{{ fake.city }}`.

Nothing here looks at the clock: the same call gets the same words next year.
"""

import threading
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Any

from mockgw.templates.document import Part
from mockgw.templates.evaluation import Fields
from mockgw.templates.problem import nearest

if TYPE_CHECKING:
    from faker import Faker

FAKES = frozenset(
    "address ascii_safe_email boolean bs building_number catch_phrase city color_name company "
    "country country_code currency_code currency_name domain_name email file_name first_name "
    "hex_color iban ipv4 isbn13 job language_name last_name latitude license_plate longitude "
    "mac_address mime_type month_name name paragraph phone_number postcode random_digit random_int "
    "sentence slug street_address street_name text timezone tld url user_name uuid4 word".split()
)
# One Faker of each language is shared and reseeded before each use.
_LOCK = threading.Lock()


def fake(locale: str, chance: Random) -> Fields:
    """Return made-up data in a language, drawn from the chance in the order it is asked for."""

    def get(name: str) -> Any:
        if name not in FAKES:
            raise KeyError(name)
        with _LOCK:
            faker = _faker(locale)
            faker.seed_instance(chance.getrandbits(32))
            made = getattr(faker, name)()
        return made if isinstance(made, str | int | bool) else str(made)

    return Fields("fake", get)


@lru_cache(maxsize=16)
def _faker(locale: str) -> "Faker":
    from faker import Faker  # noqa: PLC0415 - a fifth of a second that most templates never need

    return Faker(locale or None)


def check_locale(part: Part) -> str:
    """Return the language; raises TemplateError when there is no data in it."""
    from faker.config import AVAILABLE_LOCALES  # noqa: PLC0415 - the same

    if part.value not in AVAILABLE_LOCALES:
        hint = nearest(part.value, sorted(AVAILABLE_LOCALES))
        raise part.wrong(f"There is no made-up data in {part.value!r}.", hint)
    return str(part.value)
