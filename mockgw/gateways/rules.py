"""What a gateway is set to do, by the names that Cloudflare's own API of gateways has for it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from mockgw.errors import MockgwError
from mockgw.gateways.misread import misread

ANY = "*"
_Count = Annotated[int, Meta(ge=0)]
_Money = Annotated[float, Meta(ge=0)]
_Milliseconds = Annotated[int, Meta(ge=0, le=600_000)]
Technique = Literal["fixed", "sliding"]
Backoff = Literal["constant", "linear", "exponential"]


class Dimension(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom a spend rule is for: each value by itself (`partition`), or only some (`filter`)."""

    mode: Literal["partition", "filter"] = "partition"
    values: tuple[str, ...] = ()


class SpendRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No more than `limit` dollars in `window` seconds, for those whom its dimensions tell."""

    limit: _Money
    window: Annotated[int, Meta(ge=1)] = 3600
    id: str = ""
    limit_type: Literal["cost"] = msgspec.field(name="limitType", default="cost")
    technique: Technique = "fixed"
    enabled: bool = True
    model: Dimension | None = None
    provider: Dimension | None = None
    metadata: dict[str, Dimension] = {}


class SpendLimits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The spend rules of a gateway."""

    enabled: bool = True
    rules: tuple[SpendRule, ...] = ()


class Guardrails(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that a prompt or a response may not have."""

    prompt: tuple[str, ...] = ()
    response: tuple[str, ...] = ()


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A DLP policy: what is done where one of its words is found."""

    id: str
    words: tuple[str, ...]
    action: Literal["FLAG", "BLOCK"] = "FLAG"
    check: tuple[Literal["REQUEST", "RESPONSE"], ...] = ("REQUEST", "RESPONSE")
    enabled: bool = True


class Dlp(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The DLP policies of a gateway."""

    enabled: bool = True
    policies: tuple[Policy, ...] = ()


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one gateway is set to do; as it is, it does nothing but log.

    `cache_ttl`, intervals and windows are seconds, delays and `request_timeout` milliseconds, 0
    is off. `prices` are dollars per million tokens in and out, by model; `balance` are the
    dollars that Unified Billing has left, None for no end of them; `byok_aliases` are the names of
    the stored keys, None to take any; `routes` are the models of each dynamic route, first asked
    first. Without `exists` the gateway is one that nobody has made.
    """

    exists: bool = True
    authentication: bool = False
    cache_ttl: Annotated[int, Meta(ge=0, le=2_592_000)] = 0
    collect_logs: bool = True
    rate_limiting_limit: _Count = 0
    rate_limiting_interval: _Count = 60
    rate_limiting_technique: Technique = "fixed"
    request_timeout: _Milliseconds = 0
    retry_max_attempts: Annotated[int, Meta(ge=1, le=5)] = 1
    retry_delay: Annotated[int, Meta(ge=0, le=60_000)] = 0
    retry_backoff: Backoff = "constant"
    spend_limits: SpendLimits = SpendLimits()
    prices: dict[str, tuple[_Money, _Money]] = {}
    balance: _Money | None = None
    byok_aliases: tuple[str, ...] | None = None
    guardrails: Guardrails = Guardrails()
    dlp: Dlp = Dlp()
    routes: dict[str, Annotated[tuple[str, ...], Meta(min_length=1)]] = {}


DEFAULT = Rules()


def rules(given: Any) -> dict[str, Rules]:
    """Return the rules of each gateway in a table of tables; `*` is any that has none of its own.

    Raises MockgwError for what cannot be read: which gateway, what is wrong, what there is.
    """
    if not isinstance(given, Mapping):
        raise MockgwError(
            f"gateways={given!r} is no table.", 'Give such as {"default": {"cache_ttl": 300}}.'
        )
    return {str(name): _rules(str(name), one) for name, one in given.items()}


def _rules(name: str, given: Any) -> Rules:
    if isinstance(given, Rules):
        return given
    try:
        return msgspec.convert(given, Rules)
    except msgspec.ValidationError as problem:
        raise misread(name, Rules, str(problem)) from None
