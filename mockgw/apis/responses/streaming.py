"""A Response object as the events that would have brought it.

Order and keys of every event follow recorded streams: type first, then the response or item, then
the rest by name; numbers rise by one from zero; deltas are single tokens, each padded to a
multiple of sixteen characters unless the caller turned obfuscation off.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mockgw import tokens
from mockgw.apis.logprobs import taken
from mockgw.apis.responses import hosted_events, sealed
from mockgw.apis.responses.event import Events, Padding
from mockgw.canonical import encode
from mockgw.model import Json

# The specification has no event of its own for a response that was cancelled.
_TERMINALS = {
    "incomplete": "response.incomplete",
    "failed": "response.failed",
    "cancelled": "response.failed",
}
_PAYLOADS = {
    "function_call": ("arguments", "function_call_arguments"),
    "custom_tool_call": ("input", "custom_tool_call_input"),
}
# The type that the API gives an error of that code, and what it blames.
_ERRORS: Mapping[str, tuple[str, str | None]] = {
    "context_length_exceeded": ("invalid_request_error", "input"),
    "insufficient_quota": ("insufficient_quota", None),
    "rate_limit_exceeded": ("tokens", None),
    "server_error": ("server_error", None),
}
_INVALID: tuple[str, str | None] = ("invalid_request_error", None)


def events(response: Json, padding: Padding | None) -> Iterator[bytes]:
    """Yield the stream of a finished response, one event at a time, each a whole frame.

    `padding` makes that many characters of obfuscation, None leaves the key out; those of a
    background response never have any. The last event carries the response exactly as given.
    """
    background = response.get("background") is True
    stream = Events(None if background else padding)
    if background:
        queued = encode(begun(response, "queued"))
        yield stream.whole("response.created", queued)
        yield stream.whole("response.queued", queued)
    working = encode(begun(response, "in_progress"))
    if not background:
        yield stream.whole("response.created", working)
    yield stream.whole("response.in_progress", working)
    for index, item in enumerate(response.get("output") or ()):
        yield from _item(stream, response, item, index)
    error = response.get("error")
    if response.get("status") == "failed" and isinstance(error, dict):
        yield stream.event("error", {"error": _error(error)})
    terminal = _TERMINALS.get(str(response.get("status")), "response.completed")
    yield stream.whole(terminal, encode(response))


def _error(error: Json) -> Json:
    kind, param = _ERRORS.get(str(error.get("code")), _INVALID)
    told = {"type": kind, "code": error.get("code"), "message": error.get("message")}
    return {**told, "param": param}


def _item(stream: Events, response: Json, item: Json, index: int) -> Iterator[bytes]:
    kind = str(item.get("type"))
    place = {"output_index": index}
    yield stream.event("response.output_item.added", {"item": _empty(item)}, place)
    if kind == "message":
        yield from _message(stream, item, index)
    elif kind == "reasoning":
        yield from _summaries(stream, item, index)
        yield from _thoughts(stream, item, index)
    elif kind in _PAYLOADS:
        yield from _payload(stream, item, index)
    else:
        yield from hosted_events.events(stream, response, item, index)
    yield stream.event("response.output_item.done", {"item": _resealed(item, "done")}, place)


def _payload(stream: Events, item: Json, index: int) -> Iterator[bytes]:
    kind = str(item["type"])
    key, name = _PAYLOADS[kind]
    own = {"item_id": item["id"], "output_index": index}
    payload = str(item.get(key) or "")
    yield from stream.deltas(f"response.{name}.delta", payload, own)
    # Recorded events lack the name; the specification and older clients require it.
    named = {"name": item.get("name")} if kind == "function_call" else {}
    yield stream.event(f"response.{name}.done", {}, {key: payload, **named, **own})


def _message(stream: Events, item: Json, index: int) -> Iterator[bytes]:
    for position, part in enumerate(item.get("content") or ()):
        own = {"content_index": position, "item_id": item["id"], "output_index": index}
        refuses = part.get("type") == "refusal"
        key = "refusal" if refuses else "text"
        name = "response.refusal" if refuses else "response.output_text"
        told_later: Json = {} if refuses else {"annotations": [], "logprobs": []}
        empty = {**part, **told_later, key: ""}
        yield stream.event("response.content_part.added", {}, {"part": empty, **own})
        text = str(part.get(key) or "")
        entries = list(part.get("logprobs") or ())
        told: Json = {} if refuses else {"logprobs": [_brief(one) for one in entries]}
        if refuses:
            yield from stream.deltas(f"{name}.delta", text, own)
        else:
            yield from _said(stream, part, own, entries)
        yield stream.event(f"{name}.done", {}, {key: text, **own, **told})
        yield stream.event("response.content_part.done", {}, {"part": part, **own})


def _said(stream: Events, part: Json, own: Json, entries: list[Json]) -> Iterator[bytes]:
    """Yield the deltas of a text, each note once the text it points to is there."""
    text, start = str(part.get("text") or ""), 0
    deltas = _Deltas(stream, own, entries)
    for number, note in enumerate(part.get("annotations") or ()):
        end = min(max(_end(note, text), start), len(text))
        yield from deltas.of(text[start:end])
        start = end
        noted = {"annotation": note, "annotation_index": number, **own}
        yield stream.event("response.output_text.annotation.added", {}, noted)
    yield from deltas.of(text[start:])


def _end(note: Any, text: str) -> int:
    place = note.get("end_index", note.get("index")) if isinstance(note, dict) else None
    return place if isinstance(place, int) else len(text)


class _Deltas:
    """The deltas of one text, with the log probabilities of their tokens where there are some."""

    def __init__(self, stream: Events, own: Json, entries: list[Json]) -> None:
        self._stream, self._own, self._entries = stream, own, entries
        self._place = 0

    def of(self, text: str) -> Iterator[bytes]:
        """Yield the deltas of the next part of the text."""
        name = "response.output_text.delta"
        if not self._entries:
            yield from self._stream.deltas(name, text, {**self._own, "logprobs": []})
            return
        for piece in tokens.pieces(text):
            start, self._place = self._place, taken(self._entries, self._place, piece)
            told = [_brief(one) for one in self._entries[start : self._place]]
            yield self._stream.delta(name, piece, {**self._own, "logprobs": told})


def _brief(entry: Json) -> Json:
    """Return an entry as events show it: without bytes."""
    told: Json = {key: entry[key] for key in ("token", "logprob") if key in entry}
    if "top_logprobs" in entry:
        told["top_logprobs"] = [_brief(one) for one in entry["top_logprobs"]]
    return told


def _summaries(stream: Events, item: Json, index: int) -> Iterator[bytes]:
    for position, part in enumerate(item.get("summary") or ()):
        own = {"item_id": item["id"], "output_index": index, "summary_index": position}
        text = str(part.get("text") or "")
        empty = {**part, "text": ""}
        name = "response.reasoning_summary_part"
        yield stream.event(f"{name}.added", {}, {"part": empty, **own})
        yield from stream.deltas("response.reasoning_summary_text.delta", text, own)
        yield stream.event("response.reasoning_summary_text.done", {}, {"text": text, **own})
        yield stream.event(f"{name}.done", {}, {"part": part, **own})


def _thoughts(stream: Events, item: Json, index: int) -> Iterator[bytes]:
    """Yield the reasoning itself, which only models that show it have."""
    for position, part in enumerate(item.get("content") or ()):
        own = {"content_index": position, "item_id": item["id"], "output_index": index}
        text = str(part.get("text") or "")
        yield stream.event("response.content_part.added", {}, {"part": {**part, "text": ""}, **own})
        yield from stream.deltas("response.reasoning_text.delta", text, own)
        yield stream.event("response.reasoning_text.done", {}, {"text": text, **own})
        yield stream.event("response.content_part.done", {}, {"part": part, **own})


def begun(response: Json, status: str) -> Json:
    """Return the response as it stands before its end: nothing said, nothing counted."""
    return {
        **response,
        "status": status,
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
        thoughts: Json = {"content": []} if "content" in item else {}
        return {**_resealed(item, "added"), **thoughts, "summary": []}
    if kind in _PAYLOADS:
        return {**item, "status": "in_progress", _PAYLOADS[str(kind)][0]: ""}
    return hosted_events.announced(item)


def _resealed(item: Json, moment: str) -> Json:
    """Return the item with another ciphertext: no two events show the same one of an item."""
    if item.get("type") != "reasoning" or not item.get("encrypted_content"):
        return item
    return {**item, "encrypted_content": sealed.again(str(item["encrypted_content"]), moment)}
