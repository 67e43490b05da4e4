"""`mockgw cassette check`: whether everything in a cassette can be read and played."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mockgw.cassette import writer
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import read
from mockgw.cli.cassette.files import files
from mockgw.cli.cassette.told import Told, counted
from mockgw.errors import ApiError, MockgwError
from mockgw.recordings import Index, Recording

_REFUSED = 400
_AGAIN = "Record it again, or take it out of the cassette."


def run(paths: Iterable[str], *, repair: bool) -> Told:
    """Tell what cannot be read whole, with remedies; `repair` drops what was cut off at an end."""
    lines: list[str] = []
    data = []
    for file in files(paths):
        dropped = writer.repair(file) if repair else []
        problems, count = _problems(file)
        data.append(
            {
                "file": str(file),
                "interactions": count,
                "dropped": dropped,
                "problem": "\n".join(f"{what}\n  {remedy}" for what, remedy in problems),
                "problems": [{"what": what, "remedy": remedy} for what, remedy in problems],
            }
        )
        lines += dropped
        lines += [f"{what}\n  {remedy}" for what, remedy in problems]
        if not problems:
            lines.append(f"{file}: {counted(count, 'interaction')}, all whole")
    return Told(lines or ["no cassettes"], data, not any(one["problems"] for one in data))


def _problems(file: Path) -> tuple[list[tuple[str, str]], int]:
    try:
        found = read(file)
    except MockgwError as error:
        return [(error.message, error.hint)], 0
    return list(_unplayable(found)), len(found)


def _unplayable(found: list[Interaction]) -> Iterator[tuple[str, str]]:
    """Yield the recordings that can be read, but whose answer is none that could be sent."""
    for one in Index(found).recordings:
        problem = _problem(one)
        if problem:
            yield f"{one.where}: the answer cannot be played: {problem}", _AGAIN


def _problem(one: Recording) -> str:
    if one.interaction.status >= _REFUSED:
        return ""  # a proxy's error page is an answer too
    try:
        told: Any = one.object
    except ApiError as error:
        if one.form == "json":
            return "it is not JSON"
        # A stream may have ended with an error: that is told as it was.
        return error.message if error.code == "torn_recording" else ""
    except (KeyError, TypeError, AttributeError) as error:
        return f"its events are not those of the API ({type(error).__name__}: {error})"
    return "" if isinstance(told, dict) else "it is no JSON object"
