"""Event streams: frames out of bytes, data out of frames, and JSON objects out of data."""

import re
from collections.abc import Iterator

from mockgw.canonical import decode
from mockgw.errors import ApiError
from mockgw.model import Json

# A line ends with CRLF, LF or CR, and one stream may mix them.
_BORDER = re.compile(rb"(?:\r\n|\n|\r(?!\n)){2}")
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


def split(stream: bytes) -> tuple[list[bytes], bytes]:
    """Return the whole events of the beginning of a stream, and what is left of it."""
    # A CR at the end may be the first half of a line's end.
    whole = stream.removesuffix(b"\r")
    ends = [border.end() for border in _BORDER.finditer(whole)]
    starts = [0, *ends]
    return [stream[at:end] for at, end in zip(starts, ends, strict=False)], stream[starts[-1] :]


def data(stream: bytes) -> Iterator[bytes]:
    """Yield the data of each event that has some, its lines joined by a newline."""
    for frame in frames(stream.removeprefix(_BOM)):
        lines = [
            line[5:].removeprefix(b" ") for line in _LINE.split(frame) if line.startswith(b"data:")
        ]
        if lines:
            yield b"\n".join(lines)


def objects(stream: bytes) -> Iterator[Json]:
    """Yield the JSON object of each event that holds one.

    Raises ApiError 502 for an object that was cut off.
    """
    for line in data(stream):
        if line.startswith(b"{"):
            try:
                yield decode(line)
            except ApiError:
                raise torn("The recorded stream breaks off inside an event") from None


def torn(what: str) -> ApiError:
    """Return the error for a recording that cannot be read to its end."""
    message = f"{what}, so it has no JSON form."
    return ApiError(502, message, type="mockgw_error", code="torn_recording", origin="mockgw")
