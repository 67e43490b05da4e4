"""Keeps what the upstream said: redacted, scanned, appended to the cassette."""

import logging
from pathlib import Path

from mockgw.cassette.emitter import item
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.writer import Writer
from mockgw.errors import MockgwError
from mockgw.outgoing import Outgoing
from mockgw.recorder.arrived import Arrived, exchange
from mockgw.recorder.ledger import Ledger
from mockgw.recorder.pending import Pending
from mockgw.recorder.policy import Policy
from mockgw.recorder.quarantine import Quarantine
from mockgw.redaction.address import owners
from mockgw.redaction.redactor import Redactor
from mockgw.tapes import Tapes

__all__ = ["Arrived", "Recorder"]

_LOG = logging.getLogger("mockgw")
# Answers that tell of the moment or of the key, not of the call.
_PASSING = frozenset({401, 403, 408, 409, 429})
_OK, _MOVED, _REFUSED, _FAILED = 200, 300, 400, 500
_USUAL = Policy()


class Recorder:
    """Writes whole answers to one cassette, and lets them be played at once.

    With `beside` they are written to a new file, which takes the cassette's place at the end;
    `into` takes them in place of a writer of its own. `ledger` counts what became of them.
    """

    def __init__(
        self,
        path: Path,
        tapes: Tapes,
        redactor: Redactor,
        policy: Policy = _USUAL,
        *,
        beside: bool = False,
        into: Pending | Writer | None = None,
    ) -> None:
        self._path = path
        self._written = path.with_name(f".{path.name}.new") if beside else path
        if beside:
            self._written.unlink(missing_ok=True)
        self._writer = into or Writer(self._written, policy.style)
        self._tapes = tapes
        self._redactor = redactor
        self._policy = policy
        self.ledger = Ledger()
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

    def wants(self, status: int) -> bool:
        """Return whether answers of that status are kept."""
        if _OK <= status < _MOVED:
            return True
        lasting = _REFUSED <= status < _FAILED and status not in _PASSING
        return lasting or (self._policy.errors and status >= _REFUSED)

    def lose(self, reason: str) -> str:
        """Take note that an answer is missing from the tape, and say so."""
        self.failed = True
        self.ledger.lose(reason)
        return f"not kept: {reason}"

    def keep(self, request: Outgoing, answer: Arrived) -> str:
        """Keep an exchange, and return what became of it in a few words.

        Nothing is written of an answer that is not wanted, or in which a secret is left after
        redaction.
        """
        if not self.wants(answer.status):
            return self.lose(f"status {answer.status}")
        # What opens the upstream may look like anything, and come back in an answer.
        accounts = [one.value for one in owners(request.url) if one.kind == "account"]
        redactor = self._redactor.knowing(request.credentials, accounts)
        one = redactor.interaction(exchange(request, answer, timed=self._policy.timing))
        if redactor.scan(item(one, self._policy.style).encode()):
            return self._refuse(one, redactor)
        try:
            dropped = self._writer.append(one)
        except MockgwError as problem:
            # The client still gets its answer; only the tape does not.
            _LOG.error("an answer was not kept: %s", problem)
            return self.lose(problem.message)
        for line in dropped:
            _LOG.warning("%s: %s", self._path, line)
        self._tapes.add(one, str(self._path), self._writer.line)
        self.kept += 1
        self.ledger.add(Ledger.KEPT)
        return f"kept in {self._path}"

    def _refuse(self, one: Interaction, redactor: Redactor) -> str:
        """Do with an answer that still holds a secret what the policy says."""
        found = redactor.scan(item(one, self._policy.style).encode())
        kinds = ", ".join(sorted({finding.kind for finding in found}))
        _LOG.error("an answer was not kept: it still held secrets (%s)", kinds)
        told = self.lose(f"it still held secrets ({kinds})")
        if self._policy.leftovers == "fail":
            self.ledger.failed = True
        if self._policy.leftovers != "quarantine":
            return told
        quarantine = Quarantine(self._path, redactor.scan, self._policy.style)
        try:
            quarantine.add(one)
        except (MockgwError, OSError) as problem:
            _LOG.error("nothing was put into quarantine: %s", problem)
            return told
        return f"{told}; the rest is in {quarantine.path}"
