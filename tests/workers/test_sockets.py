"""The universal endpoint by WebSocket, as node's clients open it: `ws`, and the browser's own."""

import json
import shutil
import subprocess
from pathlib import Path

from mockgw.runner import running
from mockgw.settings import Settings
from tests.workers.installed import packages

PROGRAM = Path(__file__).parent / "sockets.mjs"


def test_ws_and_the_websocket_of_browsers_are_answered() -> None:
    # A module finds the packages beside itself.
    copy = shutil.copy(PROGRAM, packages().parent)
    gateways = {"my-gateway": {"authentication": True}}
    with running(Settings(port=0, mode="synth", api_keys=("k-1",), gateways=gateways)) as gateway:
        # Node has the browser's WebSocket by itself from version 22 on.
        command = ["node", "--no-warnings", "--experimental-websocket", copy, gateway.url, "k-1"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert "401" in told.pop("refused")
    assert "ws" in told
    for messages in told.values():
        (whole,) = [one for one in messages if one["metadata"]["eventId"] == "whole"]
        streamed = [one for one in messages if one["metadata"]["eventId"] == "streamed"]
        assert (streamed[0]["type"], streamed[-1]["type"]) == (
            "universal.created",
            "universal.done",
        )
        deltas = [one["response"]["choices"] for one in streamed[1:-2]]
        text = "".join(one[0]["delta"].get("content", "") for one in deltas)
        assert text == whole["response"]["choices"][0]["message"]["content"]
        assert "Name a lake." in text
