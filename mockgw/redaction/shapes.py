"""Secrets that are known by how they look."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mockgw.redaction.span import Span


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of secret: texts of which it has one, and the pattern."""

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]

    def find(self, text: str) -> Iterator[Span]:
        """Yield where such a secret stands in the text.

        Ids, digests and encrypted reasoning are long runs of letters: a secret begins outside one.
        """
        if any(hint in text for hint in self.hints):
            for found in self.pattern.finditer(text):
                if not _WITHIN.match(text, found.start() - 1 if found.start() else len(text)):
                    yield Span(*found.span(), found[0], self.kind)


_WITHIN = re.compile(r"[\w-]", re.ASCII)


def _shape(kind: str, hints: str, pattern: str) -> Shape:
    return Shape(kind, tuple(hints.split()), re.compile(pattern, re.ASCII))


_PEM = (
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:\s*[A-Za-z-]+: [^\n\"]*\n)*"
    r"\s*[A-Za-z0-9+/=]{16,}[A-Za-z0-9+/=\s]*(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?"
)
SHAPES = (
    _shape("openai", "sk-", r"sk-(?:proj|svcacct|admin|service|None)-[\w-]{16,}"),
    _shape("anthropic", "sk-ant-", r"sk-ant-[\w-]{16,}"),
    _shape("openai", "sk-", r"sk-(?!ant-)(?:[a-z0-9]{2,10}-){0,3}[A-Za-z0-9]{20,}[\w-]*"),
    _shape("cloudflare", "cfk_ cfut_ cfat_", r"cf(?:k|ut|at)_[\w-]{40,}"),
    _shape("cloudflare", "v1.0-", r"v1\.0-[0-9a-f]{24}-[0-9a-f]{146}"),
    _shape("github", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{30,}"),
    _shape("github", "github_pat_", r"github_pat_\w{22,}"),
    _shape("gitlab", "glpat-", r"glpat-[\w-]{20,}"),
    _shape("slack", "xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs-", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    _shape("slack", "xapp-", r"xapp-\d-[A-Za-z0-9-]{10,}"),
    _shape("slack", "hooks.slack.com", r"hooks\.slack\.com/services/[A-Za-z0-9/]{20,}"),
    _shape("aws", "AKIA ASIA ABIA ACCA", r"A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _shape("google", "AIza", r"AIza[\w-]{35}"),
    _shape("google", "ya29.", r"ya29\.[\w-]{20,}"),
    _shape("google", "GOCSPX-", r"GOCSPX-[\w-]{20,}"),
    _shape("huggingface", "hf_", r"hf_[A-Za-z0-9]{30,}"),
    _shape("stripe", "k_live_ k_test_", r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    _shape("stripe", "whsec_", r"whsec_[A-Za-z0-9+/]{24,}"),
    _shape("groq", "gsk_", r"gsk_[A-Za-z0-9]{40,}"),
    _shape("npm", "npm_", r"npm_[A-Za-z0-9]{36,}"),
    _shape("pypi", "pypi-AgE", r"pypi-AgE[\w-]{50,}"),
    _shape("sendgrid", "SG.", r"SG\.[\w-]{16,}\.[\w-]{16,}"),
    _shape("telegram", ":AA", r"\d{8,10}:AA[\w-]{32,}"),
    _shape("jwt", "eyJ", r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),
    Shape("pem", ("PRIVATE KEY",), re.compile(_PEM, re.ASCII)),
)


def shaped(text: str) -> Iterator[Span]:
    """Yield every secret in the text that is known by its shape."""
    for shape in SHAPES:
        yield from shape.find(text)


def kind_of(value: str) -> str:
    """Return the kind of secret that the whole value looks like, `secret` when it has no shape."""
    for shape in SHAPES:
        if shape.pattern.fullmatch(value):
            return shape.kind
    return "secret"
