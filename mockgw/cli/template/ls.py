"""`mockgw template ls`: the templates of files, and those that are built in."""

from collections.abc import Iterable
from typing import Any

from mockgw.cli.cassette.told import Told
from mockgw.templates.builtins import builtins
from mockgw.templates.reading import read_all
from mockgw.templates.template import Template

_WIDEST = 110


def run(paths: Iterable[str]) -> Told:
    """Tell each template in a line: its name, and what it is for or when it answers."""
    made, problems = read_all(paths)
    listed = [(one, False) for one in made] + [(one, True) for one in builtins().values()]
    data = [_listed(one, built_in=built_in) for one, built_in in listed]
    width = max(len(one["name"]) for one in data)
    lines = [_cut(f"{one['name']:{width}}  {one['description'] or one['when']}") for one in data]
    return Told([*lines, *map(str, problems)], data, not problems)


def _listed(one: Template, *, built_in: bool) -> dict[str, Any]:
    return {
        "name": one.name,
        "description": one.description,
        "when": "called by name" if built_in else one.told,
        "where": "" if built_in else one.where,
        "built_in": built_in,
    }


def _cut(line: str) -> str:
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"
