"""What is kept of what the upstream says, and in which form."""

import json
import re
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mockgw.cassette.reader import read
from mockgw.outgoing import Outgoing
from mockgw.recorder import Arrived, Recorder
from mockgw.recorder.arrived import gaps
from mockgw.recorder.policy import Policy
from mockgw.redaction.redactor import Redactor, redactor
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from mockgw.tapes import Tapes
from tests.record.upstreams import odd
from tests.ways import CHAT, RESPONSES, Way

KEY = "sk-" + "proj-" + "0123456789abcdefghijklmnopqrstuvwxyz"
SENT = Outgoing("POST", "https://api.openai.com/v1/responses", {}, b'{"input": "x"}')
SAID = Arrived(
    200,
    "OK",
    {"content-type": ("application/json",)},
    b'{"id": "resp_1", "object": "response"}',
    1777054206.25,
    0.12,
)


@asynccontextmanager
async def recording(tape: Path, **settings: Any) -> AsyncIterator[Gateway]:
    chosen = Settings(port=0, mode="record", cassettes=(str(tape),), **settings)
    async with running(chosen) as gateway:
        yield gateway


async def ask(gateway: Gateway, text: str) -> int:
    body = {"model": "gpt-5.5", "input": text}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{gateway.url}/v1/responses", json=body) as answer,
    ):
        await answer.read()
        return answer.status


def steady(text: str) -> list[str]:
    """Return the lines without those that the upstream itself says otherwise each time."""
    passing = re.compile(r"_|openai-processing-ms|x-request-id")
    return [line for line in text.splitlines() if not passing.search(line)]


@pytest.mark.parametrize("status", [401, 403, 408, 409, 429, 500, 503])
async def test_errors_of_the_moment_are_kept_when_that_is_asked_for(
    status: int, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    async with (
        odd() as upstream,
        recording(tape, upstream=f"{upstream.url}/v1", keep_errors=True) as gateway,
    ):
        assert await ask(gateway, f"status:{status}") == status
        assert gateway.ledger is not None
        assert gateway.ledger.line() == "1 kept"
    assert [one.status for one in read(tape)] == [status]
    async with running(Settings(port=0, mode="replay", cassettes=(str(tape),))) as gateway:
        assert await ask(gateway, f"status:{status}") == status


async def test_without_timing_the_same_answers_give_the_same_file(tmp_path: Path) -> None:
    tapes = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    async with running(Settings(port=0, mode="synth")) as upstream:
        for tape in tapes:
            settings = {"upstream": f"{upstream.url}/v1", "keep_timing": False}
            async with (
                recording(tape, **settings) as gateway,
                aiohttp.ClientSession() as client,
            ):
                for stream in (False, True):
                    body = {"model": "gpt-5.5", "input": f"Hi {stream}", "stream": stream}
                    url = f"{gateway.url}/v1/responses"
                    async with client.post(url, json=body) as answer:
                        assert answer.status == 200
    one, two = (tape.read_text("utf-8") for tape in tapes)
    assert "mockgw:" not in one
    assert steady(one) == steady(two)
    assert all(not item.extra for item in read(tapes[0]))


async def test_a_compact_cassette_has_a_line_per_answer_and_is_played(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with (
        odd() as upstream,
        recording(tape, upstream=f"{upstream.url}/v1", cassette_style="compact") as gateway,
    ):
        await ask(gateway, "one")
        await ask(gateway, "two")
        await ask(gateway, "one")
        assert len(upstream.seen) == 2
    items = [line for line in tape.read_text("utf-8").splitlines() if line.startswith("- ")]
    assert len(items) == 2
    assert [json.loads(one.request_body)["input"] for one in read(tape)] == ["one", "two"]


@pytest.mark.parametrize(
    ("way", "named"),
    [
        *(pytest.param(way, way.door.partition("-")[0], id=f"{way.name}") for way in RESPONSES),
        *(pytest.param(way, way.door.partition("-")[0], id=f"chat {way.name}") for way in CHAT),
    ],
)
async def test_each_door_has_the_upstream_that_was_named_for_it(
    way: Way, named: str, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    text = {"messages": [{"role": "user", "content": "x"}]} if way in CHAT else {"input": "x"}
    async with odd() as right, odd() as other:
        doors = {"openai", "gateway", "rest", "binding"} - {named}
        chosen = (f"{named}={right.url}/v1", *(f"{door}={other.url}/v1" for door in doors))
        async with recording(tape, upstreams=chosen) as gateway, aiohttp.ClientSession() as client:
            path, sent, headers = way.request("openai/gpt-5.5" if way.run_path else "gpt-5.5", text)
            async with client.post(gateway.url + path, json=sent, headers=headers) as answer:
                await answer.read()
        assert (len(right.seen), len(other.seen)) == (1, 0)


async def test_a_door_without_an_upstream_says_which_setting_it_lacks(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with (
        recording(tape, upstreams=("rest=http://127.0.0.1:9",)) as gateway,
        aiohttp.ClientSession() as client,
        client.post(
            f"{gateway.url}/v1/responses", json={"model": "gpt-5.5", "input": "x"}
        ) as answer,
    ):
        assert answer.status == 502
        message = (await answer.json())["error"]["message"]
    assert message.endswith("Give --upstream URL or --upstream-for openai=URL.")


class Blind(Redactor):
    """A redactor that overlooks every secret, so that only the last look is left."""

    def interaction(self, one: Any) -> Any:
        """Return it as it is, but for the headers."""
        return replace(one, request_headers={}, response_headers=one.response_headers)

    def knowing(self, secrets: Any, accounts: Any = ()) -> Any:
        """Know no more than before."""
        return self


def blind(tape: Path, leftovers: str) -> Recorder:
    whole = redactor({})
    one = Blind(whole._finder, whole._placeholders, whole._rules)
    return Recorder(tape, Tapes(()), one, Policy(leftovers=leftovers))


@pytest.mark.parametrize(
    ("leftovers", "failed", "files"),
    [
        ("redact", False, []),
        ("fail", True, []),
        ("quarantine", False, ["tape.yaml.quarantine"]),
    ],
)
def test_an_answer_in_which_a_secret_is_left_is_not_recorded(
    leftovers: str, failed: bool, files: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = blind(tmp_path / "tape.yaml", leftovers)
    told = recorder.keep(SENT, replace(SAID, body=f'{{"id": "{KEY}"}}'.encode()))
    assert told.startswith("not kept: it still held secrets (openai)")
    assert (recorder.ledger.failed, recorder.ledger.lost.total()) == (failed, 1)
    assert [path.name for path in tmp_path.iterdir()] == files
    assert all(KEY not in path.read_text("utf-8") for path in tmp_path.iterdir())
    assert KEY not in caplog.text + told


PLACES: dict[str, tuple[Outgoing, Arrived]] = {
    "answer": (SENT, replace(SAID, body=f'{{"id": "{KEY}"}}'.encode())),
    "request": (replace(SENT, body=f'{{"input": "{KEY}"}}'.encode()), SAID),
    "address": (replace(SENT, url=f"{SENT.url}?x={KEY}"), SAID),
    "reason": (SENT, replace(SAID, reason=KEY)),
    "header": (SENT, replace(SAID, headers={**SAID.headers, "x-request-id": (KEY, "req_1")})),
    "name of a header": (SENT, replace(SAID, headers={**SAID.headers, KEY: ("x",)})),
    "stream": (
        SENT,
        replace(
            SAID,
            body=b"".join(
                b'data: {"type":"response.output_text.delta","delta":"%b"}\n\n' % part.encode()
                for part in (KEY[:9], KEY[9:20], KEY[20:])
            ),
        ),
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_quarantine_holds_all_but_the_part_with_the_secret_and_is_its_owners(
    place: str, tmp_path: Path
) -> None:
    recorder = blind(tmp_path / "tape.yaml", "quarantine")
    told = recorder.keep(*PLACES[place])
    [path] = tmp_path.iterdir()
    assert told.endswith(f"the rest is in {path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text("utf-8")
    assert not redactor({}).scan(path.read_bytes())
    assert KEY[9:20] not in text
    # What holds none is still there.
    assert ("resp_1" in text) is (place not in {"answer", "stream"})
    assert ('"input": "x"' in text) is (place != "request")


def test_gaps_add_up_however_many_there_are() -> None:
    frames = [b"data: %d\n\n" % number for number in range(1000)]
    times = [(number * 0.0104, len(frame)) for number, frame in enumerate(frames)]
    told = [int(gap) for gap in gaps(replace(SAID, body=b"".join(frames), times=times)).split()]
    assert sum(told) == round(999 * 0.0104 * 1000)
    assert all(abs(sum(told[: n + 1]) - n * 10.4) <= 0.5 for n in range(1000))
