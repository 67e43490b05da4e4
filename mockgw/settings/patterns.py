"""A project's own patterns of secrets, and what is wrong with one."""

import re

from mockgw.errors import MockgwError

_NAME = re.compile("[a-z0-9]{1,24}")
# What a pattern can be found in without finding anything: it would hide nothing, everywhere.
_PROBES = ("", "a", "7", " ", "-", "a b", '{"a": 1}')


def compiled(name: str, pattern: str) -> re.Pattern[str]:
    """Return the pattern, ready for use.

    Raises MockgwError for a name that no placeholder can have, for what is no regular expression,
    and for one that matches nothing at all, which is everywhere.
    """
    if not _NAME.fullmatch(name):
        plain = re.sub("[^a-z0-9]", "", name.lower())[:24] or "secret"
        raise MockgwError(
            f"the redaction pattern's name {name!r} is not made of small letters and digits, 24 at "
            "most",
            f"Call it {plain!r}.",
        )
    try:
        found = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise MockgwError(
            f"the redaction pattern {name!r} is no regular expression: {error}",
            f"Mend {pattern!r}.",
        ) from error
    if any(_empty(one) for probe in _PROBES for one in found.finditer(probe)):
        raise MockgwError(
            f"the redaction pattern {name!r} matches where nothing is",
            f"Let {pattern!r} match one letter at least: + in place of *, for instance.",
        )
    return found


def _empty(found: re.Match[str]) -> bool:
    return not found[0]
