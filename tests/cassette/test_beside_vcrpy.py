"""vcrpy of both lines and mockgw, side by side: what one records, the other replays."""

import json
import os
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from mockgw.cassette.reader import read
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.environments import ROOT, interpreter

CLIENTS = ("requests", "httpx", "aiohttp")
# One more gives its body as a value, which vcrpy keeps as one: it matches only its own kind.
ALL = (*CLIENTS, "aiohttp json")
CHAT = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Grüße 😀"}]}
ASKED = [
    ("/v1/responses", json.dumps({"model": "gpt-5.5-pro", "input": "Count to three."})),
    ("/v1/responses", '{"model":"gpt-5.5","input":"Grüße 😀","stream":true}'),
    ("/v1/chat/completions", json.dumps({**CHAT, "stream": True}, ensure_ascii=False)),
    ("/v1/responses", '{"model":"no-such-model","input":"Hi"}'),
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["8.2", "9"])
def python(request: pytest.FixtureRequest) -> str:
    """Return an interpreter with a vcrpy of that line."""
    line = request.param
    wanted = f"vcrpy=={line}.*"
    # msgspec is what our serializer needs besides vcrpy.
    packages = (wanted, "requests", "httpx", "aiohttp", "pytest-recording", "msgspec")
    return interpreter(f".venv-vcrpy-{line}", *packages)


@pytest.fixture
def upstream() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as gateway:
        yield gateway


def ask(python: str, path: Path, serializer: str, mode: str, base: str) -> dict[str, list[bytes]]:
    """Return what each client got, when asked by that interpreter below vcrpy."""
    told = json.dumps([(base + where, body) for where, body in ASKED])
    script = str(Path(__file__).with_name("vcrpy_clients.py"))
    found = run(python, script, str(path), serializer, mode, told)
    answers: dict[str, list[str]] = json.loads(found)["found"]
    return {name: [b64decode(one) for one in bodies] for name, bodies in answers.items()}


def run(python: str, *arguments: str, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [python, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_vcrpy_writes_the_readable_profile_and_replays_it_with_or_without_the_serializer(
    python: str, upstream: Gateway, tmp_path: Path
) -> None:
    tape = tmp_path / "CLIENT.yaml"
    seen = ask(python, tape, "mockgw", "all", upstream.url)
    for name in ALL:
        text = (tmp_path / f"{name}.yaml").read_text("utf-8")
        assert text.startswith("# mockgw cassette - vcrpy v1\nversion: 1\n")
        assert [one.response_body for one in read(tmp_path / f"{name}.yaml")] == seen[name]
    asked = len(upstream.journal.entries())
    for serializer in ("mockgw", "yaml"):
        assert ask(python, tape, serializer, "none", upstream.url) == seen
    assert len(upstream.journal.entries()) == asked


def test_mockgw_serves_unchanged_what_vcrpy_recorded(
    python: str, upstream: Gateway, tmp_path: Path
) -> None:
    for serializer in ("mockgw", "yaml"):
        folder = tmp_path / serializer
        seen = ask(python, folder / "CLIENT.yaml", serializer, "all", upstream.url)
        for name in ALL:
            replay = Settings(port=0, mode="replay", cassettes=(str(folder / f"{name}.yaml"),))
            with running(replay) as gateway:
                assert asked(gateway.url) == seen[name]


def test_vcrpy_replays_what_mockgw_recorded(python: str, upstream: Gateway, tmp_path: Path) -> None:
    for style in ("readable", "compact"):
        tape = tmp_path / f"{style}.yaml"
        settings = Settings(port=0, mode="record", upstream=f"{upstream.url}/v1")
        with running(with_tape(settings, tape, style)) as gateway:
            told = asked(gateway.url)
        assert len(read(tape)) == len(ASKED)
        assert ask(python, tape, "yaml", "none", upstream.url) == dict.fromkeys(CLIENTS, told)


def with_tape(settings: Settings, tape: Path, style: str) -> Settings:
    more: dict[str, Any] = {"cassettes": (str(tape),), "cassette_style": style}
    return msgspec.structs.replace(settings, **more)


def asked(base: str) -> list[bytes]:
    """Return what a plain client gets for each request."""
    headers = {"content-type": "application/json"}
    with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
        return [client.post(where, content=body.encode()).content for where, body in ASKED]


FILTERED = """
import pytest


@pytest.fixture
def vcr_config():
    return {"filter_headers": ["authorization"]}
"""
# By another name the cassettes would have another suffix.
HOOKED = """
import mockgw.vcr


def pytest_recording_configure(config, vcr):
    vcr.register_serializer("yaml", mockgw.vcr)
"""
SUITE = """
import httpx
import pytest


@pytest.mark.vcr
def test_it():
    body = {"model": "gpt-5.5", "input": "Say hello."}
    answer = httpx.post("URL/v1/responses", json=body, headers={"authorization": "Bearer sk-x"})
    assert answer.json()["status"] == "completed"
"""


@pytest.mark.parametrize("hooked", [True, False])
def test_a_suite_of_pytest_recording_keeps_its_tests_and_mockgw_serves_its_cassette(
    python: str, upstream: Gateway, tmp_path: Path, hooked: bool
) -> None:
    (tmp_path / "conftest.py").write_text(FILTERED + (HOOKED if hooked else ""))
    (tmp_path / "test_it.py").write_text(SUITE.replace("URL", upstream.url))
    pytest_ = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
    run(python, *pytest_, "--record-mode=once", cwd=tmp_path)
    tape = tmp_path / "cassettes/test_it/test_it.yaml"
    assert tape.read_text("utf-8").startswith("# mockgw cassette - vcrpy v1\n") == hooked
    assert "sk-x" not in tape.read_text("utf-8")
    run(python, *pytest_, "--record-mode=none", "--block-network", cwd=tmp_path)
    assert len(upstream.journal.entries()) == 1
    with running(Settings(port=0, mode="replay", cassettes=(str(tape),))) as gateway:
        answer = httpx.post(
            f"{gateway.url}/v1/responses", json={"model": "gpt-5.5", "input": "Say hello."}
        )
    assert answer.content == read(tape)[0].response_body
