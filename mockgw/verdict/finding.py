"""What a verdict finds: a rule that the client broke, and the calls that show it."""

from typing import Literal

from msgspec import Struct

from mockgw.model import Json

Severity = Literal["fail", "warn"]


class Finding(Struct, frozen=True):
    """A broken rule: what happened, in `calls` of these numbers, told line by line in `shown`.

    `remedy` is what the client should do instead.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str
    calls: tuple[int, ...]
    shown: tuple[str, ...]

    @property
    def told(self) -> Json:
        """The finding as a JSON object."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message,
            "remedy": self.remedy,
            "calls": list(self.calls),
            "shown": list(self.shown),
        }
