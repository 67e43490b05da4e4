"""Every error by its name, through the doors, as the openai package and plain HTTP see it."""

from math import ceil
from typing import Any

import openai
import pytest

from mockgw import script
from mockgw.errors import MockgwError
from mockgw.faults.named import NAMES, named, usual
from mockgw.sessions import Session
from tests.faults.conftest import Client
from tests.ways import CHAT, RESPONSES, Way

RAISED: dict[int, type[openai.APIStatusError]] = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    429: openai.RateLimitError,
    500: openai.InternalServerError,
    503: openai.InternalServerError,
}
PROVIDER = [name for name in NAMES if not name.startswith("gateway.")]
CLOUDFLARE = [name for name in NAMES if name.startswith("gateway.")]
BY_NAME = {way.name: way for way in RESPONSES}
RUN = BY_NAME["binding"]
REST = BY_NAME["rest run"]


def asked(way: Way, session: Session, name: str, **details: Any) -> Any:
    session.script.append(script.fail(name, **details))
    return way.ask(session.url, "openai/gpt-5.5", {"input": "Hello"})


@pytest.mark.parametrize("door", ["openai", "gateway"])
@pytest.mark.parametrize("name", PROVIDER)
def test_an_error_of_the_provider_is_raised_by_the_openai_package(
    name: str, door: str, client: Client, session: Session
) -> None:
    wanted = NAMES[name]
    session.script.append(script.fail(name))
    with pytest.raises(RAISED.get(wanted.status, openai.APIStatusError)) as caught:
        client(door).responses.create(model="gpt-5.5", input="Hello")
    error = caught.value
    assert error.status_code == wanted.status
    assert (error.code, error.param, error.type) == (wanted.code, wanted.param, wanted.type)
    assert error.body == {
        "message": wanted.message.replace("{model}", "gpt-5.5"),
        "type": wanted.type,
        "param": wanted.param,
        "code": wanted.code,
    }
    told = error.response.headers
    for header, value in wanted.headers:
        assert told[header] == value
    waits = None if wanted.retry_after is None else str(ceil(wanted.retry_after))
    assert told.get("retry-after") == waits


@pytest.mark.parametrize("name", PROVIDER)
def test_a_run_of_the_catalogue_wraps_what_the_provider_refuses(
    name: str, session: Session
) -> None:
    for way, place in ((REST, "errors"), (RUN, "error")):
        answer = asked(way, session, name)
        body = answer.json()
        assert answer.status == NAMES[name].status
        assert body["success"] is False
        assert body[place][0]["code"] in {7003, 2003, 2009, 10000, 7000}
        assert "retry-after" not in answer.headers
        assert "x-ratelimit-limit-requests" not in answer.headers


@pytest.mark.parametrize("name", CLOUDFLARE)
def test_an_error_of_cloudflare_has_its_code_in_the_form_of_each_door(
    name: str, session: Session
) -> None:
    wanted, code = NAMES[name], int(name.removeprefix("gateway."))
    run = (wanted.run or wanted.message).replace("{model}", "gpt-5.5")
    rest = asked(REST, session, name)
    assert rest.status == wanted.status
    listed = {"code": 10000, "message": "Authentication error"} if code == 2009 else None
    assert rest.json() == {
        "result": None,
        "success": False,
        "errors": [listed or {"code": code, "message": run}],
        "messages": [],
    }
    bound = asked(RUN, session, name).json()
    assert bound["internalCode"] == code
    if code == 7000:
        assert bound == {"description": run, "internalCode": 7000, "name": "Internal Error"}
    else:
        assert bound["error"] == [{"code": code, "message": run}]
        assert (bound["name"], bound["httpCode"]) == ("AiGatewayError", wanted.status)
    through = asked(BY_NAME["gateway"], session, name)
    assert (through.status, through.json()["internalCode"]) == (wanted.status, code)


def test_the_binding_shows_the_description(session: Session) -> None:
    shown = {name: asked(RUN, session, name).json()["description"] for name in CLOUDFLARE}
    assert shown["gateway.2021"] == "Insufficient AI Gateway credits"
    assert shown["gateway.2047"] == "Invalid User Credentials"
    assert shown["gateway.7003"] == "User Input Error"
    assert shown["gateway.2003"] == "Rate limited"
    assert shown["gateway.2045"].startswith("Spend limit exceeded: rule")


def test_the_words_are_those_of_the_api_that_was_called(session: Session) -> None:
    chat = next(way for way in CHAT if way.name == "openai")
    session.script.append(script.fail("context_length"))
    asking = {"messages": [{"role": "user", "content": "Hi"}]}
    error = chat.ask(session.url, "gpt-5.5", asking).json()["error"]
    assert error["param"] == "messages"
    assert error["message"].startswith("Input tokens exceed the configured limit of 272000 tokens.")
    through = asked(BY_NAME["gateway"], session, "gateway.2021").json()["message"]
    assert through.startswith("Insufficient wholesale credits.")
    assert (
        asked(REST, session, "gateway.2021")
        .json()["errors"][0]["message"]
        .startswith("Insufficient balance")
    )


def test_what_somebody_chose_stays(session: Session) -> None:
    answer = asked(
        BY_NAME["openai"],
        session,
        "rate_limit",
        message="No {model}.",
        retry_after=7,
        should_retry=False,
        headers={"X-Own": "1", "x-ratelimit-limit-requests": "9"},
    )
    assert answer.json()["error"]["message"] == "No {model}."
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["retry-after-ms"] == "7000"
    assert answer.headers["x-should-retry"] == "false"
    assert (answer.headers["x-own"], answer.headers["x-ratelimit-limit-requests"]) == ("1", "9")
    assert answer.headers["x-ratelimit-remaining-requests"] == "0"


@pytest.mark.parametrize(
    ("name", "details", "told"),
    [
        ("rate_limit", {}, (3, [0.12, 0.12])),
        ("overloaded", {}, (3, [1.0, 1.0])),
        ("rate_limit", {"retry_after": 20}, (3, [20.0, 20.0])),
        ("rate_limit", {"retry_after": 200}, (1, [])),
        ("server_error", {"should_retry": False}, (1, [])),
        ("context_length", {}, (1, [])),
        ("context_length", {"should_retry": True, "retry_after": 3}, (3, [3.0, 3.0])),
        ("gateway.2021", {}, (1, [])),
    ],
)
def test_the_openai_package_asks_again_as_it_is_told(
    name: str,
    details: Any,
    told: tuple[int, list[float]],
    client: Client,
    session: Session,
    waits: list[float],
) -> None:
    for door in ("openai", "gateway"):
        session.entries.clear()
        waits.clear()
        session.script.clear()
        session.script.extend([script.fail(name, **details)] * 3)
        asking = client(door, retries=2)
        with pytest.raises(openai.APIStatusError):
            asking.responses.create(model="gpt-5.5", input="Hello")
        assert len(session.entries) == told[0], door
        assert waits == pytest.approx(told[1]), door


@pytest.mark.parametrize("name", ["rate_limt", "gateway.2022"])
def test_an_unknown_name_is_told_with_the_nearest(name: str) -> None:
    with pytest.raises(MockgwError, match=r"There is no error named .*\n  Did you mean "):
        named(name)


def test_a_status_is_told_in_its_usual_words() -> None:
    assert usual(429).name == "rate_limit"
    assert (usual(418).name, usual(418).message) == ("", "The request failed with status 418.")
