"""Logs in the file of the state: as in memory, and there after a restart."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockgw.errors import ApiError
from mockgw.gateways.log import Log
from mockgw.gateways.logs import Logs, logs
from mockgw.gateways.place import Place
from mockgw.runner import running
from mockgw.settings import Settings
from tests.gateways.ground import HI
from tests.wire import Json, post, send

CHAT = "/v1/acc/gw/openai/chat/completions"
LOG = "/ai-gateway/gateways/gw/logs/"


@pytest.fixture(params=["memory", "sqlite"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Logs]:
    """Return a keeper of ten logs."""
    keeper = logs("memory" if request.param == "memory" else f"sqlite:{tmp_path}/state.db", 10)
    yield keeper
    keeper.close()


def log(identifier: str, session: str = "", gateway: str = "gw") -> Log:
    def response() -> bytes:
        return b'{"said":"so"}'

    place = Place(session, gateway)
    return Log(identifier, place, 0.0, "gpt-5.5", "run", 200, b"{}", response, price=lambda: 0.0)


def ids(kept: Logs, session: str = "", gateway: str = "gw") -> list[str]:
    return [one["id"] for one in kept.listed(session, gateway)]


def test_logs_are_their_gateways_and_sessions_own_oldest_first(kept: Logs) -> None:
    for one in (log("b"), log("a"), log("b", "other"), log("c", gateway="gw2")):
        kept.add(one)

    assert (ids(kept), ids(kept, "other"), ids(kept, gateway="gw2")) == (["b", "a"], ["b"], ["c"])
    assert kept.find("", "gw", "c") is None
    kept.drop("", "gw", ["b", "none"])
    assert ids(kept) == ["a"]
    kept.forget("other")
    assert (ids(kept), ids(kept, "other")) == (["a"], [])
    kept.forget(None)
    assert ids(kept) + ids(kept, gateway="gw2") == []


def test_the_oldest_gives_way(kept: Logs) -> None:
    for number in range(12):
        kept.add(log(str(number)))

    assert ids(kept) == [str(number) for number in range(2, 12)]


def test_a_log_is_told_whole_and_changed(kept: Logs) -> None:
    kept.add(log("a"))
    before = kept.find("", "gw", "a")
    assert before is not None
    kept.change("", "gw", "a", {"score": 7, "metadata": {"by": "me"}})
    kept.change("", "gw", "a", {"feedback": -1})
    kept.change("", "gw", "none", {"feedback": 1})

    changed = {"score": 7, "feedback": -1, "metadata": '{"by":"me"}'}
    assert kept.find("", "gw", "a") == {**before, **changed}
    assert before["response"] == {"said": "so"}
    kept.change("", "gw", "a", {"feedback": None})
    told = kept.find("", "gw", "a")
    assert told is not None
    assert "feedback" not in told
    with pytest.raises(ApiError, match="feedback"):
        kept.change("", "gw", "a", {"feedback": 5})


def test_they_are_there_after_a_restart_and_seen_by_another_server(tmp_path: Path) -> None:
    settings = Settings(port=0, mode="synth", state=f"sqlite:{tmp_path / 'state.db'}")
    body: Json = {"model": "gpt-5.5", **HI}
    with running(settings) as one, running(settings) as other:
        identifier = post(one.url + CHAT, body).headers["cf-aig-log-id"]
        assert send("PATCH", other.url + LOG + identifier, b'{"score": 3}').status == 200
    with running(settings) as later:
        told = send("GET", later.url + LOG + identifier).json()["result"]
        post(f"{later.url}/_mockgw/reset", {})
        assert send("GET", later.url + LOG + identifier).status == 404

    assert (told["score"], told["status_code"]) == (3, 200)
    assert json.loads(told["response_head"])["object"] == "chat.completion"


def test_a_file_that_fails_costs_logs_and_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(port=0, mode="synth", state=f"sqlite:{tmp_path / 'state.db'}")
    with running(settings) as gateway:
        with sqlite3.connect(tmp_path / "state.db") as base:
            base.execute("DROP TABLE log")
        base.close()
        answer = post(gateway.url + CHAT, {"model": "gpt-5.5", **HI})
        told = send("GET", gateway.url + LOG + answer.headers["cf-aig-log-id"])

    assert answer.status == 200
    assert "is lost" in caplog.text
    assert (told.status, "no such table" in str(told.body)) == (500, True)
