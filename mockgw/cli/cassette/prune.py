"""`mockgw cassette prune`: takes out what nobody needs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockgw.cassette.editing import edit, edited
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import content, interactions
from mockgw.cli.cassette.age import moment, recorded_at
from mockgw.cli.cassette.described import described, line
from mockgw.cli.cassette.files import files
from mockgw.cli.cassette.told import Told, counted
from mockgw.cli.cassette.usage_report import Used, used
from mockgw.drift import drift
from mockgw.errors import ApiError, MockgwError
from mockgw.recordings import Index, Recording
from mockgw.runner import Cleaning

# Returns why an interaction of a file is not needed, "" when it is.
_Reason = Callable[[Path, Interaction], str]


@dataclass(frozen=True, slots=True)
class _Found:
    """What is to go of one file, with the reasons by place, and the content it was found in."""

    path: Path
    data: bytes
    reasons: dict[int, str]
    told: list[dict[str, Any]]

    @property
    def changes(self) -> dict[int, Interaction | None]:
        return dict.fromkeys(self.reasons)


def run(
    paths: Iterable[str],
    *,
    clean: Cleaning,
    yes: bool = False,
    unused: tuple[str, ...] = (),
    duplicates: bool = False,
    older_than: str | None = None,
) -> Told:
    """Take recordings out of cassettes, or without `yes` only tell which."""
    told_used = used(unused) if unused else None
    reasons = _reasons(told_used, older_than)
    if not reasons and not duplicates:
        raise MockgwError(
            "Nothing says what may go.", "Give --unused REPORT, --duplicates or --older-than AGE."
        )
    found = [
        _found(file, reasons, told_used, clean, duplicates=duplicates) for file in files(paths)
    ]
    found = [one for one in found if one.reasons]
    for one in found:  # all can be written, or none is
        edited(one.data, one.path, one.changes)
    for one in found if yes else ():
        edit(one.path, one.data, one.changes)
    told = [gone for one in found for gone in one.told]
    lines = [f"{line(gone)}  ({gone['reason']})" for gone in told]
    return Told([*lines, _summary(len(told), yes=yes)], told, yes or not told)


def _summary(count: int, *, yes: bool) -> str:
    if not count:
        return "nothing to take out"
    taken = counted(count, "recording")
    return f"{taken} taken out" if yes else f"{taken} would go. To take them out, add --yes."


def _reasons(told: Used | None, older_than: str | None) -> list[_Reason]:
    found: list[_Reason] = []
    if told is not None:
        found.append(lambda path, one: "not played" if told.unused(one, path) else "")
    if older_than is not None:
        limit = moment(older_than)

        def old(path: Path, one: Interaction) -> str:
            del path
            at = recorded_at(one)
            return f"recorded {at:%Y-%m-%d}" if at is not None and at < limit else ""

        found.append(old)
    return found


def _found(
    path: Path,
    reasons: list[_Reason],
    told_used: Used | None,
    clean: Cleaning,
    *,
    duplicates: bool,
) -> _Found:
    data = content(path)
    held = interactions(data, path)
    if told_used is not None:
        told_used.check(held, path)
    recordings = Index(held).recordings
    why: dict[int, str] = {}
    for one in recordings:
        reason = next(filter(None, (ask(path, one.interaction) for ask in reasons)), "")
        if reason:
            why[one.interaction.position] = reason
    if duplicates:
        stays = [one for one in recordings if one.interaction.position not in why]
        why |= _repeated(stays)
    told = [
        {**described(one, clean), "reason": why[one.interaction.position]}
        for one in recordings
        if one.interaction.position in why
    ]
    return _Found(path, data, why, told)


def _repeated(recordings: list[Recording]) -> dict[int, str]:
    """Return the recordings that say again what one before them says."""
    first: dict[tuple[str, str, int], list[Recording]] = {}
    why: dict[int, str] = {}
    for one in recordings:
        alike = first.setdefault((one.call.key, one.form, one.interaction.status), [])
        same = next((other for other in alike if _same(one, other)), None)
        if same is None:
            alike.append(one)
        else:
            why[one.interaction.position] = f"same as {same.where}"
    return why


def _same(one: Recording, other: Recording) -> bool:
    if one.body == other.body:
        return True
    try:
        return not drift(other.object, one.object)
    except ApiError:
        return False
