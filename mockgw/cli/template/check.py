"""`mockgw template check`: every mistake, with the way to mend it."""

from collections.abc import Iterable

from msgspec.structs import asdict

from mockgw.cli.cassette.told import Told
from mockgw.templates.reading import read_all


def run(paths: Iterable[str]) -> Told:
    """Tell file, line, column, what is wrong and what to write instead."""
    made, problems = read_all(paths)
    lines = [str(one) for one in problems]
    if not problems:
        lines.append(f"{len(made)} template{'' if len(made) == 1 else 's'}, all well")
    return Told(lines, [asdict(one) for one in problems], not problems)
