"""What stands where a secret stood: the same for equal secrets, and never one itself."""

import hmac
import re

from mockgw.redaction.bare import ZERO, is_bare
from mockgw.redaction.people import PEOPLE, invented
from mockgw.redaction.shapes import kind_of

PLACEHOLDER = re.compile(r"REDACTED(?:-[a-z0-9]+-[0-9a-f]{4})?|ACCOUNT|GATEWAY")
# What these kinds stand for is named alike in every recording, so that paths stay paths.
_FIXED = {"account": "ACCOUNT", "gateway": "GATEWAY"}


class Placeholders:
    """Names secrets by their kind and four digits of their keyed digest."""

    def __init__(self, salt: str) -> None:
        self._salt = salt.encode("utf-8", "surrogatepass")

    def of(self, value: str, kind: str) -> str:
        """Return the placeholder of a secret; without a kind it is named by its shape."""
        if kind in _FIXED:
            return _FIXED[kind]
        if is_bare(kind):
            return ZERO
        if kind in PEOPLE:
            return invented(kind, value, self.digest)
        if kind == "digits":
            # Where a number stood a number must stand, or the JSON around it is none.
            return f"9{int(self.digest(value), 16):080}"[: len(value)]
        named = kind_of(value) if kind == "secret" else kind
        return f"REDACTED-{named}-{self.digest(value)[:4]}"

    def digest(self, value: str) -> str:
        """Return the keyed digest of a value, as hex."""
        told = value.encode("utf-8", "surrogatepass")
        return hmac.new(self._salt, told, "sha256").hexdigest()
