"""A verdict for people, and for programs."""

from collections.abc import Sequence

from mockgw.model import Json
from mockgw.verdict.finding import Finding

_MOST, _LINES = 20, 8


def failed(findings: Sequence[Finding], *, strict: bool = False) -> bool:
    """Tell whether the client fails: for a failure, or when `strict` for a warning too."""
    return any(strict or one.severity == "fail" for one in findings)


def summary(findings: Sequence[Finding], calls: int) -> str:
    """Return the verdict in one line."""
    failures = sum(one.severity == "fail" for one in findings)
    warnings = len(findings) - failures
    told = [_counted(failures, "failure"), _counted(warnings, "warning")]
    parts = " and ".join(part for part in told if part) or "nothing against it"
    return f"verdict on the client: {parts} in {_counted(calls, 'call') or 'no calls'}"


def report(findings: Sequence[Finding], calls: int) -> str:
    """Return the verdict in full, what is told of many calls shortened."""
    shown = [_shortened(one) for one in findings[:_MOST]]
    if len(findings) > _MOST:
        shown.append(f"… and {len(findings) - _MOST} more.")
    return "\n\n".join([f"mockgw: {summary(findings, calls)}.", *shown])


def as_json(findings: Sequence[Finding], calls: int) -> Json:
    """Return the verdict as a JSON object."""
    return {
        "failed": failed(findings),
        "calls": calls,
        "findings": [one.told for one in findings],
    }


def _shortened(one: Finding) -> str:
    lines = list(one.shown)
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"… and {len(lines) - _LINES + 1} more"]
    told = "".join(f"\n    {line}" for line in lines)
    return f"{one.severity} {one.rule}: {one.message}{told}\n    {one.remedy}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""
