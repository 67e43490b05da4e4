"""How much of a predicted text came true, in tokens."""

from collections.abc import Sequence

from mockgw import tokens
from mockgw.draft import Draft, Says

# How far ahead the prediction is taken up again after words that it did not foresee.
_AHEAD = 64


def judged(predicted: str, drafts: Sequence[Draft]) -> tuple[int, int]:
    """Return the tokens of the prediction that the answers have, and those that they lack.

    Several answers are judged one by one, and the counts summed.
    """
    expected = tokens.encoded(predicted)
    accepted = sum(_accepted(expected, tokens.encoded(_text(draft))) for draft in drafts)
    return accepted, len(expected) * len(drafts) - accepted


def _text(draft: Draft) -> str:
    return "".join(part.text for part in draft.parts if isinstance(part, Says))


def _accepted(expected: list[int], said: list[int]) -> int:
    place = found = 0
    for token in said:
        window = expected[place : place + _AHEAD]
        if token in window:
            place += window.index(token) + 1
            found += 1
    return found
