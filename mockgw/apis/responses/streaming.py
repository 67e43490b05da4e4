"""A Response object as the events that would have brought it.

Order and keys of every event follow recorded streams: type first, then the response or item, then
the rest by name; numbers rise by one from zero; deltas are single tokens, each padded to a
multiple of sixteen characters unless the caller turned obfuscation off.
"""

from collections.abc import Callable, Iterator

from mockgw import tokens
from mockgw.canonical import encode
from mockgw.model import Json

_TERMINALS = {"incomplete": "response.incomplete", "failed": "response.failed"}
_PAYLOADS = {
    "function_call": ("arguments", "function_call_arguments"),
    "custom_tool_call": ("input", "custom_tool_call_input"),
}
Padding = Callable[[int], str]
_END = b"\n\n"
_HOLE = "\x00"
_HOLE_INSIDE = b"\\u0000"


def events(response: Json, padding: Padding | None) -> Iterator[bytes]:
    """Yield the stream of a finished response, one event at a time, each a whole frame.

    `padding` makes that many characters of obfuscation, None leaves the key out. The last event
    carries the response exactly as given.
    """
    return _Stream(padding).response(response)


class _Stream:
    def __init__(self, padding: Padding | None) -> None:
        self._padding = padding
        self._number = 0

    def response(self, response: Json) -> Iterator[bytes]:
        begun = encode(_begun(response))
        yield self._whole("response.created", begun)
        yield self._whole("response.in_progress", begun)
        for index, item in enumerate(response.get("output") or ()):
            yield from self._item(item, index)
        terminal = _TERMINALS.get(str(response.get("status")), "response.completed")
        yield self._whole(terminal, encode(response))

    def _whole(self, name: str, response: bytes) -> bytes:
        number = self._number
        self._number = number + 1
        line = b'{"type":"%b","response":%b,"sequence_number":%d}'
        return (
            b"event: %b\ndata: " % name.encode() + line % (name.encode(), response, number) + _END
        )

    def _event(self, name: str, head: Json, rest: Json | None = None) -> bytes:
        number = {"sequence_number": self._number}
        self._number += 1
        tail = dict(sorted({**(rest or {}), **number}.items()))
        return b"event: %b\ndata: %b\n\n" % (name.encode(), encode({"type": name, **head, **tail}))

    def _item(self, item: Json, index: int) -> Iterator[bytes]:
        kind = str(item.get("type"))
        place = {"output_index": index}
        yield self._event("response.output_item.added", {"item": _empty(item)}, place)
        if kind == "message":
            yield from self._message(item, index)
        elif kind == "reasoning":
            yield from self._summaries(item, index)
        elif kind in _PAYLOADS:
            key, name = _PAYLOADS[kind]
            own = {"item_id": item["id"], "output_index": index}
            payload = str(item.get(key) or "")
            yield from self._deltas(f"response.{name}.delta", payload, own)
            # Recorded events lack the name; the specification and older clients require it.
            named = {"name": item.get("name")} if kind == "function_call" else {}
            yield self._event(f"response.{name}.done", {}, {key: payload, **named, **own})
        yield self._event("response.output_item.done", {"item": item}, place)

    def _message(self, item: Json, index: int) -> Iterator[bytes]:
        for position, part in enumerate(item.get("content") or ()):
            own = {"content_index": position, "item_id": item["id"], "output_index": index}
            refuses = part.get("type") == "refusal"
            key = "refusal" if refuses else "text"
            name = "response.refusal" if refuses else "response.output_text"
            logprobs: Json = {} if refuses else {"logprobs": []}
            empty = {**part, key: ""} if refuses else {**part, "annotations": [], key: ""}
            yield self._event("response.content_part.added", {}, {"part": empty, **own})
            text = str(part.get(key) or "")
            yield from self._deltas(f"{name}.delta", text, {**own, **logprobs})
            for number, note in enumerate(part.get("annotations") or ()):
                noted = {"annotation": note, "annotation_index": number, **own}
                yield self._event("response.output_text.annotation.added", {}, noted)
            yield self._event(f"{name}.done", {}, {key: text, **own, **logprobs})
            yield self._event("response.content_part.done", {}, {"part": part, **own})

    def _summaries(self, item: Json, index: int) -> Iterator[bytes]:
        for position, part in enumerate(item.get("summary") or ()):
            own = {"item_id": item["id"], "output_index": index, "summary_index": position}
            text = str(part.get("text") or "")
            empty = {**part, "text": ""}
            name = "response.reasoning_summary_part"
            yield self._event(f"{name}.added", {}, {"part": empty, **own})
            yield from self._deltas("response.reasoning_summary_text.delta", text, own)
            yield self._event("response.reasoning_summary_text.done", {}, {"text": text, **own})
            yield self._event(f"{name}.done", {}, {"part": part, **own})

    def _deltas(self, name: str, text: str, own: Json) -> Iterator[bytes]:
        """Yield one delta per token; only token, padding and number change from one to the next."""
        before, between, after, end = _template(name, own, padded=self._padding is not None)
        for piece in tokens.pieces(text):
            pad = self._padding(-len(piece) % 16).encode() if self._padding is not None else b""
            number = self._number
            self._number = number + 1
            yield b"%b%b%b%b%b%d%b" % (before, encode(piece), between, pad, after, number, end)


def _template(name: str, own: Json, *, padded: bool) -> tuple[bytes, bytes, bytes, bytes]:
    """Return a delta event cut where the delta, its padding and its number go."""
    holes = {"delta": _HOLE, "sequence_number": 0, **({"obfuscation": _HOLE} if padded else {})}
    line = encode({"type": name, **dict(sorted({**own, **holes}.items()))})
    before, _, rest = line.partition(encode(_HOLE))
    between, _, rest = rest.partition(_HOLE_INSIDE) if padded else (b"", b"", rest)
    after, mark, end = rest.partition(b'"sequence_number":0')
    frame = b"event: %b\ndata: %b" % (name.encode(), before)
    return frame, between, after + mark[:-1], end + b"\n\n"


def _begun(response: Json) -> Json:
    """Return the response as it stood at the start: nothing said, nothing counted."""
    return {
        **response,
        "status": "in_progress",
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "output": [],
        "service_tier": "auto",
        "usage": None,
    }


def _empty(item: Json) -> Json:
    """Return an output item as it is announced."""
    kind = item.get("type")
    if kind == "message":
        return {**item, "status": "in_progress", "content": []}
    if kind == "reasoning":
        return {**item, "summary": []}
    if kind in _PAYLOADS:
        return {**item, "status": "in_progress", _PAYLOADS[str(kind)][0]: ""}
    return {**item, "status": "in_progress"} if "status" in item else item
