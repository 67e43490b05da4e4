"""Mode diff: the tape answers, the upstream is asked too, and where they part is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mockgw.cassette.writer import replace
from mockgw.model import Entry
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.calls import recording
from tests.record.upstreams import odd

SECRET = "sk-" + "proj-" + "0123456789abcdefghijklmnopqrstuvwxyz"


def answer(text: str, tokens: int, status: str = "completed") -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    item = {"type": "message", "id": "msg_9", "role": "assistant", "content": [part]}
    usage = {"input_tokens": 3, "output_tokens": tokens}
    told = {"id": "resp_9", "object": "response", "status": status, "output": [item]}
    return {**told, "usage": usage}


def taped(tape: Path, *pairs: tuple[str, Any], status: int = 200) -> None:
    replace(
        tape,
        [
            recording({"model": "gpt-5.5", "input": asked}, said, status=status)
            for asked, said in pairs
        ],
    )


@asynccontextmanager
async def comparing(upstream: str, tape: Path, **further: Any) -> AsyncIterator[Gateway]:
    settings = Settings(
        port=0, mode="diff", upstream=f"{upstream}/v1", cassettes=(str(tape),), **further
    )
    async with running(settings) as gateway:
        yield gateway


async def asked(gateway: Gateway, text: str, *, stream: bool = False) -> tuple[int, bytes]:
    body = {"model": "gpt-5.5", "input": text, "stream": stream}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{gateway.url}/v1/responses", json=body) as reply,
    ):
        return reply.status, await reply.read()


async def told(gateway: Gateway, count: int = 1) -> Sequence[Entry]:
    """Return the journal once it has so many entries: each comes when its comparison is over."""
    for _ in range(1000):
        if len(gateway.journal) >= count:
            break
        await asyncio.sleep(0.01)
    return gateway.journal.entries()


def counted(gateway: Gateway) -> tuple[str, bool]:
    assert gateway.ledger is not None
    return gateway.ledger.line(), gateway.ledger.failed


@pytest.mark.parametrize(
    ("recorded", "line", "failed", "notes"),
    [
        (answer("Hello there", 2), "1 the same", False, ("the upstream says the same",)),
        (
            answer("Hi", 1),
            "1 in other words",
            False,
            (
                "the upstream says the same in other words",
                "wording: output[0].content[0].text: recorded 'Hi', now 'Hello there'",
                "usage: usage.output_tokens: recorded 1, now 2",
            ),
        ),
        (
            answer("Hello there", 2, "incomplete"),
            "1 drifted",
            True,
            (
                "drift: the upstream differs from TAPE:4 in 1 place(s)",
                "value: status: recorded 'incomplete', now 'completed'",
            ),
        ),
    ],
)
async def test_the_client_gets_the_tape_and_the_journal_says_where_the_upstream_parts_from_it(
    recorded: Any, line: str, failed: bool, notes: tuple[str, ...], tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    taped(tape, ("says:Hello there", recorded))
    before = tape.read_bytes()
    async with odd() as upstream, comparing(upstream.url, tape) as gateway:
        status, said = await asked(gateway, "says:Hello there")
        [entry] = await told(gateway)
        assert len(upstream.seen) == 1
        assert counted(gateway) == (line, failed)
    assert (status, json.loads(said)) == (200, recorded)
    assert entry.source == "replay"
    where = entry.where.rpartition(":")[0]
    assert (
        tuple(note.replace(where, "TAPE").replace("TAPE:3", "TAPE:4") for note in entry.notes)
        == notes
    )
    assert tape.read_bytes() == before


async def test_another_status_is_drift(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    taped(tape, ("status:429", answer("Hello there", 2)))
    async with odd() as upstream, comparing(upstream.url, tape) as gateway:
        assert (await asked(gateway, "status:429"))[0] == 200
        [entry] = await told(gateway)
        assert counted(gateway) == ("1 drifted", True)
    assert entry.notes[1] == "status: status: recorded 200, now 429"


async def test_a_recorded_refusal_that_is_still_refused_is_the_same(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    error = {"error": {"message": "No.", "type": "t", "param": None, "code": None}}
    taped(tape, ("status:400", error), status=400)
    async with odd() as upstream, comparing(upstream.url, tape) as gateway:
        assert (await asked(gateway, "status:400"))[0] == 400
        await told(gateway)
        assert counted(gateway) == ("1 the same", False)


async def test_a_stream_is_compared_by_what_it_says_in_the_end(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with running(Settings(port=0, mode="synth")) as upstream:
        recorder = Settings(
            port=0, mode="record", upstream=f"{upstream.url}/v1", cassettes=(str(tape),)
        )
        async with running(recorder) as gateway:
            first = await asked(gateway, "Hello", stream=True)
        async with comparing(upstream.url, tape) as gateway:
            assert await asked(gateway, "Hello", stream=True) == first
            # Asked for in the other form, it is the same tape and the same meaning.
            await asked(gateway, "Hello")
            await told(gateway, 2)
            assert counted(gateway) == ("2 the same", False)


async def test_a_call_without_a_recording_is_passed_through_and_told(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    taped(tape, ("says:Hello", answer("Hello", 1)))
    async with odd() as upstream, comparing(upstream.url, tape) as gateway:
        status, said = await asked(gateway, "says:Something else")
        [entry] = await told(gateway)
        assert counted(gateway) == ("1 not recorded", True)
    assert status == 200
    assert "Something else" in said.decode()
    assert (entry.source, entry.notes) == (
        "live",
        ("not recorded: no recording answers this call",),
    )


async def test_what_could_not_be_compared_is_told_and_the_client_has_its_answer(
    tmp_path: Path,
) -> None:
    tape = tmp_path / "tape.yaml"
    taped(tape, ("x", answer("Hello", 1)))
    async with comparing("http://127.0.0.1:9", tape) as gateway:
        assert (await asked(gateway, "x"))[0] == 200
        [entry] = await told(gateway)
        assert counted(gateway) == ("1 not compared", True)
    assert entry.notes[0].startswith("not compared: The upstream 127.0.0.1:9 could not be reached")


async def test_the_client_does_not_wait_for_the_upstream(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    taped(tape, ("late", answer("Hello", 1)))
    async with odd() as upstream, comparing(upstream.url, tape, drain=0.1) as gateway:
        assert (await asked(gateway, "late"))[0] == 200
        assert not gateway.journal.entries()
        await gateway.stop()
        [entry] = gateway.journal.entries()
        assert counted(gateway) == ("1 not compared", True)
    assert "mockgw stopped before the upstream had answered" in entry.notes[0]


async def test_a_stop_waits_for_the_comparisons_that_are_under_way(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    taped(tape, ("late", {"id": "r", "object": "response", "status": "completed"}))
    async with odd() as upstream, comparing(upstream.url, tape, drain=20) as gateway:
        await asked(gateway, "late")
        asyncio.get_running_loop().call_later(0.2, upstream.go_on.set)
        await gateway.stop()
        assert counted(gateway) == ("1 the same", False)


async def test_secrets_of_either_side_stay_out_of_what_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tape = tmp_path / "tape.yaml"
    said = answer("Hello", 1)
    said["output"][0]["status"] = "old"
    taped(tape, (f"says:My key is {SECRET}", said))
    async with odd() as upstream, comparing(upstream.url, tape) as gateway:
        upstream.word = SECRET
        await asked(gateway, f"says:My key is {SECRET}")
        [entry] = await told(gateway)
        assert counted(gateway) == ("1 drifted", True)
    assert "REDACTED-openai" in " ".join(entry.notes)
    assert SECRET not in " ".join(entry.notes)
    assert "drift: the upstream differs" in caplog.text
    assert SECRET not in caplog.text
