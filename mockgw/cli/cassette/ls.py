"""`mockgw cassette ls`: what each cassette holds."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from mockgw.cassette.reader import read
from mockgw.cli.cassette.files import files
from mockgw.cli.cassette.told import Told, counted
from mockgw.recordings import Index


def run(paths: Iterable[str]) -> Told:
    """Tell what each cassette holds."""
    data: list[dict[str, Any]] = []
    for file in files(paths):
        found = read(file)
        calls = Index(found).recordings
        data.append(
            {
                "file": str(file),
                "interactions": len(found),
                "operations": dict(Counter(one.call.operation for one in calls)),
                "others": len(found) - len(calls),
                "bytes": file.stat().st_size,
            }
        )
    lines = [
        f"{one['file']}: {counted(one['interactions'], 'interaction')} ({_operations(one)})"
        for one in data
    ]
    return Told(lines or ["no cassettes"], data)


def _operations(one: dict[str, Any]) -> str:
    parts = [f"{count} {name}" for name, count in one["operations"].items()]
    if one["others"]:
        parts.append(f"{one['others']} of other services")
    return ", ".join(parts) or "empty"
