"""A whole answer of the upstream, and the interaction that a tape keeps of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mockgw.cassette.coding import STALE_HEADERS
from mockgw.cassette.interaction import Interaction
from mockgw.outgoing import Outgoing
from mockgw.sse import frames


@dataclass(frozen=True, slots=True)
class Arrived:
    """A whole answer: `at` is the unix second of its head, `waited` the seconds until then.

    `times` are the seconds after the head at which pieces of the body came, with their sizes.
    """

    status: int
    reason: str
    headers: dict[str, tuple[str, ...]]
    body: bytes
    at: float
    waited: float
    times: Sequence[tuple[float, int]] = ()


def exchange(request: Outgoing, answer: Arrived, *, timed: bool = True) -> Interaction:
    """Return request and answer as a tape keeps them, secrets still in them.

    Without `timed` nothing tells when they happened.
    """
    return Interaction(
        method=request.method,
        uri=request.url,
        request_headers={name: (value,) for name, value in request.headers.items()},
        request_body=request.body,
        status=answer.status,
        reason=answer.reason,
        response_headers={
            name: values for name, values in answer.headers.items() if name not in _STALE
        },
        response_body=answer.body,
        extra=_extra(answer) if timed else {},
    )


_STALE = STALE_HEADERS | {"connection", "date", "trailer"}


def _extra(answer: Arrived) -> dict[str, Any]:
    at = datetime.fromtimestamp(answer.at, UTC).isoformat(timespec="milliseconds")
    extra: dict[str, Any] = {"v": 1, "at": at, "ttfb_ms": round(answer.waited * 1000)}
    if "event-stream" in answer.headers.get("content-type", ("",))[0]:
        extra["sse_ms"] = gaps(answer)
    return extra


def gaps(answer: Arrived) -> str:
    """Return the milliseconds between the events of a stream, the first one's since the head.

    They are rounded so that their sum stays right, however many there are.
    """
    arrivals: list[tuple[float, int]] = []
    size = 0
    for at, length in answer.times:
        size += length
        arrivals.append((at, size))
    told: list[str] = []
    end, before, place = 0, 0, 0
    for frame in frames(answer.body):
        end += len(frame)
        while place < len(arrivals) - 1 and arrivals[place][1] < end:
            place += 1
        at = round(arrivals[place][0] * 1000) if arrivals else 0
        told.append(str(max(at - before, 0)))
        before = max(at, before)
    return " ".join(told)
