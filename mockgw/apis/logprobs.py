"""Log probabilities of a text, token by token: made up, but they are those of a distribution."""

from math import exp, log
from typing import Any

from mockgw import tokens
from mockgw.digits import Digits
from mockgw.model import Json

# What a model might have said instead; the most that can be asked for is 20.
_OTHERS = (
    " the", " a", " and", " of", " to", " in", ",", ".", " is", " that", " it", " for", " on",
    " with", " as", " was", " at", " by", "\n", " an", " or", " from",
)  # fmt: skip
_UNLIKELY = -5.0
_STEEP = 6
_LEAST = 1e-7
_HEX = 4


def logprobs(text: str, top: int, digits: Digits) -> list[Json]:
    r"""Return an entry for each o200k token: `token`, `logprob`, `bytes` and `top_logprobs`.

    `top_logprobs` has the `top` likeliest tokens of the place, the one that was said first. A
    token that is only a part of a character is shown as its bytes, `\xe2\x80`.
    """
    return [_entry(part, top, digits) for part in tokens.parts(text)]


def _entry(part: bytes, top: int, digits: Digits) -> Json:
    # Most tokens are nearly certain, few are not.
    drawn = int(digits.take(_HEX), 16) / 16**_HEX
    said = _UNLIKELY * drawn**_STEEP
    left = max(1 - exp(said), _LEAST)
    own = _token(part, said)
    others = [word for word in _OTHERS if word.encode() != part][: max(top - 1, 0)]
    # The n-th other token gets half of what the ones before it left.
    likely = [
        _token(word.encode(), min(said, log(left / 2**place)))
        for place, word in enumerate(others, 1)
    ]
    return {**own, "top_logprobs": ([own, *likely] if top else [])}


def _token(part: bytes, logprob: float) -> Json:
    return {"token": shown(part), "logprob": round(logprob, 8) or 0.0, "bytes": list(part)}


def shown(part: bytes) -> str:
    """Return a token as the API shows it: its text, or its bytes when they are no whole text."""
    return part.decode("utf-8", "backslashreplace")


def taken(entries: list[Any], start: int, piece: str) -> int:
    """Return where the entries end that belong to a piece of text, when they begin at `start`."""
    left = len(piece.encode("utf-8", "surrogatepass"))
    end = start
    while left > 0 and end < len(entries):
        left -= len(entries[end].get("bytes") or ())
        end += 1
    return end
