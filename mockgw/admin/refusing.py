"""`/_mockgw/refusing`: nobody listens for a while."""

from collections.abc import Callable

from mockgw.admin import Paths
from mockgw.admin.asking import body_of, made
from mockgw.errors import MockgwError
from mockgw.model import Json, Raw

_KEYS = ("seconds",)
_LONGEST = 3600.0


def refusing(refuse: Callable[[float], None]) -> Paths:
    """Return the path that has `refuse` refuse all connections for so many real seconds."""

    def begin(raw: Raw) -> Json:
        seconds = made(lambda: _seconds(body_of(raw, _KEYS)), "seconds")
        refuse(seconds)
        return {"refusing": seconds}

    return {("POST", "/refusing"): begin}


def _seconds(body: Json) -> float:
    given = body.get("seconds")
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 < given <= _LONGEST:
        raise MockgwError(
            f"{given!r} is no time to refuse connections for.",
            f'Give {{"seconds": …}}, at most {_LONGEST:g}.',
        )
    return float(given)
