"""What the run has seen so far: counted per test, added up at its end."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockgw.testing.gateway import MockGateway
from mockgw.testing.truth import misses

_KINDS = ("replay", "synth", "script", "state", "refused", "missing")
_WORDS = {
    "replay": "replayed",
    "synth": "synthesized",
    "script": "scripted",
    "state": "from state",
    "refused": "refused",
    "missing": "missed",
}
_SHOWN = 10
_LINE = "\n"


class Tally:
    """Counts the answers of a run, and remembers each test's misses and unused recordings."""

    def __init__(self) -> None:
        self.tests: dict[str, dict[str, Any]] = {}

    def add(self, name: str, gateway: MockGateway, *, tell_unused: bool) -> None:
        """Count one test; its unused recordings are kept when they are to be told."""
        entries = gateway.entries
        self.tests[name] = {
            "requests": len(entries),
            "answers": dict(Counter(one.source for one in entries)),
            "levels": dict(Counter(one.match for one in entries if one.match)),
            "misses": [] if gateway.misses_allowed else misses(entries),
            "unused": [one.where for one in gateway.tapes.unused()] if tell_unused else [],
        }

    def merge(self, tests: Mapping[str, dict[str, Any]]) -> None:
        """Take over what another process counted."""
        self.tests.update(tests)

    @property
    def answers(self) -> Counter[str]:
        """How many answers came from where."""
        return self._sum("answers")

    def _sum(self, what: str) -> Counter[str]:
        total: Counter[str] = Counter()
        for told in self.tests.values():
            total.update(told[what])
        return total

    def line(self) -> str:
        """Return the run in one line, "" when no test asked anything."""
        answers = self.answers
        if not answers:
            return ""
        requests = sum(answers.values())
        levels = self._sum("levels")
        told = ", ".join(f"{count} {level}" for level, count in sorted(levels.items()))
        matched = {"replay": f" ({told})"} if told else {}
        parts = [
            f"{answers[kind]} {_WORDS[kind]}{matched.get(kind, '')}"
            for kind in _KINDS
            if answers[kind]
        ]
        noun = "request" if requests == 1 else "requests"
        tests = sum(1 for one in self.tests.values() if one["requests"])
        return f"{requests} {noun} in {tests} test{'' if tests == 1 else 's'}: {', '.join(parts)}"

    def details(self) -> list[str]:
        """Return what somebody may want to mend: misses, and recordings that nobody played."""
        misses = [
            f"  {name}: {miss.partition(_LINE)[0]}"
            for name, told in self.tests.items()
            for miss in told["misses"]
        ]
        unused = [
            f"  {where} (in {name})"
            for name, told in self.tests.items()
            for where in told["unused"]
        ]
        return [
            *_listed(misses, "call had no answer:", "calls had no answer:"),
            *_listed(unused, "recording was not played:", "recordings were not played:"),
        ]

    def write(self, path: Path) -> None:
        """Write the whole as JSON."""
        told = {"answers": dict(self.answers), "tests": self.tests}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _listed(lines: list[str], one: str, several: str) -> list[str]:
    if not lines:
        return []
    more = [f"  and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return [f"{len(lines)} {one if len(lines) == 1 else several}", *lines[:_SHOWN], *more]
