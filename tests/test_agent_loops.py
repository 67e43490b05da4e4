"""Agents come to an end: a fitting tool is called once, and its output is answered."""

import json
import subprocess
from typing import Any

import pytest
from openai import OpenAI
from openai.types.responses import ResponseInputParam

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.environments import ROOT, interpreter
from tests.requests_table import TIDES, WEATHER

QUESTION = "How is the weather in Oslo, and when are the tides?"
HOSTED: Any = [{"type": "web_search"}, {"type": "code_interpreter", "container": {"type": "auto"}}]
CHAT_TOOLS: Any = [
    {"type": "function", "function": {key: tool[key] for key in ("name", "parameters")}}
    for tool in (WEATHER, TIDES)
]


def python_with_agents() -> str:
    """Return an interpreter that has three agent frameworks."""
    frameworks = ("langchain", "langchain-openai", "openai-agents", "pydantic-ai-slim[openai]")
    return interpreter(".venv-frameworks/agents", *frameworks)


def run(framework: str, api: str) -> Any:
    """Return what an agent said on a server of its own, and how often its tools ran."""
    with running(Settings(port=0, mode="synth")) as gateway:
        command = [python_with_agents(), "tests/agent_loops.py", framework, f"{gateway.url}/v1"]
        done = subprocess.run(
            [*command, api], capture_output=True, text=True, check=False, cwd=ROOT, timeout=120
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("api", ["responses", "chat"])
@pytest.mark.parametrize("framework", ["langchain", "pydantic-ai", "openai-agents"])
def test_an_agent_calls_its_tools_once_and_says_something(framework: str, api: str) -> None:
    told = run(framework, api)
    assert told["ran"] == {"get_weather": 1, "get_tide": 1}
    assert "What is the weather in Oslo" in told["said"]


@pytest.mark.slow
@pytest.mark.parametrize("api", ["responses", "chat"])
def test_an_agent_that_has_to_call_a_tool_ends_with_the_one_that_is_left(api: str) -> None:
    told = run("pydantic-ai, structured", api)
    assert told == {"said": "Forecast", "ran": {"get_weather": 1, "get_tide": 1}}
    assert run("pydantic-ai, structured", api) == told


@pytest.fixture
def client(synth: Gateway) -> Any:
    """Return the official client of the synthesizing gateway."""
    with OpenAI(base_url=f"{synth.url}/v1", api_key="any", max_retries=0) as made:
        yield made


def test_a_loop_over_responses_ends_with_hosted_tools_beside_functions(client: OpenAI) -> None:
    said: ResponseInputParam = [{"role": "user", "content": QUESTION}]
    tools: Any = [WEATHER, TIDES, *HOSTED]
    turns = 0
    while True:
        turns += 1
        answer = client.responses.create(model="gpt-5.5", input=said, tools=tools)
        said += answer.output  # type: ignore[arg-type] # outputs are taken back as they are
        calls = [item for item in answer.output if item.type == "function_call"]
        if not calls:
            break
        said += [
            {"type": "function_call_output", "call_id": call.call_id, "output": "4"}
            for call in calls
        ]
    assert turns == 2
    assert answer.output_text


def test_a_loop_over_chat_ends(client: OpenAI) -> None:
    said: Any = [{"role": "user", "content": QUESTION}]
    first = client.chat.completions.create(model="gpt-5.5", messages=said, tools=CHAT_TOOLS)
    message = first.choices[0].message
    said += [
        message,
        *(
            {"role": "tool", "tool_call_id": one.id, "content": "4"}
            for one in message.tool_calls or ()
        ),
    ]
    last = client.chat.completions.create(model="gpt-5.5", messages=said, tools=CHAT_TOOLS)
    assert len(message.tool_calls or ()) == 2
    assert (last.choices[0].finish_reason, last.choices[0].message.tool_calls) == ("stop", None)


@pytest.mark.parametrize("tool", HOSTED, ids=lambda tool: str(tool["type"]))
def test_a_hosted_tool_is_used_and_the_answer_is_in_the_same_response(
    client: OpenAI, tool: Any
) -> None:
    answer = client.responses.create(model="gpt-5.5", input="And now?", tools=[tool])
    kinds = [item.type for item in answer.output]
    assert kinds == ["reasoning", f"{tool['type']}_call", "message"]
    assert answer.output_text


def test_guidance_after_a_tools_output_is_no_new_question(client: OpenAI) -> None:
    said: ResponseInputParam = [
        {"role": "user", "content": "Weather?"},
        {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "4"},
        {"role": "developer", "content": "Be brief."},
    ]
    answer = client.responses.create(model="gpt-5.5", input=said, tools=[WEATHER])  # type: ignore[list-item]
    assert [item.type for item in answer.output] == ["reasoning", "message"]


def test_a_shell_loop_ends_over_stored_responses(client: OpenAI) -> None:
    tools: Any = [{"type": "shell"}, {"type": "apply_patch"}]
    first = client.responses.create(model="gpt-5.5", input="Run a command.", tools=tools)
    (call,) = [item for item in first.output if item.type == "shell_call"]
    output: Any = {
        "type": "shell_call_output",
        "call_id": call.call_id,
        "output": [{"outcome": {"type": "exit", "exit_code": 0}, "stdout": "", "stderr": ""}],
    }
    second = client.responses.create(
        model="gpt-5.5", input=[output], tools=tools, previous_response_id=first.id
    )
    assert [item.type for item in second.output] == ["reasoning", "message"]


def test_an_approved_call_is_made_and_a_denied_one_is_not(client: OpenAI) -> None:
    tool: Any = {"type": "mcp", "server_label": "notes", "server_url": "https://example.com/mcp"}
    first = client.responses.create(model="gpt-5.5", input="Find it.", tools=[tool])
    (request,) = [item for item in first.output if item.type == "mcp_approval_request"]
    kinds = {}
    for approve in (True, False):
        reply: Any = {
            "type": "mcp_approval_response",
            "approval_request_id": request.id,
            "approve": approve,
        }
        answer = client.responses.create(
            model="gpt-5.5", input=[reply], tools=[tool], previous_response_id=first.id
        )
        kinds[approve] = [item.type for item in answer.output]
        for item in answer.output:
            if item.type == "mcp_call":
                assert (item.name, item.arguments) == (request.name, request.arguments)
                assert item.approval_request_id == request.id
    assert kinds == {True: ["reasoning", "mcp_call", "message"], False: ["reasoning", "message"]}
