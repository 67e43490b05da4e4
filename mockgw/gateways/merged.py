"""Headers out of several tables of them."""

from collections.abc import Mapping
from typing import Any

from mockgw.canonical import encode


class _Merged(dict[str, str]):
    """Headers by their lower-case names, whatever case they are asked by."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())


def merged(*tables: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the headers of all tables, of which the last that has one counts.

    Values are text, or are written as JSON. It is looked up without regard to case.
    """
    found = _Merged()
    for table in tables:
        found.update((str(name).lower(), text(value)) for name, value in table.items())
    return found


def text(value: Any) -> str:
    """Return a header's value, which some write as a number or an object."""
    return value if isinstance(value, str) else encode(value).decode()
