"""Tells whether the upstream would still say what the tape says."""

import asyncio
import logging
from typing import Any, Protocol

from mockgw import apis, drift
from mockgw.canonical import decode, encode
from mockgw.errors import ApiError
from mockgw.model import Json
from mockgw.outgoing import Outgoing
from mockgw.pipeline import Road
from mockgw.recorder.ledger import Ledger
from mockgw.redaction.address import owners
from mockgw.trip import Passage
from mockgw.upstream import Upstream

_LOG = logging.getLogger("mockgw")
_MOST = 20
_REFUSED = 400
# No two answers of a model have the same words, nor as many of them.
_USUAL = frozenset({drift.WORDING, drift.USAGE})


class Cleans(Protocol):
    """Takes secrets out of texts, and has the redactor that does the same to what is recorded."""

    def __call__(self, text: str, /) -> str:
        """Return the text without its secrets."""
        ...

    @property
    def redactor(self) -> Any:
        """The redactor as it is now."""
        ...


class Comparison:
    """One call that is answered from the tape, and asked of the upstream beside.

    What it finds is counted in the ledger, logged when it matters, and noted in the journal;
    `clean` takes the secrets out of it.
    """

    def __init__(self, ledger: Ledger, clean: Cleans) -> None:
        self._ledger = ledger
        self._clean = clean

    async def made(
        self, upstream: Upstream, passage: Passage, sent: Outgoing, road: Road, status: int
    ) -> None:
        """Ask, compare, and end the request's way with what was found; `status` went out."""
        notes: list[str] = []
        try:
            notes = await self._notes(upstream, passage, sent)
        except asyncio.CancelledError:
            notes = self._uncompared("mockgw stopped before the upstream had answered (--drain)")
            raise
        except ApiError as error:
            notes = self._uncompared(error.message)
        except Exception as problem:  # noqa: BLE001 - logged in full, and told
            _LOG.exception("%s met a defect while it was compared", passage.call.operation)
            notes = self._uncompared(f"mockgw itself failed ({type(problem).__name__})")
        finally:
            road.settle(passage, status, [self._clean(note) for note in notes])

    async def _notes(self, upstream: Upstream, passage: Passage, sent: Outgoing) -> list[str]:
        recorded = passage.beside
        assert recorded is not None  # noqa: S101 - only such passages are compared
        async with upstream.ask(sent) as arriving:
            body = b"".join([part async for part in arriving.content])
        form = "sse" if arriving.streamed else "json"
        operation = passage.call.operation
        was = recorded.read() if recorded.status < _REFUSED else apis.object_of(recorded.body)
        was, now = self._plain(sent, was), self._plain(sent, _said(form, body, operation))
        found = drift.drift(was, now, recorded.status, arriving.status)
        if form != recorded.form:
            # Some fields are said in one form only.
            found = [one for one in found if one.kind != drift.SHAPE or _inner(one.path)]
        return self._told(found, recorded.where)

    def _plain(self, sent: Outgoing, told: Json) -> Json:
        """Return an answer's object as a recorder would have kept it.

        What is told of a difference is cut to what is around it, where a secret is none any more.
        """
        accounts = [one.value for one in owners(sent.url) if one.kind == "account"]
        look = self._clean.redactor.knowing(sent.credentials, accounts).hearing(sent.body)
        plain: Json = decode(look.body(encode(told)))
        return plain

    def _told(self, found: list[drift.Difference], where: str) -> list[str]:
        if not found:
            self._ledger.add(Ledger.SAME)
            return ["the upstream says the same"]
        lines = [f"{one.kind}: {one}" for one in found[:_MOST]]
        if len(found) > _MOST:
            lines.append(f"and {len(found) - _MOST} more")
        if all(one.kind in _USUAL for one in found):
            self._ledger.add(Ledger.REWORDED)
            return ["the upstream says the same in other words", *lines]
        self._ledger.add(Ledger.DRIFTED)
        count = sum(1 for one in found if one.kind not in _USUAL)
        head = f"drift: the upstream differs from {where} in {count} place(s)"
        _LOG.warning("%s", self._clean("\n  ".join([head, *lines])))
        return [head, *lines]

    def _uncompared(self, reason: str) -> list[str]:
        self._ledger.add(Ledger.UNCOMPARED)
        return [f"not compared: {reason}"]


def _inner(path: str) -> bool:
    return "." in path or "[" in path


def _said(form: str, body: bytes, operation: str) -> Json:
    """Return the final object of an answer."""
    return apis.creator(operation).collect(body) if form == "sse" else apis.object_of(body)
