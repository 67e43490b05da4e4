"""Where a gateway is: in which session, and under which id."""

from typing import NamedTuple


class Place(NamedTuple):
    """A gateway of one session; sessions know nothing of each other's."""

    session: str
    gateway: str
