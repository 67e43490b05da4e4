"""What is told of one test: of its requests and answers, and of its recordings."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockgw.recordings import Recording
from mockgw.testing.open import Opened
from mockgw.testing.place import shortened
from mockgw.testing.truth import misses

_AWAY = frozenset({"missing", "live"})


def account(opened: Opened, config: pytest.Config, *, passed: bool, kept: int) -> dict[str, Any]:
    """Return what a report holds of a test: plain data, without secrets.

    `kept` is how many answers were recorded.
    """
    gateway, plan, root = opened.gateway, opened.plan, config.rootpath
    entries = gateway.entries
    answers = Counter(one.source for one in entries)
    unused = opened.unused() if plan.unused != "ignore" else []
    played = {one.where for one in entries if one.source == "replay"}
    return {
        "passed": passed,
        "mode": plan.mode,
        "verdict": _verdict(answers),
        "cassettes": [] if plan.shared else [shortened(path, root) for path in plan.cassettes],
        "own": not plan.named,
        "requests": len(entries),
        "answers": dict(answers),
        "levels": dict(Counter(one.match for one in entries if one.match)),
        "tokens": _tokens([one.usage for one in entries]),
        "misses": [] if gateway.misses_allowed else misses(entries, gateway.clean),
        "played": sorted(played),
        "unused": [one.where for one in unused],
        "prune": [_place(one) for one in unused] if plan.unused == "prune" else [],
        "recorded": kept,
        "lost": dict(opened.ledger.lost) if opened.ledger is not None else {},
        "expired": _expired(opened, played, plan.expire) if plan.expire else [],
    }


def properties(told: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return what a JUnit report holds of a test, one name and value each."""
    plain = [(f"mockgw_{name}", told[name]) for name in ("mode", "verdict", "requests")]
    plain += [(f"mockgw_{source}", count) for source, count in told["answers"].items()]
    plain += [(f"mockgw_match_{level}", count) for level, count in told["levels"].items()]
    plain += [("mockgw_cassette", path) for path in told["cassettes"]]
    counts = {name: told[name] for name in ("tokens", "recorded")}
    counts |= {name: len(told[name]) for name in ("unused", "expired")}
    return plain + [(f"mockgw_{name}", count) for name, count in counts.items() if count]


def _verdict(answers: Counter[str]) -> str:
    """Return `noop` for a test that asked nothing, `hit` when nothing was left to ask elsewhere."""
    away = sum(answers[source] for source in _AWAY)
    if not answers.total():
        return "noop"
    if not away:
        return "hit"
    return "miss" if away == answers.total() else "partial"


def _tokens(usages: list[dict[str, Any]]) -> int:
    return sum(int(one.get("total_tokens") or 0) for one in usages)


def _place(one: Recording) -> list[Any]:
    """Return what finds the recording again in its file, and tells whether it is still the same."""
    return [one.path, one.row.position, one.key]


def _expired(opened: Opened, played: set[str], days: float) -> list[str]:
    """Return the recordings that were played and are older than so many days."""
    now = time.time()  # noqa: TID251 - a suite runs now
    old = datetime.fromtimestamp(now, UTC) - timedelta(days=days)
    found = []
    for one in opened.tapes.recordings[: opened.known]:
        at = _recorded_at(one) if one.where in played else None
        if at is not None and at < old:
            found.append(f"{one.where}, of {at:%Y-%m-%d}")
    return found


def _recorded_at(one: Recording) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(one.interaction.extra.get("at")))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
