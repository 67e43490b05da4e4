"""Fixtures of aimock as recordings: each as the request that it matches and a whole answer."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mockgw import apis, tokens
from mockgw.canonical import encode, pretty
from mockgw.cassette.har import Skipped
from mockgw.cassette.interaction import Interaction
from mockgw.context import EMPTY
from mockgw.digits import Digits
from mockgw.draft import Calls, Draft, Says
from mockgw.errors import ApiError, MockgwError
from mockgw.model import Call, Json, Raw
from mockgw.ports import Api, Birth
from mockgw.routes import parse, route
from mockgw.settings import Settings

_BASE = "https://api.openai.com"
_PATHS = {"responses": "/v1/responses", "chat": "/v1/chat/completions"}
_HEADERS = {"content-type": ("application/json",)}
_MODEL = "gpt-5.5"
# What a request cannot be made of: it speaks of what came before it.
_EARLIER = ("toolCallId", "toolResultContains", "context", "predicate", "responseFormat")
_FINISHED = {"length": "max_output_tokens", "content_filter": "content_filter"}
_USAGE = {
    "prompt_tokens": "input",
    "input_tokens": "input",
    "completion_tokens": "output",
    "output_tokens": "output",
}


def is_aimock(document: Any) -> bool:
    """Return whether a JSON document has the shape of a file of fixtures."""
    return isinstance(document, dict) and isinstance(document.get("fixtures"), list)


def read_aimock(document: Any, path: Path, body: Json) -> list[Interaction | Skipped]:
    """Return the fixtures as recordings, of Responses and of Chat each, in their order.

    `body` is what every request holds besides its message: model, tools, instructions. A fixture
    that no single request stands for, whose response no text, tool call or error is, or whose
    request an API refuses, is Skipped.
    Raises MockgwError for what is no file of fixtures.
    """
    if not is_aimock(document):
        raise MockgwError(f"{path}: it has no list `fixtures`.", "Give a fixture file of aimock.")
    told: list[Interaction | Skipped] = []
    for place, fixture in enumerate(document["fixtures"], 1):
        match, response = _part(fixture, "match"), _part(fixture, "response")
        what = f"fixture {place} ({match.get('userMessage') or 'without userMessage'})"
        reason = _unasked(match) or _unsaid(response)
        if reason:
            told.append(Skipped(what, reason))
        else:
            told += _recorded(match, response, body, what)
    return told


def _unasked(match: Mapping[str, Any]) -> str:
    """Return why no request can be made of a match, "" when one can."""
    if match.get("endpoint") not in {None, "chat"}:
        return f"it is for {match['endpoint']}"
    if not isinstance(match.get("userMessage"), str):
        return "it has no userMessage that is a text"
    if match.get("hasToolResult") or match.get("turnIndex"):
        return "it matches a later turn, whose turns before are not there"
    return next((f"it matches by {name}" for name in _EARLIER if match.get(name) is not None), "")


def _unsaid(response: Mapping[str, Any]) -> str:
    if response.keys() & {"content", "toolCalls", "blocks", "error"}:
        return ""
    return f"its response is {', '.join(response) or 'not in the file'}"


def _recorded(
    match: Mapping[str, Any], response: Mapping[str, Any], body: Json, what: str
) -> Iterator[Interaction | Skipped]:
    model = str(match.get("model") or body.get("model") or _MODEL)
    system = match.get("systemMessage")
    system = "\n".join(system) if isinstance(system, list) else system
    for api in apis.APIS:
        asked: Json = {**body, "model": model, **_said(api, match["userMessage"], system)}
        content = encode(asked)
        uri = _BASE + _PATHS[api.name]
        call = parse(
            Raw("POST", _PATHS[api.name], "", {}, content), route("POST", _PATHS[api.name])
        )
        try:
            api.check(call, max_tokens_refused=False)
        except ApiError as error:
            yield Skipped(f"{what} for {api.name}", f"it is refused: {error.message}")
            continue
        status, reason, answer = _answer(api, call, response, what)
        yield Interaction("POST", uri, _HEADERS, content, status, reason, _HEADERS, answer)


def _said(api: Api, text: str, system: str | None) -> Json:
    if api is apis.RESPONSES:
        return {"input": text} | ({"instructions": system} if system else {})
    before = [{"role": "system", "content": system}] if system else []
    return {"messages": [*before, {"role": "user", "content": text}]}


def _answer(api: Api, call: Call, response: Mapping[str, Any], what: str) -> tuple[int, str, bytes]:
    error = response.get("error")
    if isinstance(error, Mapping):
        status = response.get("status")
        named = {name: error.get(name) for name in ("message", "type", "param", "code")}
        return status if isinstance(status, int) else 500, "", pretty({"error": named})
    born = Birth(Digits("aimock", what, call.key), Settings().stands_at or 0.0)
    answer = api.answer(call, EMPTY, (_draft(response),), born)
    counts = {
        _USAGE[name]: count
        for name, count in _part(response, "usage").items()
        if name in _USAGE and isinstance(count, int)
    }
    return 200, "OK", encode(api.recount(answer, counts) if counts else answer)


def _draft(response: Mapping[str, Any]) -> Draft:
    thought = str(response.get("reasoning") or "")
    return Draft(
        reasoning=tokens.count(thought) if thought else 0,
        summary=(thought,) if thought else (),
        parts=tuple(_parts(response)),
        incomplete=_FINISHED.get(str(response.get("finishReason")), ""),
    )


def _parts(response: Mapping[str, Any]) -> Iterator[Says | Calls]:
    blocks = response.get("blocks")
    if isinstance(blocks, list) and blocks:
        for block in blocks:
            yield _called(block) if block.get("type") == "toolCall" else Says(_text(block["text"]))
        return
    if response.get("content") is not None:
        yield Says(_text(response["content"]))
    for call in response.get("toolCalls") or ():
        yield _called(call)


def _called(call: Mapping[str, Any]) -> Calls:
    return Calls(str(call.get("name")), _text(call.get("arguments", {})))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _part(whole: Any, name: str) -> Mapping[str, Any]:
    part = whole.get(name) if isinstance(whole, Mapping) else None
    return part if isinstance(part, Mapping) else {}
