"""The official package opens a WebSocket again that broke, and goes on with what was stored."""

import json
import subprocess

import pytest

from mockgw.runner import running
from mockgw.settings import Settings
from tests.environments import ROOT, interpreter


@pytest.mark.slow
@pytest.mark.parametrize("how", ["close", "reset"])
def test_the_official_package_comes_back_and_goes_on(how: str) -> None:
    python = interpreter(".venv-openai-3-sockets", "openai>=3,<4", "websockets")
    broken = (f"cut_after_events:3:{how} times=1 stream=true",)
    with running(Settings(port=0, mode="synth", faults=broken)) as gateway:
        bases = [f"{gateway.url}/_s/{name}/v1" for name in ("turn", "beside")]
        command = [python, "tests/reconnecting_client.py", *bases]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=60
        )
        outcomes = {
            name: sorted(one.course.outcome for one in gateway.journal.entries(name))
            for name in ("turn", "beside")
        }
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    # 1006 is what a client calls a connection that ended without a word.
    assert told["in turn"]["breaks"] == told["beside"]["breaks"] == [1006]
    numbers = told["in turn"]["numbers"]
    assert numbers == [0, 1, 2, *range(len(numbers) - 3)]
    assert told["in turn"]["last"] == ["response.completed", True]
    assert (told["beside"]["begun"], told["beside"]["last"]) == (2, "response.completed")
    assert outcomes == {"turn": ["cut", "whole", "whole"], "beside": ["cut", "whole"]}
