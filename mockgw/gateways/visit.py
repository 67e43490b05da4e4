"""One call on its way through a gateway: what is seen to before, while and after it is answered."""

from collections.abc import Callable, Iterable
from functools import partial

import msgspec
from msgspec.structs import replace

from mockgw import apis
from mockgw.doors import forms
from mockgw.doors.gateway import log_id
from mockgw.errors import ApiError
from mockgw.faults.named import named, worded
from mockgw.gateways.attempts import Attempts, failed, patience
from mockgw.gateways.cache import Cache, key_of
from mockgw.gateways.dynamic import told as told_of_route
from mockgw.gateways.entrance import enter
from mockgw.gateways.log import Log
from mockgw.gateways.logs import Logs
from mockgw.gateways.place import Place
from mockgw.gateways.prices import cost
from mockgw.gateways.rules import Rules
from mockgw.gateways.runs import Runs
from mockgw.gateways.screening import Screening
from mockgw.gateways.spending import PROVIDER, Spending
from mockgw.gateways.step import Step
from mockgw.gateways.wishes import Wishes
from mockgw.limits.caller import creates
from mockgw.model import Answer, Call, Forward, Json, Kept, Raw, Reply, Timing, Wire
from mockgw.routes import Route

CACHED, _LIVE = "cache", "live"
# Seconds that a caller's own cache key lives where the gateway does not cache.
_KEYED = 300
_LIMITED = 429
_REFUSED = 400
_NATIVE = frozenset({"gateway", "workers-ai"})
Headers = tuple[tuple[str, str], ...]


class Keeps(msgspec.Struct, frozen=True):
    """What all gateways work with.

    `clock` tells the unix second of a session, `opens` whether a key is one of ours, and `check`
    raises ApiError for a call that no model takes.
    """

    clock: Callable[[str], float]
    cache: Cache
    spending: Spending
    logs: Logs
    runs: Runs
    opens: Callable[[str], bool]
    check: Callable[[Call], object]


class Terms(msgspec.Struct, frozen=True):
    """A gateway, what it is set to do, and what the call asks of it."""

    place: Place
    rules: Rules
    wishes: Wishes


class Visit:
    """A call, the rules of its gateway, and what has become of it.

    `spent` are the seconds before the answer that counts began to be waited for; `step` says which
    of several requests it is, and `before` how many seconds those before it took.
    """

    def __init__(
        self,
        keeps: Keeps,
        terms: Terms,
        raw: Raw,
        call: Call,
        step: Step | None = None,
        before: float = 0.0,
    ) -> None:
        rules, wishes = terms.rules, terms.wishes
        self._keeps, self._place, self._rules, self._wishes = keeps, terms.place, rules, wishes
        self._raw, self._step, self._before = raw, step, before
        self._native = call.door in _NATIVE
        alias = wishes.byok_alias
        self._byok = bool(alias) or "default" in (rules.byok_aliases or ())
        told = {"keySource": "BYOK"} if self._byok else {}
        self.call = replace(call, options={**call.options, **told}) if told else call
        self._creates = creates(call)
        self._attempts = Attempts(patience(rules, wishes))
        self._screening = Screening()
        self._cached = False
        self._logged = True
        self._identifier = ""

    @property
    def spent(self) -> float:
        """The seconds that went by before the attempt that was answered."""
        return self._before + self._attempts.spent

    @property
    def note(self) -> str:
        """What the journal should tell of it, "" when nothing."""
        if self._cached:
            return f"from the cache of gateway {self._place.gateway}"
        if self._attempts.count > 1:
            count, spent = self._attempts.count, self._attempts.spent
            after = "" if self._attempts.passed else f", the last after {spent:g} s"
            return f"gateway {self._place.gateway} asked {count} times{after}"
        return ""

    def ask(self, provider: Callable[[bool], Reply | Forward]) -> Reply | Forward:
        """Return what the gateway answers, from its cache or from the provider.

        The provider is told whether it is asked again.

        Raises the ApiError of the gateway or of the provider.
        """
        try:
            kept = self._enter()
            if kept is not None:
                return kept
            reply = self._attempts.make(provider)
        except ApiError as error:
            raise self._worded(error) from None
        if not isinstance(reply, Forward):
            self.take(reply)
        return reply

    @property
    def patience(self) -> float | None:
        """The seconds that an upstream has to begin its answer, None for as long as it takes."""
        return self._attempts.limit

    def again(self, status: int) -> float | None:
        """Return the seconds until an upstream is asked once more, None when its answer counts."""
        return self._attempts.again(status)

    def take(self, reply: Reply) -> None:
        """Look through what the provider said, and keep it where it is to be given again.

        Raises ApiError 2017 or 2030 for what may not go out.
        """
        if not self._creates or failed(reply):
            return
        try:
            self._screening.look(self._rules, _object(reply), "RESPONSE")
        except ApiError as error:
            raise self._worded(error) from None
        self._store(reply)

    def _worded(self, error: ApiError) -> ApiError:
        """Return an error as the caller is told it; the provider's own are told as they are."""
        call = self.call
        error = told_of_route(error, self._raw, call, self._place.gateway, self._rules)
        if error.origin != "gateway":
            return error
        chat = "messages" in call.body
        return worded(error, model=call.model, chat=chat, run_path=call.run_path)

    def _enter(self) -> Reply | None:
        """See whether the call may come in; return the cached answer, if there is one."""
        keeps, place, rules, wishes = self._keeps, self._place, self._rules, self._wishes
        trusted = self._step is not None and self._step.trusted
        self._logged = False
        enter(self._raw, rules, keeps.opens, known=trusted or not self._native)
        self._logged = True
        keeps.spending.admit(place, rules)
        self._know_key()
        if not self._creates:
            return None
        self._screening.look(rules, self.call.body, "REQUEST")
        if self._lives() and not wishes.skip_cache:
            key = key_of(self.call, wishes.cache_key)
            found = keeps.cache.get(place, key, keeps.clock(place.session))
            if found is not None:
                self._cached = True
                return replace(found, source=CACHED, timing=None, fault=None)
        keeps.spending.check(place, rules, self.call, wishes.metadata)
        if rules.balance is not None and self._unified:
            # The live gateway looks for a model and at the body before it looks at the balance.
            keeps.check(self.call)
            keeps.spending.funds(place, rules)
        return None

    def _know_key(self) -> None:
        known, alias = self._rules.byok_aliases, self._wishes.byok_alias
        if known is None or not alias or alias in known:
            return
        error = named("gateway.2040")
        listed = ", ".join(f"'{one}'" for one in known) or "(none)"
        error.message = (
            f"Provider '{PROVIDER}' has no BYOK credential named '{alias}'. Configured aliases: "
            f"{listed}"
        )
        raise error

    @property
    def _unified(self) -> bool:
        own = self._native and self._raw.headers.get("authorization")
        return not (self._byok or own)

    def _lives(self) -> int:
        """Return the seconds for which the answer is kept, 0 when it is not."""
        wishes, rules = self._wishes, self._rules
        if self.call.stream:
            return 0
        if wishes.cache_ttl is not None:
            return wishes.cache_ttl
        return rules.cache_ttl or (_KEYED if wishes.cache_key else 0)

    def _store(self, reply: Reply) -> None:
        lives = self._lives()
        if lives and not self._wishes.skip_cache:
            if isinstance(reply, Kept) and reply.source == _LIVE:
                # It reads from the connection that brought it, which would stay in memory.
                reply = replace(reply, read=partial(apis.object_of, reply.body))
            key = key_of(self.call, self._wishes.cache_key)
            now = self._keeps.clock(self._place.session)
            self._keeps.cache.put(self._place, key, reply, now + lives)

    def headers(self, trace: str, at: float, status: int, fallen: int) -> Headers:
        """Return what the gateway says in headers, in place of the door's; "" takes one away.

        `fallen` counts the steps that failed before.
        """
        wishes, own = self._wishes, log_id(trace, at)
        self._identifier = own if self._collects else ""
        told: list[tuple[str, str]] = []
        if wishes.event_id:
            told.append(("cf-aig-event-id", wishes.event_id))
        dynamic = self._step is not None and self._step.dynamic
        if dynamic:
            told += [("cf-aig-model", self.call.model), ("cf-aig-provider", PROVIDER)]
        if self._native:
            # The door has said it already, and that nothing was cached.
            told += [] if self._identifier else [("cf-aig-log-id", "")]
            told += [("cf-aig-cache-status", "HIT")] if self._cached else []
            told += self._of_the_step(trace, fallen)
        elif status >= _REFUSED:
            told.append(("cf-aig-request-id", own))
            told += [("cf-aig-log-id", self._identifier)] if status == _LIMITED else []
        told.append(("cf-aig-dlp", self._screening.header))
        return tuple(told)

    def _of_the_step(self, trace: str, fallen: int) -> Headers:
        step = self._step
        if step is None:
            return ()
        told = [("cf-aig-step", str(step.number))]
        if fallen:
            told.append(("cf-aig-request-id", forms.as_uuid(trace)))
        return tuple(told)

    @property
    def _collects(self) -> bool:
        asked = self._wishes.collect_log
        return self._logged and (self._rules.collect_logs if asked is None else asked)

    def run(
        self, trace: str, again: Callable[[], Iterable[bytes]], timing: Timing | None
    ) -> Headers:
        """Keep the stream that begins now; return the header by whose value it is resumed.

        `again` gives the stream once more from its beginning.
        """
        run_id = trace + forms.as_uuid(trace[::-1]).replace("-", "")
        self._keeps.runs.keep(self._place, run_id, again, timing)
        return (("cf-aig-run-id", run_id),)

    def leave(self, found: Route, wire: Wire, response: Callable[[], bytes], usage: Json) -> None:
        """Count what the call has cost, and leave its log."""
        usage = usage if self._creates and not self._cached else {}
        price = partial(cost, self.call.model, usage, self._rules.prices, self._wishes.custom_cost)
        spending = self._keeps.spending
        if usage and spending.counts(self._rules):
            metadata = self._wishes.metadata
            spending.add(self._place, self._rules, self.call, metadata, price() or 0.0)
        if self._identifier:
            self._keeps.logs.add(self._log(_path(found), wire, response, usage, price))

    def _log(
        self,
        path: str,
        wire: Wire,
        response: Callable[[], bytes],
        usage: Json,
        price: Callable[[], float | None],
    ) -> Log:
        wishes = self._wishes
        return Log(
            identifier=self._identifier,
            place=self._place,
            at=self._keeps.clock(self._place.session),
            model=self.call.model,
            path=path,
            status=wire.status,
            request=self._raw.body,
            response=response,
            request_type=self._raw.headers.get("content-type") or "",
            response_type=dict(wire.headers).get("content-type", ""),
            seconds=wire.timing.delay - self._before if wire.timing is not None else 0.0,
            cached=self._cached,
            step=self._step.number if self._step is not None else 0,
            usage=usage,
            price=price,
            custom_cost=bool(wishes.custom_cost),
            metadata=wishes.metadata,
            payload=wishes.collect_payload,
            event_id=wishes.event_id,
            byok=self._byok,
            dlp=self._screening.action,
        )


def _path(found: Route) -> str:
    """Return the path that the log tells: the provider's, or that of a run."""
    own = found.claim.path.strip("/") if found.claim is not None else ""
    return own or "run"


def _object(reply: Reply) -> Json:
    if isinstance(reply, Answer):
        return reply.object
    try:
        return reply.read()
    except ApiError:
        return {}
