"""What `--help` shows: a command's own options first, then the settings in groups."""

import re

from click.testing import CliRunner

from mockgw.cli import main
from mockgw.settings import all_settings

_TITLES = [
    "Options",
    "Where answers come from",
    "How it listens",
    "Whom it asks, and what it keeps",
    "What stays secret",
]


def panels(*arguments: str) -> dict[str, set[str]]:
    """Return the flags in each panel of a command's help, in their order."""
    told = CliRunner().invoke(main, [*arguments, "--help"], env={"COLUMNS": "200"}).output
    found: dict[str, set[str]] = {}
    for line in told.splitlines():
        if title := re.match(r"╭─ ([^─]+) ─", line):
            found[title[1]] = set()
        elif found and (flag := re.match(r"│ [ *]* ?(--[\w-]+)", line)):
            found[list(found)[-1]].add(flag[1])
    return found


def test_every_setting_stands_in_a_group() -> None:
    told = panels("serve")

    assert list(told) == _TITLES
    assert told.pop("Options") == {"--config", "--help"}
    assert set().union(*told.values()) == {one.flag for one in all_settings()}


def test_what_is_a_commands_own_comes_first() -> None:
    assert list(panels("record")) == _TITLES
    assert panels("record")["Options"] == {"--cassette", "--config", "--help"}
    assert next(iter(panels("cassette", "refresh"))) == "Options"
