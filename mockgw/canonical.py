"""JSON in and out, and the one form in which two bodies of the same meaning are equal."""

import json
from hashlib import blake2b
from typing import Any

import msgspec

from mockgw.errors import ApiError

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
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise ApiError(400, _NOT_JSON + _reason(body, problem)) from None
    except RecursionError:
        raise ApiError(400, _NOT_JSON + " It is nested too deeply.") from None


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
    state = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def ordered(value: Any) -> bytes:
    """Return compact JSON with the keys of every object in order, whatever order they came in."""
    return _SORTED.encode(value)
