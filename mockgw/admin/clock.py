"""`/_mockgw/clock`: the time of a gateway whose clock is `virtual`, and its moving on."""

from mockgw.admin import Paths
from mockgw.admin.asking import body_of, made
from mockgw.errors import MockgwError
from mockgw.model import Json, Raw
from mockgw.ports import MovedTime

_KEYS = ("advance",)
_LONGEST = 10 * 366 * 86_400


def clock(time: MovedTime | None) -> Paths:
    """Return the paths that tell the time and move it on; None is a time that nobody moves."""

    def there() -> MovedTime:
        if time is None:
            raise MockgwError(
                "the time of this gateway is not moved.", "Start it with --clock virtual."
            )
        return time

    def told() -> Json:
        moved = made(there, "clock")
        return {"now": moved.now(), "next": moved.next()}

    def move(raw: Raw) -> Json:
        moved = made(there, "clock")
        seconds = made(lambda: _seconds(body_of(raw, _KEYS)), "advance")
        moved.advance(seconds)
        return told()

    return {("GET", "/clock"): lambda _: told(), ("POST", "/clock"): move}


def _seconds(body: Json) -> float:
    given = body.get("advance")
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 <= given <= _LONGEST:
        raise MockgwError(f"{given!r} is no time to move on by.", 'Give {"advance": seconds}.')
    return float(given)
