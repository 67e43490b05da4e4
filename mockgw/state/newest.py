"""What one connection remembers: its newest response, which need not be stored."""

from collections.abc import Sequence

from mockgw.model import Json


class Newest:
    """The newest response of a connection and what it continues, as the store keeps them.

    `warms` says that the next answer is to say nothing.
    """

    def __init__(self) -> None:
        self.warms = False
        self._line: tuple[Json, ...] = ()

    def line(self, identifier: str) -> list[Json]:
        """Return the response and those that it continues, oldest first; empty if it is another."""
        return list(self._line) if identifier == self.identifier else []

    @property
    def identifier(self) -> str:
        """The id of the response, "" without one."""
        return str(self._line[-1]["response"].get("id")) if self._line else ""

    def keep(self, line: Sequence[Json]) -> None:
        """Remember the last of these, which continues those before it."""
        self._line = tuple(line)

    def forget(self) -> None:
        """Remember nothing."""
        self._line = ()
