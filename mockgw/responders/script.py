"""Answers that somebody queued, in their order."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from mockgw import apis
from mockgw.asked import Asked
from mockgw.canonical import decode
from mockgw.context import EMPTY, Context
from mockgw.digits import Digits
from mockgw.draft import Ask, Calls, Draft, Says, fit
from mockgw.errors import ApiError, MockgwError
from mockgw.model import Answer, Call, Json
from mockgw.ports import Api, Birth, Clock, Responder
from mockgw.script import Scripted, reply
from mockgw.state import ResponseStore, context

SOURCE = "script"
UNFIT = "unfit_reply"
_ANY_OBJECT = {"type": "object"}


class Script:
    """Answers calls from a queue, one each; declines when it is empty.

    `before` are asked first, and may refuse a call without using up an answer.
    """

    def __init__(
        self,
        queue: deque[Scripted],
        before: Sequence[Responder],
        seed: int,
        store: ResponseStore,
        clock: Clock,
    ) -> None:
        self._queue = queue
        self._before = before
        self._seed = str(seed)
        self._store = store
        self._clock = clock

    def respond(self, call: Call) -> Answer | None:
        """Return the next queued answer.

        Raises the ApiError that was queued, or one that says why an answer does not fit the call.
        """
        api = next((one for one in apis.APIS if one.creates == call.operation), None)
        if api is None or not self._queue:
            return None
        before = EMPTY
        if self._queue[0].error is None:
            for responder in self._before:
                responder.respond(call)
            before = context(self._store, call.session, call.body)
        scripted = _made(self._queue.popleft(), call)
        if scripted.error is not None:
            raise replace(scripted.error, source=SOURCE)
        if scripted.body is not None:
            answer = _whole(api, call, scripted, scripted.body)
        else:
            answer = self._drafted(api, call, scripted, before)
        if scripted.usage:
            answer = api.recount(answer, scripted.usage)
        return Answer(answer, SOURCE, (f"queued at {scripted.where}",), scripted.timing)

    def _drafted(self, api: Api, call: Call, scripted: Scripted, before: Context) -> Json:
        ask = api.ask(call, before)
        wanted = api.choices(call)
        given = scripted.drafts or (Draft(),)
        if len(given) not in {1, wanted}:
            raise _unfit(scripted, f"it has {len(given)} choices, and the call wants {wanted}")
        fitted = tuple(fit(_fitting(scripted, one, ask), ask.budget, api.costs) for one in given)
        drafts = fitted if len(fitted) == wanted else fitted * wanted
        digits = Digits(self._seed, call.session, call.key, str(call.repetition))
        return api.answer(call, before, drafts, Birth(digits, self._clock.now()))


# What an object is called, and what no client can do without.
_OBJECTS = {
    "responses": ("response", ("id", "output")),
    "chat": ("chat.completion", ("id", "choices")),
}


def _whole(api: Api, call: Call, scripted: Scripted, body: Json) -> Json:
    """Return the exact object, once it is sure that it can be said in the asked form."""
    wanted, parts = _OBJECTS[api.name]
    if body.get("object") != wanted:
        raise _unfit(scripted, f'its body is no {wanted}, whose "object" would be {wanted!r}')
    lacking = [part for part in parts if part not in body]
    if lacking:
        raise _unfit(scripted, f"its body has no {lacking[0]!r}")
    try:
        if call.stream:
            deque(api.events(body, call, None), maxlen=0)
        if scripted.usage:
            api.recount(body, scripted.usage)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as problem:
        reason = f"its body is no whole {wanted} ({type(problem).__name__}: {problem})"
        raise _unfit(scripted, reason) from None
    return body


def _made(scripted: Scripted, call: Call) -> Scripted:
    """Return what the queued function makes of the call, or the answer itself."""
    if scripted.make is None:
        return scripted
    try:
        made: Any = scripted.make(Asked(call))
        answer = made if isinstance(made, Scripted) else reply(made)
    except MockgwError as problem:
        raise _unfit(scripted, str(problem)) from None
    except Exception as problem:  # noqa: BLE001 - it is the caller's code: what it raised is told
        raise _unfit(scripted, f"its function raised {type(problem).__name__}: {problem}") from None
    if answer.make is not None:
        raise _unfit(scripted, "its function returned a function")
    return replace(answer, where=scripted.where)


def _fitting(scripted: Scripted, draft: Draft, ask: Ask) -> Draft:
    """Return the draft as an answer to the ask; raises ApiError when it cannot be one."""
    parts = tuple(
        _called(scripted, part, ask, whole=not draft.incomplete)
        if isinstance(part, Calls)
        else _told(scripted, part, ask, whole=not draft.incomplete)
        for part in draft.parts
    )
    count = sum(1 for part in parts if isinstance(part, Calls))
    if count > 1 and not ask.parallel:
        raise _unfit(scripted, f"it makes {count} tool calls, and the call takes one at a time")
    return replace(draft, parts=parts)


def _called(scripted: Scripted, part: Calls, ask: Ask, *, whole: bool) -> Calls:
    offered = {tool.name: tool for tool in ask.tools}
    tool = offered.get(part.name)
    if tool is None:
        known = ", ".join(offered) or "none"
        raise _unfit(scripted, f"it calls {part.name!r}; the call offers: {known}")
    if ask.choice == "none":
        raise _unfit(scripted, f"it calls {part.name!r}, and the call's tool_choice is none")
    if tool.kind == "function" and whole:
        _check(scripted, part.payload, tool.parameters, f"the arguments of {part.name}")
    return replace(part, kind=tool.kind)


def _told(scripted: Scripted, part: Says, ask: Ask, *, whole: bool) -> Says:
    if whole and not part.refusal:
        if ask.schema is not None:
            _check(scripted, part.text, ask.schema, "the schema of the call")
        elif ask.json_object:
            _check(scripted, part.text, _ANY_OBJECT, "the JSON mode of the call")
    return replace(part, structured=ask.schema is not None)


def _check(scripted: Scripted, text: str, schema: Any, what: str) -> None:
    try:
        value = decode(text.encode())
    except ApiError:
        raise _unfit(scripted, f"{text[:60]!r} is no JSON, which {what} asks for") from None
    if not isinstance(schema, dict):
        return
    try:
        Draft202012Validator(schema, validate_formats=True, offline=True).validate(value)
    except ValidationError as problem:
        place = "".join(f"[{part!r}]" for part in problem.instance_path)
        reason = f"it does not fit {what}: {problem.message} (at {place or 'the root'})"
        raise _unfit(scripted, reason) from None


def _unfit(scripted: Scripted, reason: str) -> ApiError:
    where = f" queued at {scripted.where}" if scripted.where else ""
    return ApiError(
        400,
        f"The answer{where} does not fit this call: {reason}.",
        type="mockgw_error",
        code=UNFIT,
        origin="mockgw",
        source=SOURCE,
    )
