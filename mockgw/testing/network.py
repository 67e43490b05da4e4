"""Keeps a run on this host: connections that leave loopback are refused, whatever the client."""

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
        self._kept: dict[str, Callable[..., Any]] = {}

    def install(self) -> None:
        """Stand in front of the socket's ways out."""
        if self._kept:
            return
        for name, place in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
            kept = getattr(socket.socket, name)
            self._kept[name] = kept
            setattr(socket.socket, name, _guarded(kept, place))

    def remove(self) -> None:
        """Give the socket its ways back."""
        for name, kept in self._kept.items():
            setattr(socket.socket, name, kept)
        self._kept = {}


def _guarded(kept: Callable[..., Any], place: int) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[place]
        if self.family in _INTERNET and isinstance(address, tuple) and not loopback(address[0]):
            raise NetworkBlockedError(
                f"mockgw keeps this run on loopback, and refused a connection to {address[0]}:"
                f"{address[1]}. Point the client at the mockgw fixture, or leave "
                "--mockgw-block-network away."
            )
        return kept(self, *arguments)

    return guarded
