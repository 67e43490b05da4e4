"""A chat.completion as the chunks that would have brought it.

A role chunk, one token per chunk, a chunk with the finish reason, the usage chunk when it was
asked for, and `[DONE]`. The chunks of several choices take turns. Each chunk is padded so that
its bytes are one more than a multiple of sixteen, unless the caller turned obfuscation off.

A completion with an `error` broke off: the error comes in place of all that would end the stream.
"""

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from mockgw import tokens
from mockgw.apis.logprobs import taken
from mockgw.canonical import encode
from mockgw.model import Json

Padding = Callable[[int], str]
DONE = b"data: [DONE]\n\n"


def events(completion: Json, padding: Padding | None, *, with_usage: bool) -> Iterator[bytes]:
    """Yield the stream of a finished completion, one chunk at a time, each a whole frame.

    `padding` makes that many characters of obfuscation, None leaves the key out.
    """
    chunk = _Chunks(completion, padding, with_usage=with_usage)
    error = completion.get("error")
    parts = [_deltas(choice, whole=not error) for choice in completion.get("choices") or ()]
    for turn in zip_longest(*parts):
        for choice in turn:
            if choice is not None:
                yield chunk.of([choice])
    if error:
        yield b"data: %b\n\n" % encode({"error": error})
        return
    if with_usage:
        yield chunk.last(completion.get("usage"))
    yield DONE


class _Chunks:
    """Writes chunks: the head is the same in all of them and encoded once."""

    def __init__(self, completion: Json, padding: Padding | None, *, with_usage: bool) -> None:
        head = {
            "id": completion.get("id"),
            "object": "chat.completion.chunk",
            "created": completion.get("created"),
            "model": completion.get("model"),
            "service_tier": completion.get("service_tier"),
            "system_fingerprint": completion.get("system_fingerprint"),
        }
        self._head = encode(head)[:-1] + b',"choices":'
        self._tail = b',"usage":null' if with_usage else b""
        self._padding = padding

    def of(self, choices: list[Json]) -> bytes:
        return self._frame(b"%b%b%b" % (self._head, encode(choices), self._tail))

    def last(self, usage: Any) -> bytes:
        return self._frame(b'%b[],"usage":%b' % (self._head, encode(usage)))

    def _frame(self, opened: bytes) -> bytes:
        if self._padding is None:
            return b"data: %b}\n\n" % opened
        bare = len(opened) + len(b',"obfuscation":""}')
        pad = self._padding((1 - bare) % 16).encode()
        return b'data: %b,"obfuscation":"%b"}\n\n' % (opened, pad)


def _deltas(choice: Json, *, whole: bool) -> Iterator[Json]:
    """Yield one choice's share of each chunk; one that is not whole has no finish reason."""
    index = choice.get("index", 0)
    message = choice.get("message") or {}
    probable = _Probable(choice)

    def share(delta: Json, finish: str | None = None, told: str = "") -> Json:
        ends = {"finish_reason": finish}
        return {"index": index, "delta": delta, **probable.of(delta, told, finish), **ends}

    if message.get("refusal"):
        yield share({"role": "assistant", "content": None, "refusal": ""})
        for piece in tokens.pieces(message["refusal"]):
            yield share({"refusal": piece}, told="refusal")
    elif message.get("tool_calls"):
        yield from (share(delta) for delta in _tool_calls(message))
    elif message.get("function_call"):
        yield from (share(delta) for delta in _function_call(message["function_call"]))
    else:
        yield share({"role": "assistant", "content": "", "refusal": None})
        for piece in tokens.pieces(str(message.get("content") or "")):
            yield share({"content": piece}, told="content")
        if message.get("annotations"):
            yield share({"annotations": message["annotations"]})
    if whole:
        yield share({}, choice.get("finish_reason"))


class _Probable:
    """The `logprobs` of each chunk: null where there are none, no key where the choice has none."""

    def __init__(self, choice: Json) -> None:
        self._has_key = "logprobs" in choice
        self._given: Json = choice.get("logprobs") or {}
        self._place = 0

    def of(self, delta: Json, told: str, finish: str | None) -> Json:
        """Return the key for a chunk; `told` names the list that its text belongs to."""
        if not self._has_key:
            return {}
        if not self._given or finish is not None:
            return {"logprobs": None}
        found = {"content": None, "refusal": None}
        if told:
            entries = self._given.get(told) or []
            start, self._place = self._place, taken(entries, self._place, delta[told])
            return {"logprobs": {**found, told: entries[start : self._place]}}
        if "role" in delta:
            return {
                "logprobs": {**found, "refusal" if delta.get("refusal") == "" else "content": []}
            }
        return {"logprobs": None}


def _tool_calls(message: Json) -> Iterator[Json]:
    called = message["tool_calls"]
    content = message.get("content")
    alone = len(called) == 1 and not content
    if not alone:
        yield {"role": "assistant", "content": "" if content else None}
        yield from ({"content": piece} for piece in tokens.pieces(str(content or "")))
    for index, one in enumerate(called):
        kind = str(one.get("type") or "function")
        key = "input" if kind == "custom" else "arguments"
        inner = one.get(kind) or {}
        opened = {
            "index": index,
            "id": one.get("id"),
            "type": kind,
            kind: {"name": inner.get("name"), key: ""},
        }
        if alone:
            first = {"role": "assistant", "content": None, "tool_calls": [opened]}
            yield {**first, "refusal": None}
        else:
            yield {"tool_calls": [opened]}
        for piece in tokens.pieces(str(inner.get(key) or "")):
            yield {"tool_calls": [{"index": index, kind: {key: piece}}]}


def _function_call(called: Json) -> Iterator[Json]:
    opened = {"name": called.get("name"), "arguments": ""}
    first = {"role": "assistant", "content": None, "function_call": opened}
    yield {**first, "refusal": None}
    for piece in tokens.pieces(str(called.get("arguments") or "")):
        yield {"function_call": {"arguments": piece}}
