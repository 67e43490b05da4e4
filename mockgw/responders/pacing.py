"""When an answer comes, by the pace of its model."""

from collections.abc import Sequence

from mockgw.model import Call, Json, Timing
from mockgw.pace.pace import Pace
from mockgw.synth.chance import chance


def paced(paces: Sequence[Pace], seed: int | str, call: Call, answer: Json) -> Timing | None:
    """Return the times of an answer by the first pace that fits the call, None when none does.

    The same seed, session, call and repetition give the same times, whoever else is served.
    """
    pace = next((one for one in paces if one.fits(call.model, _effort(call, answer))), None)
    if pace is None:
        return None
    draws = chance(str(seed), "pace", call.session, call.key, call.repetition)
    return pace.timing(draws, answer.get("usage") or {}, stream=call.stream)


def _effort(call: Call, answer: Json) -> str:
    """Return the effort that the call asks for, or that the answer says it took."""
    for body in (call.body, answer):
        reasoning = body.get("reasoning")
        told = reasoning.get("effort") if isinstance(reasoning, dict) else None
        told = told or body.get("reasoning_effort")
        if isinstance(told, str):
            return told
    return "medium"
