"""What a project asks of recording beyond the default."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """How a recorder keeps answers.

    `style` is `readable` or `compact`; `errors` keeps those that tell of the moment too; `timing`
    keeps when they came; `leftovers` is the setting `on_secret`: what becomes of an answer in which
    redaction leaves a secret.
    """

    style: str = "readable"
    errors: bool = False
    timing: bool = True
    leftovers: str = "redact"
