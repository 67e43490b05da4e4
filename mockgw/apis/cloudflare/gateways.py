"""What a gateway of an account is set to, as its API takes and tells it."""

from collections.abc import Mapping
from typing import Any

from mockgw.apis.cloudflare.page import invalid
from mockgw.model import Json

DEFAULT = "default"
_LONGEST_NAME = 64
# What a gateway is like of which nothing else was said.
_PLAIN: Json = {
    "cache_invalidate_on_update": False,
    "cache_ttl": 0,
    "collect_logs": True,
    "rate_limiting_interval": 0,
    "rate_limiting_limit": 0,
    "rate_limiting_technique": "fixed",
    "authentication": False,
    "log_management": 10_000_000,
    "log_management_strategy": "STOP_INSERTING",
    "logpush": False,
    "logpush_public_key": None,
    "retry_backoff": None,
    "retry_delay": None,
    "retry_max_attempts": None,
    "zdr": False,
}
_REQUIRED = (
    "cache_invalidate_on_update",
    "cache_ttl",
    "collect_logs",
    "rate_limiting_interval",
    "rate_limiting_limit",
)
_FLAGS = frozenset(
    "authentication byok_only cache_invalidate_on_update collect_logs log_classification logpush "
    "zdr".split()
)
_MOST: Mapping[str, float] = {
    "cache_ttl": 2_592_000,
    "log_management": 10_000_000,
    "rate_limiting_interval": float("inf"),
    "rate_limiting_limit": float("inf"),
    "retry_delay": 60_000,
    "retry_max_attempts": 5,
}
_LEAST: Mapping[str, int] = {"log_management": 10_000, "retry_max_attempts": 1}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "log_management_strategy": ("STOP_INSERTING", "DELETE_OLDEST"),
    "rate_limiting_technique": ("fixed", "sliding"),
    "retry_backoff": ("constant", "linear", "exponential"),
    "workers_ai_billing_mode": ("postpaid", "unified"),
}
# What mockgw's gateways do as they are told; the rest is kept and told again.
_OBEYED = (
    "authentication byok_only cache_ttl collect_logs rate_limiting_interval rate_limiting_limit "
    "rate_limiting_technique retry_backoff retry_delay retry_max_attempts spend_limits"
).split()
# What leads to the services of others, with keys for them: nothing is sent there, nor kept.
_NOT_KEPT = frozenset({"id", "otel", "stripe"})
_KINDS: Mapping[type, str] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def _number(name: str) -> Json:
    bounds = {"minimum": _LEAST.get(name, 0), "maximum": _MOST[name]}
    told = {key: bound for key, bound in bounds.items() if bound != float("inf")}
    return {"type": ["integer", "null"], **told}


NAME: Json = {
    "type": "string",
    "pattern": "^[A-Za-z0-9_-]*[A-Za-z0-9][A-Za-z0-9_-]*$",
    "maxLength": 64,
}
SETTINGS: Json = {
    "properties": {
        **{name: {"type": "boolean"} for name in sorted(_FLAGS)},
        **{name: _number(name) for name in _MOST},
        **{name: {"enum": [*words, None]} for name, words in _WORDS.items()},
    },
    "required": list(_REQUIRED),
}


def made(identifier: str, settings: Json, at: str) -> Json:
    """Return a gateway that is new at the moment, set as `settings` say."""
    told = {name: value for name, value in settings.items() if name not in _NOT_KEPT}
    own = {"created_at": at, "modified_at": at, "is_default": identifier == DEFAULT}
    return {"id": identifier, **_PLAIN, **told, **own}


def changed(gateway: Json, settings: Json, at: str) -> Json:
    """Return the gateway as `settings` make it; its name and its age stay."""
    told = {name: value for name, value in settings.items() if name not in _NOT_KEPT}
    kept = {name: gateway[name] for name in ("id", "created_at", "is_default")}
    return {**gateway, **told, **kept, "modified_at": at}


def rules_of(rules: Json, gateway: Json) -> Json:
    """Return the rules with what the gateway is set to in place of theirs; what is null is off."""
    told = {name: gateway[name] for name in _OBEYED if gateway.get(name) is not None}
    return {**{name: rule for name, rule in rules.items() if name not in _OBEYED}, **told}


def ruled(gateway: Json, rules: Json) -> Json:
    """Return the gateway with what its rules are by now; null stands for what is off."""
    told = {
        name: rules[name]
        for name in _OBEYED
        if name in gateway and name in rules and (gateway[name] is not None or rules[name])
    }
    return {**gateway, **told}


def check(settings: Json, *, named: bool) -> None:
    """Raise ApiError 400 for settings that a gateway cannot have.

    `named` says that the settings have the name of a gateway that is to be made.
    """
    if named:
        _check_name(settings.get("id"))
    for name in _REQUIRED:
        if name not in settings:
            invalid("Required", "body", name)
    for name, value in settings.items():
        _check_value(name, value)


def _check_name(name: Any) -> None:
    if not isinstance(name, str):
        invalid("Required" if name is None else _kind("string", name), "body", "id")
    if not 1 <= len(name) <= _LONGEST_NAME:
        words = "at most 64" if name else "at least 1"
        invalid(f"String must contain {words} character(s)", "body", "id")
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        invalid("Invalid", "body", "id")


def _check_value(name: str, value: Any) -> None:
    if name in _FLAGS and not isinstance(value, bool):
        invalid(_kind("boolean", value), "body", name)
    if value is None:
        return
    if name in _WORDS and value not in _WORDS[name]:
        listed = " | ".join(f"'{word}'" for word in _WORDS[name])
        received = f"received '{str(value)[:100]}'"
        invalid(f"Invalid enum value. Expected {listed}, {received}", "body", name)
    if name in _MOST:
        _check_number(name, value)


def _check_number(name: str, value: Any) -> None:
    if _KINDS.get(type(value)) != "number":
        invalid(_kind("number", value), "body", name)
    if value != int(value):
        invalid("Expected integer, received float", "body", name)
    least, most = _LEAST.get(name, 0), _MOST[name]
    if value < least:
        invalid(f"Number must be greater than or equal to {least}", "body", name)
    if value > most:
        invalid(f"Number must be less than or equal to {most}", "body", name)


def _kind(wanted: str, value: Any) -> str:
    return f"Expected {wanted}, received {_KINDS.get(type(value), 'null')}"
