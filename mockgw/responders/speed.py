"""How fast a recorded answer comes again."""

from mockgw.model import Timing

Speed = float | str
_FIXED, _FIRST = "fixed:", "ttfb"


def timed(recorded: Timing | None, speed: Speed) -> Timing | None:
    """Return when an answer comes at that speed, or None for at once.

    A number is a factor, 0 is at once; `fixed:20` is an event every 20 ms, the first one after as
    long; `ttfb` is the recorded wait before the first event, and the others with it.
    """
    if isinstance(speed, str) and speed.startswith(_FIXED):
        pace = float(speed.removeprefix(_FIXED)) / 1000
        return Timing(pace, pace)
    if recorded is None or speed == 0:
        return None
    # The first event follows the head, and not always at once: clients wait for it.
    first, *rest = recorded.gaps or (0.0,)
    if speed == _FIRST:
        return Timing(recorded.delay + first)
    factor = float(speed)
    gaps = (0.0, *(gap / factor for gap in rest)) if recorded.gaps else ()
    return Timing((recorded.delay + first) / factor, recorded.pace / factor, gaps)
