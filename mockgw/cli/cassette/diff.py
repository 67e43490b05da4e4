"""`mockgw cassette diff`: two cassettes compared by what is asked and answered."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from mockgw.cassette.reader import read
from mockgw.cli.cassette.described import described, line, plain
from mockgw.cli.cassette.files import files
from mockgw.cli.cassette.told import Told, counted
from mockgw.drift import KINDS, SHAPE, Difference, drift
from mockgw.errors import ApiError, MockgwError
from mockgw.matching import normal_key
from mockgw.recordings import Index, Recording
from mockgw.runner import Cleaning

_Pair = tuple[Recording, Recording]


def run(one: str, other: str, *, clean: Cleaning, ignore: tuple[str, ...] = ()) -> Told:
    """Tell which calls only one of two tapes holds, and which are answered otherwise.

    Secrets do not count: they are compared, and told, as `clean` leaves them.
    """
    for kind in ignore:
        if kind not in KINDS:
            raise MockgwError(
                f"--ignore {kind!r} is no kind of difference.", f"Known: {', '.join(KINDS)}."
            )
    pairs, gone, new = _paired(_recordings(one), _recordings(other), clean)
    changed = [
        (pair, found)
        for pair in pairs
        if compared(pair, ignore) and (found := compared(_plain(pair, clean), ignore))
    ]
    data: dict[str, Any] = {
        "same": len(pairs) - len(changed),
        "only_in_a": [described(recording, clean) for recording in gone],
        "only_in_b": [described(recording, clean) for recording in new],
        "changed": [_told(pair, found, clean) for pair, found in changed],
    }
    lines = [f"only in {one}:  {line(call)}" for call in data["only_in_a"]]
    lines += [f"only in {other}:  {line(call)}" for call in data["only_in_b"]]
    for (before, after), found in changed:
        lines.append(f"{before.where} and {after.where}: {described(before, clean)['asked']}")
        lines += [f"  {difference.kind}  {_shown(difference)}" for difference in found]
    lines.append(_summary(data))
    return Told(lines, data, not (gone or new or changed))


def compared(pair: _Pair, ignore: tuple[str, ...] = ()) -> list[Difference]:
    """Return how the answers of two recordings differ, but for the kinds to ignore."""
    before, after = pair
    try:
        found = drift(
            before.object, after.object, before.interaction.status, after.interaction.status
        )
    except ApiError:  # a torn stream, or no JSON: then the bytes are all there is
        told = (before.interaction.status, before.body), (after.interaction.status, after.body)
        same = told[0] == told[1]
        texts = before.body.decode(errors="replace"), after.body.decode(errors="replace")
        found = [] if same else [Difference("body", SHAPE, *texts)]
    return [one for one in found if one.kind not in ignore]


def _recordings(path: str) -> list[Recording]:
    return [one for file in files((path,)) for one in Index(read(file)).recordings]


def _paired(
    before: list[Recording], after: list[Recording], clean: Cleaning
) -> tuple[list[_Pair], list[Recording], list[Recording]]:
    """Return the recordings of equal calls, in recorded order, and what is left on each side."""
    waiting: dict[str, list[Recording]] = defaultdict(list)
    for one in after:
        waiting[normal_key(one.call, clean)].append(one)
    pairs, gone = [], []
    for one in before:
        same = waiting[normal_key(one.call, clean)]
        if same:
            pairs.append((one, same.pop(0)))
        else:
            gone.append(one)
    left = {id(one) for same in waiting.values() for one in same}
    return pairs, gone, [one for one in after if id(one) in left]


def _plain(pair: _Pair, clean: Cleaning) -> _Pair:
    before, after = pair
    return plain(before, clean), plain(after, clean)


def _told(pair: _Pair, found: list[Difference], clean: Cleaning) -> dict[str, Any]:
    before, after = (described(one, clean) for one in pair)
    return {"a": before, "b": after, "differences": list(_listed(found))}


def _listed(found: list[Difference]) -> Iterator[dict[str, Any]]:
    for one in found:
        told = asdict(one)
        yield {"path": told["path"], "kind": one.kind, "a": told["recorded"], "b": told["live"]}


def _shown(one: Difference) -> str:
    before, after = one.sides()
    return f"{one.path}: {before} in A, {after} in B"


def _summary(data: dict[str, Any]) -> str:
    changed = len(data["changed"])
    parts = [f"{counted(data['same'], 'call')} alike", f"{changed} with another answer"]
    parts += [f"{len(data['only_in_a'])} only in A", f"{len(data['only_in_b'])} only in B"]
    return ", ".join(parts)
