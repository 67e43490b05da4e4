"""Everything the server says has the types of the official `openai` packages, both lines."""

import json
import subprocess
import sys
from typing import Any

import httpx
import pytest

from mockgw.runner import running
from tests.environments import ROOT
from tests.exchanges import SETTINGS, events_of, exchanges, posted, streamed
from tests.openai_lines import python_with_openai_2
from tests.requests_table import TABLE, Json

BODIES = {"responses": "response", "chat": "completion"}
EVENTS = {"responses": "response_event", "chat": "chunk"}
ACCOUNT = "/client/v4/accounts/acc"


def unheard(*names: str) -> set[tuple[str, str | None, str]]:
    """Return the findings that no type is there for events of these names."""
    words = "no member of the event union has the type"
    return {("response_event", name, f"{words} {name!r}") for name in names}


# Both packages type the calls in chat's chunks as functions only, though the API streams custom
# ones as well, want the action of a search before it is known, and know no events of patches.
MISTYPED: set[tuple[str, str | None, str]] = {
    ("chunk", None, "choices.0.delta.tool_calls.0.type: Input should be 'function'"),
    ("response_event", "response.output_item.added", "web_search_call action: Field required"),
    *unheard(
        "response.apply_patch_call_operation_diff.delta",
        "response.apply_patch_call_operation_diff.done",
    ),
}
# These came with 3.x.
LATER = unheard(
    "response.compaction.compacting",
    "response.shell_call_command.added",
    "response.shell_call_command.delta",
    "response.shell_call_command.done",
    "response.shell_call_output_content.delta",
    "response.shell_call_output_content.done",
)
KNOWN = {"3.x": MISTYPED, "2.x": MISTYPED | LATER}


@pytest.fixture(scope="session", params=["3.x", "2.x"])
def line(request: pytest.FixtureRequest) -> str:
    """Return which line of the package; making the environment of 2.x may take a while."""
    if request.param == "2.x":
        python_with_openai_2()
    return str(request.param)


def checked(line: str, values: list[Json]) -> list[Json]:
    """Return what the package of that line finds wrong with the values."""
    python = sys.executable if line == "3.x" else python_with_openai_2()
    done = subprocess.run(
        [python, "tests/strict_types.py"],
        input="".join(json.dumps(value) + "\n" for value in values),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.stderr == ""
    found = [json.loads(told) for told in done.stdout.splitlines()]
    assert done.returncode == bool(found)
    return found


def beyond(line: str, found: list[Json]) -> list[Json]:
    """Return the findings that are not among the known mistakes of the package's types."""
    known = KNOWN[line]
    return [
        one
        for one in found
        if not {(one["kind"], one["type"], problem) for problem in one["problems"]} <= known
    ]


def test_every_body_and_event_has_the_official_types(line: str) -> None:
    values = []
    for name, exchange in exchanges().items():
        kind = exchange.request.kind
        values.append({"kind": BODIES[kind], "name": name, "value": exchange.answer})
        values += [
            {"kind": EVENTS[kind], "name": name, "value": event} for event in exchange.events
        ]
    found = checked(line, values)
    assert beyond(line, found) == []
    mistyped = {(one["kind"], one["type"], one["problems"][0]) for one in found}
    assert mistyped == KNOWN[line]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("response_event", {"type": "response.unheard_of", "sequence_number": 0}),
        ("response_event", {"type": "response.output_text.delta", "delta": "a"}),
        ("response", {"id": "resp_1", "object": "response"}),
        ("completion", {"id": 7, "object": "chat.completion", "created": 1, "choices": []}),
        ("chunk", {"id": "c", "object": "chat.completion", "created": "1", "choices": []}),
    ],
)
def test_the_check_finds_unknown_missing_and_mistyped(line: str, kind: str, value: Json) -> None:
    assert len(checked(line, [{"kind": kind, "value": value}])) == 1


def binding(client: httpx.Client, body: Json) -> str:
    inputs = {key: value for key, value in body.items() if key != "model"}
    named = {"cf-consn-model-id": "openai/" + body["model"].removeprefix("openai/")}
    return posted(client, "/run?version=3", {"inputs": inputs, "options": {}}, **named).text


def rest(client: httpx.Client, body: Json) -> str:
    inputs = {key: value for key, value in body.items() if key != "model"}
    told = posted(client, f"{ACCOUNT}/ai/run", {"model": body["model"], "input": inputs})
    if body.get("stream"):
        return told.text
    envelope = told.json()
    assert (envelope["success"], envelope["errors"], envelope["messages"]) == (True, [], [])
    return json.dumps(envelope["result"])


def rest_openai(client: httpx.Client, body: Json) -> str:
    path = "responses" if "input" in body else "chat/completions"
    return posted(client, f"{ACCOUNT}/ai/v1/{path}", body).text


@pytest.mark.parametrize("door", [binding, rest, rest_openai])
def test_bodies_of_the_cloudflare_doors_lack_one_count(line: str, door: Any) -> None:
    values = []
    with running(SETTINGS) as gateway, httpx.Client(base_url=gateway.url, timeout=60) as client:
        for request in TABLE:
            answer = json.loads(door(client, request.body))
            assert answer["gatewayMetadata"] == {"keySource": "Unified"}
            # A response in the background has no usage until it ends.
            if request.kind == "responses" and answer["usage"] is not None:
                details = answer["usage"]["input_tokens_details"]
                assert set(details) == {"cached_tokens"}
                details["cache_write_tokens"] = 0
            values.append({"kind": BODIES[request.kind], "name": request.name, "value": answer})
            values += [
                {"kind": EVENTS[request.kind], "name": request.name, "value": event}
                for event in events_of(request, door(client, streamed(request)))
            ]
    assert beyond(line, checked(line, values)) == []
