"""What a test must be told at its end: misses, answers that did not fit, answers left over."""

from collections.abc import Sequence
from typing import Protocol

from mockgw.model import Entry
from mockgw.recordings import Recording
from mockgw.runner import Cleaning
from mockgw.script import Scripted

_MISS = "no_recording"
_PROBLEMS = frozenset(
    {
        _MISS,
        "unfit_reply",
        "unsatisfiable_schema",
        "mockgw_defect",
        "failed_matcher",
        "no_upstream",
        "upstream_failed",
    }
)


class Told(Protocol):
    """What is known of one test's gateway."""

    @property
    def entries(self) -> Sequence[Entry]:
        """The requests and their answers."""
        ...

    @property
    def queued(self) -> Sequence[Scripted]:
        """The answers left over."""
        ...

    @property
    def clean(self) -> Cleaning:
        """What takes the secrets out of what is told."""
        ...

    @property
    def misses_allowed(self) -> bool:
        """Whether misses are meant."""
        ...


def problems(gateway: Told, remedy: str = "") -> list[str]:
    """Return what the test must fail for, each problem once; `remedy` is what to do about a miss.

    Missing recordings come first.
    """
    if gateway.misses_allowed:
        return leftovers(gateway.queued)
    found = misses(gateway.entries, gateway.clean)
    if remedy and any(one.code == _MISS for one in gateway.entries):
        found.append(remedy)
    return found + leftovers(gateway.queued)


def misses(entries: Sequence[Entry], clean: Cleaning) -> list[str]:
    """Return the explanation of every request that nobody could answer, once each."""
    told = dict.fromkeys(one.error for one in entries if one.code in _PROBLEMS)
    return [clean(error) for error in told]


def leftovers(queued: Sequence[Scripted]) -> list[str]:
    """Return what to say of answers that no call asked for."""
    if not queued:
        return []
    places = "".join(f"\n  queued at {one.where}" for one in queued)
    count = f"{len(queued)} queued answer{'' if len(queued) == 1 else 's'}"
    return [f"mockgw still holds {count} that no call asked for:{places}"]


def unused(found: Sequence[Recording]) -> str:
    """Return what to say of recordings that no call was answered with, "" when there are none."""
    if not found:
        return ""
    places = "".join(f"\n  {one.where} ({one.call.operation})" for one in found)
    count = f"{len(found)} recording{'' if len(found) == 1 else 's'}"
    return f"mockgw answered nothing from {count} of this test's cassettes:{places}"
