"""What is said on a WebSocket: how messages are understood, and how answers are told."""

from collections.abc import Callable, Iterable
from typing import Protocol

from mockgw.errors import ApiError
from mockgw.faults.going import Going
from mockgw.model import Raw, Wire
from mockgw.pipeline import Road
from mockgw.trip import Passage

_REFUSED = 400


class Voice(Protocol):
    """Tells one answer as messages."""

    def begins(self, answer: Going) -> Iterable[bytes]:
        """Return what is said as soon as the answer begins."""
        ...

    def says(self, event: bytes) -> bytes:
        """Return the message that brings one event of a stream, of which these are the data."""
        ...

    def ends(self, answer: Going, heard: bytes) -> Iterable[bytes]:
        """Return what is said at the end; `heard` is the body of what is no stream."""
        ...


# An answer, or a message by itself.
Answering = Callable[[], tuple[Wire, Voice] | bytes]


class Talk(Protocol):
    """The language of one connection.

    `longest` are the seconds after which the connection is closed; `protocol` is the subprotocol
    that it has, "" for none.
    """

    longest: float
    protocol: str

    def take(self, text: str) -> tuple[str | None, Answering]:
        """Return the lane of a message, and what answers it when its turn has come.

        Those of a lane are answered in their order, lanes beside each other, and what has none
        (None) beside everything.
        """
        ...

    def farewell(self) -> bytes:
        """Return what is said when the connection has been open for the longest."""
        ...


def streams(answer: Going) -> bool:
    """Tell whether an answer is told event by event."""
    return answer.streamed and answer.status < _REFUSED


def travel(road: Road, raw: Raw) -> Wire:
    """Return the answer to a request; one that only an upstream has is a refusal."""
    told = road.travel(raw)
    if isinstance(told, Passage):
        error = ApiError(
            501,
            "mockgw asks no upstream by WebSocket. Ask by HTTP: what is recorded there answers "
            "here too.",
            type="mockgw_error",
            code="no_socket_upstream",
            origin="mockgw",
        )
        return road.fail(told, error)
    return told
