"""Bytes to a client, as long as it is there."""

import asyncio
import os
import socket
import struct

from aiohttp import web

_HTTP_1_1 = (1, 1)
_AT_ONCE = struct.pack("ii", 1, 0)
_A_MOMENT = 0.001


def send(request: web.BaseRequest, data: bytes) -> None:
    """Write bytes; raises ConnectionResetError when the client is gone."""
    transport = request.transport
    if transport is None or transport.is_closing():
        raise ConnectionResetError("the client is gone")
    transport.write(data)


def stay(request: web.BaseRequest, alive: bool) -> str:
    """Return the header that says what becomes of the connection, when it is not what is usual."""
    if not alive:
        return "\r\nconnection: close"
    return "" if request.version >= _HTTP_1_1 else "\r\nconnection: keep-alive"


async def leave(request: web.BaseRequest, *, reset: bool) -> None:
    """End the connection once what was sent is out: by a RST, or else by a FIN."""
    transport = request.transport
    if transport is None or not isinstance(transport, asyncio.Transport):
        return
    if not reset:
        transport.close()
        return
    while transport.get_write_buffer_size() and not transport.is_closing():  # noqa: ASYNC110 - asyncio tells nobody when the last byte is out
        await asyncio.sleep(_A_MOMENT)
    number = transport.get_extra_info("socket").fileno()
    if number >= 0:
        # Not every event loop lets its own socket be set; a second name for it can be.
        with socket.socket(fileno=os.dup(number)) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
