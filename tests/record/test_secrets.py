"""Secrets that go through a recording: none of them is in a file, a log or a message."""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from mockgw.cli.report import line
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from mockgw.testing.truth import misses
from tests.redaction.planted import ACCOUNT, HEX, SHAPED, TOLD, VALUE, Planted

# Found by nothing but the name of the variable that it is in.
UNSHAPED = "correct horse, battery"
# Found by nothing but the header in which the caller sent it.
OWN_KEY = "the-callers-key-of-no-known-form"
# Each has a secret of its own, so that it is seen which one is left.
PLANTED: list[Planted] = [
    *SHAPED,
    *(
        one._replace(secret=one.secret.replace("hunter2x9", f"hunter{number:03}"))
        for number, one in enumerate(TOLD)
    ),
]


@asynccontextmanager
async def echo() -> AsyncIterator[str]:
    """Run an upstream that says again all that it heard: as JSON, and in pieces as a stream."""

    async def answer(request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        heard = json.dumps([asked["input"], request.headers.get("authorization"), OWN_KEY])
        coded = base64.b64encode(str(asked["input"]).encode()).decode()
        headers = {"x-request-id": "req_1", "x-error-json": coded, "set-cookie": f"a={coded[:40]}"}
        headers["openai-organization"] = "org-abcdefgh"
        if not asked.get("stream"):
            told = {"id": "resp_1", "object": "response", "heard": heard, "coded": coded}
            return web.json_response(told, headers=headers)
        stream = web.StreamResponse(headers={**headers, "content-type": "text/event-stream"})
        await stream.prepare(request)
        for start in range(0, len(heard), 7):
            delta = {"type": "response.output_text.delta", "delta": heard[start : start + 7]}
            await stream.write(f"data: {json.dumps(delta)}\n\n".encode())
        whole = {"type": "response.completed", "response": {"id": "resp_2", "heard": heard}}
        await stream.write(f"data: {json.dumps(whole)}\n\n".encode())
        return stream

    app = web.Application(client_max_size=2**24)
    app.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put two secrets of no known form, and an account, where a project has them."""
    monkeypatch.setenv("PROJECT_PASSPHRASE", UNSHAPED)
    monkeypatch.setenv("A_SECRET", VALUE)
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", ACCOUNT)


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def ask(gateway: Gateway, path: str, text: str, **further: Any) -> bytes:
    headers = {"authorization": f"Bearer {OWN_KEY}"}
    body = {"model": "gpt-5.5", "input": text, **further}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{gateway.url}{path}", json=body, headers=headers) as answer,
    ):
        return await answer.read()


def left(told: str, among: list[str]) -> list[str]:
    """Return the secrets that the text holds, plain, escaped or in base64."""
    forms = {
        secret: {secret, json.dumps(secret)[1:-1], base64.b64encode(secret.encode()).decode()[:-4]}
        for secret in among
    }
    return [secret for secret, those in forms.items() if any(one in told for one in those)]


SECRETS = [*(one.secret for one in PLANTED), VALUE, UNSHAPED, OWN_KEY, ACCOUNT]
TEXTS = [*(one.text.format(one.secret) for one in PLANTED), VALUE, UNSHAPED, f"account {ACCOUNT}"]
PATHS = ("/v1/responses", f"/v1/{ACCOUNT}/my-gateway/openai/responses")


def test_more_than_forty_are_planted() -> None:
    assert len(set(SECRETS)) >= 40
    assert set(left(" ".join(SECRETS), SECRETS)) == set(SECRETS)


@pytest.mark.parametrize("style", ["readable", "compact"])
async def test_no_planted_secret_is_in_what_a_recording_leaves_behind(
    style: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tape = tmp_path / "tape.yaml"
    async with echo() as upstream:
        settings = Settings(
            port=0, mode="record", cassettes=(str(tape),), cassette_style=style,  # type: ignore[arg-type] # one of two words
            upstream=f"{upstream}/v1/{ACCOUNT}/my-gateway/openai",
        )  # fmt: skip
        async with running(settings) as gateway:
            for number, text in enumerate(TEXTS):
                path = PATHS[number % len(PATHS)]
                query = f"?api_key={TOLD[3].secret}" if number == 3 else ""
                said = await ask(gateway, path + query, text, stream=bool(number % 3 == 0))
                assert b"REDACTED" not in said, "the client gets what the upstream said"
            told = [*(line(one) for one in gateway.journal.entries()), await journal(gateway)]
            assert len(gateway.journal) == len(TEXTS)
            assert gateway.ledger is not None
            assert gateway.ledger.line() == f"{len(TEXTS)} kept"
    assert files(tmp_path) == ["tape.yaml"]
    for where, text in (
        ("file", tape.read_text("utf-8")),
        ("log", caplog.text),
        ("journal and lines", " ".join(told)),
    ):
        assert left(text, SECRETS) == [], where


async def journal(gateway: Gateway) -> str:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{gateway.url}/_mockgw/journal") as answer,
    ):
        text = await answer.text()
    assert [one["status"] for one in json.loads(text)["entries"]]
    return text


async def test_a_recording_without_its_secrets_still_answers_the_calls_that_held_them(
    tmp_path: Path,
) -> None:
    tape = tmp_path / "tape.yaml"
    async with echo() as upstream:
        recorder = Settings(
            port=0, mode="record", cassettes=(str(tape),), upstream=f"{upstream}/v1"
        )
        async with running(recorder) as gateway:
            for text in TEXTS[:6]:
                await ask(gateway, "/v1/responses", text)
    async with running(Settings(port=0, mode="replay", cassettes=(str(tape),))) as gateway:
        for text in TEXTS[:6]:
            await ask(gateway, "/v1/responses", text)
        assert {one.source for one in gateway.journal.entries()} == {"replay"}


async def test_no_planted_secret_is_in_the_report_of_a_miss(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    async with echo() as upstream:
        recorder = Settings(
            port=0, mode="record", cassettes=(str(tape),), upstream=f"{upstream}/v1"
        )
        async with running(recorder) as gateway:
            await ask(gateway, "/v1/responses", "Say hello.")
    async with running(Settings(port=0, mode="replay", cassettes=(str(tape),))) as gateway:
        for text in TEXTS:
            await ask(gateway, "/v1/responses", text)
        entries = gateway.journal.entries()
        missed = misses(entries, gateway.clean)
        told = [*missed, *(line(one) for one in entries), await journal(gateway)]
    assert len(missed) > 10
    assert left(" ".join(told), SECRETS) == []


async def test_the_key_for_the_upstream_is_known_whatever_it_looks_like(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    key = "odd-key-" + HEX[:3]
    async with echo() as upstream:
        settings = Settings(
            port=0,
            mode="record",
            cassettes=(str(tape),),
            upstream=f"{upstream}/v1",
            upstream_key=key,
        )
        async with running(settings) as gateway:
            said = await ask(gateway, "/v1/responses", "x")
            await asyncio.sleep(0)
    assert key in said.decode()
    assert key not in tape.read_text("utf-8")
