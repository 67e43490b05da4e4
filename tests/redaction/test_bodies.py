"""No planted secret is left in a text or a JSON body, and nothing else is touched."""

import base64
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from mockgw.redaction.redactor import redactor
from tests.redaction.planted import ACCOUNT, KEY, LETTERS, SHAPED, TOLD, VALUE, Planted

PLAIN = redactor(salt="of the tests")
KNOWING = redactor({"SHOP_PASSWORD": VALUE, "CLOUDFLARE_ACCOUNT_ID": ACCOUNT}, "of the tests")
each = pytest.mark.parametrize("one", [*SHAPED, *TOLD], ids=lambda one: one.name)
FIELDS = (
    "api_key apiKey client_secret access_token refreshToken password passphrase private_key "
    "authorization OPENAI_API_KEY aws_secret_access_key x-auth-key"
).split()


def redacted(value: Any) -> Any:
    """Return a value after its JSON was redacted."""
    return json.loads(PLAIN.body(json.dumps(value, indent=1).encode()))


@each
def test_a_secret_in_text_gives_way_to_its_placeholder_and_the_rest_stays(one: Planted) -> None:
    before, after = one.text.split("{}")
    told = PLAIN.text(one.text.format(one.secret))
    assert told.startswith(f"{before}REDACTED-{one.kind}-")
    assert told.endswith(after)
    assert len(told) == len(before + after) + len(f"REDACTED-{one.kind}-0000")


@each
def test_a_secret_in_json_inside_json_leaves_json(one: Planted) -> None:
    text = one.text.format(one.secret)
    inner = json.dumps({"note": text, "more": [1.0, "a\\b"]})
    value = redacted({"input": [{"arguments": inner}], "plain": text, "n": 1e3})
    assert value["plain"] == PLAIN.text(text)
    assert json.loads(value["input"][0]["arguments"]) == {
        "note": PLAIN.text(text),
        "more": [1.0, "a\\b"],
    }
    assert value["n"] == 1e3


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize(
    "secret", ["Xy7-quite.short", 'sla/sh\\es "and" quotes\\'.replace(" ", "_")]
)
def test_a_field_that_is_called_a_secret_loses_its_value(name: str, secret: str) -> None:
    value = redacted({"a": "b", name: secret, "user": "who?"})
    placeholder = value.pop(name)
    assert value == {"a": "b", "user": "who?"}
    assert placeholder.startswith("REDACTED-secret-")
    nested = json.loads(redacted({"x": json.dumps({name: secret, "user": "who?"})})["x"])
    assert nested == {name: placeholder, "user": "who?"}


@pytest.mark.parametrize(
    "form",
    [
        VALUE,
        json.dumps(VALUE)[1:-1],
        json.dumps(VALUE, ensure_ascii=False)[1:-1],
        quote(VALUE, safe=""),
        quote(VALUE),
        quote_plus(VALUE),
        quote(VALUE, safe="").lower(),
        base64.b64encode(VALUE.encode()).decode(),
        base64.urlsafe_b64encode(VALUE.encode()).decode(),
        base64.b64encode(VALUE.encode()).decode().rstrip("="),
    ],
)
def test_a_value_of_the_environment_is_found_in_every_form(form: str) -> None:
    placeholder = KNOWING.text(VALUE)
    assert placeholder.startswith("REDACTED-secret-")
    assert KNOWING.text(f"see {form} there") == f"see {placeholder} there"
    body = json.dumps({"a": form, "b": json.dumps({"c": form})})
    assert json.loads(KNOWING.body(body.encode())) == {
        "a": placeholder,
        "b": json.dumps({"c": placeholder}),
    }


@pytest.mark.parametrize("secret", [KEY, VALUE])
@pytest.mark.parametrize("shift", range(4))
def test_base64_of_a_text_with_a_secret_goes_as_a_whole(secret: str, shift: int) -> None:
    told = f"{'-' * shift}Incorrect API key provided: {secret}. Find yours in the settings."
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        blob = encode(encode(told.encode())).decode()
        body = KNOWING.body(json.dumps({"error": blob, "n": 1}).encode()).decode()
        assert body.startswith('{"error": "REDACTED-base64-')
        assert body.endswith('", "n": 1}')


def test_equal_secrets_stay_equal_wherever_they_stand() -> None:
    text = f"Bearer {KEY}, {KEY}? api_key={KEY}; https://x:{KEY}@host"
    placeholder = PLAIN.text(KEY)
    assert PLAIN.text(text) == text.replace(KEY, placeholder)
    knowing = redactor({"A_KEY": KEY}, "of the tests")
    assert knowing.text(base64.b64encode(KEY.encode()).decode()) == placeholder


def test_other_secrets_and_other_salts_have_other_placeholders() -> None:
    told = {redactor(salt=salt).text(key) for salt in "ab" for key in (KEY, KEY + "x")}
    assert len(told) == 4


def test_the_account_of_the_environment_and_of_an_address_is_called_account() -> None:
    gone = {"note": "ACCOUNT", "at": "https://api.example.com/client/v4/accounts/ACCOUNT/ai/run"}
    told = {"note": ACCOUNT, "at": f"https://api.example.com/client/v4/accounts/{ACCOUNT}/ai/run"}
    assert json.loads(KNOWING.body(json.dumps(told).encode())) == gone
    assert redacted({"at": told["at"]}) == {"at": gone["at"]}


def test_a_number_that_is_a_secret_gives_way_to_a_number() -> None:
    body = b'{"pin": 48151623, "text": "48151623"}'
    value = json.loads(redactor({"CARD_PASSWORD": "48151623"}).body(body))
    assert str(value["pin"]) == value["text"] != "48151623"
    assert len(value["text"]) == 8


def test_all_bytes_around_a_secret_stay() -> None:
    body = '{"z" :1.50,\r\n"a":{"key":"%s"},"u":"\\u00e9\\/é","n":-0,"e":1E2 }\t'
    placeholder = PLAIN.text(KEY)
    assert PLAIN.body((body % KEY).encode()) == (body % placeholder).encode()


def test_a_body_that_is_no_text_is_redacted_too() -> None:
    body = b"\xff\xfe\x00" + KEY.encode() + b"\x80"
    assert PLAIN.body(body) == b"\xff\xfe\x00" + PLAIN.text(KEY).encode() + b"\x80"


def test_escapes_do_not_hide_a_secret() -> None:
    spelled = "".join(f"\\u{ord(letter):04x}" for letter in KEY)
    percent = KEY.replace("-", "%2D")
    body = f'{{"a": "{spelled}", "b": "say\\n{KEY}\\n", "c": "{percent}"}}'
    placeholder = PLAIN.text(KEY)
    assert json.loads(PLAIN.body(body.encode())) == {
        "a": placeholder,
        "b": f"say\n{placeholder}\n",
        "c": placeholder,
    }


def test_the_end_of_a_string_is_never_taken_for_the_middle_of_a_secret() -> None:
    for value in (
        {"password": "ends with\\", "user": "someone", "n": [1, 2, 3]},
        {"say": "Enter the password:", "count": 12345678, "user": "x"},
        {"say": "password='abc", "b": "it's mine, the others' too", "c": "'"},
        {"say": 'token="', "b": LETTERS, "c": '"'},
    ):
        for form in (json.dumps(value), json.dumps(value, separators=(",", ":"))):
            after = json.loads(PLAIN.body(form.encode()))
            assert {name: after[name] for name in value if name != "password"} == {
                name: told for name, told in value.items() if name != "password"
            }
