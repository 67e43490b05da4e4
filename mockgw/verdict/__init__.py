"""A verdict on the client: what its calls show that it does wrong when something goes wrong."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from mockgw.errors import MockgwError
from mockgw.model import Entry
from mockgw.phrase import nearest
from mockgw.verdict import identity, retrying, streaming
from mockgw.verdict.attempt import Attempt
from mockgw.verdict.chain import Chain, chains
from mockgw.verdict.finding import Finding
from mockgw.verdict.identity import Scan

__all__ = ["RULES", "Finding", "verdict"]

_OF_CHAINS: tuple[Callable[[Chain], Iterator[Finding]], ...] = (
    retrying.retried_refusal,
    retrying.ignored_retry_after,
    retrying.no_backoff,
)
_OF_ALL: tuple[Callable[[Sequence[Attempt]], Iterator[Finding]], ...] = (
    streaming.accepted_cut_stream,
    streaming.left_stream,
    identity.reused_idempotency_key,
    identity.key_in_url,
    identity.wrong_auth_scheme,
    identity.never_closed,
)
RULES = (
    "retried_refusal",
    "ignored_retry_after",
    "hammered",
    "accepted_cut_stream",
    "reused_idempotency_key",
    "key_in_url",
    "wrong_auth_scheme",
    "no_backoff",
    "gave_up",
    "left_stream",
    "never_closed",
    "secret_in_body",
)


def verdict(
    entries: Iterable[Entry],
    *,
    now: float | None = None,
    scan: Scan | None = None,
    ignore: Collection[str] = (),
) -> list[Finding]:
    """Return what the calls of the journal show against their client, the worst first.

    `now` is the moment, in the time of the courses, up to which the client can have come back;
    None says that it has ended. `scan` finds secrets in bytes: without it bodies are not looked
    through. `ignore` names rules that are not held; raises MockgwError for one that there is not.
    """
    for name in ignore:
        if name not in RULES:
            raise MockgwError(f"There is no rule {name!r}.", nearest(name, RULES))
    attempts = sorted(map(Attempt, entries), key=lambda one: (one.arrived, one.number))
    found = [one for one in _found(attempts, now, scan) if one.rule not in ignore]
    return sorted(found, key=lambda one: (one.severity != "fail", one.calls))


def _found(attempts: list[Attempt], now: float | None, scan: Scan | None) -> Iterator[Finding]:
    linked = list(chains(attempts))
    for chain in linked:
        for broken in _OF_CHAINS:
            yield from broken(chain)
    for shown in _OF_ALL:
        yield from shown(attempts)
    yield from retrying.gave_up(attempts, linked, now)
    if scan is not None:
        yield from identity.secret_in_body(attempts, scan)
