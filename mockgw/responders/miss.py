"""What is told of a call that no recording answers: the same words wherever they are read."""

import re
from collections.abc import Iterator, Sequence

from mockgw import matching
from mockgw.matching.level import FUZZY, NORMALIZED
from mockgw.model import Call
from mockgw.recordings import Recording
from mockgw.tapes import Tapes

_SHOWN_PATHS, _SHOWN_FILES, _SHOWN_RECORDINGS = 3, 5, 3
_IN_PYTEST = "             in pytest: --mockgw-mode=record --mockgw-upstream URL"
_PLAIN_PATH = re.compile(r"\w+(?:\.\w+|\[\d+\])*")
# What a call is about: whoever leaves it out of the comparison gets the answer to another question.
_MEANT = frozenset(
    "input messages instructions prompt tools tool_choice functions temperature text "
    "response_format previous_response_id conversation model n".split()
)


def report(tapes: Tapes, call: Call) -> str:
    """Return what was asked, where it was looked for, what comes nearest, and what to type.

    There is no secret in it, neither of the request nor of a recording.
    """
    played = tapes.exhausted(call)
    lines = list(_exhausted(call, played) if played else _missed(tapes, call))
    told = "\n".join(lines)
    return tapes.clean(told) if tapes.clean else told


def _exhausted(call: Call, played: Sequence[Recording]) -> Iterator[str]:
    count = len(played)
    yield f"No recording is left for this {call.operation} call to {call.model or 'no model'!r}."
    yield f"  asked:     {_asked(call)}"
    times = f"; asked {call.repetition} times" if call.repetition > count else ""
    yield f"  recorded:  {count} time{'' if count == 1 else 's'}, and played{times}"
    for one in played[:_SHOWN_RECORDINGS]:
        yield f"             {one.where}"
    if count > _SHOWN_RECORDINGS:
        yield f"             and {count - _SHOWN_RECORDINGS} more"
    yield '  to repeat: repeats = "last" in mockgw.toml plays the last one again, "cycle" all anew'
    yield '             in one test: @pytest.mark.mockgw(repeats="last")'
    path = played[-1].path
    yield f"  to keep:   mockgw record --repeats error --upstream URL --cassette {path}"
    yield _IN_PYTEST


def _missed(tapes: Tapes, call: Call) -> Iterator[str]:
    yield f"No recording answers this {call.operation} call to {call.model or 'no model'!r}."
    yield f"  asked:     {_asked(call)}"
    yield f"  looked in: {_looked_in(tapes, call)}"
    found = tapes.nearest(call)
    if not found:
        yield "  nearest:   none: no recording is of this operation"
    shown = _SHOWN_PATHS
    for word, (recording, differences) in zip(("nearest:", "next:", "next:"), found, strict=False):
        yield f"  {word:<10} {recording.where} differs in {len(differences)} place(s)"
        yield from _differing(differences, shown)
        shown = 1
    if found and (rule := _rule(tapes, call, *found[0])):
        yield f"  to match:  {rule} in mockgw.toml"
    tape = found[0][0].path if found else next(iter(tapes.by_file()), "tape.yaml")
    yield f"  to keep:   mockgw record --upstream URL --cassette {tape}"
    yield _IN_PYTEST
    yield "  or:        let it be synthesized, in mode auto"


def _asked(call: Call) -> str:
    form = "a stream" if call.stream else "JSON"
    keys = ", ".join(sorted(call.body)) or "nothing"
    session = f", session {call.session!r}" if call.session else ""
    return f"through the {call.door} door, for {form}, with {keys}{session}"


def _looked_in(tapes: Tapes, call: Call) -> str:
    files = tapes.by_file()
    if not files:
        return "no cassette"
    alike = sum(1 for one in tapes.recordings if one.operation == call.operation)
    named = ", ".join(f"{path} ({count})" for path, count in list(files.items())[:_SHOWN_FILES])
    more = f" and {len(files) - _SHOWN_FILES} more" if len(files) > _SHOWN_FILES else ""
    return f"{named}{more}; {alike} of them {call.operation}"


def _differing(differences: Sequence[matching.Difference], shown: int) -> Iterator[str]:
    for one in differences[:shown]:
        yield f"             {one}"
    if len(differences) > shown:
        yield f"             and {len(differences) - shown} more"


def _rule(
    tapes: Tapes, call: Call, recording: Recording, differences: Sequence[matching.Difference]
) -> str:
    """Return the setting by which the recording would have answered, "" where none should."""
    play, recorded = tapes.play, recording.call
    keys = [matching.normal_key(one, tapes.clean, play.rules) for one in (call, recorded)]
    if keys[0] == keys[1]:
        return "" if NORMALIZED in play.levels else 'match = "normalized"'
    paths = [one.path for one in differences]
    if paths == ["model"] and call.model and recorded.model:
        return f'aliases = ["{call.model}={recorded.model}"]'
    small = all(_PLAIN_PATH.fullmatch(path) and _top(path) not in _MEANT for path in paths)
    if small and len(paths) <= _SHOWN_PATHS:
        return "ignore = [" + ", ".join(f'"$.{path}"' for path in paths) + "]"
    likeness = matching.alike(call, recorded, tapes.clean, play.rules)
    fuzzy = FUZZY not in play.levels and likeness >= play.likeness > 0
    return 'match = "fuzzy"' if fuzzy else ""


def _top(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]
