"""`mockgw cassette convert`: recordings in another form, or in another style."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mockgw.cassette import writer
from mockgw.cassette.coding import gunzipped
from mockgw.cassette.emitter import STYLES, item
from mockgw.cassette.har import Skipped, is_har, read_har
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import content, find_cassettes, interactions
from mockgw.cli.cassette.aimock import is_aimock, read_aimock
from mockgw.cli.cassette.files import tracked
from mockgw.cli.cassette.told import Told, counted
from mockgw.errors import MockgwError
from mockgw.model import Json
from mockgw.recordings import Index
from mockgw.runner import Cleaning

FORMS = ("vcrpy", "har", "aimock")
_OTHER = "it is no call that a door knows"


@dataclass(slots=True)
class _Made:
    """A cassette made of a source: what is kept, and what is left out, counted by its reason."""

    source: Path
    target: Path
    form: str
    kept: list[Interaction] = field(default_factory=list)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)


def run(  # noqa: PLR0913 - one for each option
    source: str,
    target: str,
    *,
    clean: Cleaning,
    style: str = "readable",
    form: str | None = None,
    no_redact: bool = False,
    force: bool = False,
    body: str | None = None,
) -> Told:
    """Make cassettes of what is at `source`."""
    _check(style, form)
    more = _body(body)
    pairs = _pairs(Path(source), Path(target))
    for _, file in pairs:
        if file.exists() and not force:
            raise MockgwError(f"{file} is there already.", "Name another file, or add --force.")
    made = [_made(one, file, form, more) for one, file in tracked(pairs, "files", 5)]
    for one in made:
        if not no_redact:
            _redact(one, style, clean)
    for one in made:
        writer.replace(one.target, one.kept, style)
    return _told(made)


def _check(style: str, form: str | None) -> None:
    for flag, value, known in (("--style", style, STYLES), ("--from", form, FORMS)):
        if value is not None and value not in known:
            raise MockgwError(
                f"{flag} {value!r} is not known.", f"Type one of: {', '.join(known)}."
            )


def _body(name: str | None) -> Json:
    if name is None:
        return {}
    try:
        value = json.loads(Path(name).read_bytes())
    except OSError as error:
        raise MockgwError(f"--body {name}: cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise MockgwError(f"--body {name}: not JSON: {error}.") from None
    if isinstance(value, dict):
        return value
    raise MockgwError(f"--body {name}: it is no JSON object.", 'Write {"model": "gpt-5.5"}.')


def _pairs(source: Path, target: Path) -> list[tuple[Path, Path]]:
    """Return each file to read with the file to write."""
    if not source.is_dir():
        return [(find_cassettes(source)[0], target / source.name if target.is_dir() else target)]
    found = [*find_cassettes(source), *sorted(source.rglob("*.har"))]
    if not found:
        raise MockgwError(f"{source} holds no cassette.", "Give a folder of .yaml, .json or .har.")
    return [(file, target / _named(file.relative_to(source))) for file in found]


def _named(path: Path) -> Path:
    name = path.name.removesuffix(".gz")
    return path.with_name(f"{name.rpartition('.')[0] or name}.yaml")


def _made(source: Path, target: Path, form: str | None, body: Json) -> _Made:
    data = content(source)
    document = _document(data) if form != "vcrpy" else None
    if form is None:
        named = source.suffix == ".har"
        form = "har" if named or is_har(document) else "aimock" if is_aimock(document) else "vcrpy"
    made = _Made(source, target, form)
    if form == "vcrpy":
        made.kept = interactions(data, source)
        return made
    read = read_har(document, source) if form == "har" else read_aimock(document, source, body)
    for one in read:
        if isinstance(one, Skipped):
            made.skipped[one.what, one.reason] += 1
        elif Index([one]).recordings:
            made.kept.append(one)
        else:
            made.skipped[f"{one.method} {one.uri.partition('?')[0]}", _OTHER] += 1
    return made


def _document(data: bytes) -> Any:
    """Return what the bytes hold as JSON, None when they hold something else."""
    try:
        return json.loads(gunzipped(data).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _redact(made: _Made, style: str, clean: Cleaning) -> None:
    """Take the secrets out; raises MockgwError when one is left."""
    look = clean.redactor
    made.kept = [look.interaction(one) for one in made.kept]
    for one in made.kept:
        found = look.scan(item(one, style).encode())
        if found:
            kinds = ", ".join(sorted({finding.kind for finding in found}))
            raise MockgwError(
                f"{one.where}: a secret is left after redaction ({kinds}); nothing was written.",
                "Take it out by hand, or add --no-redact if it is none.",
            )


def _told(made: list[_Made]) -> Told:
    data: list[Json] = []
    lines: list[str] = []
    for one in made:
        skipped = [
            {"what": what, "reason": reason, "count": count}
            for (what, reason), count in one.skipped.items()
        ]
        names = {"source": str(one.source), "target": str(one.target), "form": one.form}
        data.append({**names, "interactions": len(one.kept), "skipped": skipped})
        made_of = f"{counted(len(one.kept), 'interaction')} from {one.source} ({one.form})"
        lines.append(f"{one.target}: {made_of}")
        lines += [_left(what, reason, count) for (what, reason), count in one.skipped.items()]
    return Told(lines, data)


def _left(what: str, reason: str, count: int) -> str:
    times = f", {count} times" if count > 1 else ""
    return f"  left out: {what}{times}: {reason}"
