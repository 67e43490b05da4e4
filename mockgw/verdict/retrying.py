"""Rules on asking again: what, when, how often, and whether at all."""

from collections.abc import Callable, Iterator, Sequence

from mockgw import apis
from mockgw.canonical import digest, ordered
from mockgw.verdict.attempt import Attempt
from mockgw.verdict.chain import Chain, Link
from mockgw.verdict.finding import Finding, Severity

# Seconds: who asks again sooner, unless told to, does not wait at all. SDKs wait 0.375 and more.
_AT_ONCE = 0.1
# So many tries at once in a row are a storm.
_STORM = 3
# Where code around an SDK asks again: so many times it is no accident.
_NO_ACCIDENT = 2
# Seconds in which a client that lives may still come back: the SDKs wait 8 at most.
_BACKOFF = 10.0


def retried_refusal(chain: Chain) -> Iterator[Finding]:
    """Find what was asked again although it was refused for good."""
    links = _judged(chain, lambda link: link.vain)
    # A key that has run out can be renewed, once.
    if links and links[0].before.expired:
        links = links[1:]
    if links:
        first = links[0].before
        why = "x-should-retry: false" if first.course.should_retry is False else first.status
        yield _finding(
            "retried_refusal",
            "fail",
            f"asked again, {_times(links)}, what was refused for good ({why}).",
            "Ask again only after 408, 409, 429 and 5xx, and never against x-should-retry: false.",
            links,
        )


def ignored_retry_after(chain: Chain) -> Iterator[Finding]:
    """Find what was asked again sooner than the answer had said."""
    links = _judged(chain, lambda link: link.hasty)
    if links:
        worst = min(links, key=lambda link: link.gap - link.before.told_wait)
        yield _finding(
            "ignored_retry_after",
            "fail",
            f"was told to wait {worst.before.told_wait:g} s, and came after {worst.gap:.3f} s.",
            "Wait as long as retry-after-ms or retry-after says.",
            links,
        )


def no_backoff(chain: Chain) -> Iterator[Finding]:
    """Find tries without a pause between them: one is a warning, several in a row are a storm."""
    run: list[Link] = []
    longest: list[Link] = []
    for link in chain:
        run = [*run, link] if _at_once(link) else []
        longest = max(longest, run, key=len)
    storm = len(longest) >= _STORM
    sure = [link for link in longest if link.sure]
    if storm or sure:
        yield _finding(
            "hammered" if storm else "no_backoff",
            "fail" if storm else "warn",
            f"asked again, {_times(longest)}, without a pause after an error.",
            "Wait longer before each try: 0.5 s, 1 s, 2 s … with some chance in it.",
            longest if storm else sure,
        )


def gave_up(
    attempts: Sequence[Attempt], chains: Sequence[Chain], now: float | None
) -> Iterator[Finding]:
    """Find an error to ask again after that nobody asked again after.

    `now` is the moment up to which the client could, None when it has ended.
    """
    links = [link for chain in chains for link in chain]
    busy = {id(link.before) for link in links} | {id(link.again) for link in links}
    last: dict[object, float] = {}
    for one in attempts:
        last[_said(one)] = one.arrived
    for one in attempts:
        if not one.passing or one.retry or id(one) in busy or one.patience_ends:
            continue
        if now is not None and now - one.answered < _BACKOFF + one.told_wait:
            continue
        # Who asked another model, or by another door, did not give up.
        if one.entry.operation in _CREATES and last[_said(one)] < one.answered:
            yield Finding(
                "gave_up",
                "warn",
                f"gave up at once after an error that passes ({one.status}).",
                "Ask again after 408, 409, 429 and 5xx, twice at least.",
                (one.number,),
                (one.line(),),
            )


_WHOM = frozenset({"model", "stream", "stream_options"})
_CREATES = frozenset(api.creates for api in apis.APIS)


def _said(one: Attempt) -> tuple[str, str]:
    """Return what stands for that which was asked, whoever was."""
    body = one.entry.body
    told = {name: value for name, value in body.items() if name not in _WHOM}
    return one.entry.session, digest(ordered(told))


def _at_once(link: Link) -> bool:
    told = link.before.told_wait or link.before.course.should_retry
    failed = link.before.passing or (link.before.spoiled and link.before.course.outcome == "cut")
    return failed and not told and link.gap < _AT_ONCE


def _judged(chain: Chain, wrong: Callable[[Link], bool]) -> list[Link]:
    """Return the links in which something is wrong, none when they may be calls of their own."""
    links = [link for link in chain if wrong(link)]
    sure = any(link.sure for link in links)
    return links if sure or len(links) >= _NO_ACCIDENT else []


def _times(links: Sequence[Link]) -> str:
    return "once" if len(links) == 1 else f"{len(links)} times"


def _finding(
    rule: str, severity: Severity, message: str, remedy: str, links: Sequence[Link]
) -> Finding:
    shown = [links[0].before.line()]
    shown += [link.again.line(link.before) for link in links]
    numbers = dict.fromkeys(one.number for link in links for one in (link.before, link.again))
    return Finding(rule, severity, message, remedy, tuple(numbers), tuple(shown))
