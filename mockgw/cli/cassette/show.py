"""`mockgw cassette show`: each recording in a line."""

from collections.abc import Iterable

from mockgw.cassette.reader import read
from mockgw.cli.cassette.described import described, line
from mockgw.cli.cassette.files import files
from mockgw.cli.cassette.told import Told
from mockgw.recordings import Index
from mockgw.runner import Cleaning


def run(paths: Iterable[str], *, clean: Cleaning) -> Told:
    """Tell each recording in a line: place, operation, model, status, form, question."""
    data = [described(one, clean) for file in files(paths) for one in Index(read(file)).recordings]
    return Told([line(one) for one in data] or ["no recordings"], data)
