"""Keeps a run on this host: connections that leave loopback are refused, whatever the client."""

import ipaddress
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from mockgw.settings import loopback

_INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})


class NetworkBlockedError(RuntimeError):
    """A connection that would have left this host."""


class Guard:
    """Refuses connections to other hosts while it is switched on.

    It listens to what the interpreter itself says before it connects, and not in front of the
    socket's methods: other plugins replace those, and put back what they believe was there.
    """

    def __init__(self) -> None:
        self._heard = False
        self.on = False
        self._names: frozenset[str] = frozenset()
        self._trusted = 0

    def switch(self, *, on: bool) -> None:
        """Refuse from now on, or let go."""
        if on and not self._heard:
            # An interpreter has no way to take such a listener back: it stays, and is idle.
            sys.addaudithook(self._hear)
            self._heard = True
        self.on = on

    def let(self, thread: int, names: Iterable[str]) -> None:
        """Let one thread connect, and these names be looked up; 0 and none let nobody."""
        self._trusted, self._names = thread, frozenset(names)

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        __tracebackhide__ = True
        if not self.on or event not in _EVENTS or threading.get_ident() == self._trusted:
            return
        if given and _text(given[0]) in self._names:
            return
        _EVENTS[event](*given)


def _check_address(plain: socket.socket, address: Any) -> None:
    __tracebackhide__ = True
    if plain.family not in _INTERNET or not isinstance(address, tuple):
        return
    host = _text(address[0])
    if not loopback(host):
        if plain.type == socket.SOCK_STREAM:
            # Callers close a socket for an OSError only, and would leave this one open.
            plain.close()
        raise _blocked(host, address[1])


def _check_name(host: Any, port: Any = "any port", *_: Any) -> None:
    """Refuse names of other hosts: the question would leave this one, and an answer be refused."""
    __tracebackhide__ = True
    name = _text(host)
    if name and not loopback(name) and not _numeric(name) and name != socket.gethostname():
        raise _blocked(name, port)


_EVENTS: dict[str, Callable[..., None]] = {
    "socket.connect": _check_address,
    "socket.sendto": _check_address,
    "socket.sendmsg": _check_address,
    "socket.getaddrinfo": _check_name,
    "socket.gethostbyname": _check_name,
}


def _text(host: Any) -> str:
    if isinstance(host, bytes | bytearray):
        return bytes(host).decode("utf-8", "replace")
    return host if isinstance(host, str) else ""


def _numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _blocked(host: str, port: Any) -> NetworkBlockedError:
    return NetworkBlockedError(
        f"mockgw keeps this run on loopback, and refused a connection to {host}:{port}. Point the "
        "client at the mockgw fixture, or leave --mockgw-block-network away."
    )
