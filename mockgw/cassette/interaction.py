"""One recorded exchange, whichever tool recorded it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Headers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Interaction:
    """A request and its response as a cassette keeps them.

    Header names are lower case; bodies are bytes, `b""` when there is none. `response_body` is
    decompressed, and the headers that spoke of its old length and coding are gone. `extra` is the
    mapping `response.mockgw`. `position` counts from 1 within the file at `path`; `line` is where
    the interaction starts, 0 when not known.
    """

    method: str
    uri: str
    request_headers: Headers
    request_body: bytes
    status: int
    reason: str
    response_headers: Headers
    response_body: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    position: int = 0
    line: int = 0

    @property
    def where(self) -> str:
        """File and place for people: `FILE:LINE`, or `FILE, item N` when the line is not known."""
        return f"{self.path}:{self.line}" if self.line else f"{self.path}, item {self.position}"
