"""A stream of chat chunks, read back into the completion it brought."""

from typing import Any

from mockgw import sse
from mockgw.errors import ApiError
from mockgw.model import Json


def collect(stream: bytes) -> Json:
    """Return the chat.completion that the chunks add up to.

    A stream that carries an error raises it; one without a single chunk raises ApiError 502.
    `usage` is null when the stream was recorded without `include_usage`.
    """
    chunks = list(sse.objects(stream))
    for chunk in chunks:
        if chunk.get("error"):
            raise _error(chunk["error"])
    if not chunks:
        raise sse.torn("The recorded stream holds no chunk")
    choices: dict[int, Json] = {}
    usage = None
    for chunk in chunks:
        usage = chunk.get("usage") or usage
        for part in chunk.get("choices") or ():
            _add(choices.setdefault(part.get("index", 0), _empty(part)), part)
    first = chunks[0]
    return {
        "id": first.get("id"),
        "object": "chat.completion",
        "created": first.get("created"),
        "model": first.get("model"),
        "choices": [choices[index] for index in sorted(choices)],
        "usage": usage,
        "service_tier": first.get("service_tier"),
        "system_fingerprint": first.get("system_fingerprint"),
    }


def _error(error: Any) -> ApiError:
    told = error if isinstance(error, dict) else {"message": str(error)}
    return ApiError(
        500,
        str(told.get("message")),
        type=str(told.get("type") or "server_error"),
        param=told.get("param"),
        code=told.get("code"),
    )


def _empty(part: Json) -> Json:
    index = part.get("index", 0)
    message: Json = {"role": "assistant", "content": None, "refusal": None, "annotations": []}
    plain = {"logprobs": None} if "logprobs" in part else {}
    return {"index": index, "message": message, **plain, "finish_reason": None}


def _add(choice: Json, part: Json) -> None:
    delta = part.get("delta") or {}
    message = choice["message"]
    for key in ("content", "refusal"):
        if delta.get(key) is not None:
            message[key] = (message[key] or "") + delta[key]
    if delta.get("annotations"):
        message["annotations"] = [*message["annotations"], *delta["annotations"]]
    if delta.get("function_call"):
        _join(message.setdefault("function_call", {}), delta["function_call"])
    for piece in delta.get("tool_calls") or ():
        _add_call(message, piece)
    _add_logprobs(choice, part.get("logprobs"))
    if part.get("finish_reason"):
        choice["finish_reason"] = part["finish_reason"]
        message["refusal"] = message["refusal"] or None


def _add_logprobs(choice: Json, told: Any) -> None:
    if not isinstance(told, dict):
        return
    whole = choice.get("logprobs") or {"content": None, "refusal": None}
    for key in ("content", "refusal"):
        if told.get(key):
            whole[key] = [*(whole[key] or []), *told[key]]
    choice["logprobs"] = whole


def _add_call(message: Json, piece: Json) -> None:
    calls = message.setdefault("tool_calls", [])
    index = piece.get("index", len(calls))
    while len(calls) <= index:
        calls.append({})
    call = calls[index]
    for key in ("id", "type"):
        if piece.get(key):
            call[key] = piece[key]
    for key in ("function", "custom"):
        if piece.get(key):
            _join(call.setdefault(key, {}), piece[key])


def _join(whole: Json, piece: Json) -> None:
    for key, value in piece.items():
        whole[key] = whole.get(key, "") + value if isinstance(value, str) else value
