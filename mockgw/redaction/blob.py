"""Text that hides in base64."""

import base64
from collections.abc import Callable, Iterator

from mockgw.redaction.span import Span

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_RUNS = bytes(ord("a") if code in _LETTERS else ord(" ") for code in range(256))
_SHORTEST = b"a" * 24
_TO_STANDARD = str.maketrans("-_", "+/")


def blobs(text: str, hides: Callable[[str], bool]) -> Iterator[Span]:
    """Yield each run of base64 that means a text which hides a secret."""
    # One byte for each character, so that a search for one letter finds the runs.
    runs = text.encode("ascii", "replace").translate(_RUNS) + b" "
    harmless: set[str] = set()
    place = runs.find(_SHORTEST)
    while place >= 0:
        end = runs.index(b" ", place)
        run = text[place:end]
        if run not in harmless:
            told = _decoded(run)
            if told and hides(told):
                yield Span(place, _padded(text, end), run, "base64")
            else:
                harmless.add(run)
        place = runs.find(_SHORTEST, end)


def _padded(text: str, end: int) -> int:
    after = text[end : end + 2]
    return end + len(after) - len(after.lstrip("="))


def _decoded(run: str) -> str:
    """Return the text that the run means, "" when it means none."""
    letters = run.translate(_TO_STANDARD)
    try:
        data = base64.b64decode(letters + "=" * (-len(letters) % 4))
        return data.decode()
    except ValueError:
        return ""
