"""What a call asks of its gateway: `cf-aig-…` headers, or the binding's `gateway` options."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

import msgspec
from msgspec import Struct, field

from mockgw.model import Call, Json

_PREFIX = "cf-aig-"
# What the binding's options are called as headers (workerd, aig-api.ts).
_OPTIONS = {
    "cacheKey": "cache-key",
    "cacheTtl": "cache-ttl",
    "skipCache": "skip-cache",
    "metadata": "metadata",
    "collectLog": "collect-log",
    "eventId": "event-id",
    "requestTimeoutMs": "request-timeout",
    "retries": "retries",
}
_RETRIES = {"maxAttempts": "max-attempts", "retryDelayMs": "retry-delay", "backoff": "backoff"}
# Older names that are still taken.
_OLD = {"cf-skip-cache": "skip-cache", "cf-cache-ttl": "cache-ttl"}
_BACKOFFS = frozenset({"constant", "linear", "exponential"})
_MOST_METADATA = 5
_MOST_ATTEMPTS = 5
_LONGEST_DELAY = 5.0
_LONGEST_EVENT_ID = 256
# Seconds between which a time to live is taken.
_TTL = 60, 2_592_000


class Wishes(Struct, frozen=True):
    """What a call asks of its gateway; None is where the gateway's own rules hold.

    Times are seconds. `custom_cost` is what Cloudflare's header of that name says.
    """

    cache_ttl: int | None = None
    cache_key: str = ""
    skip_cache: bool = False
    collect_log: bool | None = None
    collect_payload: bool = True
    metadata: Json = field(default_factory=dict)
    custom_cost: Json = field(default_factory=dict)
    event_id: str = ""
    timeout: float | None = None
    attempts: int | None = None
    delay: float | None = None
    backoff: str = ""
    byok_alias: str = ""


NOTHING = Wishes()


def wishes(headers: Mapping[str, str], call: Call) -> Wishes:
    """Return what the headers ask, and the binding's options where no header says otherwise.

    A value that cannot be read is as good as none: the live gateway refuses no call for one.
    """
    told: dict[str, Any] = dict(_optional(call)) if call.door == "binding" else {}
    for name, value in headers.items():
        lower = name.lower()
        if lower.startswith(_PREFIX):
            told[lower.removeprefix(_PREFIX)] = value
        elif lower in _OLD:
            told.setdefault(_OLD[lower], value)
    return _read(told) if told else NOTHING


def _optional(call: Call) -> Iterator[tuple[str, Any]]:
    given = call.options.get("gateway")
    for key, value in given.items() if isinstance(given, dict) else ():
        if key == "retries" and isinstance(value, dict):
            yield from ((_RETRIES[one], value[one]) for one in value if one in _RETRIES)
        elif key in _OPTIONS and value is not None:
            yield _OPTIONS[key], value


def _read(told: Mapping[str, Any]) -> Wishes:
    attempts = _number(told.get("max-attempts"))
    delay, timeout = _number(told.get("retry-delay")), _number(told.get("request-timeout"))
    backoff = str(told.get("backoff", ""))
    return Wishes(
        cache_ttl=_ttl(_number(told.get("cache-ttl"))),
        cache_key=str(told.get("cache-key", "")),
        skip_cache=_truth(told.get("skip-cache")) is True,
        collect_log=_truth(told.get("collect-log")),
        collect_payload=_truth(told.get("collect-log-payload")) is not False,
        metadata=_metadata(_object(told.get("metadata"))),
        custom_cost=_cost(_object(told.get("custom-cost"))),
        event_id=_event_id(told.get("event-id")),
        timeout=timeout / 1000 if timeout else None,
        attempts=None if attempts is None else min(max(int(attempts), 1), _MOST_ATTEMPTS),
        delay=None if delay is None else min(delay / 1000, _LONGEST_DELAY),
        backoff=backoff if backoff in _BACKOFFS else "",
        byok_alias=str(told.get("byok-alias", "")),
    )


def _ttl(seconds: float | None) -> int | None:
    """Return a time to live within its bounds; 0 says that nothing is cached."""
    if seconds is None:
        return None
    return min(max(int(seconds), _TTL[0]), _TTL[1]) if seconds >= 1 else 0


def _number(given: Any) -> float | None:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    try:
        value = float(given)
    except (ValueError, OverflowError):
        return None
    return value if isfinite(value) and value >= 0 else None


def _truth(given: Any) -> bool | None:
    if isinstance(given, bool):
        return given
    return {"true": True, "false": False}.get(str(given).strip().lower())


def _object(given: Any) -> Json:
    if isinstance(given, str):
        try:
            given = msgspec.json.decode(given.encode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            return {}
    return given if isinstance(given, dict) else {}


def _metadata(given: Json) -> Json:
    """Return the first five entries; one that is no plain value loses them all.

    Entries that begin with `cf.` are Cloudflare's own, and are dropped.
    """
    if not all(isinstance(value, str | int | float) for value in given.values()):
        return {}
    own = [one for one in given.items() if not one[0].startswith("cf.")]
    return dict(own[:_MOST_METADATA])


def _cost(given: Json) -> Json:
    read = {key: _number(given.get(key)) for key in ("per_token_in", "per_token_out", "total_cost")}
    return {key: value for key, value in read.items() if value is not None}


def _event_id(given: Any) -> str:
    told = str(given) if isinstance(given, str | int) else ""
    # It goes out in a header again.
    return told if told.isascii() and told.isprintable() and len(told) <= _LONGEST_EVENT_ID else ""
