"""Answers from the recordings."""

from msgspec.structs import replace

from mockgw.errors import ApiError
from mockgw.model import Call, Kept, Timing
from mockgw.tapes import Tapes

_SHOWN_PATHS = 3


class Replay:
    """Answers a call that was recorded, `speed` times as fast as it came; 0 means at once."""

    def __init__(self, tapes: Tapes, speed: float = 0.0) -> None:
        self._tapes = tapes
        self._speed = speed

    def respond(self, call: Call) -> Kept | None:
        """Return the recorded answer, or None when there is none."""
        found = self._tapes.find(call)
        if found is None or found.timing is None:
            return found
        return replace(found, timing=_at(found.timing, self._speed) if self._speed else None)


def _at(timing: Timing, speed: float) -> Timing:
    gaps = tuple(gap / speed for gap in timing.gaps)
    return Timing(timing.delay / speed, timing.pace / speed, gaps)


class Missing:
    """Refuses what nobody answered, and says why: what was asked, and what came nearest."""

    def __init__(self, tapes: Tapes) -> None:
        self._tapes = tapes

    def respond(self, call: Call) -> None:
        """Raise the ApiError that explains the miss."""
        raise ApiError(
            404,
            "\n".join(self._lines(call)),
            type="mockgw_error",
            code="no_recording",
            origin="mockgw",
        )

    def _lines(self, call: Call) -> list[str]:
        lines = [
            f"No recording answers this {call.operation} call to {call.model or 'no model'!r}.",
            f"  asked:     {_asked(call)}",
            f"  looked in: {self._looked_in(call)}",
        ]
        lines += self._nearest(call)
        tape = next(iter(self._tapes.by_file()), "tape.yaml")
        lines.append(f"  to keep:   mockgw record --upstream URL --cassette {tape}")
        lines.append("  or:        let it be synthesized, in mode auto")
        return lines

    def _looked_in(self, call: Call) -> str:
        files = self._tapes.by_file()
        if not files:
            return "no cassette"
        alike = sum(1 for one in self._tapes.recordings if one.call.operation == call.operation)
        named = ", ".join(f"{path} ({count})" for path, count in list(files.items())[:5])
        more = f" and {len(files) - 5} more" if len(files) > 5 else ""  # noqa: PLR2004
        return f"{named}{more}; {alike} of them {call.operation}"

    def _nearest(self, call: Call) -> list[str]:
        found = self._tapes.nearest(call)
        if not found:
            return ["  nearest:   none: no recording is of this operation"]
        recording, differences = found[0]
        lines = [f"  nearest:   {recording.where} differs in {len(differences)} place(s)"]
        lines += [f"             {one}" for one in differences[:_SHOWN_PATHS]]
        if len(differences) > _SHOWN_PATHS:
            lines.append(f"             and {len(differences) - _SHOWN_PATHS} more")
        return lines


def _asked(call: Call) -> str:
    form = "a stream" if call.stream else "JSON"
    keys = ", ".join(sorted(call.body)) or "nothing"
    session = f", session {call.session!r}" if call.session else ""
    return f"through the {call.door} door, for {form}, with {keys}{session}"
