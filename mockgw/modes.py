"""Who answers in which order: a mode is nothing else."""

from collections import deque
from collections.abc import Callable, Sequence

import msgspec

from mockgw.faults.rule import Rule
from mockgw.gateways import Gateways
from mockgw.pace.pace import Pace
from mockgw.ports import Clock, Responder
from mockgw.responders.account import Account
from mockgw.responders.background import Background, Lasting
from mockgw.responders.beside import Beside
from mockgw.responders.bound import Bound
from mockgw.responders.conduct import Conduct
from mockgw.responders.live import Live
from mockgw.responders.locks import Locks
from mockgw.responders.refusals import Refusals
from mockgw.responders.remembered import Remembered
from mockgw.responders.replay import Beyond, Missing, Replay
from mockgw.responders.saying import Saying
from mockgw.responders.script import Script
from mockgw.responders.stored import State
from mockgw.responders.synth import Synth
from mockgw.responders.template import Template
from mockgw.responders.warming import Warming
from mockgw.script import Scripted
from mockgw.settings import Settings
from mockgw.state import Prefixes, Store
from mockgw.state.turns import Turns
from mockgw.tapes import Tapes
from mockgw.templates.collection import Templates

_MOVING = frozenset({"real", "virtual"})


class Means(msgspec.Struct, frozen=True):
    """What the responders of one session work with.

    `queue` holds its scripted answers, and `standing` the one that comes when the queue is empty;
    `url` tells where the gateway listens; `gateways` what those of Cloudflare do; `turns`
    which conversations are in use.
    """

    settings: Settings
    tapes: Tapes
    store: Store
    clock: Clock
    queue: deque[Scripted] | None = None
    prefixes: Prefixes = msgspec.field(default_factory=Prefixes)
    templates: Templates | None = None
    paces: tuple[Pace, ...] = ()
    faults: tuple[list[Rule], ...] = ()
    gateways: Gateways | None = None
    url: Callable[[], str] = str
    standing: Sequence[Scripted] = ()
    turns: Turns = msgspec.field(default_factory=Turns)


def refusals(settings: Settings) -> Refusals:
    """Return who refuses what the real API would refuse."""
    return Refusals(settings.models, max_tokens_refused=settings.max_tokens == "refuse")


def responders(means: Means) -> tuple[Responder, ...]:
    """Return the responders of the settings' mode, first asked first.

    A queue of scripted answers comes before all others.
    """
    settings, tapes, store, clock = means.settings, means.tapes, means.store, means.clock
    refused, locks = refusals(settings), Locks(means.turns, store, clock)
    replay, missing = Replay(tapes, settings.replay_speed), Missing(tapes)
    synth, state = (
        Synth(settings.seed, store, clock, means.prefixes),
        State(store, settings.seed, clock, settings.models),
    )
    saying = Saying((refused, locks), settings.seed, store, clock, means.prefixes)
    templates = means.templates or Templates()
    template = Template(templates, saying, settings.seed)
    given = Template(templates, saying, settings.seed, added=True)
    modes: dict[str, tuple[Responder, ...]] = {
        "auto": (template, replay, refused, locks, state, Beyond(tapes, synth)),
        "replay": (template, replay, refused, state, missing),
        "synth": (template, refused, locks, state, synth),
        "record": (given, replay, Live(keep=True)),
        "rerecord": (given, Live(keep=True)),
        "live": (given, Live(keep=False)),
        "diff": (Beside(replay),),
    }
    chosen, warming = modes[settings.mode], Warming(saying)
    if means.queue is None:
        return (_conducted(means, (warming, *chosen)),)
    script = Script(means.queue, saying, means.standing)
    return (_conducted(means, (warming, script, *chosen)),)


def _conducted(means: Means, asked: tuple[Responder, ...]) -> Responder:
    """Return those who are asked under the times and the faults of the session."""
    gateways = means.gateways or Gateways(lambda _: means.clock.now())
    account = Account(means.settings.models, gateways, means.store, means.clock)
    asked = (Bound(means.url), Remembered(gateways), account, *asked)
    conduct = Conduct(asked, means.settings.seed, means.paces, means.faults)
    return Background(conduct, means.store, means.clock, _lasting(means))


def _lasting(means: Means) -> Lasting:
    """Return how long responses in the background take."""
    first, _, second = means.settings.background.partition(":")
    given = (float(first), float(second or first)) if first else None
    return Lasting(given, stands=means.settings.clock not in _MOVING)
