"""Answers by synthesis: obeys the request, and needs no recording."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from mockgw import apis
from mockgw.canonical import digest, encode, ordered
from mockgw.catalogue import find
from mockgw.context import EMPTY
from mockgw.digits import Digits
from mockgw.draft import Ask, Draft
from mockgw.memo import Memo
from mockgw.model import Answer, Call
from mockgw.mould import Mould
from mockgw.ports import Api, Birth, Clock
from mockgw.responders.caching import cached, caches
from mockgw.state import Prefixes, Store
from mockgw.synth.chance import chance

# What limits or files an answer does not change what it says.
_NO_MEANING = frozenset(
    "max_completion_tokens max_output_tokens max_tokens metadata model n prompt_cache_key "
    "safety_identifier service_tier store stop stream stream_options user".split()
)
_Place = tuple[str, int, int | None, tuple[str, ...]]
# Bytes; a larger answer is not kept for the next of its kind.
_LARGE = 8_192
# All that an answer depends on beside its ids, when nothing came before its call.
_Kind = tuple[str, bool, bool, int]
_OBEYED = "max_tokens obeyed: the live gateway refuses it for this model (--max-tokens refuse)"


@dataclass(frozen=True, slots=True)
class _Cast:
    """An answer that was made, and what gives the ids of the next."""

    mould: Mould
    again: Callable[[Digits, float], list[str] | None]
    notes: tuple[str, ...]


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
        self._cast: Memo[_Kind, _Cast] = Memo()

    def respond(self, call: Call) -> Answer | None:
        """Return the answer, or None when the call creates nothing.

        Raises ApiError when the call continues a response that is not stored.
        """
        at = self._clock.now()
        place = (call.key, call.run_path, call.stream, int(at))
        cast = self._cast.find(place)
        if cast is not None:
            return self._recast(call, cast, at)
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
        birth = Birth(self._digits(call), at)
        told = api.answer(call, before, drafts, birth)
        answer = Answer(cached(api, call, before, told, self._prefixes), "synth", _notes(call))
        if call.repetition > 1 and before is EMPTY and not caches(told):
            self._keep(place, call, birth, answer)
        return answer

    def _keep(self, place: _Kind, call: Call, birth: Birth, answer: Answer) -> None:
        """Keep an answer that is asked for again, where nothing but ids depends on its birth."""
        ids = birth.again(self._digits(call), birth.at)
        if ids is None or len(encode(answer.object)) > _LARGE:
            return
        # An object whose ids cannot be told from the rest of it is made anew each time.
        with suppress(ValueError):
            mould = Mould(answer.object, ids)
            self._cast.keep(place, _Cast(mould, birth.again, answer.notes))

    def _recast(self, call: Call, cast: _Cast, at: float) -> Answer:
        """Return an answer that has been made before, with the ids of this call."""
        ids = tuple(cast.again(self._digits(call), at) or ())
        told = cast.mould.filled(ids)
        return Answer(told, "synth", cast.notes, mould=cast.mould, ids=ids)

    def _digits(self, call: Call) -> Digits:
        return Digits(str(self._seed), call.session, call.key, str(call.repetition))

    def _draft(self, api: Api, ask: Ask, meaning: str, index: int) -> Draft:
        """Return a draft, the same object for the same meaning under the same limits."""
        place = (meaning, index, ask.budget, ask.stop)
        return self._drafts.get(place, lambda: self._fresh(api, ask, meaning, index))

    def _fresh(self, api: Api, ask: Ask, meaning: str, index: int) -> Draft:
        # The same body may continue a conversation more than once, and be asked of other things.
        # Loaded when an answer is first made up: who replays or scripts is spared it.
        from mockgw.synth.imagine import imagine  # noqa: PLC0415

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
