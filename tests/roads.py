"""The road without a server: requests in, whole answers out."""

from collections.abc import Mapping
from typing import Any

from mockgw.cassette.interaction import Interaction
from mockgw.encoding import Encoder
from mockgw.journal import Journal
from mockgw.keys import Keys
from mockgw.matching import Clean
from mockgw.model import Raw, Wire
from mockgw.pipeline import Road
from mockgw.ports import Responder
from mockgw.recordings import Index
from mockgw.responders.refusals import Refusals
from mockgw.responders.replay import Missing, Replay
from mockgw.responders.stored import State
from mockgw.responders.synth import Synth
from mockgw.runner import FrozenClock
from mockgw.sessions import Sessions
from mockgw.state import MemoryStore
from mockgw.tapes import Play, Tapes
from tests.calls import AT, raw
from tests.ways import Way
from tests.wire import Json, Reply


class Travels:
    """A road of its own, with its journal."""

    def __init__(
        self,
        *recorded: Interaction,
        synth: bool = False,
        keys: tuple[str, ...] = (),
        max_tokens_refused: bool = False,
        state_size: int = 100,
        play: Play | None = None,
        clean: Clean | None = None,
    ) -> None:
        self.tapes, self.journal = Tapes(Index(recorded, clean), play), Journal(100)
        store, clock = MemoryStore(state_size), FrozenClock(AT)
        refusals = Refusals((), max_tokens_refused=max_tokens_refused)
        last: Responder = Synth(0, store, clock) if synth else Missing(self.tapes)
        self._road = Road(
            seed=0,
            keys=Keys(keys),
            sessions=Sessions((Replay(self.tapes), refusals, State(store, 0, clock), last)),
            encoder=Encoder(0, obfuscate=True),
            store=store,
            journal=self.journal,
            clock=clock,
        )

    def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Return the whole answer to a request."""
        return self.travel(raw(method, path, body, headers))

    def told(self, method: str, path: str, body: Any = None) -> Json:
        """Return the JSON of an answer, which must have the status 200."""
        reply = self.send(method, path, body)
        assert reply.status == 200, reply.body
        told: Json = reply.json()
        return told

    def ask(self, way: Way, model: str, body: Any, session: str = "") -> Reply:
        """Return the answer to the provider's body, sent that way."""
        path, sent, headers = way.request(model, body)
        return self.send("POST", f"/_s/{session}{path}" if session else path, sent, headers)

    def travel(self, request: Raw) -> Reply:
        """Return the whole answer to a request as the edge hands it on."""
        wire = self._road.travel(request)
        assert isinstance(wire, Wire)
        whole = wire.body if isinstance(wire.body, bytes) else b"".join(wire.body)
        return Reply(wire.status, dict(wire.headers), whole)
