"""What a project asks of redaction beyond the default."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rules:
    """Headers to keep besides the usual ones, query keys to hide, patterns by kind, and people.

    Names are lower case. A pattern's first group is what is replaced, the whole match when it has
    none. With `people`, mail addresses, telephone numbers and IBANs become invented ones.
    """

    keep_headers: frozenset[str] = frozenset()
    query_keys: frozenset[str] = frozenset()
    patterns: Mapping[str, str] = field(default_factory=dict)
    people: bool = False
