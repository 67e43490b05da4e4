"""The same seed gives the same bytes: in another process, in another order, in another session."""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from mockgw.runner import running
from mockgw.settings import Settings

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"enum": ["a", "b", "c"]}},
        "score": {"type": "number"},
    },
    "required": ["name", "tags", "score"],
    "additionalProperties": False,
}
LAWS = {"model": "gpt-5.5-pro", "input": "What are the three laws of thermodynamics?"}
ASK = {"model": "gpt-5.5", "input": "Say something."}
SAY = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Say something."}]}
FORM = {"type": "json_schema", "name": "o", "schema": SCHEMA, "strict": True}
FUNCTION = {"name": "rate", "parameters": SCHEMA, "strict": True}
TOOLS = {"tools": [{"type": "function", "function": FUNCTION}], "tool_choice": "required"}
Request = tuple[str, str, Any]
# Streamed, a recording kept as JSON is padded, and the padding is drawn from the seed.
RECORDED: list[Request] = [
    ("POST", "/v1/responses", LAWS),
    ("POST", "/v1/responses", {**LAWS, "stream": True}),
    ("POST", "/client/v4/accounts/acc/ai/run/openai/gpt-5.5-pro", LAWS),
]
MADE: list[Request] = [
    ("POST", "/v1/responses", ASK),
    ("POST", "/v1/responses", {**ASK, "stream": True, "instructions": "Be brief."}),
    ("POST", "/v1/responses", {**ASK, "text": {"format": FORM}}),
    ("POST", "/v1/acc/gw/openai/chat/completions", {**SAY, "n": 3, "stream": True}),
    ("POST", "/v1/acc/gw/compat/chat/completions", {**SAY, **TOOLS, "model": "openai/gpt-5.5"}),
    ("POST", "/client/v4/accounts/acc/ai/v1/chat/completions", {**SAY, "stop": ["a"]}),
    ("POST", "/_s/other/v1/responses", ASK),
    ("POST", "/v1/responses", {**ASK, "max_output_tokens": 20}),
]
REFUSED: list[Request] = [
    ("POST", "/v1/responses", {"model": "gpt-5.5", "input": 1}),
    ("POST", "/v1/chat/completions", {**SAY, "model": "nope"}),
    ("POST", "/client/v4/accounts/acc/ai/run", {"model": "openai/nope", "input": SAY}),
    ("POST", "/ai-gateway/run?version=3", {"inputs": 1}),
    ("GET", "/v1/responses/resp_unknown", None),
    ("GET", "/nowhere", None),
]


async def asked(url: str, request: Request) -> bytes:
    """Return every byte of an answer, its head included."""
    method, path, body = request
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", "connection: close"]
    head = "\r\n".join([*lines, f"content-length: {len(data)}", "", ""]).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(head + data)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def in_turn(url: str, requests: Sequence[Request]) -> list[bytes]:
    return [await asked(url, request) for request in requests]


def told(answer: bytes) -> Any:
    return json.loads(answer.partition(b"\r\n\r\n")[2])


@contextmanager
def served(seed: int, hash_seed: str) -> Iterator[str]:
    """Run a server in a process of its own and yield its URL."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith("MOCKGW_")}
    command = [sys.executable, "-m", "mockgw", "serve", "--port", "0", "--quiet"]
    process = subprocess.Popen(
        [*command, "--seed", str(seed)],
        env={**variables, "PYTHONHASHSEED": hash_seed},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


async def test_a_seed_gives_the_same_bytes_in_every_process() -> None:
    requests = [*RECORDED, *MADE, *REFUSED, *MADE]
    with ExitStack() as stack:
        places = [(5, "0"), (5, "4242"), (6, "0")]
        urls = [stack.enter_context(served(seed, hashed)) for seed, hashed in places]
        one, same, other = [await in_turn(url, requests) for url in urls]
    assert one == same
    made = slice(len(RECORDED), len(RECORDED) + len(MADE))
    pairs = zip(bodies(one[made]), bodies(other[made]), strict=True)
    assert [left == right for left, right in pairs] == [False] * len(MADE)
    assert bodies(one)[::2][:2] == bodies(other)[::2][:2]
    assert {answer[:12] for answer in one[-len(REFUSED) - len(MADE) : -len(MADE)]} <= {
        b"HTTP/1.1 400",
        b"HTTP/1.1 404",
    }


def bodies(answers: Sequence[bytes]) -> list[bytes]:
    return [answer.partition(b"\r\n\r\n")[2] for answer in answers]


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with running(Settings(port=0, seed=5)) as gateway:
        yield gateway.url


async def test_the_order_of_different_requests_changes_nothing(url: str) -> None:
    requests = [*RECORDED[:1], *MADE, *REFUSED]
    expected = await in_turn(url, requests)
    order = list(range(len(requests)))
    random.Random(1).shuffle(order)
    async with running(Settings(port=0, seed=5)) as gateway:
        found = await asyncio.gather(*(asked(gateway.url, requests[place]) for place in order))
    assert dict(zip(order, found, strict=True)) == dict(enumerate(expected))


async def test_a_repeated_request_gets_the_same_words_under_another_id(url: str) -> None:
    first, second = [told(answer) for answer in await in_turn(url, [MADE[0]] * 2)]
    assert first["id"] != second["id"]
    assert first["output"][-1]["content"] == second["output"][-1]["content"]


async def test_what_one_session_asks_is_no_repetition_in_another(url: str) -> None:
    one, other = ("POST", "/_s/one/v1/responses", ASK), ("POST", "/_s/other/v1/responses", ASK)
    fresh = await asked(url, other)
    async with running(Settings(port=0, seed=5)) as gateway:
        await in_turn(gateway.url, [one, ("POST", "/v1/responses", ASK), one])
        assert await asked(gateway.url, other) == fresh
        assert await asked(gateway.url, other) != fresh


async def test_what_one_session_stored_is_unknown_in_another(url: str) -> None:
    kept = told(await asked(url, ("POST", "/_s/one/v1/responses", ASK)))["id"]
    following = {**ASK, "previous_response_id": kept}
    paths = ["/_s/one", "/_s/other", ""]
    got = [await asked(url, ("GET", f"{path}/v1/responses/{kept}", None)) for path in paths]
    followed = [await asked(url, ("POST", f"{path}/v1/responses", following)) for path in paths]
    assert [answer[9:12] for answer in got] == [b"200", b"404", b"404"]
    assert [answer[9:12] for answer in followed] == [b"200", b"400", b"400"]
    assert told(got[0])["id"] == kept
