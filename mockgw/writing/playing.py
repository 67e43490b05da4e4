"""A stream in its own time: each event when it is due."""

import asyncio
from math import inf
from typing import Any

from aiohttp import web

from mockgw.model import Wire
from mockgw.ports import Timer
from mockgw.writing.player import Player


async def play(request: web.BaseRequest, head: bytes, wire: Wire, timer: Timer, due: float) -> None:
    """Write the head at once, and the events and the end of the body as the wire's timing says.

    `due` is the moment of the first event, which may have passed.
    Raises ConnectionError when the client is gone.
    """
    player = Player(request, head, wire, timer, due)
    wire.course.begins()
    await player.on()
    while not player.over:
        await request.writer.drain()
        # Even when all of it is due, a long stream leaves the others their turn.
        await asyncio.sleep(0)
        await player.on()
    await request.writer.drain()


async def asleep(request: web.BaseRequest, timer: Timer, moment: float) -> None:
    """Wait for a moment, or until the client is gone.

    Raises ConnectionResetError where the moment never comes, and where the client is gone already.
    """
    if moment <= timer.now():
        return
    if request.transport is None:
        # Nobody would be woken any more.
        raise ConnectionResetError("the client is gone")
    reached = timer.at(moment)
    protocol: Any = request.protocol
    if protocol is not None:
        # The connection wakes whoever waits when the client leaves.
        protocol.waiting, protocol.endless = reached, False
        if moment == inf:
            protocol.stalls()
    await reached
    if moment == inf:
        raise ConnectionResetError("nobody waits any more")
