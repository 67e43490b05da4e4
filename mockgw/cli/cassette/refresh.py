"""`mockgw cassette refresh`: recorded requests asked again."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from mockgw.cassette.editing import edit, edited
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import content, interactions
from mockgw.cli.cassette.age import moment, recorded_at
from mockgw.cli.cassette.asking import Asking
from mockgw.cli.cassette.described import described, plain
from mockgw.cli.cassette.diff import compared
from mockgw.cli.cassette.files import files, tracked
from mockgw.cli.cassette.renaming import renamed, with_new_ids
from mockgw.cli.cassette.told import Told, counted
from mockgw.drift import USAGE, WORDING, Difference
from mockgw.errors import ApiError, MockgwError
from mockgw.recordings import Index, Recording
from mockgw.runner import Cleaning, proxy_of
from mockgw.upstream import Upstream

_HARMLESS = {USAGE, WORDING}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One recording that was asked again: `fate` is what became of it."""

    recording: Recording
    fate: str
    differences: list[Difference] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not self.fate.startswith("stays: ") and not _serious(self.differences)


@dataclass(slots=True)
class _Tape:
    """A cassette that is refreshed: its content, what changes in it, and what was asked."""

    path: Path
    data: bytes
    changes: dict[int, Interaction | None] = field(default_factory=dict)
    asked: list[_Asked] = field(default_factory=list)


def run(  # noqa: PLR0913 - one for each option
    paths: Iterable[str],
    *,
    clean: Cleaning,
    upstream: str,
    upstream_key: str | None = None,
    older_than: str | None = None,
    failing_diff: bool = False,
    dry_run: bool = False,
) -> Told:
    """Put what the upstream says today in the place of what was recorded, and tell the drift."""
    if not upstream.startswith(("http://", "https://")):
        raise MockgwError(
            f"--upstream {upstream!r} is no address.",
            "Give a URL, such as https://api.openai.com/v1.",
        )
    limit = moment(older_than) if older_than is not None else None
    tapes = [_Tape(file, content(file)) for file in files(paths)]
    for tape in tapes:
        _check(tape)
    choice = _Choice(limit, failing_diff=failing_diff)
    asking = partial(Asking, base=upstream, key=upstream_key, clean=clean)
    patience = clean.settings.upstream_timeout
    asyncio.run(_refresh(tapes, asking, choice, patience, dry_run=dry_run))
    return _told([one for tape in tapes for one in tape.asked], clean, dry_run=dry_run)


@dataclass(slots=True)
class _Ids:
    """New ids by the old ones: of all answers that were had, and of those that were taken."""

    had: dict[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)

    def back(self) -> dict[str, str]:
        """Return the old ids of the answers that stay, by the new ones that were asked with."""
        return {new: old for old, new in self.had.items() if old not in self.taken}


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which recordings are asked again, and which of the answers are taken."""

    limit: datetime | None
    failing_diff: bool

    def asks(self, one: Interaction) -> bool:
        """Whether it is old enough, or whatever its age has to pass the comparison."""
        return self.failing_diff or self._is_old(one)

    def takes(self, one: Interaction, found: list[Difference]) -> bool:
        """Whether the new answer takes the old one's place."""
        old = self.limit is not None and self._is_old(one)
        return not self.failing_diff or old or _serious(found)

    def _is_old(self, one: Interaction) -> bool:
        at = recorded_at(one)
        # What does not tell its age is asked: nobody knows better.
        return self.limit is None or at is None or at < self.limit


def _check(tape: _Tape) -> None:
    """Raise MockgwError, before anybody is asked, for a file that could not be written then."""
    if found := interactions(tape.data, tape.path):
        edited(tape.data, tape.path, {1: found[0]})


async def _refresh(
    tapes: list[_Tape],
    asking_by: Callable[[Upstream], Asking],
    choice: _Choice,
    patience: float,
    *,
    dry_run: bool,
) -> None:
    """Ask what each tape asks, and write it before the next one is begun."""
    upstream = Upstream(patience, proxy_of)
    asking = asking_by(upstream)
    ids = _Ids()
    try:
        for tape in tapes:
            recordings = Index(interactions(tape.data, tape.path)).recordings
            for one in tracked(recordings, tape.path.name, 2):
                await _again(tape, one, asking, choice, ids)
            if tape.changes and not dry_run:
                edit(tape.path, tape.data, tape.changes)
    finally:
        await upstream.close()


async def _again(
    tape: _Tape, recording: Recording, asking: Asking, choice: _Choice, ids: _Ids
) -> None:
    """Ask one recording again if it is to be; later requests then speak of the new ids."""
    before = recording.interaction
    speaking = with_new_ids(before, ids.taken)
    if speaking is not before:
        tape.changes[before.position] = speaking
    if not choice.asks(before):
        return
    [renewed] = Index([with_new_ids(before, ids.had)]).recordings
    had = await asking.again(renewed.interaction, renewed.call)
    if had.recording is None:
        tape.asked.append(_Asked(recording, f"stays: {had.reason}"))
        return
    found = compared((plain(recording, asking.clean), had.recording))
    new = _renamed(recording, had.recording)
    ids.had |= new
    if not choice.takes(before, found):
        tape.asked.append(_Asked(recording, "stays as good as new", found))
        return
    ids.taken |= new
    taken = with_new_ids(had.recording.interaction, ids.back())
    tape.changes[before.position] = replace(taken, position=before.position)
    tape.asked.append(_Asked(recording, "refreshed", found))


def _renamed(recording: Recording, live: Recording) -> dict[str, str]:
    try:
        return renamed(recording.object, live.object)
    except ApiError:
        return {}  # an answer without an object has no ids


def _serious(found: list[Difference]) -> bool:
    return any(one.kind not in _HARMLESS for one in found)


def _told(asked: list[_Asked], clean: Cleaning, *, dry_run: bool) -> Told:
    data: list[dict[str, Any]] = []
    lines: list[str] = []
    for one in asked:
        told = described(one.recording, clean)
        differences = [
            {"path": it.path, "kind": it.kind, "recorded": it.recorded, "live": it.live}
            for it in one.differences
        ]
        data.append({**told, "fate": one.fate, "differences": differences})
        lines.append(f"{told['where']}  {told['operation']} {told['model']}: {one.fate}")
        lines += [f"  {it.kind}  {it}" for it in one.differences]
    refreshed = sum(1 for one in asked if one.fate == "refreshed")
    drifted = sum(1 for one in asked if _serious(one.differences))
    lost = sum(1 for one in asked if one.fate.startswith("stays: "))
    verb = "would be refreshed" if dry_run else "refreshed"
    parts = [f"{counted(len(asked), 'recording')} asked again", f"{refreshed} {verb}"]
    parts += [f"{drifted} drifted", f"{lost} without a new answer"]
    return Told([*lines, ", ".join(parts)], data, all(one.well for one in asked))
