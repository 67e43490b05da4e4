"""Which call is another one asked again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from mockgw.verdict.attempt import Attempt

# Seconds, besides what the client was told to wait. Who asks the same later asks anew.
_SOON = 60.0
_TOLERANCE, _AT_LEAST = 0.9, 0.05


class Link(Struct, frozen=True):
    """A call that asks again what the one before it did not get.

    It is `sure` when the client counts it as a retry, or counts nothing. Where an SDK counts from
    the start, code around it has asked, which may have asked anew.
    """

    before: Attempt
    again: Attempt
    sure: bool

    @property
    def gap(self) -> float:
        """The seconds between the answer and the next try."""
        return self.again.after(self.before)

    @property
    def hasty(self) -> bool:
        """Whether it came sooner than the client was told."""
        wait = self.before.told_wait
        return self.before.passing and self.gap < wait * _TOLERANCE - _AT_LEAST

    @property
    def vain(self) -> bool:
        """Whether it asked again what had been refused for good."""
        return self.before.final


Chain = list[Link]


def chains(attempts: Iterable[Attempt]) -> Iterator[Chain]:
    """Yield the links that follow one another, one chain for each call that was asked again.

    Of calls that are alike and under way at the same time, a retry is matched with the one that
    speaks best for the client.
    """
    places: defaultdict[tuple[str, str, str, str], list[Attempt]] = defaultdict(list)
    for one in attempts:
        places[one.place].append(one)
    for alike in places.values():
        if len(alike) > 1:
            yield from _joined(_links(alike))


def _links(alike: list[Attempt]) -> list[Link]:
    open_ends = [one for one in alike if one.refused or one.spoiled]
    links: list[Link] = []
    # Who counts its retries says which call is one: the others are guessed from what is left.
    for counted in (True, False):
        for again in alike:
            if bool(again.retry) is not counted:
                continue
            link = _best(again, open_ends, counted=counted)
            if link is not None:
                open_ends.remove(link.before)
                links.append(link)
    return links


def _best(again: Attempt, open_ends: list[Attempt], *, counted: bool) -> Link | None:
    sure = counted or again.retry is None
    fitting = [
        Link(one, again, sure)
        for one in open_ends
        if one is not again and one.answered <= again.arrived and _follows(one, again)
    ]
    best = [link for link in fitting if not link.hasty and not link.vain]
    return next(iter(best or fitting), None)


def _follows(before: Attempt, again: Attempt) -> bool:
    if again.retry:
        return before.retry == again.retry - 1
    if not again.entry.key or again.after(before) > _SOON + before.told_wait:
        return False
    # Others that ask the same at the same time had their own connection by then.
    one, other = before.course, again.course
    return one.connection == other.connection or other.opened >= before.answered


def _joined(links: list[Link]) -> Iterator[Chain]:
    by_before = {id(link.before): link for link in links}
    later = {id(link.again) for link in links}
    for link in links:
        if id(link.before) in later:
            continue
        chain = [link]
        while (following := by_before.get(id(chain[-1].again))) is not None:
            chain.append(following)
        yield chain
