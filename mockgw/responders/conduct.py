"""Lets others answer, and sees to when it comes and what goes wrong with it."""

from collections.abc import Callable, Sequence
from random import Random

from msgspec.structs import replace

from mockgw import apis
from mockgw.errors import ApiError
from mockgw.faults.named import worded
from mockgw.faults.rule import Asks, Rule
from mockgw.limits.caller import creates
from mockgw.model import Answer, Call, Forward, Reply
from mockgw.pace.pace import Pace
from mockgw.ports import Responder
from mockgw.responders.pacing import paced
from mockgw.synth.chance import chance

SOURCE = "fault"
_UNHEARD = "The connection was reset; the upstream was not asked."


class Conduct:
    """Asks the responders in their order; the first rule of the lists that strikes is obeyed.

    The lists may change while it works. Whether a rule strikes depends on the seed, the session,
    the call and its repetition alone, so that the same calls meet the same faults in any order.
    """

    def __init__(
        self,
        responders: Sequence[Responder],
        seed: int,
        paces: Sequence[Pace] = (),
        lists: Sequence[list[Rule]] = (),
    ) -> None:
        self._responders = tuple(responders)
        self._by_operation: dict[str, tuple[Responder, ...]] = {}
        self._seed = str(seed)
        self._paces = tuple(paces)
        self._lists = tuple(lists)

    def respond(self, call: Call) -> Reply | Forward | None:
        """Return the answer with its times and its fault, None when nobody answers.

        Raises the ApiError of a rule, or that of a responder, worded for the call.
        """
        rule = self._struck(call) if any(self._lists) else None
        try:
            refusal = rule.refusal() if rule is not None else None
            if refusal is not None:
                refusal.source = SOURCE
                raise refusal
            reply = self._first(call)
        except ApiError as error:
            raise self._told(error, call, rule) from None
        if reply is None:
            return None
        if isinstance(reply, Forward):
            return _harmed(reply, rule)
        return self._spoilt(reply, call, rule)

    def _first(self, call: Call) -> Reply | Forward | None:
        asked = self._by_operation.get(call.operation)
        if asked is None:
            asked = self._by_operation[call.operation] = self._may_answer(call.operation)
        for responder in asked:
            reply = responder.respond(call)
            if reply is not None:
                return reply
        return None

    def _may_answer(self, operation: str) -> tuple[Responder, ...]:
        """Return the responders but those that `answers` only other operations."""
        told = [(one, getattr(one, "answers", None)) for one in self._responders]
        return tuple(one for one, answers in told if answers is None or operation in answers)

    def _struck(self, call: Call) -> Rule | None:
        asks = Asks(
            door=call.door,
            model=call.model,
            operation=call.operation,
            stream=call.stream,
            chat=call.operation == apis.CHAT.creates,
            session=call.session,
            repetition=call.repetition,
        )
        for rules in self._lists:
            for number, rule in enumerate(rules):
                if rule.strikes(asks, self._chance(call, f"{number} {rule.told}")):
                    return rule
        return None

    def _chance(self, call: Call, rule: str) -> Callable[[], Random]:
        place = (self._seed, "fault", rule, call.session, call.key, call.repetition)
        return lambda: chance(*place)

    def _told(self, error: ApiError, call: Call, rule: Rule | None) -> ApiError:
        if error.origin == "mockgw":
            # What mockgw itself has to say is for people, and is told in any weather.
            return error
        chat = call.operation == apis.CHAT.creates
        made = worded(error, model=call.model, chat=chat, run_path=call.run_path)
        if made.fault is None and rule is not None and rule.fault is not None:
            made.fault = rule.fault if rule.fault.fits(stream=False, chat=chat) else None
        return made

    def _spoilt(self, reply: Reply, call: Call, rule: Rule | None) -> Reply:
        if rule is not None and rule.fault is not None and reply.fault is None:
            reply = replace(reply, fault=rule.fault, notes=(*reply.notes, f"by rule {rule.told}"))
        if isinstance(reply, Answer) and reply.timing is None and self._paces and creates(call):
            timing = paced(self._paces, self._seed, call, reply.object)
            reply = replace(reply, timing=timing)
        return reply


def _harmed(wish: Forward, rule: Rule | None) -> Forward:
    """Return the wish to ask the upstream with what is to go wrong with its answer.

    Raises ApiError where the request is not to reach anybody.
    """
    if rule is None or rule.fault is None:
        return wish
    if rule.fault.unheard:
        raise ApiError(503, _UNHEARD, type="server_error", fault=rule.fault, source=SOURCE)
    notes = [*filter(None, [wish.note]), f"by rule {rule.told}"]
    return replace(wish, fault=rule.fault, note="; ".join(notes))
