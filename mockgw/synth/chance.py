"""The one place where randomness is made: the same parts always give the same draws."""

import hashlib
import random


def chance(*parts: str | int | bytes) -> random.Random:
    """Return a Random seeded by the values, the kinds and the borders of `parts`."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        kind, data = _told(part)
        digest.update(b"%c%d:" % (kind, len(data)))
        digest.update(data)
    seed = int.from_bytes(digest.digest(), "big")
    return random.Random(seed)  # noqa: S311 - no secrets here: draws that repeat are the purpose


def _told(part: str | int | bytes) -> tuple[bytes, bytes]:
    if isinstance(part, str):
        # Text from JSON may hold half a surrogate pair, which strict UTF-8 refuses.
        return b"s", part.encode("utf-8", "surrogatepass")
    if isinstance(part, bytes):
        return b"b", part
    return b"i", b"%d" % part
