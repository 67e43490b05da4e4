"""HTTP/1.1 around an answer: its head, and its events as chunks."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from http import HTTPStatus

from mockgw.faults.going import Going
from mockgw.model import Frames, Wire

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
# As many bytes of events as go out together when nothing asks for a pause between them.
_BATCH = 16_384


def head(wire: Wire | Going, framing: str, version: str = "1.1") -> bytes:
    """Return status line and headers; `framing` are the headers that say how the body ends."""
    fields = "".join([f"{name}: {value}\r\n" for name, value in wire.headers])
    return f"HTTP/{version} {_status(wire.status)}\r\n{fields}{framing}\r\n\r\n".encode()


def whole(wire: Wire) -> tuple[bytes, int, int] | None:
    """Return all bytes of an answer by HTTP/1.1, on a connection that stays open.

    With them come the bytes and the events that its body has. None for an answer that takes time,
    whose end is not known, or that goes out wrong on purpose.
    """
    if wire.fault is not None or wire.timing is not None:
        return None
    body = wire.body
    if isinstance(body, bytes):
        return head(wire, f"content-length: {len(body)}") + body, len(body), 0
    if isinstance(body, Frames):
        told = head(wire, "transfer-encoding: chunked") + body.prepared(chunked)
        return told, body.size, body.count
    return None


@lru_cache
def _status(status: int) -> str:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"{status} {phrase}"


def chunk(event: bytes) -> bytes:
    """Return bytes, of which there are some, as one HTTP chunk."""
    return b"%x\r\n%b\r\n" % (len(event), event)


def chunked(events: Iterable[bytes]) -> bytes:
    """Return the whole body of a stream: a chunk for each event, and the end."""
    return b"".join(batches(events, chunks=True))


def batches(events: Iterable[bytes], *, chunks: bool) -> Iterator[bytes]:
    """Yield the events, several to a write, as HTTP chunks of one event each, and at last the end.

    Without `chunks` the events go out bare, for a client that reads until the connection closes.
    """
    waiting: list[bytes] = []
    size = 0
    for event in events:
        waiting.append(chunk(event) if chunks else event)
        size += len(event)
        if size >= _BATCH:
            yield b"".join(waiting)
            waiting, size = [], 0
    if chunks:
        waiting.append(LAST_CHUNK)
    yield b"".join(waiting)
