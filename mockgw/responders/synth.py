"""Answers by synthesis: obeys the request, and needs no recording."""

from mockgw import apis
from mockgw.canonical import digest, ordered
from mockgw.catalogue import find
from mockgw.context import EMPTY
from mockgw.digits import Digits
from mockgw.draft import Ask, Draft
from mockgw.memo import Memo
from mockgw.model import Answer, Call
from mockgw.ports import Api, Birth, Clock
from mockgw.responders.caching import cached
from mockgw.state import Prefixes, Store
from mockgw.synth.chance import chance
from mockgw.synth.imagine import imagine

# What limits or files an answer does not change what it says.
_NO_MEANING = frozenset(
    "max_completion_tokens max_output_tokens max_tokens metadata model n prompt_cache_key "
    "safety_identifier service_tier store stop stream stream_options user".split()
)
_Place = tuple[str, int, int | None, tuple[str, ...]]
_OBEYED = "max_tokens obeyed: the live gateway refuses it for this model (--max-tokens refuse)"


class Synth:
    """Makes an answer up. The same seed, session, call and repetition give the same bytes."""

    def __init__(
        self, seed: int, store: Store, clock: Clock, prefixes: Prefixes | None = None
    ) -> None:
        self._seed = seed
        self._store = store
        self._clock = clock
        self._prefixes = prefixes or Prefixes()
        self._drafts: Memo[_Place, Draft] = Memo()

    def respond(self, call: Call) -> Answer | None:
        """Return the answer, or None when the call creates nothing.

        Raises ApiError when the call continues a response that is not stored.
        """
        for api in apis.APIS:
            if api.creates == call.operation:
                break
        else:
            return None
        before = apis.context(self._store, call)
        ask = api.ask(call, before)
        meaning = self._meaning(call)
        draft = self._draft if before is EMPTY else self._fresh
        drafts = tuple(draft(api, ask, meaning, n) for n in range(api.choices(call)))
        born = Digits(str(self._seed), call.session, call.key, str(call.repetition))
        answer = api.answer(call, before, drafts, Birth(born, self._clock.now()))
        told = cached(api, call, before, answer, self._prefixes)
        return Answer(told, "synth", _notes(call))

    def _draft(self, api: Api, ask: Ask, meaning: str, index: int) -> Draft:
        """Return a draft, the same object for the same meaning under the same limits."""
        place = (meaning, index, ask.budget, ask.stop)
        return self._drafts.get(place, lambda: self._fresh(api, ask, meaning, index))

    def _fresh(self, api: Api, ask: Ask, meaning: str, index: int) -> Draft:
        # The same body may continue a conversation more than once, and be asked of other things.
        return imagine(ask, chance(self._seed, meaning, index), api.costs)

    def _meaning(self, call: Call) -> str:
        # An explicit null says the same as leaving out.
        told = {
            name: value
            for name, value in call.body.items()
            if value is not None and name not in _NO_MEANING
        }
        return digest(call.operation, call.model, ordered(told))


def _notes(call: Call) -> tuple[str, ...]:
    model = find(call.model)
    if call.operation != apis.CHAT.creates or model is None or not model.reasons:
        return ()
    return (_OBEYED,) if call.run_path and call.body.get("max_tokens") is not None else ()
