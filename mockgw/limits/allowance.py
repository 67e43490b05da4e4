"""What callers may still have: it is drawn from before an answer, and settled after it."""

from collections.abc import Callable, Iterator, Sequence
from math import inf

import msgspec

from mockgw.errors import ApiError
from mockgw.faults.named import named
from mockgw.limits.bucket import Bucket
from mockgw.limits.caller import Caller
from mockgw.limits.limit import Limit, limits

_MOST = 10_000
_SHORT = {"second": "sec", "minute": "min", "hour": "hour", "day": "day"}
_RETRY = 1.0
_LEARN = "Visit https://platform.openai.com/account/rate-limits to learn more."


class Admitted(msgspec.Struct):
    """A call that was let in: what it drew, and its headers."""

    allowance: "Allowance"
    caller: Caller
    held: list[tuple[Limit, Bucket]]
    drawn: int
    headers: tuple[tuple[str, str], ...] = ()
    over: bool = msgspec.field(default=False)

    def settle(self, tokens: int) -> None:
        """Take what the answer really cost in place of what was thought."""
        self.allowance.settle(self, tokens)

    def leave(self) -> None:
        """Give back the place among those who are served at the same time; once."""
        self.allowance.leave(self)


class Allowance:
    """The buckets of one session; `now` tells seconds."""

    def __init__(self, limits: Sequence[Limit], now: Callable[[], float]) -> None:
        self._limits = tuple(limits)
        self._now = now
        self._buckets: dict[tuple[int, str], Bucket] = {}

    def __bool__(self) -> bool:
        return bool(self._limits)

    def reset(self) -> None:
        """Fill all buckets."""
        self._buckets.clear()

    def admit(self, caller: Caller) -> Admitted:
        """Draw what the call needs; raises ApiError 429 when a limit is reached."""
        held = list(self._held(caller))
        now = self._now()
        for limit, bucket in held:
            if bucket.wait(_need(limit, caller), now):
                raise self._refusal(limit, bucket, caller, held)
        for limit, bucket in held:
            bucket.draw(_need(limit, caller), now)
        return Admitted(self, caller, held, caller.tokens, _headers(held, caller, now))

    def settle(self, admitted: Admitted, tokens: int) -> None:
        """Draw the difference between what was thought and what it cost."""
        now = self._now()
        for limit, bucket in admitted.held:
            if limit.kind in {"tokens", "quota"}:
                bucket.draw(tokens - admitted.drawn, now)
        admitted.drawn = tokens
        admitted.headers = _headers(admitted.held, admitted.caller, now)

    def leave(self, admitted: Admitted) -> None:
        """Give back what `concurrent` counts."""
        if admitted.over:
            return
        admitted.over = True
        for limit, bucket in admitted.held:
            if limit.kind == "concurrent":
                bucket.draw(-1, self._now())

    def _held(self, caller: Caller) -> Iterator[tuple[Limit, Bucket]]:
        for number, limit in enumerate(self._limits):
            if not limit.fits(caller.model, caller.door):
                continue
            place = number, "" if limit.per == "all" else getattr(caller, limit.per)
            bucket = self._buckets.pop(place, None)
            if bucket is None:
                bucket = Bucket(limit.size, limit.period, self._now())
            self._buckets[place] = bucket
            if len(self._buckets) > _MOST:
                del self._buckets[next(iter(self._buckets))]
            yield limit, bucket

    def _refusal(
        self, limit: Limit, bucket: Bucket, caller: Caller, held: list[tuple[Limit, Bucket]]
    ) -> ApiError:
        now = self._now()
        if limit.per == "gateway" and limit.kind != "quota":
            return _from("gateway.2003")
        headers = _headers(held, caller, now)
        if limit.kind == "quota":
            return _from("insufficient_quota", headers=headers)
        need = _need(limit, caller)
        wait = bucket.wait(need, now)
        if limit.kind == "concurrent":
            wait = _RETRY
        message = _words(limit, bucket, need, wait, now)
        told = None if caller.run_path or wait == inf else wait
        made = _from("rate_limit", headers=headers, retry_after=told)
        made.type = "tokens" if limit.kind == "tokens" else "requests"
        made.message = message.replace("MODEL", caller.model)
        return made


def allowances(told: Sequence[str], now: Callable[[], float]) -> Callable[[], Allowance]:
    """Return what makes the buckets of a session, by limits as people write them.

    Raises MockgwError for what cannot be read.
    """
    allowed = limits(told)
    return lambda: Allowance(allowed, now)


def _from(
    name: str, *, headers: tuple[tuple[str, str], ...] = (), retry_after: float | None = None
) -> ApiError:
    made = named(name)
    made.headers, made.retry_after, made.source = headers, retry_after, "limit"
    return made


def _need(limit: Limit, caller: Caller) -> int:
    return caller.tokens if limit.kind in {"tokens", "quota"} else 1


def _words(limit: Limit, bucket: Bucket, need: int, wait: float, now: float) -> str:
    """Return what the API says of a limit that is reached."""
    left = max(int(bucket.level(now)), 0)
    if limit.kind == "concurrent":
        what, used = "concurrent requests", f"Limit {limit.size}, Used {limit.size}, Requested 1"
    else:
        letters = f"{limit.kind[0]}p{limit.word[0]}".upper()
        what = f"{limit.kind} per {_SHORT[limit.word]} ({letters})"
        used = f"Limit {limit.size}, Used {limit.size - left}, Requested {need}"
    if wait == inf:
        return (
            f"Request too large for MODEL in organization org-mockgw on {what}: Limit "
            f"{limit.size}, Requested {need}. The input or output tokens must be reduced in order "
            f"to run successfully. {_LEARN}"
        )
    return (
        f"Rate limit reached for MODEL in organization org-mockgw on {what}: {used}. Please try "
        f"again in {spelled(wait)}. {_LEARN}"
    )


def _headers(
    held: list[tuple[Limit, Bucket]], caller: Caller, now: float
) -> tuple[tuple[str, str], ...]:
    """Return what is left of requests and tokens, each by the limit that is nearest its end."""
    if caller.run_path:
        return ()
    told: list[tuple[str, str]] = []
    for kind in ("requests", "tokens"):
        own = [
            (bucket.level(now) / limit.size, limit, bucket)
            for limit, bucket in held
            if limit.kind == kind and limit.per != "gateway"
        ]
        if own:
            _, limit, bucket = min(own, key=lambda one: one[0])
            told.append((f"x-ratelimit-limit-{kind}", str(limit.size)))
            told.append((f"x-ratelimit-remaining-{kind}", str(max(int(bucket.level(now)), 0))))
            told.append((f"x-ratelimit-reset-{kind}", spelled(bucket.full(now))))
    return tuple(told)


def spelled(seconds: float) -> str:
    """Return a time as Go writes it: `12ms`, `8.64s`, `6m0s`, `1h0m0s`."""
    if seconds < 1:
        return f"{-(-seconds * 1000 // 1):.0f}ms"
    rounded = round(seconds, 3)
    minutes, rest = divmod(rounded, 60)
    hours, minutes = divmod(int(minutes), 60)
    end = f"{rest:.3f}".rstrip("0").rstrip(".") + "s"
    if hours:
        return f"{hours}h{minutes}m{end}"
    return f"{minutes}m{end}" if minutes else end
