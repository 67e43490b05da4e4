"""How long ago something was recorded."""

import re
import time
from datetime import UTC, datetime, timedelta

from mockgw.cassette.interaction import Interaction
from mockgw.errors import MockgwError

_AGE = re.compile(r"(\d+)\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(age: str) -> datetime:
    """Return the moment that lies `age` back: `90d`, `12h`, `2w`, `30m`.

    Raises MockgwError for any other word.
    """
    found = _AGE.fullmatch(age.strip())
    try:
        if found is not None:
            now = datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251 - a command runs now
            return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    except OverflowError:
        pass
    raise MockgwError(
        f"--older-than {age!r} is no age.", "Give a number and a unit: 90d, 12h, 2w or 30m."
    )


def recorded_at(one: Interaction) -> datetime | None:
    """Return when it was recorded, None when the tape does not tell."""
    try:
        at = datetime.fromisoformat(str(one.extra.get("at")))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
