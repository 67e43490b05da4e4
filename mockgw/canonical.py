"""JSON in and out, and the one form in which two bodies of the same meaning are equal."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from mockgw.errors import ApiError

# Deeper than any request is meant, and shallow enough for everything that walks through one.
_MOST_LEVELS = 128
_DECODER = msgspec.json.Decoder()
_SORTED = msgspec.json.Encoder(order="sorted")
encode = msgspec.json.Encoder().encode

_NOT_JSON = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using "
    "your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not "
    "valid JSON. If you have trouble figuring out how to fix this, please contact us through our "
    "help center at help.openai.com.)"
)


def decode(body: bytes) -> Any:
    """Return the value that the JSON bytes hold.

    Raises ApiError 400 with the API's own words when they are no JSON; where a lone surrogate or
    the nesting is the reason, the message says so.
    """
    try:
        value = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise ApiError(400, _NOT_JSON + _reason(body, problem)) from None
    except RecursionError:
        raise _too_deep() from None
    if body.count(b"{") + body.count(b"[") > _MOST_LEVELS and _is_deep(value):
        raise _too_deep()
    return value


def _too_deep() -> ApiError:
    return ApiError(400, f"{_NOT_JSON} It is nested deeper than {_MOST_LEVELS} levels.")


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_MOST_LEVELS):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value
    return [one for one in inner if isinstance(one, dict | list)]


def _reason(body: bytes, problem: Exception) -> str:
    if isinstance(problem, UnicodeDecodeError):
        return f" It is not UTF-8: byte {problem.object[problem.start]:#04x}."
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError as lone:
        code = ord(lone.object[lone.start])
        return f" It holds half of a surrogate pair (\\u{code:04x}), which is no Unicode text."
    except (ValueError, RecursionError):
        pass
    return ""


def pretty(value: Any) -> bytes:
    """Return JSON with two spaces of indentation, as the API prints its errors."""
    return msgspec.json.format(encode(value), indent=2)


def digest(*parts: bytes | str) -> str:
    """Return 32 hex digits that stand for the parts; borders between parts count."""
    try:
        told = [part.encode() if isinstance(part, str) else part for part in parts]
    except UnicodeEncodeError:
        # Half of a surrogate pair, which is no Unicode text and may be a part all the same.
        told = [_bytes(part) for part in parts]
    return _hash(told, [len(data) for data in told]).hexdigest()


def digester(*parts: str, last: int) -> blake2b:
    """Return what gives the digest of the parts and one more of `last` bytes, once it has that."""
    told = [_bytes(part) for part in parts]
    return _hash(told, [*(len(data) for data in told), last])


def _hash(told: Sequence[bytes], lengths: Sequence[int]) -> blake2b:
    borders = ",".join([str(length) for length in lengths]).encode()
    return blake2b(b"%b:%b" % (borders, b"".join(told)), digest_size=16)


def _bytes(part: bytes | str) -> bytes:
    return part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part


def ordered(value: Any) -> bytes:
    """Return compact JSON with the keys of every object in order, whatever order they came in."""
    return _SORTED.encode(value)
