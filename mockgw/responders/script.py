"""Answers that somebody queued, in their order."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from mockgw import apis
from mockgw.asked import Asked
from mockgw.canonical import decode
from mockgw.context import EMPTY
from mockgw.digits import Digits
from mockgw.draft import Ask, Calls, Draft, Says, fit
from mockgw.errors import ApiError, MockgwError
from mockgw.model import Answer, Call, Json
from mockgw.ports import Api, Birth, Clock, Responder
from mockgw.script import Scripted, reply
from mockgw.state import ResponseStore, context

UNFIT = "unfit_reply"


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
        if self._queue[0].error is None:
            for responder in self._before:
                responder.respond(call)
        scripted = _made(self._queue.popleft(), call)
        if scripted.error is not None:
            raise replace(scripted.error, source="script")
        answer = self._answer(api, call, scripted)
        if scripted.usage:
            answer = api.recount(answer, scripted.usage)
        return Answer(answer, "script", (f"queued at {scripted.where}",), scripted.timing)

    def _answer(self, api: Api, call: Call, scripted: Scripted) -> Json:
        if scripted.body is not None:
            if scripted.body.get("object") != _OBJECTS[api.name]:
                raise _unfit(scripted, f"its body is no {_OBJECTS[api.name]}")
            return scripted.body
        before = EMPTY
        if call.body.get("previous_response_id"):
            before = context(self._store, call.session, call.body)
        ask = api.ask(call, before)
        draft = _fitting(scripted, ask)
        draft = fit(draft, ask.budget, api.costs)
        digits = Digits(self._seed, call.session, call.key, str(call.repetition))
        drafts = (draft,) * api.choices(call)
        return api.answer(call, before, drafts, Birth(digits, self._clock.now()))


_OBJECTS = {"responses": "response", "chat": "chat.completion"}


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


def _fitting(scripted: Scripted, ask: Ask) -> Draft:
    """Return the draft as an answer to the ask; raises ApiError when it cannot be one."""
    draft = scripted.draft or Draft()
    offered = {tool.name: tool for tool in ask.tools}
    parts: list[Says | Calls] = []
    for part in draft.parts:
        if isinstance(part, Calls):
            tool = offered.get(part.name)
            if tool is None:
                known = ", ".join(offered) or "none"
                raise _unfit(scripted, f"it calls {part.name!r}; the call offers: {known}")
            if tool.kind == "function" and not draft.incomplete:
                _check(scripted, part.payload, tool.parameters, f"the arguments of {part.name}")
            parts.append(replace(part, kind=tool.kind))
        else:
            if ask.schema is not None and not part.refusal and not draft.incomplete:
                _check(scripted, part.text, ask.schema, "the schema of the call")
            parts.append(replace(part, structured=ask.schema is not None))
    return replace(draft, parts=tuple(parts))


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
        source="script",
    )
