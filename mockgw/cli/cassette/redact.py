"""`mockgw cassette redact`: secrets out of cassettes."""

import os
from collections.abc import Iterable

from mockgw.cassette import writer
from mockgw.cassette.reader import read
from mockgw.cli.cassette.files import files
from mockgw.cli.cassette.told import Told
from mockgw.redaction.redactor import redactor
from mockgw.redaction.rules import Rules


def run(paths: Iterable[str], *, people: bool = False) -> Told:
    """Take the secrets out of cassettes, with `people` their data too; tell which changed."""
    look = redactor(os.environ, rules=Rules(people=people))
    changed: list[str] = []
    for file in files(paths):
        before = read(file)
        after = [look.interaction(one) for one in before]
        if after != before:
            writer.replace(file, after)
            changed.append(str(file))
    return Told([f"{file}: redacted" for file in changed] or ["nothing to redact"], changed)
