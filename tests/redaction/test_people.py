"""People become other people: the same one for the same, in the same form."""

import re

import pytest

from mockgw.redaction.redactor import redactor
from mockgw.redaction.rules import Rules

PEOPLE = redactor(salt="salt", rules=Rules(people=True))
DATA = [
    ("email", "ada.lovelace+post@analytical.engine.org"),
    ("phone", "+44 20 7946 0958"),
    ("phone", "+1 (212) 867-5309"),
    ("phone", "(212) 867-5309"),
    ("phone", "212-867-5309"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("iban", "GB82WEST12345698765432"),
    ("iban", "NL91 ABNA 0417 1643 00"),
]


def form(text: str) -> str:
    return re.sub("[A-Z]", "A", re.sub("[0-9]", "9", text))


@pytest.mark.parametrize(("kind", "value"), DATA, ids=[value for _, value in DATA])
def test_a_persons_data_become_anothers(kind: str, value: str) -> None:
    text = f"Write to {value}, or {value}."
    told = PEOPLE.text(text)
    invented = told.removeprefix("Write to ").split(", or ")[0]
    assert told == f"Write to {invented}, or {invented}."
    assert invented != value
    assert PEOPLE.text(told) == told
    assert [found.kind for found in PEOPLE.scan(text.encode())] == [kind, kind]
    assert PEOPLE.scan(told.encode()) == []
    assert kind == "email" or form(invented) == form(value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"first_name": "Ada", "lastName": "Lovelace"}', ("Ada", "Lovelace")),
        (r'{"arguments": "{\"full_name\": \"Ada \\u00c9toile\"}"}', ("toile",)),
        ('{"customer_name" : "\u5f35\u5049"}', ("\u5f35",)),
        ("My name is Ada Lovelace, and I know Dr. Babbage.", ("Ada", "Babbage")),
        ("Dear Mrs. O'Neill-Smith,", ("Neill", "Smith")),
    ],
)
def test_names_are_invented_where_the_text_says_that_they_are_names(
    text: str, names: tuple[str, ...]
) -> None:
    told = PEOPLE.text(text)
    assert not [one for one in names if one in told]
    assert "Doe-" in told
    assert PEOPLE.text(told) == told
    assert PEOPLE.scan(told.encode()) == []
    assert {one.kind for one in PEOPLE.scan(text.encode())} == {"name"}


def test_one_name_has_one_stand_in_and_another_another() -> None:
    told = PEOPLE.text("Mr. Ada King, Mr. ada King, Mr. Ada King.")
    assert len(set(told.removesuffix(".").split(", "))) == 2
    names = {PEOPLE.text(f"My name is Person{chr(65 + one // 26)}x{one % 26}") for one in range(90)}
    assert len(names) == 90


def test_other_people_become_other_people() -> None:
    mails = [f"person{number}@firm.example.net.de" for number in range(200)]
    ibans = PEOPLE.text("DE89 3704 0044 0532 0130 00, GB82 WEST 1234 5698 7654 32").split(", ")
    assert len({PEOPLE.text(mail) for mail in mails}) == 200
    assert len(set(ibans)) == 2
    assert PEOPLE.text("Ada@Firm.de") == PEOPLE.text("ada@firm.de")


def test_an_invented_iban_is_valid() -> None:
    told = PEOPLE.text("GB82 WEST 1234 5698 7654 32").replace(" ", "")
    turned = told[4:] + told[:4]
    assert int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


@pytest.mark.parametrize(
    "text",
    [
        *("a@example.com", "x@mail.example.org", "user@host.test", "2026-11-22 12:34", "1.2.3.4"),
        *('{"name": "get_weather", "type": "function"}', '{"first_name": {"type": "string"}}'),
        *(
            '{"required": ["first_name"]}',
            '{"full_name": ""}',
            "Doe-Kamira",
            "my name is not known",
        ),
        *("+1 555-0100", "1777054206", "DE00 1234 5678 9012 3456 78", "-0.123456789012"),
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert PEOPLE.text(text) == text


def test_people_are_left_alone_unless_asked() -> None:
    text = ", ".join(value for _, value in DATA)
    assert redactor().text(text) == text
