"""What was asked and spent of late, by gateway: counted against its limits."""

from collections.abc import Callable, Iterator
from functools import partial

from mockgw.errors import ApiError
from mockgw.faults.named import named
from mockgw.gateways.place import Place
from mockgw.gateways.rules import Dimension, Rules, SpendRule
from mockgw.gateways.window import Window
from mockgw.memo import Memo
from mockgw.model import Call, Json

PROVIDER = "openai"
_MOST = 10_000


class Spending:
    """The windows of all gateways. `now` tells the seconds of a session."""

    def __init__(self, now: Callable[[str], float]) -> None:
        self._now = now
        self._windows: Memo[tuple[Place, tuple[str, ...]], Window] = Memo(_MOST)
        self._spent: Memo[Place, Window] = Memo(_MOST)

    def admit(self, place: Place, rules: Rules) -> None:
        """Count a request; raises ApiError 2003 when there were as many as the gateway allows."""
        if not rules.rate_limiting_limit or not rules.rate_limiting_interval:
            return
        told = rules.rate_limiting_technique, float(rules.rate_limiting_interval)
        window = self._windows.get((place, ("requests", *map(str, told))), lambda: Window(*told))
        if window.used(self._now(place.session)) >= rules.rate_limiting_limit:
            raise named("gateway.2003")
        window.add(1, self._now(place.session))

    def check(self, place: Place, rules: Rules, call: Call, metadata: Json) -> None:
        """Raise ApiError 2045 when the dollars of a rule that is for the call are spent."""
        for rule, window in self._held(place, rules, call, metadata):
            if window.used(self._now(place.session)) >= rule.limit:
                raise _exceeded(rule, call)

    def funds(self, place: Place, rules: Rules) -> None:
        """Raise ApiError 2021 when nothing is left of what the gateway had."""
        if (
            rules.balance is not None
            and self._all(place).used(self._now(place.session)) >= rules.balance
        ):
            raise named("gateway.2021")

    def counts(self, rules: Rules) -> bool:
        """Tell whether a gateway keeps count of dollars."""
        return bool(rules.spend_limits.rules) or rules.balance is not None

    def add(self, place: Place, rules: Rules, call: Call, metadata: Json, cost: float) -> None:
        """Take note of what a call has cost."""
        for _, window in self._held(place, rules, call, metadata):
            window.add(cost, self._now(place.session))
        if rules.balance is not None:
            self._all(place).add(cost, self._now(place.session))

    def forget(self, session: str | None) -> None:
        """Let a session, or all of them, have asked and spent nothing."""
        self._windows.forget(lambda key: session in {None, key[0].session})
        self._spent.forget(lambda place: session in {None, place.session})

    def _all(self, place: Place) -> Window:
        return self._spent.get(place, lambda: Window("fixed", float("inf")))

    def _held(
        self, place: Place, rules: Rules, call: Call, metadata: Json
    ) -> Iterator[tuple[SpendRule, Window]]:
        if not rules.spend_limits.enabled:
            return
        for number, rule in enumerate(rules.spend_limits.rules):
            bucket = _bucket(rule, call, metadata) if rule.enabled else None
            if bucket is not None:
                told = rule.technique, float(rule.window)
                key = place, ("spent", str(number), *map(str, told), *bucket)
                yield rule, self._windows.get(key, partial(Window, *told))


def _bucket(rule: SpendRule, call: Call, metadata: Json) -> tuple[str, ...] | None:
    """Return whose money the rule counts here, None when it is not for the call."""
    dimensions = [
        ("provider", rule.provider, PROVIDER),
        ("model", rule.model, f"{PROVIDER}/{call.model}"),
        *(
            (f"metadata {key}", dimension, str(metadata[key]) if key in metadata else "")
            for key, dimension in rule.metadata.items()
        ),
    ]
    parts: list[str] = []
    for name, dimension, value in dimensions:
        if dimension is None:
            continue
        if not _fits(dimension, value):
            return None
        parts += [name, value] if dimension.mode == "partition" else []
    return tuple(parts)


def _fits(dimension: Dimension, value: str) -> bool:
    named_without = value.removeprefix(f"{PROVIDER}/")
    return dimension.mode == "partition" or bool({value, named_without} & {*dimension.values})


def _exceeded(rule: SpendRule, call: Call) -> ApiError:
    error = named("gateway.2045")
    error.message = (
        f"Spend limit exceeded: rule '{rule.id or 'default'}' (cost limit {rule.limit:g} per "
        f"{rule.window}s, {rule.technique}) for {PROVIDER} {PROVIDER}/{call.model}"
    )
    return error
