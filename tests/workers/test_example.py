"""The example of a Worker, as somebody runs it who has just found it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mockgw.cli.workers import configuration
from mockgw.runner import Gateway
from tests.test_documents import FIVE
from tests.wire import send
from tests.workers.installed import EXAMPLE, packages
from tests.workers.runtimes import running

pytestmark = pytest.mark.slow

FLAGS = ["enhanced_error_serialization"]
DATE = "2026-04-01"
SECONDS = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the example with its packages."""
    shutil.copytree(
        EXAMPLE, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules")
    )
    (tmp_path / "node_modules").symlink_to(packages())
    return tmp_path


def quiet() -> dict[str, str]:
    """Return an environment in which nothing asks who is there."""
    return {**os.environ, "WRANGLER_SEND_METRICS": "false", "CI": "1", "NO_COLOR": "1"}


def test_the_tests_of_the_example_pass_around_a_server_of_their_own(folder: Path) -> None:
    command = [sys.executable, "-m", "mockgw", "exec", "--", "npm", "test"]

    done = subprocess.run(
        command, cwd=folder, env=quiet(), check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "# pass 4" in done.stdout
    assert re.search(r"Tests +3 passed", done.stdout)
    assert "7 requests: 5 replayed, 1 synthesized, 1 refused, 0 missed" in done.stderr


def test_the_example_is_set_up_as_the_command_says(folder: Path) -> None:
    modules = ["src/worker.mjs", "src/documents.mjs"]

    told = configuration("workerd", "http://127.0.0.1:8787", modules)

    assert (folder / "config.capnp").read_text() == told


def test_in_wrangler_a_worker_of_ours_stands_in_for_the_binding(
    folder: Path, replay: Gateway
) -> None:
    double = folder / "mockgw"
    double.mkdir()
    (double / "ai.mjs").write_text(configuration("wrangler", replay.url, ["worker.mjs"]))
    common = {"compatibility_date": DATE, "compatibility_flags": FLAGS}
    double_is = {"name": "mockgw-ai", "main": "ai.mjs", **common}
    (double / "wrangler.jsonc").write_text(json.dumps(double_is))
    service = {"binding": "AI", "service": "mockgw-ai", "entrypoint": "AI"}
    worker_is = {"name": "worker", "main": "src/worker.mjs", "services": [service], **common}
    (folder / "wrangler.jsonc").write_text(json.dumps(worker_is))
    wrangler = str(packages() / ".bin/wrangler")
    command = [wrangler, "dev", "-c", "wrangler.jsonc", "-c", "mockgw/wrangler.jsonc", "--port=0"]
    log = folder / "log"

    with running(["sh", "-c", f'echo begun; exec "$@" > {log}', "sh", *command], cwd=folder):
        url = _ready(log)
        usage = json.loads(send("GET", f"{url}/usage").body)
        stream = send("GET", f"{url}/chat?stream").body
        (folder / "src/documents.mjs").write_text(
            "export const documents = { async nope(env, console) { console.log(await "
            "env.AI.run('openai/nope', {input: 'Hello'}, {gateway: {id: 'default'}})) } };"
        )
        error = _until_json(f"{url}/nope")

    assert usage == FIVE[0]["response"]
    assert stream.endswith(b"data: [DONE]\n\n")
    assert error == {"name": "AiGatewayError", "message": "7003: User Input Error"}


def _ready(log: Path) -> str:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        found = re.search(r"Ready on (http://\S+)", log.read_text()) if log.exists() else None
        if found:
            return found[1].replace("localhost", "127.0.0.1")
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def _until_json(url: str) -> object:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        reply = send("GET", url)
        if reply.status == 500:
            return reply.json()
        time.sleep(0.2)
    raise AssertionError(reply)
