"""Where in the test something was written."""

import os
import sys
from functools import lru_cache
from pathlib import Path
from types import FrameType

import pytest

_OURS = str(Path(__file__).parent.parent) + os.sep


def caller(root: Path) -> str:
    """Return file and line of the nearest frame that is not ours, as `tests/test_x.py:12`."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - what `inspect` does, at its price
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    if frame is None:
        return ""
    return f"{_file(frame.f_code.co_filename, root)}:{frame.f_lineno}"


@lru_cache(maxsize=1_024)
def _file(name: str, root: Path) -> str:
    return shortened(Path(name), root)


def beside(item: pytest.Item, name: Path, folder: str) -> Path | None:
    """Return what is there: beside the test, in such folders of its, or below the root."""
    home, root = item.path.parent, item.config.rootpath
    bases = (home, home / folder, home / folder / item.path.stem, root)
    return next((base / name for base in bases if (base / name).exists()), None)


def shortened(path: Path, root: Path) -> str:
    """Return the path as seen from the root, or whole when it is not below it."""
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
