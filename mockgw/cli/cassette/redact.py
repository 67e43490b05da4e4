"""`mockgw cassette redact`: secrets out of cassettes."""

from collections.abc import Iterable

from mockgw.cassette import writer
from mockgw.cassette.reader import read
from mockgw.cli.cassette.files import files
from mockgw.cli.cassette.told import Told
from mockgw.runner import Cleaning


def run(paths: Iterable[str], *, clean: Cleaning) -> Told:
    """Take the secrets out of cassettes by the rules of `clean`; tell which changed."""
    look = clean.redactor
    changed: list[str] = []
    for file in files(paths):
        before = read(file)
        after = [look.interaction(one) for one in before]
        if after != before:
            writer.replace(file, after)
            changed.append(str(file))
    return Told([f"{file}: redacted" for file in changed] or ["nothing to redact"], changed)
