"""A stream of a response that runs in the background: each event when it is due."""

from collections.abc import Callable

from msgspec.structs import replace

from mockgw import apis
from mockgw.apis.responses import running
from mockgw.model import Call, Json, Timing
from mockgw.state import Store
from mockgw.state.run import Run


def telling(response: Json, call: Call, run: Run, now: float) -> Timing | None:
    """Return when the events come that the call has not seen yet, None for at once.

    What was due before `now` comes at once.
    """
    if run.at is None:
        return None
    whole = tuple(apis.RESPONSES.events(response, replace(call, query={}), None))
    moments = running.moments(whole, response, run)
    times = [run.at + moment for moment in moments][running.seen(call) + 1 :]
    befores = [now, *times]
    gaps = iter([max(due - max(before, now), 0.0) for before, due in zip(befores, times)])  # noqa: B905 - the last one is before nothing
    return Timing(beat=lambda _: next(gaps, 0.0))


def cancelled(store: Store, call: Call, response: Json) -> Callable[[], Json | None]:
    """Return what tells, while a response is streamed, whether it was cancelled meanwhile."""
    identifier = str(response.get("id"))
    return lambda: running.replaced(store, call.session, identifier)
