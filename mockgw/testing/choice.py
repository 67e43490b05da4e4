"""What was chosen for a test: by an option, the environment, its marks, or the ini file."""

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from mockgw.errors import MockgwError

MARK = "@pytest.mark.mockgw"
WORDS = tuple(
    "cassette mode match ignore repeats template faults timing limits clock seed unused "
    "block_network".split()
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that was chosen, and who chose it; both are "" when nobody did."""

    word: str = ""
    source: str = ""

    @property
    def typed(self) -> bool:
        """Whether it was chosen on the command line."""
        return self.source.startswith("--")


def chosen(
    item: pytest.Item,
    name: str,
    marked: Mapping[str, Any],
    known: Iterable[str],
    also: Iterable[str] = (),
) -> Choice:
    """Return the first choice there is: option before environment before mark before ini file.

    Raises MockgwError for a word that is not known.
    """
    variable = f"MOCKGW_{name.upper()}"
    choices = (
        (f"--mockgw-{name}", item.config.getoption(f"mockgw_{name}")),
        (variable, os.environ.get(variable)),
        (MARK, marked.get(name)),
        (f"ini mockgw_{name}", item.config.getini(f"mockgw_{name}")),
    )
    for source, value in choices:
        if value:
            return Choice(checked(name, value, known, source, also), source)
    return Choice()


def checked(
    name: str, value: Any, known: Iterable[str], source: str, also: Iterable[str] = ()
) -> str:
    """Return the word; raises MockgwError that names the nearest when it is not known.

    `also` are other words for the same, which are taken and not listed.
    """
    words = tuple(known)
    if value in (*words, *also):
        return str(value)
    near = difflib.get_close_matches(str(value), words, n=1)
    nearest = f" (nearest: {near[0]})" if near else ""
    raise MockgwError(
        f"{source}: there is no {name} {value!r}.", f"Give one of {', '.join(words)}{nearest}."
    )


def marked(item: pytest.Item) -> dict[str, Any]:
    """Return the keywords of the test's marks, those nearest to the test winning.

    Raises MockgwError for a keyword that nobody knows.
    """
    merged: dict[str, Any] = {}
    for mark in item.iter_markers("mockgw"):
        if mark.args:
            raise MockgwError(
                f"{MARK} takes keywords only, and got {mark.args[0]!r}.",
                f"Write {MARK}(cassette={mark.args[0]!r}).",
            )
        for name, value in mark.kwargs.items():
            if name not in WORDS:
                near = difflib.get_close_matches(name, WORDS, n=1)
                hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(WORDS)}."
                raise MockgwError(f"{MARK} has no {name!r}.", hint)
            merged.setdefault(name, value)
    return merged


def in_ci() -> bool:
    """Tell whether this run is one of continuous integration: `CI` is set there."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false", "no"}
