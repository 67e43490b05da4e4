"""Looks for words in what is asked and answered: guardrails, and policies against data loss."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from msgspec import Struct, field

from mockgw.canonical import digest, encode
from mockgw.doors import forms
from mockgw.faults.named import named
from mockgw.gateways.rules import Policy, Rules
from mockgw.model import Json

_CODES = {"REQUEST": ("gateway.2016", "gateway.2029"), "RESPONSE": ("gateway.2017", "gateway.2030")}
# What is no text that a person or a model has written.
_NOT_TEXT = frozenset({"id", "model", "object", "type", "role", "status", "finish_reason"})


class Screening(Struct):
    """What was found in one call; `findings` are told in the header `cf-aig-dlp`."""

    findings: list[Json] = field(default_factory=list)
    action: str = ""

    def look(self, rules: Rules, told: Json, check: str) -> None:
        """Look through a body; `check` is REQUEST or RESPONSE.

        Raises ApiError 2016 or 2017 for a word of the guardrails, 2029 or 2030 for one of a
        policy that blocks.
        """
        guarded = rules.guardrails.prompt if check == "REQUEST" else rules.guardrails.response
        policies = [one for one in rules.dlp.policies if one.enabled and check in one.check]
        if not guarded and not (policies and rules.dlp.enabled):
            return
        text = "\n".join(_texts(told))
        by_guardrails, by_policy = _CODES[check]
        if rules.dlp.enabled:
            for policy in policies:
                self._hold(policy, text, check)
            if self.action == "BLOCK":
                raise named(by_policy)
        if _found(guarded, text):
            raise named(by_guardrails)

    @property
    def header(self) -> str:
        """What `cf-aig-dlp` says, "" when nothing was found."""
        if not self.findings:
            return ""
        return encode({"findings": self.findings, "action": self.action}).decode("ascii", "replace")

    def _hold(self, policy: Policy, text: str, check: str) -> None:
        words = _found(policy.words, text)
        if not words:
            return
        # The words themselves are what must not be seen.
        entries = [forms.as_uuid(digest("dlp entry", word)) for word in words]
        profile = forms.as_uuid(digest("dlp profile", policy.id))
        told = {"context": {}, "entry_ids": entries, "profile_id": profile}
        self.findings.append({"profile": told, "policy_ids": [policy.id], "check": check})
        self.action = "BLOCK" if "BLOCK" in {policy.action, self.action} else "FLAG"


def _found(words: Iterable[str], text: str) -> list[str]:
    return [word for word in words if _pattern(word).search(text)]


@lru_cache(maxsize=1024)
def _pattern(word: str) -> re.Pattern[str]:
    """Return what finds a word as a whole, in capitals or not."""
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, list):
        for one in told:
            yield from _texts(one)
    elif isinstance(told, dict):
        for key, value in told.items():
            if key not in _NOT_TEXT:
                yield from _texts(value)
