"""Keeps a run on this host: connections that leave loopback are refused, whatever the client."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from mockgw.settings import loopback

_INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})


class NetworkBlockedError(RuntimeError):
    """A connection that would have left this host."""


class Guard:
    """Refuses connections to other hosts between `install` and `remove`."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    @property
    def installed(self) -> bool:
        """Whether it stands."""
        return bool(self._undo)

    def switch(self, *, on: bool) -> None:
        """Install or remove it."""
        (self.install if on else self.remove)()

    def install(self) -> None:
        """Stand in front of the ways out: a socket's own, and the look-up of other hosts."""
        if self._undo:
            return
        # Others may put a class of theirs in its place until we remove the guard.
        kind = socket.socket
        for name, place in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
            self._set(kind, name, _guarded(getattr(kind, name), place))
        self._set(socket, "getaddrinfo", _looked_up(socket.getaddrinfo))

    def _set(self, owner: Any, name: str, value: Callable[..., Any]) -> None:
        if name in vars(owner):
            kept = vars(owner)[name]
            self._undo.append(lambda: setattr(owner, name, kept))
        else:
            self._undo.append(lambda: delattr(owner, name))
        setattr(owner, name, value)

    def remove(self) -> None:
        """Give the ways out back."""
        while self._undo:
            self._undo.pop()()


def _guarded(kept: Callable[..., Any], place: int) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[place] if arguments else None
        if self.family in _INTERNET and isinstance(address, tuple):
            host = _text(address[0])
            if not loopback(host):
                # Callers close a socket for an OSError only, and would leave this one open.
                self.close()
                raise _blocked(host, address[1])
        return kept(self, *arguments)

    return guarded


def _looked_up(kept: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse names of other hosts: the question would leave this one, and an answer be refused."""

    def guarded(host: Any, port: Any, *arguments: Any, **named: Any) -> Any:
        name = _text(host)
        if name and not loopback(name) and not _numeric(name) and name != socket.gethostname():
            raise _blocked(name, port)
        return kept(host, port, *arguments, **named)

    return guarded


def _text(host: Any) -> str:
    return bytes(host).decode("utf-8", "replace") if isinstance(host, bytes | bytearray) else host


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
