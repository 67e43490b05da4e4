"""Rules on streams: what was cut and taken for whole, and what nobody read to its end."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from mockgw import sse
from mockgw.apis.content import text_of
from mockgw.course import CUT, LEFT
from mockgw.model import Json
from mockgw.verdict.attempt import Attempt
from mockgw.verdict.finding import Finding

# Letters: a shorter text may begin like another one by accident.
_TELLING = 8


def accepted_cut_stream(attempts: Sequence[Attempt]) -> Iterator[Finding]:
    """Find a stream that was cut, and whose beginning the client quotes later as an answer."""
    for place, cut in enumerate(attempts):
        if not cut.entry.stream or cut.course.outcome != CUT:
            continue
        whole = _text(cut)
        for later in attempts[place + 1 :]:
            if later.entry.session == cut.entry.session and _quotes(later, whole):
                yield Finding(
                    "accepted_cut_stream",
                    "fail",
                    f"took a stream for whole that was cut after {cut.course.events} events.",
                    "A stream is whole when response.completed came, or finish_reason and [DONE].",
                    (cut.number, later.number),
                    (cut.line(), f"{later.line(cut)}, quotes the beginning as the answer"),
                )
                break


def left_stream(attempts: Sequence[Attempt]) -> Iterator[Finding]:
    """Find streams that the client left before their end, though nothing was wrong with them."""
    left = [
        one
        for one in attempts
        if one.entry.stream
        and one.course.outcome == LEFT
        and one.course.begun
        and not one.entry.fault
    ]
    if left:
        times = "a stream" if len(left) == 1 else f"{len(left)} streams"
        yield Finding(
            "left_stream",
            "warn",
            f"left {times} before the end.",
            "Read a stream to its end, or close it as soon as you know that you need no more.",
            tuple(one.number for one in left),
            tuple(f"{one.line()}, left after {one.course.events} events" for one in left),
        )


def _text(one: Attempt) -> str:
    """Return the text that the whole stream would have brought, "" when it is not known."""
    spoken = one.course.spoken
    if spoken is None:
        return ""
    body = spoken.answered if isinstance(spoken.answered, bytes) else spoken.answered()
    return "".join(_delta(event) for event in sse.data(body))


def _delta(data: bytes) -> str:
    try:
        event: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    match event:
        case {"type": "response.output_text.delta", "delta": str(text)}:
            return text
        case {"choices": [{"delta": {"content": str(text)}}, *_]}:
            return text
    return ""


def _quotes(later: Attempt, whole: str) -> bool:
    said = [text.rstrip() for text in _answers(later.entry.body)]
    return any(
        len(text) >= _TELLING and whole.startswith(text) and len(text) < len(whole.rstrip())
        for text in said
    )


def _answers(body: Json) -> Iterator[str]:
    """Yield the texts that a request tells as answers it had."""
    turns = body.get("messages", body.get("input"))
    for turn in turns if isinstance(turns, list) else ():
        if isinstance(turn, dict) and turn.get("role") == "assistant":
            yield text_of(turn.get("content"))
