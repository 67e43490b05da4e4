"""A road whose session `t` is answered from a queue first, then by synthesis."""

import json
from typing import Any

from msgspec.structs import replace

from mockgw import script
from mockgw.encoding import Encoder
from mockgw.journal import Journal
from mockgw.keys import Keys
from mockgw.model import Entry, Wire
from mockgw.modes import Means, responders
from mockgw.pipeline import Road
from mockgw.runner import FrozenClock
from mockgw.sessions import Session, Sessions
from mockgw.settings import Settings
from mockgw.state import MemoryStore
from mockgw.tapes import Tapes
from tests.calls import AT, raw
from tests.ways import Way
from tests.wire import Json, Reply


class Scripts:
    """The road, its session, and what it was told last."""

    def __init__(self) -> None:
        settings, store, clock = Settings(mode="synth"), MemoryStore(100), FrozenClock(AT)
        self.session = Session("t", "")
        means = Means(settings, Tapes(()), store, clock)
        self.session.responders = responders(replace(means, queue=self.session.script))
        self.sessions = Sessions(responders(means))
        self.sessions.open(self.session)
        self._road = Road(
            seed=0,
            keys=Keys(()),
            sessions=self.sessions,
            encoder=Encoder(0, obfuscate=False),
            store=store,
            journal=Journal(100),
            clock=clock,
        )

    def reply(self, *answers: Any, **meaning: Any) -> None:
        """Queue answers."""
        for answer in answers or (None,):
            made = script.reply(answer, **meaning)
            self.session.script.append(script.placed(made, "test_x.py:7"))

    def fail(self, *told: Any, **details: Any) -> None:
        """Queue a refusal."""
        self.session.script.append(script.placed(script.fail(*told, **details), "test_x.py:9"))

    def send(self, way: Way, body: Json, *, model: str = "gpt-5.5", session: str = "t") -> Reply:
        """Return the whole answer to a body sent that way."""
        path, sent, headers = way.request(f"openai/{model}", body)
        wire = self._road.travel(raw("POST", f"/_s/{session}{path}", sent, headers))
        assert isinstance(wire, Wire)
        whole = wire.body if isinstance(wire.body, bytes) else b"".join(wire.body)
        return Reply(wire.status, dict(wire.headers), whole)

    def ask(self, way: Way, body: Json, *, model: str = "gpt-5.5") -> Json:
        """Return the provider's object of the answer; raises AssertionError for a refusal."""
        reply = self.send(way, body, model=model)
        assert reply.status == 200, reply.body.decode()
        told: Json = way.object(reply)
        return told

    def refused(self, way: Way, body: Json) -> str:
        """Return what a refusal says; raises AssertionError when there is none."""
        reply = self.send(way, body)
        assert reply.status == 400, reply.body.decode()
        return str(json.loads(reply.body)["error"]["message"])

    @property
    def last(self) -> Entry:
        """The session's newest entry."""
        return self.session.entries[-1]
