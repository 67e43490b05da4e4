"""Faults of a stream: its events are there, but not as they should be."""

import re

from msgspec.structs import replace

from mockgw.faults.going import Going

_DONE = b"data: [DONE]"
_TERMINAL = re.compile(
    rb'^event: response\.(completed|incomplete|failed)\b|"finish_reason": ?"|"choices": ?\[\]'
)
_BARE = re.compile(rb"(?<!\r)\n")
_DELTA = re.compile(rb'^event: response\.\w+\.delta\b|"delta":\{"content"')


def duplicate_event(going: Going, event: int) -> Going:
    """Send an event twice."""
    at = _place(going, event)
    return replace(going, parts=(*going.parts[: at + 1], *going.parts[at:]))


def reorder_events(going: Going, event: int) -> Going:
    """Send an event after the one that follows it."""
    at = min(_place(going, event), max(len(going.parts) - 2, 0))
    first, second = going.parts[at : at + 1], going.parts[at + 1 : at + 2]
    return replace(going, parts=(*going.parts[:at], *second, *first, *going.parts[at + 2 :]))


def malformed_event(going: Going, event: int) -> Going:
    """Leave out the bracket that ends an event's JSON."""
    at = _place(going, event)
    head, _, tail = going.parts[at].rpartition(b"}")
    return replace(going, parts=(*going.parts[:at], head + tail, *going.parts[at + 1 :]))


def no_done(going: Going) -> Going:
    """Leave out `[DONE]`."""
    return replace(going, parts=tuple(one for one in going.parts if not one.startswith(_DONE)))


def no_terminal(going: Going) -> Going:
    """Leave out what says that the answer is complete; `[DONE]` stays."""
    return replace(going, parts=tuple(one for one in going.parts if not _TERMINAL.search(one)))


def event_after_terminal(going: Going) -> Going:
    """Send one more delta when all is said."""
    deltas = [one for one in going.parts if _DELTA.search(one)]
    return replace(going, parts=(*going.parts, (deltas or list(going.parts))[0]))


def giant_event(going: Going, count: int) -> Going:
    """Let the line of an event be so many bytes longer, by blanks in front of its JSON."""
    head, data, tail = going.parts[0].partition(b"data: ")
    return replace(going, parts=(head + data + b" " * count + tail, *going.parts[1:]))


def comments(going: Going) -> Going:
    """Send a comment in front of each event, which is legal."""
    return replace(going, parts=tuple(b": keep-alive\n\n" + one for one in going.parts))


def crlf(going: Going) -> Going:
    """End each line with CRLF, which is legal."""
    return replace(going, parts=tuple(_BARE.sub(b"\r\n", one) for one in going.parts))


def _place(going: Going, event: int) -> int:
    return min(event, len(going.parts)) - 1
