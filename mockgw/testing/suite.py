"""What a suite has told vcrpy: how it compares, and what it leaves out of its cassettes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from msgspec import structs

from mockgw import apis
from mockgw.canonical import decode
from mockgw.cassette.interaction import Interaction
from mockgw.errors import ApiError
from mockgw.matching.turns import LAST
from mockgw.model import Call
from mockgw.routes import key
from mockgw.testing.matchers import (
    DEFAULT,
    NAMES,
    Matching,
    headers_of,
    matching,
    request,
    sent,
)

_FIXTURE = "vcr_config"
_SOURCE = "vcr_config"
# With these vcrpy itself has to say what they come to.
_HOOKS = frozenset(
    "additional_matchers before_record before_record_request before_record_response "
    "filter_nested_post_data_parameters filter_post_data_parameters filter_query_parameters "
    "ignore_hosts".split()
)
_OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Suite:
    """What holds for a test because its suite has told vcrpy so.

    `repeats` is "" when it says nothing of that; `kept` and `asked` leave out of a recording and
    of a call what the suite leaves out, and return None for what it does not record at all.
    """

    matching: Matching
    repeats: str = ""
    kept: Callable[[Interaction], Interaction | None] | None = None
    asked: Callable[[Call], Call | None] | None = None


def told_vcrpy(asked: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the suite's `vcr_config` with the keywords of the test's `vcr` marks, if any."""
    try:
        given = asked.getfixturevalue(_FIXTURE)
    except pytest.FixtureLookupError:
        given = None
    told = dict(given) if isinstance(given, Mapping) else {}
    for mark in reversed(list(asked.node.iter_markers("vcr"))):
        told |= mark.kwargs
    return told


def suite(item: pytest.Item, told: Mapping[str, Any]) -> Suite | None:
    """Return what the configuration means for a test, None when there is none.

    A configuration that compares no body is that of a suite that recorded without comparing any.
    Raises MockgwError for a matcher that nobody knows.
    """
    if not told:
        return None
    names: Any = tuple(told.get("match_on") or DEFAULT)
    repeats = LAST if told.get("allow_playback_repeats") else ""
    if set(names) <= set(NAMES) and not _HOOKS & told.keys():
        return Suite(matching(names, _SOURCE), repeats)
    merged = _merged(item, told)
    found = [_named(one) for one in merged["match_on"]]
    if not _HOOKS & told.keys():
        return Suite(matching(found, _SOURCE), repeats)
    hooks = _Hooks(merged["before_record_request"], merged["before_record_response"])
    return Suite(matching(found, _SOURCE), repeats, hooks.kept, hooks.asked)


def _merged(item: pytest.Item, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what vcrpy makes of the configuration, with what the suite has registered."""
    from vcr import VCR  # noqa: PLC0415 - slow, and only for those who have more than names

    vcr = VCR()
    if hasattr(item.config.hook, "pytest_recording_configure"):
        item.config.hook.pytest_recording_configure(config=item.config, vcr=vcr)
    try:
        merged: dict[str, Any] = vcr.get_merged_config(**told)
    except KeyError as problem:
        # vcrpy's own words name the matcher; ours name the nearest.
        matching([one for one in told.get("match_on", ()) if isinstance(one, str)], _SOURCE)
        raise problem from None
    return merged


def _named(matcher: Any) -> Any:
    """Return the name of one of vcrpy's own matchers; others stay functions."""
    name = getattr(matcher, "__name__", "")
    own = getattr(matcher, "__module__", "") == "vcr.matchers"
    return name if own and name in NAMES else matcher


@dataclass(frozen=True, slots=True)
class _Hooks:
    """vcrpy's hooks around a recording: they must give the same when they are asked again."""

    request: Callable[[Any], Any]
    response: Callable[[Any], Any]

    def kept(self, one: Interaction) -> Interaction | None:
        """Return the recording as vcrpy would have loaded it."""
        headers = {name: ", ".join(values) for name, values in one.request_headers.items()}
        before = self.request(request(one.method, one.uri, one.request_body, headers))
        told = {
            "status": {"code": one.status, "message": one.reason},
            "headers": {name: list(values) for name, values in one.response_headers.items()},
            "body": {"string": one.response_body},
        }
        after = self.response(told) if before is not None else None
        if after is None:
            return None
        return replace(
            one,
            method=before.method,
            uri=before.uri,
            request_body=_bytes(before.body, one.request_body),
            request_headers={name.lower(): (str(told),) for name, told in before.headers.items()},
            status=after["status"]["code"],
            response_headers={
                name.lower(): _several(told) for name, told in after["headers"].items()
            },
            response_body=_bytes(after["body"].get("string"), b""),
        )

    def asked(self, call: Call) -> Call | None:
        """Return the call without what the suite leaves out of its cassettes."""
        body = sent(call)
        told = request("POST", _address(call), body, _as_json(call)) if body else None
        if told is None:
            return call
        after = self.request(told)
        if after is None:
            return None
        left = _bytes(after.body, body)
        return call if left == body else _changed(call, left)


def _changed(call: Call, body: bytes) -> Call:
    try:
        value = decode(body)
    except ApiError:
        return call
    if not isinstance(value, dict):
        return call
    return structs.replace(call, body=value, key=key(call.operation, call.model, value))


def _as_json(call: Call) -> dict[str, str]:
    return {**headers_of(call), "content-type": "application/json"}


def _address(call: Call) -> str:
    return _OPENAI + (apis.path(call) or "")


def _bytes(given: Any, otherwise: bytes) -> bytes:
    if isinstance(given, str):
        return given.encode()
    return bytes(given) if isinstance(given, bytes | bytearray) else otherwise


def _several(given: Any) -> tuple[str, ...]:
    return tuple(given) if isinstance(given, list | tuple) else (str(given),)
