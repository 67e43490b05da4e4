"""`encrypted_content`: text that looks like the real one, and tells mockgw what it stands for.

The real one is a Fernet token: a version byte, the second it was made, 16 random bytes, blocks of
ciphertext and a signature, in base64 for URLs. So is this one, and its first random bytes hide
the number of tokens that the item cost. A stateless client that sends it back is then charged as
one whose responses are stored.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

_VERSION = b"\x80"
_KEY = b"mockgw"
_SIGNATURE, _RANDOM, _BLOCK = 32, 16, 16
_HEAD = len(_VERSION) + 8
# The real ones grow with what they hold, by four bytes a token or so.
_LEAST_BLOCKS, _MOST_BLOCKS, _TOKENS_PER_BLOCK = 40, 400, 4


def seal(tokens: int, at: float, *parts: str) -> str:
    """Return a ciphertext for so many tokens, made at unix second `at`.

    The same parts give the same text.
    """
    blocks = min(_LEAST_BLOCKS + tokens // _TOKENS_PER_BLOCK, _MOST_BLOCKS)
    filler = _bytes("\x00".join(parts).encode(), _RANDOM + _BLOCK * blocks)
    hidden = tokens ^ int.from_bytes(filler[4:8], "big")
    said = _VERSION + int(at).to_bytes(8, "big") + hidden.to_bytes(4, "big") + filler[4:]
    return urlsafe_b64encode(said + _signature(said)).decode()


def again(text: str, *parts: str) -> str:
    """Return another ciphertext of the same; one that is not ours is returned as it is."""
    tokens = tokens_of(text)
    if tokens is None:
        return text
    second = int.from_bytes(urlsafe_b64decode(text)[len(_VERSION) : _HEAD], "big")
    return seal(tokens, second, text, *parts)


def tokens_of(text: object) -> int | None:
    """Return how many tokens the ciphertext stands for, or None when it is none of ours."""
    if not isinstance(text, str) or not text.startswith("gAAAA"):
        return None
    try:
        data = urlsafe_b64decode(text)
    except ValueError:
        return None
    said, signature = data[:-_SIGNATURE], data[-_SIGNATURE:]
    if len(said) < _HEAD + _RANDOM or _signature(said) != signature:
        return None
    start = said[_HEAD : _HEAD + 8]
    return int.from_bytes(start[:4], "big") ^ int.from_bytes(start[4:], "big")


def _signature(said: bytes) -> bytes:
    return blake2b(said, digest_size=_SIGNATURE, key=_KEY).digest()


def _bytes(seed: bytes, count: int) -> bytes:
    made = b"".join(
        blake2b(seed, salt=place.to_bytes(8, "big")).digest() for place in range(-(-count // 64))
    )
    return made[:count]
