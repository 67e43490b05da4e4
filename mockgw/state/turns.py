"""Which conversations have a response under way."""

from collections.abc import Callable
from typing import Any

from mockgw.model import Json
from mockgw.state.past import named
from mockgw.state.record import ITEM, RESPONSE, Store
from mockgw.state.run import OVER, run_of

_MANY = 1000
Goes = Callable[[], bool]


class Turns:
    """Knows the responses of conversations that this process is still telling."""

    def __init__(self) -> None:
        self._going: dict[tuple[str, str], Goes] = {}

    def begins(self, session: str, body: Json, goes: Goes) -> None:
        """Take note of a response that is told as long as `goes` says so, to a body that asks."""
        place = named(body.get("conversation"))
        if not place:
            return
        if len(self._going) >= _MANY:
            self._going = {key: one for key, one in self._going.items() if one()}
        self._going[session, place] = goes

    def forget(self, session: str | None) -> None:
        """Forget the responses of a session, or all of them."""
        keep = {} if session is None else self._going
        self._going = {key: goes for key, goes in keep.items() if key[0] != session}

    def busy(self, store: Store, session: str, body: Json, now: float) -> bool:
        """Tell whether the conversation that a body names has a response under way.

        It is one that is still told, or one that runs in the background and is not over.
        """
        place = named(body.get("conversation"))
        goes = self._going.get((session, place))
        if goes is not None and not goes():
            del self._going[session, place]
            goes = None
        return goes is not None or (bool(place) and _runs(store, session, place, now))


def _runs(store: Store, session: str, place: str, now: float) -> bool:
    """Tell whether the newest response of the background in the conversation still runs."""
    kept: list[Any] = store.listed(session, ITEM, place)
    made = next((one["made"] for one in reversed(kept) if one.get("made")), "")
    run = run_of(store.get(session, RESPONSE, made) or {}) if made else None
    return run is not None and run.status(now) != OVER
