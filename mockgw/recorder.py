"""Keeps what the upstream said: redacted, scanned, appended to the cassette."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mockgw.cassette.emitter import item
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.writer import Writer
from mockgw.errors import MockgwError
from mockgw.outgoing import Outgoing
from mockgw.redaction.redactor import Redactor
from mockgw.sse import frames
from mockgw.tapes import Tapes

_LOG = logging.getLogger("mockgw")
# Answers that tell of the moment or of the key, not of the call.
_PASSING = frozenset({401, 403, 408, 409, 429})
_OK, _FAILED = 200, 500


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


class Recorder:
    """Writes whole answers to one cassette, and lets them be played at once.

    With `beside` they are written to a new file, which takes the cassette's place at the end.
    """

    def __init__(
        self, path: Path, tapes: Tapes, redactor: Redactor, *, beside: bool = False
    ) -> None:
        self._path = path
        self._written = path.with_name(f".{path.name}.new") if beside else path
        if beside:
            self._written.unlink(missing_ok=True)
        self._writer = Writer(self._written)
        self._tapes = tapes
        self._redactor = redactor
        self.kept = 0
        self.failed = False

    def close(self) -> None:
        """End the recording: what was written beside the cassette takes its place if all went well.

        It does not when nothing was kept or when an answer failed: the cassette then stays as it
        was.
        """
        if self._written == self._path:
            return
        if self.kept and not self.failed:
            self._written.replace(self._path)
        else:
            self._written.unlink(missing_ok=True)
            _LOG.warning("%s stays as it was: the new recording is not whole", self._path)

    def lose(self, reason: str) -> str:
        """Take note that an answer is missing from the tape, and say so."""
        self.failed = True
        return f"not kept: {reason}"

    def keep(self, request: Outgoing, answer: Arrived) -> str:
        """Keep an exchange, and return what became of it in a few words.

        Nothing is written of an answer that tells of the moment (401, 403, 408, 409, 429, 5xx), or
        in which a secret is left after redaction.
        """
        if answer.status in _PASSING or not _OK <= answer.status < _FAILED:
            return self.lose(f"status {answer.status}")
        one = self._redactor.interaction(_interaction(request, answer))
        found = self._redactor.scan(item(one).encode())
        if found:
            kinds = ", ".join(sorted({finding.kind for finding in found}))
            _LOG.error("an answer was not kept: it still held secrets (%s)", kinds)
            return self.lose(f"it still held secrets ({kinds})")
        try:
            dropped = self._writer.append(one)
        except MockgwError as problem:
            # The client still gets its answer; only the tape does not.
            _LOG.error("an answer was not kept: %s", problem)
            return self.lose(problem.message)
        for line in dropped:
            _LOG.warning("%s: %s", self._path, line)
        self._tapes.add(one, str(self._path))
        self.kept += 1
        return f"kept in {self._path}"


def _interaction(request: Outgoing, answer: Arrived) -> Interaction:
    stale = {"content-encoding", "content-length", "transfer-encoding", "connection", "date"}
    return Interaction(
        method=request.method,
        uri=request.url,
        request_headers={name: (value,) for name, value in request.headers.items()},
        request_body=request.body,
        status=answer.status,
        reason=answer.reason,
        response_headers={
            name: values for name, values in answer.headers.items() if name not in stale
        },
        response_body=answer.body,
        extra=_extra(answer),
    )


def _extra(answer: Arrived) -> dict[str, Any]:
    at = datetime.fromtimestamp(answer.at, UTC).isoformat(timespec="milliseconds")
    extra: dict[str, Any] = {"v": 1, "at": at, "ttfb_ms": round(answer.waited * 1000)}
    if "event-stream" in answer.headers.get("content-type", ("",))[0]:
        extra["sse_ms"] = _gaps(answer)
    return extra


def _gaps(answer: Arrived) -> str:
    """Return the milliseconds between events, as they came."""
    arrivals: list[tuple[float, int]] = []
    size = 0
    for at, length in answer.times:
        size += length
        arrivals.append((at, size))
    gaps: list[str] = []
    end, before, place = 0, 0.0, 0
    for frame in frames(answer.body):
        end += len(frame)
        while place < len(arrivals) - 1 and arrivals[place][1] < end:
            place += 1
        at = arrivals[place][0] if arrivals else 0.0
        gaps.append(str(max(round((at - before) * 1000), 0)))
        before = at
    return " ".join(gaps)
