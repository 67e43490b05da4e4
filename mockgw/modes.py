"""Who answers in which order: a mode is nothing else."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mockgw.faults.rule import Rule
from mockgw.pace.pace import Pace
from mockgw.ports import Clock, Responder
from mockgw.responders.account import Account
from mockgw.responders.beside import Beside
from mockgw.responders.bound import Bound
from mockgw.responders.conduct import Conduct
from mockgw.responders.live import Live
from mockgw.responders.refusals import Refusals
from mockgw.responders.replay import Missing, Replay
from mockgw.responders.saying import Saying
from mockgw.responders.script import Script
from mockgw.responders.stored import State
from mockgw.responders.synth import Synth
from mockgw.responders.template import Template
from mockgw.script import Scripted
from mockgw.settings import Settings
from mockgw.state import Prefixes, Store
from mockgw.tapes import Tapes
from mockgw.templates.collection import Templates


@dataclass(frozen=True, slots=True)
class Means:
    """What the responders of one session work with.

    `queue` holds its scripted answers, and `standing` the one that comes when the queue is empty;
    `url` tells where the gateway listens.
    """

    settings: Settings
    tapes: Tapes
    store: Store
    clock: Clock
    queue: deque[Scripted] | None = None
    prefixes: Prefixes = field(default_factory=Prefixes)
    templates: Templates | None = None
    paces: tuple[Pace, ...] = ()
    faults: tuple[list[Rule], ...] = ()
    url: Callable[[], str] = str
    standing: Sequence[Scripted] = ()


def responders(means: Means) -> tuple[Responder, ...]:
    """Return the responders of the settings' mode, first asked first.

    A queue of scripted answers comes before all others.
    """
    settings, tapes, store, clock = means.settings, means.tapes, means.store, means.clock
    refusals = Refusals(settings.models, max_tokens_refused=settings.max_tokens == "refuse")
    replay, missing = Replay(tapes, settings.replay_speed), Missing(tapes)
    synth, state = (
        Synth(settings.seed, store, clock, means.prefixes),
        State(store, settings.seed, clock, settings.models),
    )
    saying = Saying((refusals,), settings.seed, store, clock, means.prefixes)
    template = Template(means.templates or Templates(), saying, settings.seed)
    modes: dict[str, tuple[Responder, ...]] = {
        "auto": (template, replay, refusals, state, synth),
        "replay": (template, replay, refusals, state, missing),
        "synth": (template, refusals, state, synth),
        "record": (replay, Live(keep=True)),
        "rerecord": (Live(keep=True),),
        "live": (Live(keep=False),),
        "diff": (Beside(replay),),
    }
    chosen = modes[settings.mode]
    if means.queue is None:
        return (_conducted(means, chosen),)
    return (_conducted(means, (Script(means.queue, saying, means.standing), *chosen)),)


def _conducted(means: Means, asked: tuple[Responder, ...]) -> Responder:
    """Return those who are asked under the times and the faults of the session."""
    asked = (Bound(means.url), Account(means.settings.models, means.store, means.clock), *asked)
    return Conduct(asked, means.settings.seed, means.paces, means.faults)
