"""What the prompt cache spares a made-up answer."""

from mockgw.context import Context
from mockgw.model import Call, Json
from mockgw.ports import Api
from mockgw.state.prefixes import LEAST, STEP, Prefixes


def cached(api: Api, call: Call, before: Context, answer: Json, prefixes: Prefixes) -> Json:
    """Return the answer with the tokens that its prompt shares with an earlier one as cached.

    Prompts of less than 1,024 tokens are not cached; what is shared counts in steps of 128.
    """
    if not caches(answer):
        return answer
    given = _given(answer)
    known = prefixes.cached(call.session, call.model, api.prompt(call, before))
    # What marks the parts of a prompt is not counted like what frames them.
    known = min(known, given // STEP * STEP)
    return api.recount(answer, {"cached": known}) if known >= LEAST else answer


def caches(answer: Json) -> bool:
    """Tell whether the prompt of an answer is long enough for the cache."""
    return _given(answer) >= LEAST


def _given(answer: Json) -> int:
    usage = answer.get("usage") or {}
    return int(usage.get("input_tokens", usage.get("prompt_tokens")) or 0)
