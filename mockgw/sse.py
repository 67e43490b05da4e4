"""Event streams: frames out of bytes, and data out of frames."""

import re
from collections.abc import Iterator

_BORDER = re.compile(rb"(?:\r\n\r\n|\n\n|\r\r)")
_LINE = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


def frames(stream: bytes) -> Iterator[bytes]:
    """Yield the stream's events as the bytes they are, each with the blank line that ends it.

    Joined they give the stream again; what follows the last blank line is the last frame.
    """
    start = 0
    for border in _BORDER.finditer(stream):
        yield stream[start : border.end()]
        start = border.end()
    if start < len(stream):
        yield stream[start:]


def data(stream: bytes) -> Iterator[bytes]:
    """Yield the data of each event that has some, its lines joined by a newline."""
    for frame in frames(stream.removeprefix(_BOM)):
        lines = [
            line[5:].removeprefix(b" ") for line in _LINE.split(frame) if line.startswith(b"data:")
        ]
        if lines:
            yield b"\n".join(lines)
