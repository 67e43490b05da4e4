"""Clients that hold their connection in their own hands, and what the journal comes to know."""

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from mockgw.canonical import encode
from mockgw.model import Entry
from mockgw.runner import Gateway
from tests.wire import Json

_LONG = 20.0


@contextmanager
def asked(gateway: Gateway, body: Json, session: str = "") -> Iterator[socket.socket]:
    """Give a connection on which a request for a response was sent, nothing of it read."""
    parts = urlsplit(gateway.url)
    prefix = f"/_s/{session}" if session else ""
    data = encode(body)
    head = f"POST {prefix}/v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(data)}"
    with socket.create_connection((parts.hostname, parts.port), timeout=_LONG) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n" + data)
        yield connection


def settled(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries once the server knows how each answer ended."""
    ends = time.monotonic() + _LONG
    found = list(entries)
    while not all(one.course.outcome for one in found):
        assert time.monotonic() < ends
        time.sleep(0.005)
    return found
