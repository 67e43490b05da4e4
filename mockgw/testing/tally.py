"""What the run has seen so far: told test by test, added up at its end."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

# The kinds of answers in the order in which they are told.
_WORDS = {
    "replay": "replayed",
    "synth": "synthesized",
    "script": "scripted",
    "template": "from templates",
    "state": "from state",
    "live": "from the upstream",
    "refused": "refused",
    "missing": "missed",
}
_SHOWN = 10
_NEAREST = "  nearest:"
_DETAIL = " " * 13


class Tally:
    """Counts the answers of a run, and remembers each test's misses and unused recordings.

    `late` are the requests that came after their tests; `findings` what was found at the end of
    the run, by kind; `users` are all tests that may play a cassette from which something is to be
    taken; `rules` are what secrets are found by beside the usual; `whole` says that the whole suite
    ran.
    """

    def __init__(self) -> None:
        self.tests: dict[str, dict[str, Any]] = {}
        self.late: list[str] = []
        self.findings: dict[str, list[str]] = {}
        self.users: dict[str, list[str]] = {}
        self.rules: list[dict[str, Any]] = []
        self.whole = False

    def merge(self, told: Mapping[str, Any]) -> None:
        """Take over what another process counted."""
        self.tests.update(told["tests"])
        self.late += told["late"]
        self.users.update(told["users"])
        self.rules += [one for one in told["rules"] if one not in self.rules]
        for kind, found in told["findings"].items():
            self.find(kind, found)

    def told(self) -> dict[str, Any]:
        """Return what another process needs to take all of it over."""
        return {
            "tests": self.tests,
            "late": self.late,
            "findings": self.findings,
            "users": self.users,
            "rules": self.rules,
        }

    def find(self, kind: str, found: Sequence[str]) -> None:
        """Take note of what was found, each thing once."""
        if found:
            self.findings[kind] = list(dict.fromkeys([*self.findings.get(kind, ()), *found]))

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
        kinds = [*_WORDS, *(kind for kind in answers if kind not in _WORDS)]
        parts = [
            f"{answers[kind]} {_WORDS.get(kind, kind)}{matched.get(kind, '')}"
            for kind in kinds
            if answers[kind]
        ]
        tests = sum(1 for one in self.tests.values() if one["requests"])
        return f"{_count(requests, 'request')} in {_count(tests, 'test')}: {', '.join(parts)}"

    def unused(self) -> dict[str, str]:
        """Return the recordings that no test has played, with the test that tells of each.

        A cassette that a mark names may be others' too: of it one can tell only when the whole
        suite ran.
        """
        played = {where for told in self.tests.values() for where in told["played"]}
        found: dict[str, str] = {}
        for name, told in self.tests.items():
            if self.whole or told["own"]:
                for where in told["unused"]:
                    if where not in played:
                        found.setdefault(where, name)
        return found

    def lines(self) -> list[str]:
        """Return the counts, and below them what somebody may want to mend or to know."""
        line = self.line()
        return [*([line] if line else []), *self._recorded(), *self._mended()]

    def _recorded(self) -> Iterator[str]:
        recorded = sum(told["recorded"] for told in self.tests.values())
        if recorded:
            tests = sum(1 for told in self.tests.values() if told["recorded"])
            yield f"{_count(recorded, 'answer')} recorded in {_count(tests, 'test')}"
        lost = [
            f"{reason} (in {name})" for name, told in self.tests.items() for reason in told["lost"]
        ]
        yield from _listed(lost, "answer was not recorded:", "answers were not recorded:")

    def _mended(self) -> Iterator[str]:
        missed = [
            f"{name}: {_short(miss)}"
            for name, told in self.tests.items()
            for miss in told["misses"]
        ]
        yield from _listed(missed, "call had no answer:", "calls had no answer:")
        pruned = set(self.findings.get("pruned", ()))
        left = [
            f"{where} (in {name})" for where, name in self.unused().items() if where not in pruned
        ]
        yield from _listed(left, "recording was not played:", "recordings were not played:")
        expired = [
            f"{where} (in {name})" for name, told in self.tests.items() for where in told["expired"]
        ]
        yield from _listed(expired, "recording is out of date:", "recordings are out of date:")
        yield from _listed(self.late, "request came too late:", "requests came too late:")
        for kind, (one, several) in _FOUND.items():
            yield from _listed(self.findings.get(kind, []), one, several)

    def write(self, path: Path) -> None:
        """Write the whole as JSON."""
        told = {
            "answers": dict(self.answers),
            "levels": dict(self._sum("levels")),
            "tests": self.tests,
            "late": self.late,
            **self.findings,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")


# What is looked for at the end of a run, and how one and several of it are told.
_FOUND = {
    "pruned": ("recording was taken out:", "recordings were taken out:"),
    "unpruned": ("reason not to take out what was not played:",) * 2,
    "orphans": ("cassette is no test's:", "cassettes are no test's:"),
    "secrets": ("secret is in a cassette:", "secrets are in cassettes:"),
}


def _short(miss: str) -> str:
    """Return the first line of a miss, and the nearest recording with its first difference."""
    first, *rest = miss.splitlines()
    for place, line in enumerate(rest):
        if line.startswith(_NEAREST):
            told = [line, *rest[place + 1 : place + 2]]
            shown = [one.strip() for one in told if one.startswith((_NEAREST, _DETAIL))]
            return "\n    ".join([first, *shown])
    return first


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(lines: list[str], one: str, several: str) -> list[str]:
    if not lines:
        return []
    more = [f"  and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    head = f"{len(lines)} {one if len(lines) == 1 else several}"
    return [head, *(f"  {line}" for line in lines[:_SHOWN]), *more]
