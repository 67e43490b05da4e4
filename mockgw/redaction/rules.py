"""What a project asks of redaction beyond the default."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockgw.errors import MockgwError
from mockgw.matching.path import steps
from mockgw.redaction import header
from mockgw.settings import Settings


@dataclass(frozen=True)
class Rules:
    """Headers to keep besides the usual ones, query keys to hide, patterns by kind, and people.

    Names are lower case. A pattern's first group is what is replaced, the whole match when it has
    none. With `people`, names, mail addresses, telephone numbers and IBANs become invented ones.
    What stands at one of the JSON `paths` is hidden whatever it is.
    """

    keep_headers: frozenset[str] = frozenset()
    query_keys: frozenset[str] = frozenset()
    patterns: Mapping[str, str] = field(default_factory=dict)
    people: bool = False
    paths: tuple[str, ...] = ()


def ruled(settings: Settings) -> Rules:
    """Return the rules that the settings give.

    Raises MockgwError for a path that is none, and for a header that is never recorded.
    """
    for path in settings.redact_paths:
        try:
            steps(path)
        except MockgwError as problem:
            raise MockgwError(f"redact_paths: {problem.message}", problem.hint) from None
    kept = frozenset(name.lower() for name in settings.keep_headers)
    if never := sorted(kept & header.NEVER):
        raise MockgwError(
            f"keep_headers: {never[0]} holds a key, and is never recorded.",
            f"Take {never[0]} out of keep_headers.",
        )
    return Rules(
        keep_headers=kept,
        query_keys=frozenset(name.lower() for name in settings.redact_query),
        patterns=dict(settings.redact_patterns),
        people=settings.redact_people,
        paths=settings.redact_paths,
    )
