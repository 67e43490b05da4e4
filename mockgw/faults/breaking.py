"""Faults of the connection: it is slow, falls silent, or breaks."""

from msgspec.structs import replace

from mockgw.faults.going import Ending, Going


def refused(going: Going) -> Going:
    """Break at once, without a byte and without the time that the answer takes."""
    return replace(going, head=False, at_once=True, parts=(), ending="reset")


def reset(going: Going) -> Going:
    """Break when the answer would begin."""
    return replace(going, head=False, parts=(), ending="reset")


def reset_after_headers(going: Going) -> Going:
    """Break when the head is out."""
    return replace(going, parts=(), ending="reset")


def slow_headers(going: Going, seconds: float) -> Going:
    """Let the head wait."""
    return replace(going, wait=seconds)


def stall(going: Going, events: int, seconds: float) -> Going:
    """Fall silent after so many events, or in the middle of a body; go on after the seconds."""
    halved = going if going.streamed else replace(going, parts=_halves(going.parts))
    return replace(halved, pauses=((min(events, len(halved.parts)), seconds),))


def cut_after_events(going: Going, events: int, how: Ending) -> Going:
    """Break off after so many events, or in the middle of a body."""
    parts = going.parts[:events] if going.streamed else _halves(going.parts)[:1]
    return replace(going, parts=parts, ending=how)


def cut_after_bytes(going: Going, count: int, how: Ending) -> Going:
    """Break off after so many bytes of the body."""
    return replace(going, parts=_first(going.parts, count), ending=how)


def cut_in_character(going: Going, how: Ending) -> Going:
    """Break off inside the first character of several bytes; without one, in the middle."""
    whole = b"".join(going.parts)
    place = next((at for at, byte in enumerate(whole) if byte >= 0xC0), len(whole) // 2)  # noqa: PLR2004 - the first byte of several
    return replace(going, parts=_first(going.parts, place + 1), ending=how)


def cut_in_frame(going: Going, event: int, how: Ending) -> Going:
    """Break off in the middle of an event, or of the body."""
    number = min(event, len(going.parts)) - 1
    half = going.parts[number][: len(going.parts[number]) // 2]
    return replace(going, parts=(*going.parts[:number], half), ending=how)


def split(going: Going, count: int) -> Going:
    """Send so many bytes at a time, whatever they are part of."""
    whole = b"".join(going.parts)
    return replace(going, parts=tuple(whole[at : at + count] for at in range(0, len(whole), count)))


def _halves(parts: tuple[bytes, ...]) -> tuple[bytes, ...]:
    whole = b"".join(parts)
    return whole[: len(whole) // 2], whole[len(whole) // 2 :]


def _first(parts: tuple[bytes, ...], count: int) -> tuple[bytes, ...]:
    kept: list[bytes] = []
    for part in parts:
        if count <= 0:
            break
        kept.append(part[:count])
        count -= len(part)
    return tuple(kept)
