"""From what somebody wants answered to an answer that the call can have."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
from jsonschema_rs import Draft202012Validator, ValidationError
from msgspec import structs

from mockgw import apis
from mockgw.canonical import decode
from mockgw.context import EMPTY, Context
from mockgw.digits import Digits
from mockgw.draft import Ask, Calls, Does, Draft, Part, Says, fit
from mockgw.errors import ApiError
from mockgw.model import Answer, Call, Json, Timing
from mockgw.ports import Api, Birth, Clock, Responder
from mockgw.responders.caching import cached
from mockgw.responders.pacing import paced
from mockgw.script import Scripted
from mockgw.state import Prefixes, Store

UNFIT = "unfit_reply"
_ANY_OBJECT = {"type": "object"}


class Origin(msgspec.Struct, frozen=True):
    """Who wants something said, in words for people.

    `source`, `where` and `note` are for the journal; `place` stands behind "The answer".
    """

    source: str
    place: str
    note: str = ""
    where: str = ""


class Unfit(ValueError):  # noqa: N818 - an outcome, not an error of the program
    """What was to be said is no answer to the call; the message says why."""


class Saying:
    """Says what is meant in the form of the API that was called.

    `before` are asked first, and may refuse a call.
    """

    def __init__(
        self,
        before: Sequence[Responder],
        seed: int,
        store: Store,
        clock: Clock,
        prefixes: Prefixes | None = None,
    ) -> None:
        self._before = before
        self._prefixes = prefixes or Prefixes()
        self._seed = str(seed)
        self._store = store
        self._clock = clock

    def heard(self, call: Call) -> Context:
        """Return what came before the call; raises ApiError when it is refused."""
        for responder in self._before:
            responder.respond(call)
        return apis.context(self._store, call)

    def recalled(self, call: Call) -> Context:
        """Return what came before the call as far as it is known, without refusing anything."""
        try:
            return apis.context(self._store, call)
        except ApiError:
            return EMPTY

    def answer(self, call: Call, scripted: Scripted, before: Context, origin: Origin) -> Answer:
        """Return the answer.

        Raises the ApiError that was meant, or one that says why the answer does not fit the call.
        """
        broken = scripted.fault if scripted.error is None else scripted.error.fault
        chat, streams = call.operation == apis.CHAT.creates, call.stream and scripted.error is None
        if broken is not None and not broken.fits(stream=streams, chat=chat):
            raise unfit(origin, f"its fault {broken} needs {broken.needs}")
        if scripted.error is not None:
            raise replace(
                scripted.error, source=origin.source, where=origin.where, note=origin.note
            )
        api = apis.creator(call.operation)
        try:
            if scripted.body is not None:
                answer = _whole(api, call, scripted, scripted.body)
            else:
                answer = self._drafted(api, call, scripted, before)
        except Unfit as problem:
            raise unfit(origin, str(problem)) from None
        if scripted.usage:
            answer = api.recount(answer, scripted.usage)
        timing = scripted.timing
        if timing is None and scripted.paces is not None:
            timing = paced(scripted.paces, self._seed, call, answer) or Timing()
        told = Answer(answer, origin.source, (origin.note,), timing, scripted.fault)
        return structs.replace(told, where=origin.where)

    def _drafted(self, api: Api, call: Call, scripted: Scripted, before: Context) -> Json:
        ask = api.ask(call, before)
        wanted = api.choices(call)
        given = scripted.drafts or (Draft(),)
        if len(given) not in {1, wanted}:
            raise Unfit(f"it has {len(given)} choices, and the call wants {wanted}")
        if api is apis.CHAT and any(isinstance(part, Does) for one in given for part in one.parts):
            raise Unfit("it has an item of a hosted tool, and Chat Completions has none")
        fitted = tuple(fit(_fitting(one, ask), ask.budget, api.costs) for one in given)
        drafts = fitted if len(fitted) == wanted else fitted * wanted
        digits = Digits(self._seed, call.session, call.key, str(call.repetition))
        answer = api.answer(call, before, drafts, Birth(digits, self._clock.now()))
        return cached(api, call, before, answer, self._prefixes)


_CREATING = frozenset(api.creates for api in apis.APIS)


def creates(call: Call) -> bool:
    """Tell whether the call creates something, which alone can be answered by meaning."""
    return call.operation in _CREATING


def unfit(origin: Origin, reason: str) -> ApiError:
    """Return the refusal that says why what was meant is no answer to the call."""
    where = f" {origin.place}" if origin.place else ""
    return ApiError(
        400,
        f"The answer{where} does not fit this call: {reason}.",
        type="mockgw_error",
        code=UNFIT,
        origin="mockgw",
        source=origin.source,
    )


# What an object is called, and what no client can do without.
_OBJECTS = {
    "responses": ("response", ("id", "output")),
    "chat": ("chat.completion", ("id", "choices")),
}


def _whole(api: Api, call: Call, scripted: Scripted, body: Json) -> Json:
    """Return the exact object, once it is sure that it can be said in the asked form."""
    wanted, parts = _OBJECTS[api.name]
    if body.get("object") != wanted:
        raise Unfit(f'its body is no {wanted}, whose "object" would be {wanted!r}')
    lacking = [part for part in parts if part not in body]
    if lacking:
        raise Unfit(f"its body has no {lacking[0]!r}")
    try:
        if call.stream:
            deque(api.events(body, call, None), maxlen=0)
        if scripted.usage:
            api.recount(body, scripted.usage)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as problem:
        reason = f"its body is no whole {wanted} ({type(problem).__name__}: {problem})"
        raise Unfit(reason) from None
    return body


def _fitting(draft: Draft, ask: Ask) -> Draft:
    """Return the draft as an answer to the ask; raises Unfit when it cannot be one."""
    parts = tuple(_part(part, ask, whole=not draft.incomplete) for part in draft.parts)
    count = sum(1 for part in parts if isinstance(part, Calls))
    if count > 1 and not ask.parallel:
        raise Unfit(f"it makes {count} tool calls, and the call takes one at a time")
    return msgspec.structs.replace(draft, parts=parts)


def _part(part: Part, ask: Ask, *, whole: bool) -> Part:
    if isinstance(part, Does):
        return part
    if isinstance(part, Calls):
        return _called(part, ask, whole=whole)
    return _told(part, ask, whole=whole)


def _called(part: Calls, ask: Ask, *, whole: bool) -> Calls:
    offered = {tool.name: tool for tool in ask.tools}
    tool = offered.get(part.name)
    if tool is None:
        known = ", ".join(offered) or "none"
        raise Unfit(f"it calls {part.name!r}; the call offers: {known}")
    if ask.choice == "none":
        raise Unfit(f"it calls {part.name!r}, and the call's tool_choice is none")
    if tool.kind == "function" and whole:
        _check(part.payload, tool.parameters, f"the arguments of {part.name}")
    return msgspec.structs.replace(part, kind=tool.kind)


def _told(part: Says, ask: Ask, *, whole: bool) -> Says:
    if whole and not part.refusal:
        if ask.schema is not None:
            _check(part.text, ask.schema, "the schema of the call")
        elif ask.json_object:
            _check(part.text, _ANY_OBJECT, "the JSON mode of the call")
    return msgspec.structs.replace(part, structured=ask.schema is not None)


def _check(text: str, schema: Any, what: str) -> None:
    try:
        value = decode(text.encode())
    except ApiError:
        raise Unfit(f"{text[:60]!r} is no JSON, which {what} asks for") from None
    if not isinstance(schema, dict):
        return
    try:
        Draft202012Validator(schema, validate_formats=True, offline=True).validate(value)
    except ValidationError as problem:
        place = "".join(f"[{part!r}]" for part in problem.instance_path)
        reason = f"it does not fit {what}: {problem.message} (at {place or 'the root'})"
        raise Unfit(reason) from None
