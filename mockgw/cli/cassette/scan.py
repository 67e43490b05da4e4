"""`mockgw cassette scan`: where secrets are."""

import os
from collections.abc import Iterable

from mockgw.cli.cassette.files import files
from mockgw.cli.cassette.told import Told
from mockgw.redaction.redactor import redactor


def run(paths: Iterable[str]) -> Told:
    """Tell where secrets are: file, line and kind, never the value."""
    look = redactor(os.environ)
    data = [
        {"file": str(file), "line": one.line, "kind": one.kind}
        for file in files(paths)
        for one in look.scan(file.read_bytes())
    ]
    lines = [f"{one['file']}:{one['line']}: {one['kind']}" for one in data]
    if data:
        lines.append(
            "Type: mockgw cassette redact PATH...  and revoke the keys that others may have seen."
        )
    return Told(lines or ["no secrets found"], data, not data)
