"""Who may come in."""

import pytest

from mockgw.doors.binding import Binding
from mockgw.doors.gateway import Gateway
from mockgw.doors.openai import OpenAI
from mockgw.doors.rest import RestRun
from mockgw.errors import ApiError
from mockgw.keys import Keys
from mockgw.model import Raw
from mockgw.ports import Door

KEY = "sk-proj-0123456789abcdefWXYZ"
OPENAI, AIG, REST, BINDING = OpenAI(), Gateway(), RestRun(), Binding()


def raw(headers: dict[str, str], *, local: bool = True) -> Raw:
    return Raw("POST", "/", "", headers, b"", local)


@pytest.mark.parametrize(
    ("door", "headers", "local"),
    [
        (OPENAI, {"authorization": f"Bearer {KEY}"}, True),
        (OPENAI, {"authorization": f"bearer  {KEY} "}, True),
        (AIG, {"authorization": f"Bearer {KEY}"}, True),
        (AIG, {"cf-aig-authorization": f"Bearer {KEY}", "authorization": "Bearer other"}, True),
        (REST, {"authorization": f"Bearer {KEY}"}, True),
        (BINDING, {}, True),
        (BINDING, {"cf-aig-authorization": f"Bearer {KEY}"}, False),
    ],
)
def test_a_caller_with_our_key_comes_in(door: Door, headers: dict[str, str], local: bool) -> None:
    Keys([KEY, "second"]).check(raw(headers, local=local), door)


@pytest.mark.parametrize(
    ("door", "headers", "local"),
    [
        (OPENAI, {}, True),
        (OPENAI, {"authorization": KEY}, True),
        (OPENAI, {"authorization": "Basic abc"}, True),
        (OPENAI, {"cf-aig-authorization": f"Bearer {KEY}"}, True),
        (REST, {"authorization": "Bearer"}, True),
        (BINDING, {}, False),
    ],
)
def test_a_caller_without_a_key_is_told_where_to_put_one(
    door: Door, headers: dict[str, str], local: bool
) -> None:
    with pytest.raises(ApiError, match=r"^You didn't provide an API key") as told:
        Keys([KEY]).check(raw(headers, local=local), door)
    assert (told.value.status, told.value.code) == (401, None)


@pytest.mark.parametrize(
    ("shown", "masked"),
    [
        ("sk-proj-other-key-of-mineMxYA", "sk-proj-********MxYA"),
        ("hunter2", "********"),
        ("kéy-that-is-lönger-than-sixteen", "kéy-that********teen"),
    ],
)
def test_a_wrong_key_is_shown_only_by_its_ends(shown: str, masked: str) -> None:
    with pytest.raises(ApiError) as told:
        Keys([KEY]).check(raw({"authorization": f"Bearer {shown}"}), OPENAI)
    assert told.value.code == "invalid_api_key"
    assert told.value.message == (
        f"Incorrect API key provided: {masked}. You can find your API key at "
        "https://platform.openai.com/account/api-keys."
    )


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer anything"}])
def test_without_keys_everybody_comes_in(headers: dict[str, str]) -> None:
    Keys([]).check(raw(headers, local=False), BINDING)
    Keys([]).check(raw(headers), OPENAI)


def test_a_part_of_a_key_opens_nothing() -> None:
    keys = Keys([KEY])
    assert keys.opens(KEY)
    assert not any(map(keys.opens, ["", KEY[:-1], KEY + "x", KEY.upper(), "\udcff"]))
