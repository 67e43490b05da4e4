"""`mockgw demo`: the main job, on the shipped recordings, for somebody to look at."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import read
from mockgw.cassette.shipped import shipped
from mockgw.model import Json
from mockgw.runner import running
from mockgw.settings import Settings

_WIDTH = 80
_TOKEN_PAUSE = 0.02
_OK = 200
_ACCOUNT = "/client/v4/accounts/0123456789abcdef0123456789abcdef/ai"
_GATEWAY = "/v1/0123456789abcdef0123456789abcdef/default"
_PRO, _CHAT = "openai/gpt-5.5-pro", "openai/gpt-5.5"
_QUESTION = "In a few sentences: what is a test double good for?"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it goes to the server."""

    door: str
    path: str
    body: Json
    headers: dict[str, str]


def run(settings: Settings) -> int:
    """Return 0 when every step gave what it should, else 1."""
    console = Console(highlight=False)
    console.width = min(console.width, _WIDTH)
    problems = asyncio.run(_demonstrate(settings, console))
    for problem in problems:
        console.print(Text(f"FAILED  {problem}", style="bold red"))
    if not problems:
        console.print("All of it was as recorded. Next: mockgw serve", style="bold green")
    return 1 if problems else 0


async def _demonstrate(settings: Settings, console: Console) -> list[str]:
    headers = {"authorization": "Bearer any-key-will-do"}
    async with (
        running(settings) as gateway,
        aiohttp.ClientSession(gateway.url, headers=headers) as session,
    ):
        console.print(f"A gateway listens on {gateway.url}. Nothing here leaves this machine.\n")
        return [
            *await _replay(session, console),
            *await _stream(session, console),
            *await _refusal(session, console),
        ]


async def _replay(session: aiohttp.ClientSession, console: Console) -> list[str]:
    """Send the recorded requests through one door each and compare the answers."""
    _heading(console, "Six recorded calls, each through another door")
    table = Table("call", "door", "status", box=None, pad_edge=False, header_style="bold")
    for name in ("in", "out", "thought"):
        table.add_column(name, justify="right")
    problems, answers = [], []
    for recorded, door in zip(_recordings(), _DOORS, strict=True):
        request = door(recorded.request_headers["cf-consn-model-id"][0], _inputs(recorded))
        status, answer = await _post(session, request)
        answer = answer.get("result", answer)
        title = str(recorded.extra.get("title", ""))
        if status != _OK or _meaning(answer) != _meaning(json.loads(recorded.response_body)):
            problems.append(f"{title} by {request.door}: {status} {json.dumps(answer)[:300]}")
            continue
        answers.append(answer)
        table.add_row(title, request.door, _state(answer), *map(str, _usage(answer)))
    console.print(Padding(table, (0, 0, 1, 2)))
    for answer in answers:
        if _state(answer) == "incomplete":
            limit, thought = answer["max_output_tokens"], _usage(answer)[2]
            console.print(
                f"  The incomplete one had {limit} output tokens to spend, spent {thought} of\n"
                "  them on thinking and wrote nothing. Does your code notice?\n"
            )
    return problems


async def _stream(session: aiohttp.ClientSession, console: Console) -> list[str]:
    """Ask something that nobody recorded, and show the answer as it arrives."""
    _heading(console, "A call nobody recorded, synthesized and streamed")
    body = {"model": "gpt-5.5", "input": _QUESTION, "stream": True, "max_output_tokens": 400}
    console.print(f"  > {_QUESTION}")
    pieces, last = [], {}
    async with session.post("/v1/responses", json=body) as response:
        writer = _Writer(console)
        async for event in _events(response):
            last = event
            if event.get("type") == "response.output_text.delta":
                pieces.append(event["delta"])
                writer.write(event["delta"])
                await asyncio.sleep(_TOKEN_PAUSE if console.is_terminal else 0)
        writer.end()
    final = last.get("response", {})
    if last.get("type") != "response.completed" or "".join(pieces) != _meaning(final)[0]:
        return [f"the stream ended with {json.dumps(last)[:300]}"]
    counted = _usage(final)
    console.print(
        f"\n  {len(pieces)} deltas; usage: {counted[0]} in, {counted[1]} out, "
        f"{counted[2]} of them thought.\n"
    )
    return []


async def _refusal(session: aiohttp.ClientSession, console: Console) -> list[str]:
    """Send a pro model to the API that does not have it."""
    _heading(console, "A call that the real API refuses")
    body = {"model": "gpt-5.5-pro", "messages": [{"role": "user", "content": "Hello"}]}
    request = Request("OpenAI", "/v1/chat/completions", body, {})
    status, answer = await _post(session, request)
    message = answer.get("error", {}).get("message", "")
    if status != 404 or "v1/responses" not in message:  # noqa: PLR2004 - an HTTP status
        return [f"the refusal was {status} {json.dumps(answer)[:300]}"]
    console.print(f"  gpt-5.5-pro on {request.path}: {status}", style="yellow")
    console.print(Padding(Text(message), (0, 0, 1, 2)))
    return []


class _Writer:
    """Writes pieces of text as they come, and breaks lines between words at the console's width."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._column = 0

    def write(self, piece: str) -> None:
        """Show the piece."""
        for part in piece.splitlines(keepends=True):
            if self._column == 0 or self._column + len(part) > self._console.width:
                self._console.out("\n" * (self._column > 0) + "  ", end="", highlight=False)
                self._column = 2
                part = part.lstrip(" ")  # noqa: PLW2901 - a broken line does not begin with a space
            self._console.out(part, end="", highlight=False)
            self._column = 0 if part.endswith("\n") else self._column + len(part)

    def end(self) -> None:
        """Finish the last line."""
        self._console.out("")


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[Json]:
    async for line in response.content:
        if line.startswith(b"data: {"):
            yield json.loads(line[6:])


async def _post(session: aiohttp.ClientSession, request: Request) -> tuple[int, Json]:
    async with session.post(request.path, json=request.body, headers=request.headers) as response:
        answer: Json = json.loads(await response.read())
        return response.status, answer


def _recordings() -> list[Interaction]:
    folder = shipped()
    return read(folder / "gpt-5.5-pro.yaml") + read(folder / "gpt-5.5.yaml")


def _inputs(recorded: Interaction) -> Json:
    inputs: Json = json.loads(recorded.request_body)["inputs"]
    return inputs


def _meaning(answer: Json) -> tuple[str, Any, Any]:
    """Return the text, how it ended and what it cost: the same through every door."""
    if "choices" in answer:
        choice = answer["choices"][0]
        return choice["message"]["content"], choice["finish_reason"], answer["usage"]
    text = "".join(
        part.get("text", "")
        for item in answer.get("output", ())
        for part in item.get("content", ())
    )
    return text, answer.get("status"), answer.get("usage")


def _state(answer: Json) -> str:
    return str(_meaning(answer)[1])


def _usage(answer: Json) -> tuple[int, int, int]:
    usage = answer["usage"]
    if "prompt_tokens" in usage:
        details = usage["completion_tokens_details"]
        return usage["prompt_tokens"], usage["completion_tokens"], details["reasoning_tokens"]
    details = usage["output_tokens_details"]
    return usage["input_tokens"], usage["output_tokens"], details["reasoning_tokens"]


def _heading(console: Console, words: str) -> None:
    console.print(Text(words, style="bold cyan"))


def _openai(model: str, inputs: Json) -> Request:
    body = {"model": model.removeprefix("openai/"), **inputs}
    return Request("OpenAI", "/v1/responses", body, {})


def _ai_gateway(model: str, inputs: Json) -> Request:
    body = {"model": model.removeprefix("openai/"), **inputs}
    return Request("AI Gateway", f"{_GATEWAY}/openai/responses", body, {})


def _rest_run(model: str, inputs: Json) -> Request:
    return Request("REST run", f"{_ACCOUNT}/run", {"model": model, "input": inputs}, {})


def _rest_openai(model: str, inputs: Json) -> Request:
    return Request("REST, OpenAI style", f"{_ACCOUNT}/v1/responses", {"model": model, **inputs}, {})


def _binding(model: str, inputs: Json) -> Request:
    body = {"inputs": inputs, "options": {"gateway": {"id": "default"}}}
    headers = {"cf-consn-model-id": model}
    return Request("Workers binding", "/ai-gateway/run?version=3", body, headers)


def _compat(model: str, inputs: Json) -> Request:
    body = {"model": model, **inputs}
    return Request("AI Gateway, compat", f"{_GATEWAY}/compat/chat/completions", body, {})


_DOORS: tuple[Callable[[str, Json], Request], ...] = (
    _openai,
    _ai_gateway,
    _rest_run,
    _rest_openai,
    _binding,
    _compat,
)
