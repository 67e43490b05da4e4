"""What an AI Gateway does itself: it lets in, caches, asks again, falls back, counts and logs."""

from collections.abc import Callable, Mapping
from typing import Any

from mockgw.gateways.cache import Cache
from mockgw.gateways.dynamic import asked, is_dynamic
from mockgw.gateways.entrance import enter
from mockgw.gateways.log import Log
from mockgw.gateways.logs import Logs, MemoryLogs
from mockgw.gateways.place import Place
from mockgw.gateways.rules import ANY, DEFAULT, Rules, rules
from mockgw.gateways.runs import Runs
from mockgw.gateways.spending import Spending
from mockgw.gateways.step import Step, is_universal, steps
from mockgw.gateways.visit import Keeps, Terms, Visit
from mockgw.gateways.wishes import wishes
from mockgw.model import Call, Raw
from mockgw.routes import Route

__all__ = ["Gateways", "Log", "Place", "Rules", "Step", "Visit"]
_MOST_LOGS = 1000


class Gateways:
    """All gateways of all sessions; an id that nobody has named rules for is one that only logs.

    `clock` tells the unix second of a session, by which cached answers grow old; `now` tells the
    seconds by which limits fill and streams do; `kept` keeps the logs, else this process does.
    """

    def __init__(
        self,
        clock: Callable[[str], float],
        given: Any = (),
        *,
        now: Callable[[str], float] | None = None,
        kept: Logs | None = None,
        opens: Callable[[str], bool] = bool,
        check: Callable[[Call], object] = bool,
    ) -> None:
        self._given = rules(dict(given))
        self._shared = dict(self._given)
        self._own: dict[str, dict[str, Rules]] = {}
        now = now or clock
        self.logs: Logs = kept or MemoryLogs(_MOST_LOGS)
        self.runs = Runs(now)
        self._keeps = Keeps(clock, Cache(), Spending(now), self.logs, self.runs, opens, check)

    def table(self, session: str | None = None) -> Mapping[str, Rules]:
        """Return the rules by the gateway's id; those of all sessions, or what holds in one."""
        return self._shared if session is None else self._own.get(session, self._shared)

    def put(self, session: str | None, table: Any) -> None:
        """Put rules in place of a session's, or of those of all that have none of their own.

        Raises MockgwError for what cannot be read.
        """
        read = rules(table)
        if session is None:
            self._shared = read
        else:
            self._own[session] = read

    def remove(self, session: str | None) -> None:
        """Take the rules of a session away, so that those of all hold again, or those of all."""
        if session is None:
            self._shared = {}
        else:
            self._own.pop(session, None)

    def rules(self, place: Place) -> Rules:
        """Return what a gateway is set to do."""
        table = self.table(place.session)
        return table.get(place.gateway) or table.get(ANY) or DEFAULT

    def forget(self, session: str | None) -> None:
        """Take the gateways of a session, or all, to be as they were when they began."""
        for kept in (self._keeps.cache, self._keeps.spending, self.logs, self.runs):
            kept.forget(session)
        if session is None:
            self._shared = dict(self._given)
            self._own.clear()

    def greet(self, raw: Raw, found: Route) -> None:
        """Raise ApiError for a connection that a gateway does not let anybody open."""
        gateway = found.claim.params.get("gateway") if found.claim is not None else None
        if gateway and found.door.name == "gateway":
            rules = self.rules(Place(found.session, gateway))
            enter(raw, rules, self._keeps.opens, known=False)

    def single(self, raw: Raw, found: Route) -> bool:
        """Tell whether a request is one by itself, whatever the rules say."""
        return not (is_universal(found) or is_dynamic(raw, found))

    def close(self) -> None:
        """Let go of what the logs are kept in."""
        self.logs.close()

    def steps(self, raw: Raw, found: Route) -> tuple[Step, ...]:
        """Return the requests of which the first good one answers, none for a plain request.

        Raises ApiError for a request of which none can be made.
        """
        if found.error is not None or self.single(raw, found):
            return ()
        claim = found.claim
        assert claim is not None  # noqa: S101 - what is no error is somebody's
        gateway = claim.params.get("gateway") or asked(raw, found)[0]
        return steps(raw, found, self.rules(Place(found.session, gateway))) if gateway else ()

    def visit(
        self, raw: Raw, found: Route, call: Call, step: Step | None = None, before: float = 0.0
    ) -> Visit | None:
        """Return the call's way through its gateway, None when it goes through none.

        `before` are the seconds that the steps before this one took.
        """
        gateway = _gateway(found, call)
        if not gateway:
            return None
        place = Place(call.session, gateway)
        terms = Terms(place, self.rules(place), wishes(raw.headers, call))
        return Visit(self._keeps, terms, raw, call, step, before)


def _gateway(found: Route, call: Call) -> str:
    options = call.options.get("gateway")
    named = options.get("id") if isinstance(options, dict) else None
    if named:
        return str(named)
    own = found.claim if call.door == "gateway" else None
    return own.params.get("gateway", "") if own is not None else ""
