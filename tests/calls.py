"""Calls, requests and recordings for tests, made the way the gateway makes them."""

import json
from collections.abc import Mapping
from typing import Any

from mockgw import apis
from mockgw.cassette.interaction import Interaction
from mockgw.context import EMPTY, Context
from mockgw.digits import Digits
from mockgw.draft import Draft
from mockgw.model import Call, Raw
from mockgw.ports import Birth
from mockgw.routes import parse, route
from tests.wire import Json

AT = 1777054310.25
NATIVE = {"responses": "/v1/responses", "chat": "/v1/chat/completions"}
CATALOGUE = {
    "responses": "/client/v4/accounts/acc/ai/v1/responses",
    "chat": "/client/v4/accounts/acc/ai/v1/chat/completions",
}


def raw(method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Raw:
    """Return a request as the edge hands it on."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    plain, _, query = path.partition("?")
    return Raw(method, plain, query, dict(headers or {}), data)


def call(body: Json, *, path: str = "") -> Call:
    """Return the call that a body means; without a path, through the OpenAI door."""
    path = path or NATIVE["chat" if "messages" in body else "responses"]
    return parse(raw("POST", path, body), route("POST", path))


def respond(
    body: Json, *, draft: Draft | None = None, before: Context = EMPTY, path: str = ""
) -> Json:
    """Return the Response object that says what the draft says."""
    made = call({"model": "gpt-5.5-pro", "input": "Hi", **body}, path=path)
    birth = Birth(Digits("7"), AT)
    return apis.RESPONSES.answer(made, before, (draft or Draft(),), birth)


def complete(body: Json, *drafts: Draft, path: str = "") -> Json:
    """Return the chat.completion that says what the drafts say."""
    said = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Hi"}], **body}
    made = call(said, path=path)
    return apis.CHAT.answer(made, EMPTY, drafts, Birth(Digits("7"), AT))


def recording(
    asked: Any,
    answer: Any,
    *,
    uri: str = "https://api.openai.com/v1/responses",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    position: int = 1,
) -> Interaction:
    """Return one interaction of a cassette; values that are not bytes are written as JSON."""
    stream = isinstance(answer, bytes) and b"data: {" in answer
    kind = "text/event-stream; charset=utf-8" if stream else "application/json"
    return Interaction(
        method="POST",
        uri=uri,
        request_headers={name: (value,) for name, value in (headers or {}).items()},
        request_body=_bytes(asked),
        status=status,
        reason="",
        response_headers={"content-type": (kind,)},
        response_body=_bytes(answer),
        path="tape.yaml",
        position=position,
    )


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
