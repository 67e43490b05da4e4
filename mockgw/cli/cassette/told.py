"""What a command on cassettes says: to people, to programs, and by its exit code."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import rich_click as click


@dataclass(frozen=True, slots=True)
class Told:
    """What a command found: lines for people, data for programs, and whether all is well."""

    lines: Sequence[str]
    data: Any
    well: bool = True

    def say(self, clean: Callable[[str], str], *, as_json: bool) -> int:
        """Write it, and return the exit code: 1 when there is something to look after.

        `clean` takes out the secrets of recordings that nobody has cleaned yet.
        """
        if as_json:
            click.echo(clean(json.dumps(self.data, indent=2, ensure_ascii=False)))
        else:
            for line in self.lines:
                click.echo(clean(line))
        return 0 if self.well else 1


def counted(count: int, noun: str) -> str:
    """Return a number and its noun: `1 recording`, `2 recordings`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
