"""Who answers in which order: a mode is nothing else."""

from collections import deque
from dataclasses import dataclass

from mockgw.ports import Clock, Responder
from mockgw.responders.live import Live
from mockgw.responders.refusals import Refusals
from mockgw.responders.replay import Missing, Replay
from mockgw.responders.script import Script
from mockgw.responders.stored import State
from mockgw.responders.synth import Synth
from mockgw.script import Scripted
from mockgw.settings import Settings
from mockgw.state import ResponseStore
from mockgw.tapes import Tapes


@dataclass(frozen=True, slots=True)
class Means:
    """What the responders of one session work with; `queue` holds its scripted answers."""

    settings: Settings
    tapes: Tapes
    store: ResponseStore
    clock: Clock
    queue: deque[Scripted] | None = None


def responders(means: Means) -> tuple[Responder, ...]:
    """Return the responders of the settings' mode, first asked first.

    A queue of scripted answers comes before all others.
    """
    settings, tapes, store, clock = means.settings, means.tapes, means.store, means.clock
    refusals = Refusals(settings.models, max_tokens_refused=settings.max_tokens == "refuse")
    replay, missing = Replay(tapes, settings.replay_speed), Missing(tapes)
    synth, state = Synth(settings.seed, store, clock), State(store)
    modes: dict[str, tuple[Responder, ...]] = {
        "auto": (replay, refusals, state, synth),
        "replay": (replay, refusals, state, missing),
        "synth": (refusals, state, synth),
        "record": (replay, Live(keep=True)),
        "rerecord": (Live(keep=True),),
        "live": (Live(keep=False),),
    }
    chosen = modes[settings.mode]
    if means.queue is None:
        return chosen
    return (Script(means.queue, (refusals,), settings.seed, store, clock), *chosen)
