"""`mockgw cassette`: looks into recordings, and mends them."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rich_click as click

from mockgw.asked import Asked
from mockgw.cassette import writer
from mockgw.cassette.reader import find_cassettes, read
from mockgw.errors import MockgwError
from mockgw.recordings import Index, Recording
from mockgw.redaction.redactor import redactor

_SHOWN = 70


@dataclass(frozen=True, slots=True)
class Told:
    """What a command found: lines for people, data for programs, and whether all is well."""

    lines: Sequence[str]
    data: Any
    well: bool = True

    def say(self, *, as_json: bool) -> int:
        """Write it, and return the exit code: 1 when something is to be mended."""
        if as_json:
            click.echo(json.dumps(self.data, indent=2, ensure_ascii=False))
        else:
            for line in self.lines:
                click.echo(line)
        return 0 if self.well else 1


def ls(paths: Iterable[str]) -> Told:
    """Tell what each cassette holds."""
    data: list[dict[str, Any]] = []
    for file in _files(paths):
        found = read(file)
        calls = Index(found).recordings
        operations: dict[str, int] = {}
        for one in calls:
            operations[one.call.operation] = operations.get(one.call.operation, 0) + 1
        data.append(
            {
                "file": str(file),
                "interactions": len(found),
                "operations": operations,
                "others": len(found) - len(calls),
                "bytes": file.stat().st_size,
            }
        )
    lines = [f"{one['file']}: {_counted(one['interactions'])} ({_operations(one)})" for one in data]
    return Told(lines or ["no cassettes"], data)


def _counted(count: int) -> str:
    return f"{count} interaction{'' if count == 1 else 's'}"


def _operations(one: dict[str, Any]) -> str:
    parts = [f"{count} {name}" for name, count in one["operations"].items()]
    if one["others"]:
        parts.append(f"{one['others']} of other services")
    return ", ".join(parts) or "empty"


def show(paths: Iterable[str]) -> Told:
    """Tell each recording in a line: place, operation, model, status, form, question."""
    data = [_recording(one) for file in _files(paths) for one in Index(read(file)).recordings]
    lines = [
        f"{one['where']}  {one['operation']} {one['model']} {one['status']} {one['form']}  "
        f"{one['asked']}"
        for one in data
    ]
    return Told(lines or ["no recordings"], data)


def _recording(one: Recording) -> dict[str, Any]:
    text = " ".join(Asked(one.call).text.split())
    return {
        "where": one.where,
        "operation": one.call.operation,
        "model": one.call.model,
        "status": one.interaction.status,
        "form": one.form,
        "asked": text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…",
    }


def check(paths: Iterable[str], *, repair: bool) -> Told:
    """Tell which cassettes can be read whole; with `repair`, drop what was cut off at an end."""
    lines, data = [], []
    for file in _files(paths):
        dropped = writer.repair(file) if repair else []
        problem = ""
        try:
            count = len(read(file))
        except MockgwError as error:
            problem, count = str(error), 0
        data.append(
            {"file": str(file), "interactions": count, "dropped": dropped, "problem": problem}
        )
        lines += [f"{file}: dropped {one}" for one in dropped]
        lines.append(f"{file}: {problem or f'{_counted(count)}, all whole'}")
    return Told(lines or ["no cassettes"], data, not any(one["problem"] for one in data))


def scan(paths: Iterable[str]) -> Told:
    """Tell where secrets are: file, line and kind, never the value."""
    look = redactor(os.environ)
    data = [
        {"file": str(file), "line": one.line, "kind": one.kind}
        for file in _files(paths)
        for one in look.scan(file.read_bytes())
    ]
    lines = [f"{one['file']}:{one['line']}: {one['kind']}" for one in data]
    return Told(lines or ["no secrets found"], data, not data)


def redact(paths: Iterable[str]) -> Told:
    """Take the secrets out of cassettes, and tell which of them changed."""
    look = redactor(os.environ)
    changed: list[str] = []
    for file in _files(paths):
        before = read(file)
        after = [look.interaction(one) for one in before]
        if after != before:
            writer.replace(file, after)
            changed.append(str(file))
    return Told([f"{file}: redacted" for file in changed] or ["nothing to redact"], changed)


def _files(paths: Iterable[str]) -> list[Path]:
    return [file for path in paths for file in find_cassettes(Path(path))]
