"""The official client of the 2.x line, in an environment of its own, against the server."""

import json
import subprocess
import sys
from typing import Any

import pytest

from mockgw.runner import running
from mockgw.settings import Settings
from tests.environments import ROOT
from tests.openai_lines import python_with_openai_2


@pytest.fixture(scope="module", params=["3.x", "2.x"])
def told(request: pytest.FixtureRequest) -> Any:
    """Return what the script tells under each line of the package."""
    python = sys.executable if request.param == "3.x" else python_with_openai_2()
    with running(Settings(port=0, mode="synth")) as gateway:
        command = [python, "-W", "error", "tests/client_2x.py", f"{gateway.url}/v1"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["version"].startswith(request.param[0])
    return found


def test_responses_are_created_streamed_parsed_and_kept(told: Any) -> None:
    found = told["responses"]
    assert "Name a lake." in found["text"]
    assert found["streamed text"] == found["retrieved"] == found["text"]
    assert found["last event"] == "response.completed"
    assert (found["parsed"], found["parsed alike"]) == ("Island", True)
    assert found["chained to"] is True
    assert found["after deletion"] == ["NotFoundError", None, None]


def test_function_calls_are_parsed_and_answered(told: Any) -> None:
    assert told["loop"]["called"] == "GetWeather"
    assert "What is the weather in Oslo?" in told["loop"]["text"]


def test_completions_are_created_streamed_and_parsed(told: Any) -> None:
    found = told["chat"]
    assert "Name a lake." in found["text"]
    assert found["streamed text"] == found["text"]
    assert (found["parsed"], found["called"]) == ("Island", "GetWeather")
    assert found["finish"] == ["tool_calls", "stop"]


def test_what_is_kept_is_listed_changed_and_deleted(told: Any) -> None:
    assert told["state"] == {
        "items": ["message", "message", "reasoning", "message"],
        "last item": True,
        "given": ["message", "message"],
        "counted": True,
        "listed": True,
        "messages": ["Name a lake."],
        "changed": {"n": "2"},
        "deleted": True,
        "models": True,
        "after deletion": ["NotFoundError", None, None],
    }


def test_refusals_are_exceptions_with_their_fields(told: Any) -> None:
    assert told["refusals"] == [
        ["BadRequestError", "max_output_tokens", "integer_below_min_value"],
        ["NotFoundError", "model", None],
        ["LengthFinishReasonError", None, None],
    ]
