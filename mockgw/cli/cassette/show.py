"""`mockgw cassette show`: each recording in a line."""

from collections.abc import Iterable

from mockgw.cassette.reader import read
from mockgw.cli.cassette.described import described, line
from mockgw.cli.cassette.files import files
from mockgw.cli.cassette.told import Told
from mockgw.recordings import Index


def run(paths: Iterable[str]) -> Told:
    """Tell each recording in a line: place, operation, model, status, form, question."""
    data = [described(one) for file in files(paths) for one in Index(read(file)).recordings]
    return Told([line(one) for one in data] or ["no recordings"], data)
