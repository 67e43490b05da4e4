"""How strictly a recording must be what is asked for: the levels, the strictest first."""

from collections.abc import Iterable

LEVELS = EXACT, NORMALIZED, SEQUENCE, FUZZY = ("exact", "normalized", "sequence", "fuzzy")
_MEANT = {
    EXACT: (EXACT,),
    NORMALIZED: (EXACT, NORMALIZED),
    SEQUENCE: (EXACT, NORMALIZED, SEQUENCE),
    FUZZY: (EXACT, NORMALIZED, FUZZY),
}


def chosen(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return the levels that are meant, in the order in which they are tried.

    One name is the laxest level, and the stricter ones that compare bodies come before it; several
    names are those levels and no others.
    """
    given = (names,) if isinstance(names, str) else tuple(names)
    if len(set(given)) == 1:
        return _MEANT[given[0]]
    return tuple(level for level in LEVELS if level in given)
