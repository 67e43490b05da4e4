"""`--state sqlite:PATH`: what was answered is there after a stop, after a kill, and next door."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.cli.test_serve import LONG, ask, url_of
from tests.wire import post, send

Start = Callable[..., subprocess.Popen[str]]
SERVE = ("serve", "--port", "0", "--mode", "synth", "--quiet", "--state", "sqlite:state.db")


def get(url: str, path: str) -> int:
    return send("GET", url + path).status


def test_state_survives_a_stop_and_another_seed(start_mockgw: Start) -> None:
    first = start_mockgw(*SERVE)
    url = url_of(first)
    made = [str(ask(url, "Name a lake.")["id"])]
    conversation = send("POST", f"{url}/v1/conversations").json()["id"]
    for number in range(20):
        made.append(str(ask(url, f"{number}", previous_response_id=made[-1])["id"]))
        ask(url, f"{number}", conversation=conversation)
    first.send_signal(signal.SIGTERM)
    assert first.wait(LONG) == 0
    for seed in ("0", "5"):
        again = start_mockgw(*SERVE, "--seed", seed)
        url = url_of(again)
        assert [get(url, f"/v1/responses/{one}") for one in made] == [200] * 21
        items = send("GET", f"{url}/v1/conversations/{conversation}/items?limit=100").json()
        assert len(items["data"]) == 60
        assert ask(url, "And?", previous_response_id=made[-1])["previous_response_id"] == made[-1]
        assert send("POST", f"{url}/v1/conversations").json()["id"] != conversation
        again.kill()
        again.wait(LONG)


def test_the_same_turns_after_a_restart_are_new_turns(start_mockgw: Start) -> None:
    place = ""
    seen: list[object] = []
    for start in range(3):
        server = start_mockgw(*SERVE)
        url = url_of(server)
        place = place or send("POST", f"{url}/v1/conversations").json()["id"]
        path = f"{url}/v1/conversations/{place}/items"
        ask(url, "Go on.", conversation=place)
        body = {"items": [{"role": "user", "content": "Noted."}]}
        assert post(path, body).status == 200
        items = send("GET", f"{path}?order=asc&limit=100").json()["data"]
        assert len({one["id"] for one in items}) == len(items) == (start + 1) * 4
        assert items[: len(seen)] == seen
        seen = items
        server.kill()
        server.wait(LONG)


def test_the_same_call_after_a_restart_is_the_same_response(start_mockgw: Start) -> None:
    told = []
    for _ in range(2):
        server = start_mockgw(*SERVE)
        url = url_of(server)
        answer = ask(url, "Name a lake.")
        told.append((answer, send("GET", f"{url}/v1/responses/{answer['id']}").json()))
        server.kill()
        server.wait(LONG)
    assert told[0] == told[1]
    assert told[0][0] == told[0][1]


@pytest.mark.slow
def test_nothing_that_was_answered_is_lost_when_the_server_is_killed(start_mockgw: Start) -> None:
    answered: list[str] = []
    for turn in range(4):
        server = start_mockgw(*SERVE)
        url = url_of(server)

        def write(name: str, url: str = url) -> None:
            number = 0
            # Until the server is gone, in whatever way that shows.
            with contextlib.suppress(OSError, HTTPException, ValueError):
                while number := number + 1:
                    answered.append(str(ask(url, f"{name} {number}")["id"]))

        writers = [threading.Thread(target=write, args=(f"{turn}-{one}",)) for one in range(4)]
        for writer in writers:
            writer.start()
        enough = len(answered) + 40
        while len(answered) < enough:
            writers[0].join(0.01)
        os.kill(server.pid, signal.SIGKILL)
        server.wait(LONG)
        for writer in writers:
            writer.join(LONG)
    server = start_mockgw(*SERVE)
    url = url_of(server)
    # The store keeps the newest thousand.
    kept = answered[-900:]
    assert len(kept) >= 160
    assert [one for one in kept if get(url, f"/v1/responses/{one}") != 200] == []
    assert ask(url, "And?", previous_response_id=kept[0])


def test_two_servers_share_one_file(start_mockgw: Start, tmp_path: Path) -> None:
    urls = [url_of(start_mockgw(*SERVE)) for _ in range(2)]
    place = send("POST", f"{urls[0]}/v1/conversations").json()["id"]
    lost: list[object] = []

    def talk(one: int) -> None:
        for number in range(15):
            told = ask(urls[one], f"{one}-{number}", conversation=place)
            if get(urls[1 - one], f"/v1/responses/{told['id']}") != 200:
                lost.append(told["id"])

    talkers = [threading.Thread(target=talk, args=(one,)) for one in (0, 1)]
    for talker in talkers:
        talker.start()
    for talker in talkers:
        talker.join(LONG * 3)
    assert lost == []
    listed = [send("GET", f"{url}/v1/conversations/{place}/items?limit=100").json() for url in urls]
    assert len(listed[0]["data"]) == 15 * 2 * 3
    assert listed[0] == listed[1]
    assert (tmp_path / "state.db").exists()


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("sqlite:none/state.db", "The state file none/state.db cannot be opened"),
        ("redis://127.0.0.1:6379/0", "There is no store for --state redis:…"),
        ("postgres:state", "--state: 'postgres:state' is not allowed."),
    ],
)
def test_a_place_that_cannot_keep_anything_is_told(
    start_mockgw: Start, where: str, words: str
) -> None:
    server = start_mockgw("serve", "--port", "0", "--state", where)
    told = server.communicate(timeout=LONG)[1]
    assert server.returncode == 2
    assert words in told
    assert "Traceback" not in told
    assert "memory" in told or "sqlite:PATH" in told


def test_a_file_that_the_configuration_names_lies_beside_it(
    start_mockgw: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "conf"
    folder.mkdir()
    (folder / "mockgw.toml").write_text('state = "sqlite:kept.db"\nport = 0\n')
    url_of(start_mockgw("serve", "--config", "conf/mockgw.toml"))
    assert (folder / "kept.db").exists()
