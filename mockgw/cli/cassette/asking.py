"""Recorded requests asked again, one at a time."""

import asyncio
import re
import time
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from mockgw import apis
from mockgw.cassette.emitter import item
from mockgw.cassette.interaction import Interaction
from mockgw.errors import ApiError
from mockgw.model import Call, Raw
from mockgw.outgoing import Outgoing, outgoing
from mockgw.recorder.arrived import Arrived, exchange
from mockgw.recordings import Index, Recording
from mockgw.runner import Cleaning
from mockgw.upstream import Upstream

# Answers that tell of the moment or of the key, not of the call.
_PASSING = frozenset({401, 403, 408, 409, 429})
_OK, _MOVED, _REFUSED, _FAILED = 200, 300, 400, 500
_PLACEHOLDER = re.compile(rb"REDACTED-[a-z0-9]+-[0-9a-f]{4}")
_TIMES = frozenset({"at", "ttfb_ms", "sse_ms", "chunks"})


@dataclass(frozen=True, slots=True)
class Had:
    """What became of asking again: a new recording, or the reason why there is none."""

    recording: Recording | None = None
    reason: str = ""


def lasting(status: int) -> bool:
    """Return whether an answer of that status tells of the call, and so is worth keeping."""
    refused = _REFUSED <= status < _FAILED and status not in _PASSING
    return _OK <= status < _MOVED or refused


class Asking:
    """Asks the upstream at `base` with `key`; what comes back holds no secret.

    `clean` has the rules for that.
    """

    def __init__(self, upstream: Upstream, base: str, key: str | None, clean: Cleaning) -> None:
        self._upstream = upstream
        self._base = base
        self._key = key
        self.clean = clean
        self._redactor = clean.redactor.knowing([key] if key else [])

    async def again(self, old: Interaction, call: Call) -> Had:
        """Ask what the interaction asks; `call` is what it means."""
        if _PLACEHOLDER.search(old.request_body):
            return Had(reason="its request holds a placeholder where a secret was")
        if not lasting(old.status):
            return Had(reason=f"its status {old.status} tells of a moment")
        uri = urlsplit(old.uri)
        headers = {name: values[0] for name, values in old.request_headers.items() if values}
        raw = Raw(old.method, uri.path, uri.query, headers, old.request_body)
        sent = outgoing(self._base, raw, call, self._key)
        try:
            answer = await self._answer(sent)
        except ApiError as error:
            return Had(reason=error.message.removesuffix(" Nothing was recorded."))
        worse = old.status < _MOVED and answer.status >= _REFUSED
        if worse or not lasting(answer.status):
            return Had(reason=f"the upstream said {answer.status}{self._said(answer)}")
        return self._kept(sent, answer, old)

    async def _answer(self, sent: Outgoing) -> Arrived:
        clock = asyncio.get_running_loop().time
        asked = clock()
        async with self._upstream.ask(sent) as arriving:
            at = time.time()  # noqa: TID251 - it is kept as the moment of the recording
            waited, begun = clock() - asked, clock()
            parts, times = [], []
            async for part in arriving.content:
                parts.append(part)
                times.append((clock() - begun, len(part)))
        return Arrived(
            arriving.status, arriving.reason, arriving.headers, b"".join(parts), at, waited, times
        )

    def _said(self, answer: Arrived) -> str:
        error = apis.object_of(answer.body).get("error")
        message = error.get("message") if isinstance(error, dict) else None
        # A secret that is cut would no longer be known for one.
        said = self._redactor.text(" ".join(str(message or "").split()))
        return f": {said[:120]}" if said else ""

    def _kept(self, sent: Outgoing, answer: Arrived, old: Interaction) -> Had:
        one = self._redactor.interaction(exchange(sent, answer))
        others = {name: value for name, value in old.extra.items() if name not in _TIMES}
        one = replace(one, extra={**others, **one.extra}, path=old.path, line=old.line)
        found = self._redactor.scan(item(one).encode())
        if found:
            kinds = ", ".join(sorted({finding.kind for finding in found}))
            return Had(reason=f"the new answer still held secrets ({kinds})")
        recordings = Index([one]).recordings
        if not recordings:
            return Had(reason="the new recording would be no call of ours")
        try:
            _ = recordings[0].object
        except ApiError as error:
            if error.code == "torn_recording" or recordings[0].form == "json":
                return Had(reason=f"the new answer is not whole: {error.message}")
        return Had(recordings[0])
