"""The address at which a gateway is listened for, and from which it can be absent for a while."""

import asyncio
import errno
import socket
from contextlib import suppress

from aiohttp import web

from mockgw.connection import Connection
from mockgw.errors import MockgwError
from mockgw.settings import Settings

# A server on all addresses is reached from its own host by loopback.
_REACHED_BY = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - a name, not a bind
_TRIES, _MOMENT = 100, 0.01
# In seconds: what aiohttp gives those whose time is over. 0 would be for ever.
_SOON = 0.01


class Listening:
    """Accepts connections at the address of the settings."""

    def __init__(self, server: web.Server, settings: Settings) -> None:
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=_SOON)
        self._server = server
        self._settings = settings
        self._held: list[socket.socket] = []
        # How many want nobody to listen: the last of them who is done ends it.
        self._absences = 0

    async def begin(self) -> str:
        """Accept connections, and return the URL; raises MockgwError without an address."""
        settings = self._settings
        await self._runner.setup()
        site = web.TCPSite(self._runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as problem:
            await self._runner.cleanup()
            raise _no_address(settings, problem) from None
        host, port = self._runner.addresses[0][:2]
        shown = _REACHED_BY.get(host, f"[{host}]" if ":" in host else host)
        return f"http://{shown}:{port}"

    async def refuse(self) -> None:
        """Have the system refuse all connections until `resume`, as where nobody listens.

        Those that are open are closed once what is being answered is answered. The port is kept, so
        that nobody else gets it. Raises MockgwError when somebody got it in the moment between.
        """
        self._absences += 1
        if self._absences > 1:
            return
        addresses = self._runner.addresses
        for site in tuple(self._runner.sites):
            await site.stop()
        self._depart()
        try:
            for address in addresses:
                self._held.append(await _held(address))
        except OSError as problem:
            await self.resume()
            raise _no_address(self._settings, problem) from None

    async def resume(self) -> None:
        """Accept connections again, when all who asked for none are done."""
        self._absences -= 1
        if self._absences:
            return
        held, self._held = self._held, []
        for one in held:
            await web.SockSite(self._runner, one).start()

    async def end(self) -> None:
        """Accept no more, and let open answers end for at most `settings.drain` seconds."""
        for one in self._held:
            one.close()
        self._held = []
        for site in tuple(self._runner.sites):
            await site.stop()
        await self._drained()
        await self._runner.cleanup()

    async def _drained(self) -> None:
        """Wait until all is answered, but no longer than it may take.

        aiohttp would take the time twice, and for 0 seconds it would wait for ever.
        """
        self._depart()
        # Who waits for nothing leaves in the next turn of the loop.
        await asyncio.sleep(0)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.drain):
                while self._server.connections:  # noqa: ASYNC110 - aiohttp tells nobody
                    await asyncio.sleep(_MOMENT)

    def _depart(self) -> None:
        for connection in self._server.connections:
            if isinstance(connection, Connection):
                connection.depart()


async def _held(address: tuple[str, int]) -> socket.socket:
    """Return a socket that has an address and does not listen there."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    for left in reversed(range(_TRIES)):
        try:
            made.bind(address)
        except OSError:
            # Not every event loop closes the socket before it, which listens, at once.
            if not left:
                made.close()
                raise
            await asyncio.sleep(_MOMENT)
        else:
            break
    return made


def _no_address(settings: Settings, problem: OSError) -> MockgwError:
    place = f"{settings.host}:{settings.port}"
    if problem.errno == errno.EADDRINUSE:
        return MockgwError(
            f"Port {settings.port} is taken: another program listens on {place}.",
            "Stop it, or use --port 0 to get a free port.",
        )
    if problem.errno == errno.EACCES:
        return MockgwError(f"Listening on {place} is not permitted.", "Use a port above 1023.")
    reason = problem.strerror or str(problem)
    return MockgwError(f"Cannot listen on {place}: {reason}.", "Correct --host or --port.")
