"""Rules on who asks and on what is shown: keys, their place and their form, and secrets."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from mockgw.canonical import encode
from mockgw.redaction.address import key_in
from mockgw.verdict.attempt import Attempt
from mockgw.verdict.finding import Finding, Severity

Scan = Callable[[bytes], Sequence[object]]
_HOW = {
    "twice": 'says "Bearer" twice',
    "other": "shows a key without a scheme, or by one that nobody takes",
    "header": "shows its key in a header of another API",
    "basic": "shows its key by Basic, which only OpenAI takes",
}


def reused_idempotency_key(attempts: Sequence[Attempt]) -> Iterator[Finding]:
    """Find keys that stand for different requests."""
    by_key: defaultdict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for one in attempts:
        if one.course.idempotency and one.entry.key:
            by_key[one.entry.session, one.course.idempotency].append(one)
    for same in by_key.values():
        if len({one.entry.key for one in same}) > 1:
            yield _finding(
                "reused_idempotency_key",
                "fail",
                "used one idempotency key for different requests.",
                "Make a key for each request, and send it again only with the same body.",
                same,
            )


def key_in_url(attempts: Sequence[Attempt]) -> Iterator[Finding]:
    """Find keys in addresses, which end up in everybody's logs."""
    found = [one for one in attempts if key_in(one.entry.path, one.entry.query)]
    if found:
        first = found[0].entry
        yield _finding(
            "key_in_url",
            "fail",
            f"showed a key in the {key_in(first.path, first.query)} of the URL.",
            "Send it as `Authorization: Bearer KEY`, and replace it: it may stand in a log.",
            found,
        )


def wrong_auth_scheme(attempts: Sequence[Attempt]) -> Iterator[Finding]:
    """Find keys that are not shown as bearer tokens."""
    by_scheme: defaultdict[str, list[Attempt]] = defaultdict(list)
    for one in attempts:
        scheme = one.course.scheme
        if scheme in _HOW and (scheme != "basic" or one.entry.door != "openai"):
            by_scheme[scheme].append(one)
    for scheme, found in by_scheme.items():
        yield _finding(
            "wrong_auth_scheme",
            "fail",
            f"{_HOW[scheme]}.",
            "Send `Authorization: Bearer KEY`.",
            found,
        )


def secret_in_body(attempts: Sequence[Attempt], scan: Scan) -> Iterator[Finding]:
    """Find requests whose body holds what looks like a secret."""
    found = [one for one in attempts if one.entry.body and scan(encode(one.entry.body))]
    if found:
        yield _finding(
            "secret_in_body",
            "warn",
            "sent what looks like a secret to the model.",
            "Take it out of the prompt.",
            found,
        )


def never_closed(attempts: Sequence[Attempt]) -> Iterator[Finding]:
    """Find connections that were opened while many others of the same client lay idle."""
    found = [one for one in attempts if one.course.idle >= _MANY]
    if found:
        most = max(one.course.idle for one in found)
        yield _finding(
            "never_closed",
            "warn",
            f"opened connections while {most} of its own lay idle.",
            "Keep one client for all calls, or close each: `with OpenAI() as client`.",
            found,
        )


_MANY = 10


def _finding(
    rule: str, severity: Severity, message: str, remedy: str, found: Sequence[Attempt]
) -> Finding:
    numbers = tuple(one.number for one in found)
    return Finding(rule, severity, message, remedy, numbers, tuple(one.line() for one in found))
