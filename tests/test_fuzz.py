"""Hostile requests: whatever comes in, one of our answers goes out, and one entry is written."""

import copy
import gzip
import http.client
import json
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mockgw.runner import Gateway, running
from mockgw.settings import Settings

EXAMPLES, BATCH = 420, 25
QUESTION = "What are the three laws of thermodynamics?"
SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "string"}, "b": {"type": "array", "items": {"type": "number"}}},
    "required": ["a", "b"],
    "additionalProperties": False,
}
FUNCTION = {"name": "look_up", "description": "Looks up.", "parameters": SCHEMA, "strict": True}
RESPONSES: list[Any] = [
    {"model": "gpt-5.5-pro", "input": QUESTION},
    {"model": "gpt-5.5-pro", "input": QUESTION, "stream": True, "stream_options": None},
    {
        "model": "gpt-5.5",
        "instructions": "Be brief.",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {"type": "function_call", "call_id": "c1", "name": "look_up", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "found"},
        ],
        "tools": [{"type": "function", **FUNCTION}],
        "tool_choice": "auto",
        "reasoning": {"effort": "medium", "summary": "auto"},
        "include": ["reasoning.encrypted_content"],
        "max_output_tokens": 200,
        "metadata": {"k": "v"},
        "store": True,
    },
    {
        "model": "gpt-5.5",
        "input": "Give me an object",
        "text": {
            "format": {"type": "json_schema", "name": "o", "schema": SCHEMA, "strict": True},
            "verbosity": "low",
        },
        "stream": True,
    },
]
CHAT: list[Any] = [
    {"model": "gpt-5.5", "messages": [{"role": "user", "content": QUESTION}]},
    {
        "model": "gpt-5.5",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "c1",
                        "type": "function",
                        "function": {"name": "look_up", "arguments": "{}"},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "found"},
        ],
        "tools": [{"type": "function", "function": FUNCTION}],
        "max_completion_tokens": 100,
        "n": 2,
        "stream": True,
        "stream_options": {"include_usage": True},
    },
    {
        "model": "gpt-5.5",
        "messages": [{"role": "user", "content": "An object"}],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "o", "schema": SCHEMA, "strict": True},
        },
        "stop": ["a"],
        "logprobs": False,
    },
]
ACCOUNT, AIG = b"/client/v4/accounts/acc/ai", b"/v1/acc/gw"
RUN_HEADER = b"cf-consn-model-id: openai/gpt-5.5"
DOORS: list[tuple[bytes, list[Any], bytes]] = [
    (b"/v1/responses", RESPONSES, b""),
    (b"/v1/chat/completions", CHAT, b""),
    (AIG + b"/openai/responses", RESPONSES, b""),
    (AIG + b"/openai/v1/chat/completions", CHAT, b""),
    (AIG + b"/compat/chat/completions", CHAT, b""),
    (ACCOUNT + b"/run", [{"model": "openai/gpt-5.5", "input": one} for one in CHAT], b""),
    (ACCOUNT + b"/run/openai/gpt-5.5-pro", RESPONSES, b""),
    (ACCOUNT + b"/run/openai%2Fgpt-5.5", CHAT, b""),
    (ACCOUNT + b"/v1/responses", RESPONSES, b""),
    (ACCOUNT + b"/v1/chat/completions", CHAT, b""),
    (b"/run?version=3", [{"inputs": one, "options": {}} for one in CHAT], RUN_HEADER),
    (b"/ai-gateway/run?version=3", [{"inputs": one} for one in RESPONSES], RUN_HEADER),
    (b"/_s/fuzz/v1/responses", RESPONSES, b""),
    (b"/v1/responses/resp_1", RESPONSES, b""),
]
METHODS = [b"POST"] * 60 + [b"GET", b"PUT", b"PATCH", b"DELETE", b"HEAD", b"OPTIONS", b"TRACE"]
PATH_PIECES = [
    b"%2F",
    b"%00",
    b"%ff",
    b"//",
    b"/..",
    b"/.",
    b";a=b",
    b"/",
    b"?",
    b"?a=%ff&&=",
    b"%",
    b"%zz",
    b"+",
    b"~",
    b"/openai",
    b"/%E2%80%AE",
    b"a" * 3000,
    b"?stream=true",
]
HEADERS = [
    b"content-type: text/plain",
    b"content-type: multipart/form-data; boundary=x",
    b"content-type: \xff\xfe",
    b"content-type: application/json; charset=utf-16",
    b"content-encoding: gzip",
    b"content-encoding: identity",
    b"accept: text/html",
    b"accept: \xe2\x80\xae",
    b"accept-encoding: br;q=1.0, *;q=0",
    b"authorization: Bearer",
    b"authorization: Basic !!!",
    b"authorization: Bearer \xff\xfe" + b"k" * 30,
    b"cf-aig-authorization: Bearer x",
    b"cf-aig-metadata: {broken",
    b"cf-aig-gateway-id: \x80",
    b"cf-consn-model-id: \xff\xfe",
    b"cf-consn-model-id: openai%2Fgpt-5.5-pro",
    b"cf-consn-model-id: a:b:" + b"m" * 500,
    b"cf-consn-model-id:",
    b"cookie: " + b"c" * 9000,
    b"expect: 200-ok",
    b"origin: http://[::1",
    b"range: bytes=0-5",
    b"upgrade: websocket\r\nconnection: upgrade",
    b"x-forwarded-for: ' OR 1=1",
    b"x-empty:",
]
SCALARS = st.sampled_from(
    [None, True, False, 0, 1, -1, 15, 2**31, 2**53 + 1, 2**64, -(2**63) - 1, 10**400, 0.0, -0.0,
     1.5, 1e308, -1e-320, "", " ", "auto", "none", "stop", "\x00", "a\r\nb: c", "\U0001d518",
     "\u202e", "e\u0301" * 9, "\ud83d", "\udc00\ud800", "🏳️‍🌈", "x" * 3000, "openai/", "resp_x"]
)  # fmt: skip
JUNK = st.recursive(
    SCALARS | st.text(max_size=8) | st.integers() | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "role", "id", "name", "text", "é"]), inner)
    ),
    max_leaves=5,
)


@dataclass(frozen=True)
class Sent:
    """A request on its way."""

    method: bytes
    target: bytes
    headers: tuple[bytes, ...]
    body: bytes

    def wire(self) -> bytes:
        head = [b"%b %b HTTP/1.1" % (self.method, self.target), b"host: localhost", *self.headers]
        return b"\r\n".join([*head, b"content-length: %d" % len(self.body), b"", self.body])


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container with each of its keys."""
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@st.composite
def bodies(draw: st.DrawFn, valid: list[Any]) -> bytes:
    """Draw a valid body that up to three accidents have happened to, in meaning and in bytes."""
    body = copy.deepcopy(draw(st.sampled_from(valid)))
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        found = list(places(body)) if isinstance(body, dict | list) else []
        if not found:
            break
        body = accident(draw, body, *found[draw(st.integers(0, len(found) - 1))])
    told = json.dumps(body, ensure_ascii=draw(st.booleans()))
    return broken(draw, told.encode("utf-8", "surrogatepass"))


def accident(draw: st.DrawFn, body: Any, holder: Any, key: Any) -> Any:
    kind = draw(st.sampled_from("junk junk junk drop wrap rename copy whole".split()))
    if kind == "junk":
        holder[key] = draw(JUNK)
    elif kind == "drop":
        del holder[key]
    elif kind == "wrap":
        holder[key] = draw(st.sampled_from([[holder[key]], {"input": holder[key]}, "text"]))
    elif kind == "rename" and isinstance(holder, dict):
        holder[draw(st.sampled_from(["Model", "inputs", "", "é", "__proto__"]))] = holder.pop(key)
    elif kind == "copy" and isinstance(holder, list):
        holder.extend([holder[key]] * draw(st.integers(1, 200)))
    elif kind == "whole":
        return draw(JUNK)
    return body


def broken(draw: st.DrawFn, told: bytes) -> bytes:
    kind = draw(
        st.sampled_from([*["as it is"] * 12, "cut", "flip", "twice", "deep", "random", "gzip"])
    )
    at = draw(st.integers(0, max(len(told) - 1, 0)))
    changed: dict[str, Callable[[], bytes]] = {
        "cut": lambda: told[:at],
        "flip": lambda: told[:at] + bytes([draw(st.integers(0, 255))]) + told[at + 1 :],
        # A duplicate key in every object, and a value of another type under it.
        "twice": lambda: told.replace(b"{", b'{"model":1,"type":[],"type":{},'),
        "deep": lambda: b'%b,"input":%b' % (told[:-1], deep(draw) + b"}"),
        "random": lambda: draw(st.binary(max_size=60)),
        "gzip": lambda: gzip.compress(told, mtime=0)[: at + 20],
    }
    return changed[kind]() if kind in changed else told


def deep(draw: st.DrawFn) -> bytes:
    levels = draw(st.sampled_from([100, 130, 600, 900, 5000]))
    return b"[" * levels + b"]" * levels


@st.composite
def requests(draw: st.DrawFn) -> Sent:
    """Draw a request to one of the doors, more or less as the door wants it."""
    path, valid, header = draw(st.sampled_from(DOORS))
    if draw(st.sampled_from([False, False, False, True])):
        at = draw(st.integers(1, len(path)))
        path = path[:at] + draw(st.sampled_from(PATH_PIECES)) + path[at:]
    headers = [header] if header and draw(st.sampled_from([True, True, True, False])) else []
    headers += draw(st.lists(st.sampled_from(HEADERS), max_size=2, unique=True))
    if not any(one.startswith(b"content-type") for one in headers):
        headers.append(b"content-type: application/json")
    body = draw(bodies(valid))
    return Sent(draw(st.sampled_from(METHODS)), path, tuple(headers), body)


class Line:
    """A keep-alive connection, opened anew when the server closed it."""

    def __init__(self, url: str) -> None:
        self._address = ("127.0.0.1", int(url.rpartition(":")[2]))
        self._socket: socket.socket | None = None

    def ask(self, sent: Sent) -> tuple[int, str, bytes]:
        """Return status, content type and body of the answer."""
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=20)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(sent.wire())
        answer = http.client.HTTPResponse(self._socket, method=sent.method.decode())
        answer.begin()
        body = answer.read()
        if answer.will_close:
            self.close()
        answer.close()
        return answer.status, answer.headers["content-type"], body

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def check_answer(sent: Sent, door: str, status: int, kind: str, body: bytes) -> None:
    """Assert that the answer is one that the door gives."""
    assert status in range(200, 500)
    if sent.method == b"HEAD":
        assert body == b""
    elif kind.startswith("text/event-stream"):
        check_stream(status, body)
    else:
        assert kind == "application/json"
        value = json.loads(body)
        if status >= 400:
            check_error(door, status, value)
        else:
            assert "error" not in value or value["error"] is None


def check_stream(status: int, body: bytes) -> None:
    assert status == 200
    assert body.endswith(b"\n\n")
    events = body[:-2].split(b"\n\n")
    data = [event.rpartition(b"data: ")[2] for event in events]
    if data[-1] == b"[DONE]":
        data.pop()
    assert all(isinstance(json.loads(one), dict) for one in data)


def check_error(door: str, status: int, value: Any) -> None:
    own = isinstance(value.get("error"), dict)
    if door.startswith("rest"):
        assert value.keys() == {"result", "success", "errors", "messages"}
        assert value["success"] is False
        assert value["errors"][0].keys() == {"code", "message"}
    elif door == "openai" or (door == "gateway" and own):
        assert value["error"].keys() == {"message", "type", "param", "code"}
        assert value["error"]["message"]
    elif value["name"] == "Internal Error":
        # A defect, and what the real gateway takes for one of its own.
        assert value.keys() == {"description", "internalCode", "name"}
        assert value["internalCode"] == 7000
    else:
        assert value["name"] == "AiGatewayError"
        assert value["httpCode"] == status
        assert value["internalCode"] == value["error"][0]["code"]
        assert value["message"]
        assert value["description"]


def check_one(gateway: Gateway, line: Line, sent: Sent) -> None:
    """Send a request; assert that its answer is ours and that the journal tells it once."""
    before = len(gateway.journal)
    status, kind, body = line.ask(sent)
    assert len(gateway.journal) == before + 1, sent
    entry = gateway.journal.entries()[-1]
    assert entry.status == status, sent
    try:
        check_answer(sent, entry.door, status, kind, body)
    except AssertionError as problem:
        problem.add_note(f"asked: {sent}")
        raise


def check_alive(gateway: Gateway, line: Line) -> None:
    """Assert that a plain request gets a plain answer."""
    body = json.dumps(RESPONSES[0]).encode()
    status, kind, answer = line.ask(Sent(b"POST", b"/v1/responses", (), body))
    assert (status, kind, json.loads(answer)["status"]) == (200, "application/json", "completed")
    told = json.loads(line.ask(Sent(b"GET", b"/_mockgw/journal", (), b""))[2])
    assert told["counts"]["requests"] == len(gateway.journal)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_request_whatever_gets_a_server_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    asked = 0
    with running(Settings(port=0, journal_size=100, state_size=100)) as gateway:
        lines = [Line(gateway.url) for _ in range(4)]

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            # A batch that fails says at once which request it was: to shrink it takes an hour.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(requests(), min_size=BATCH, max_size=BATCH))
        def no_server_error(batch: list[Sent]) -> None:
            nonlocal asked
            for number, sent in enumerate(batch):
                check_one(gateway, lines[number % len(lines)], sent)
                asked += 1
            assert caplog.records == []

        try:
            no_server_error()
            check_alive(gateway, lines[0])
        finally:
            for line in lines:
                line.close()
    assert asked >= 10_000
    assert caplog.records == []
