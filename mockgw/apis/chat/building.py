"""The chat.completion object of an answer, keys in the order the provider writes them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from mockgw import ids
from mockgw.apis.chat import usage
from mockgw.apis.content import model_of
from mockgw.apis.logprobs import logprobs
from mockgw.digits import Digits
from mockgw.draft import Calls, Draft, Failure, Says
from mockgw.errors import ApiError
from mockgw.model import Call, Json
from mockgw.ports import Birth

_FAILED = "server_error"


def answer(call: Call, drafts: Sequence[Draft], birth: Birth) -> Json:
    """Return the whole chat.completion object, one choice per draft.

    One that is streamed and failed has its `error`, which ends the stream. Raises ApiError 500 for
    a failure that is not streamed: a completion cannot say so.
    """
    failure = next((draft.failure for draft in drafts if draft.failure), None)
    if failure and not call.stream:
        raise ApiError(500, failure.message, type=_FAILED, code=failure.code)
    digits, created = birth.digits, int(birth.at)
    if call.body.get("logprobs") is not True:
        birth.again = partial(_ids, sum(_ids_of(call, draft) for draft in drafts))
    return {
        "id": ids.chat(digits, created),
        "object": "chat.completion",
        "created": created,
        "model": model_of(call.model).snapshot,
        "choices": [_choice(call, draft, index, digits) for index, draft in enumerate(drafts)],
        "usage": usage.usage(call, drafts),
        "service_tier": _tier(call.body.get("service_tier")),
        "system_fingerprint": None,
        **({"error": _error(failure)} if failure else {}),
    }


def _error(failure: Failure) -> Json:
    code = None if failure.code == _FAILED else failure.code
    return {"message": failure.message, "type": _FAILED, "param": None, "code": code}


def _ids(calls: int, digits: Digits, at: float) -> list[str]:
    """Return the ids of a completion with so many tool calls, its own first."""
    return [ids.chat(digits, int(at)), *(ids.call(digits) for _ in range(calls))]


def _ids_of(call: Call, draft: Draft) -> int:
    """Return how many tool calls of a draft get an id."""
    called = [part for part in draft.parts if isinstance(part, Calls)]
    return 0 if call.body.get("functions") else len(called)


def _tier(asked: Any) -> str:
    return "default" if asked in {None, "auto"} else str(asked)


def _choice(call: Call, draft: Draft, index: int, digits: Digits) -> Json:
    choice: Json = {"index": index, "message": _message(call, draft, digits)}
    if call.body.get("logprobs") is True:
        choice["logprobs"] = _logprobs(call, draft, digits)
    elif not model_of(call.model).reasons:
        choice["logprobs"] = None
    choice["finish_reason"] = _finish(call, draft)
    return choice


def _logprobs(call: Call, draft: Draft, digits: Digits) -> Json:
    top = int(call.body.get("top_logprobs") or 0)
    said = [part for part in draft.parts if isinstance(part, Says)]
    texts = ("".join(part.text for part in said if part.refusal is kind) for kind in (False, True))
    content, refusal = (logprobs(text, top, digits) if text else None for text in texts)
    return {"content": content, "refusal": refusal}


def _finish(call: Call, draft: Draft) -> str:
    if draft.incomplete:
        return "content_filter" if draft.incomplete == "content_filter" else "length"
    if any(isinstance(part, Calls) for part in draft.parts):
        return "function_call" if call.body.get("functions") else "tool_calls"
    return "stop"


def _message(call: Call, draft: Draft, digits: Digits) -> Json:
    said = [part for part in draft.parts if isinstance(part, Says)]
    called = [part for part in draft.parts if isinstance(part, Calls)]
    refusal = "".join(part.text for part in said if part.refusal)
    text = "".join(part.text for part in said if not part.refusal)
    message: Json = {
        "role": "assistant",
        "content": (text or None) if called or refusal else text,
    }
    if called and call.body.get("functions"):
        message["function_call"] = {"name": called[0].name, "arguments": called[0].payload}
    elif called:
        message["tool_calls"] = [_tool_call(part, digits) for part in called]
    notes = [_annotation(note) for part in said for note in part.notes]
    return message | {"refusal": refusal or None, "annotations": [note for note in notes if note]}


def _annotation(note: Mapping[str, Any]) -> Json | None:
    """Return a citation as chat writes it, or None for one that chat does not have."""
    if note.get("type") != "url_citation":
        return None
    told = {key: value for key, value in note.items() if key != "type"}
    return {"type": "url_citation", "url_citation": told}


def _tool_call(part: Calls, digits: Digits) -> Json:
    identifier = ids.call(digits)
    if part.kind == "custom":
        inner = {"name": part.name, "input": part.payload}
        return {"id": identifier, "type": "custom", "custom": inner}
    inner = {"name": part.name, "arguments": part.payload}
    return {"id": identifier, "type": "function", "function": inner}
