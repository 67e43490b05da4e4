"""Ids with the structure of the real ones."""

import re

import pytest

from mockgw import ids
from mockgw.digits import Digits

AT = 1777054206.5
REAL = "resp_063e06a488467aad0169ebb1fc91d4819081d5cf054ee32daa"


def test_a_real_id_has_a_partition() -> None:
    assert ids.partition_of(REAL) == "063e06a488467aad"


@pytest.mark.parametrize(
    "other", ["", "resp_1", REAL[:-1], REAL + "0", REAL.upper(), "call_" + "a" * 24, REAL + "\n"]
)
def test_an_id_of_another_structure_has_no_partition(other: str) -> None:
    assert ids.partition_of(other) == ""


@pytest.mark.parametrize(("stored", "flag"), [(True, "00"), (False, "01")])
def test_an_id_is_read_digit_by_digit(stored: bool, flag: str) -> None:
    made = ids.Ids(Digits("1"), AT, stored=stored).new("msg", after=1.25)
    prefix, _, digits = made.partition("_")
    assert (prefix, len(digits)) == ("msg", 50)
    assert re.fullmatch("0[0-9a-f]{15}", digits[:16])
    assert digits[16:18] == flag
    assert int(digits[18:26], 16) == int(AT + 1.25)
    assert int(digits[26:30], 16) == int(0.75 * 65536)
    assert digits[30] == "8"
    assert digits[34] in "89ab"
    assert ids.partition_of(made) == digits[:16]


def test_ids_of_one_response_share_their_head_and_nothing_else() -> None:
    made = ids.Ids(Digits("1"), AT, stored=True)
    told = [made.new("fc") for _ in range(200)]
    assert len({one[3:21] for one in told}) == 1
    assert len({one[-15:] for one in told}) == 200


def test_a_given_partition_is_kept() -> None:
    made = ids.Ids(Digits("1"), AT, stored=True, partition="063e06a488467aad").new("resp")
    assert ids.partition_of(made) == "063e06a488467aad"


def test_the_same_chance_gives_the_same_ids() -> None:
    first, second = (ids.Ids(Digits("4"), AT, stored=True) for _ in range(2))
    assert (first.new("rs"), first.call()) == (second.new("rs"), second.call())


@pytest.mark.parametrize(
    ("created", "digits"),
    [(1_576_800_000, "00000"), (1_576_800_061, "0000z"), (1_576_800_062, "00010"), (0, "00000")],
)
def test_a_chat_id_tells_its_second_in_base_62(created: int, digits: str) -> None:
    assert re.fullmatch(f"chatcmpl-{digits}[0-9A-Za-z]{{24}}", ids.chat(Digits("1"), created))


def test_a_real_chat_id_tells_the_second_it_was_recorded_at() -> None:
    assert ids.chat(Digits("1"), 1777055247).startswith("chatcmpl-DYFXL")
