"""Where in the test something was written."""

import sys
from pathlib import Path
from types import FrameType

_OURS = str(Path(__file__).parent.parent)


def caller() -> str:
    """Return file and line of the nearest frame that is not ours, as `tests/test_x.py:12`."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - what `inspect` does, at its price
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    if frame is None:
        return ""
    return f"{_short(frame.f_code.co_filename)}:{frame.f_lineno}"


def _short(name: str) -> str:
    try:
        return str(Path(name).relative_to(Path.cwd()))
    except ValueError:
        return name
