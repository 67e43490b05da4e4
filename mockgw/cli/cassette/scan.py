"""`mockgw cassette scan`: where secrets are."""

from collections.abc import Iterable

from mockgw.cli.cassette.files import files
from mockgw.cli.cassette.told import Told
from mockgw.runner import Cleaning


def run(paths: Iterable[str], *, clean: Cleaning) -> Told:
    """Tell where secrets are by the rules of `clean`: file, line and kind, never the value."""
    data = [
        {"file": str(file), "line": one.line, "kind": one.kind}
        for file in files(paths)
        for one in clean.scan(file.read_bytes())
    ]
    lines = [f"{one['file']}:{one['line']}: {one['kind']}" for one in data]
    if data:
        lines.append(
            "Type: mockgw cassette redact PATH...  and revoke the keys that others may have seen."
        )
    return Told(lines or ["no secrets found"], data, not data)
