"""What chat calls leave behind, whoever answered them: completions with `store` on."""

from collections.abc import Callable, Mapping

from mockgw.apis.chat import reading
from mockgw.canonical import digest
from mockgw.model import Call, Json
from mockgw.state import COMPLETION, Record, Store

Keep = Callable[[Store, Call, Json], None]
# What a stored completion tells of its request, with the value of a request that is silent on it
# (OpenAI's specification, "Get chat completion").
_ECHOED: Json = {
    "tool_choice": None,
    "seed": None,
    "top_p": 1.0,
    "temperature": 1.0,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
    "tools": None,
    "response_format": None,
}


def created(store: Store, call: Call, answer: Json) -> None:
    """Keep a completion that its caller wants stored, and that did not break off."""
    stores = call.body.get("store") is True and not answer.get("error")
    if not stores or not isinstance(answer.get("id"), str):
        return
    identifier = str(answer["id"])
    value = {
        "completion": _stored(call, answer),
        "messages": _messages(call, identifier),
        "model": call.model,
    }
    store.put(call.session, Record(COMPLETION, identifier, value))


def _stored(call: Call, answer: Json) -> Json:
    body = call.body
    echoed = {
        name: default if body.get(name) is None else body[name] for name, default in _ECHOED.items()
    }
    return {
        **answer,
        "request_id": f"req_{digest('stored', str(answer['id']))}",
        **echoed,
        "input_user": body.get("user"),
        "metadata": body.get("metadata") or {},
    }


def _messages(call: Call, identifier: str) -> list[Json]:
    return [
        _message(message, f"{identifier}-{index}")
        for index, message in enumerate(reading.messages(call.body))
    ]


def _message(message: Json, identifier: str) -> Json:
    """Return a message as it is listed: text in `content`, or parts in `content_parts`."""
    content = message.get("content")
    parts = content if isinstance(content, list) else None
    told = {name: value for name, value in message.items() if name not in {"role", "content"}}
    return {
        "id": identifier,
        "role": message.get("role"),
        "content": None if parts is not None else content,
        "name": None,
        **told,
        "content_parts": parts,
    }


def updated(store: Store, call: Call, answer: Json) -> None:
    """Keep the new metadata of a completion."""
    identifier = str(answer.get("id"))
    kept = store.get(call.session, COMPLETION, identifier)
    if kept is not None:
        store.put(call.session, Record(COMPLETION, identifier, {**kept, "completion": answer}))


def deleted(store: Store, call: Call, answer: Json) -> None:
    """Forget the completion."""
    if answer.get("deleted"):
        store.delete(call.session, COMPLETION, call.params.get("id", ""))


KEEPS: Mapping[str, Keep] = {
    "chat.create": created,
    "chat.update": updated,
    "chat.delete": deleted,
}
