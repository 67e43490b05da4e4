"""The normal form of a call: two calls that mean the same have the same."""

from typing import Any

from mockgw.canonical import decode, digest, ordered
from mockgw.catalogue import find
from mockgw.errors import ApiError
from mockgw.matching.blob import blob, digested
from mockgw.matching.path import without
from mockgw.matching.rules import PLAIN, Clean, Rules, hidden
from mockgw.matching.steady import steady
from mockgw.model import Call, Json

# How an answer is sent is not what it says, and the model is compared by its own rules.
_FORM = frozenset({"model", "stream", "stream_options"})
# A parameter given at its default is a parameter left out.
_DEFAULTS: Json = {
    "background": False,
    "frequency_penalty": 0,
    "logprobs": False,
    "n": 1,
    "parallel_tool_calls": True,
    "presence_penalty": 0,
    "temperature": 1,
    "response_format": {"type": "text"},
    "tool_choice": "auto",
    "top_logprobs": 0,
    "top_p": 1,
    "truncation": "disabled",
    "verbosity": "medium",
}
_TEXT: Json = {"format": {"type": "text"}, "verbosity": "medium"}
_OF_A_COPY = frozenset({"id", "status", "annotations", "logprobs", "phase"})
_CALLED = frozenset({"function_call", "function_call_output", "custom_tool_call"})
# What is said, and what it refers to; only there are ids and moments of the run.
TALK = frozenset({"input", "messages", "instructions", "previous_response_id", "conversation"})
_SCHEMAS = frozenset({"schema", "parameters"})
_WHOLE = 2.0**53


def meaning(call: Call, clean: Clean | None = None) -> Json:
    """Return the call's body without what only says how, and by which model, it is answered."""
    body = hidden(call.body, clean)
    return {name: value for name, value in body.items() if name not in _FORM}


def normal(call: Call, rules: Rules = PLAIN, clean: Clean | None = None) -> Json:
    """Return the call's body in the form in which equal meaning is equal.

    Of `clean` only counts at which places it keeps no value.
    """
    body: Any = hidden(call.body, clean)
    for path in rules.paths:
        body = without(body, path)
    left_out = _FORM | rules.names
    body = {name: _bare(value) for name, value in body.items() if name not in left_out}
    body = _beside_defaults(body, call.model)
    if "input" in body:
        body["input"] = _items(body["input"])
    if isinstance(body.get("messages"), list):
        body["messages"] = [_message(item, "text") for item in body["messages"]]
    if isinstance(body.get("tools"), list):
        body["tools"] = sorted(body["tools"], key=ordered)
    if isinstance(body.get("conversation"), dict) and list(body["conversation"]) == ["id"]:
        body["conversation"] = body["conversation"]["id"]
    for path in rules.paths:
        body = without(body, path)
    return body if "model" in rules.names else {"model": rules.model(call.model), **body}


def normal_key(call: Call, clean: Clean | None = None, rules: Rules = PLAIN) -> str:
    """Return the digest of the normal form, volatile words replaced by their kind.

    `clean` takes secrets out, for a tape holds none: what was recorded and what is asked are then
    alike.
    """
    return digest(call.operation, *told(normal(call, rules, clean), clean), ordered(ids_of(call)))


def told(form: Json, clean: Clean | None = None) -> tuple[bytes, bytes]:
    """Return what the normal form says, and how: volatile words are replaced in the first alone."""
    said = {name: value for name, value in form.items() if name in TALK}
    how = {name: value for name, value in form.items() if name not in TALK}
    talk, rest = ordered(said), ordered(how)
    if clean is not None:
        # At once, for it costs; compact JSON has no line break.
        whole = clean((talk + b"\n" + rest).decode()).encode()
        talk, _, rest = whole.partition(b"\n")
    return steady(talk), rest


def ids_of(call: Call) -> Json:
    """Return what of the call's path and query makes it another call."""
    ids: Json = {name: value for name, value in call.params.items() if name in {"id", "item"}}
    # A page of a list is told by its query. The query of a call with a body belongs to its door.
    return {**ids, "query": dict(call.query)} if call.query and not call.body else ids


def _bare(value: Any) -> Any:
    """Drop explicit nulls, which say the same as leaving out; write numbers and data one way."""
    if isinstance(value, dict):
        return {
            name: _literal(inner) if name in _SCHEMAS else _bare(inner)
            for name, inner in value.items()
            if inner is not None
        }
    if isinstance(value, list):
        return [_bare(inner) for inner in value]
    return (blob(value) or value) if isinstance(value, str) else _number(value)


def _literal(value: Any) -> Any:
    """Leave a schema as it is, where null means something; only numbers are written one way."""
    if isinstance(value, dict):
        return {name: _literal(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_literal(inner) for inner in value]
    return digested(_number(value))


def _number(value: Any) -> Any:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE
    return int(value) if whole else value


def _beside_defaults(body: Json, model: str) -> Json:
    """Return what is left when everything is taken away that is said by saying nothing."""
    for name, defaults in (("text", _TEXT), ("reasoning", {"effort": _effort(model)})):
        inner = body.get(name)
        if isinstance(inner, dict):
            body[name] = {key: one for key, one in inner.items() if not _is(one, defaults.get(key))}
    defaults = {**_DEFAULTS, "reasoning_effort": _effort(model)}
    return {
        name: value
        for name, value in body.items()
        if value not in (None, [], {}) and not _is(value, defaults.get(name))
    }


def _effort(model: str) -> str | None:
    found = find(model)
    return found.default_effort if found else None


def _is(value: Any, default: Any) -> bool:
    # Python takes True for 1; JSON does not.
    return value == default and type(value) is type(default)


def _items(given: Any) -> Any:
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    return [_message(item, "input_text") for item in given] if isinstance(given, list) else given


def _message(item: Any, kind: str) -> Any:
    """Write a message with its type and its parts, without what only a copy carries."""
    if not isinstance(item, dict):
        return item
    if "role" not in item:
        return _call(item) if str(item.get("type")) in _CALLED else item
    kept = {name: value for name, value in item.items() if name not in _OF_A_COPY}
    content = kept.get("content")
    if isinstance(content, str):
        kept["content"] = [{"type": kind, "text": content}]
    elif isinstance(content, list):
        kept["content"] = [_part(part, kind) for part in content]
    if isinstance(kept.get("tool_calls"), list):
        kept["tool_calls"] = [_chat_call(one) for one in kept["tool_calls"]]
    return {**kept, "type": "message"}


def _part(part: Any, kind: str) -> Any:
    if isinstance(part, dict) and "text" in part:
        kept = {name: value for name, value in part.items() if name not in _OF_A_COPY}
        return {**kept, "type": kind}
    return part


def _call(item: Json) -> Json:
    kept = {name: value for name, value in item.items() if name not in ("id", "status")}
    return _with_arguments(kept)


def _chat_call(one: Any) -> Any:
    if isinstance(one, dict) and isinstance(one.get("function"), dict):
        return {**one, "function": _with_arguments(one["function"])}
    return one


def _with_arguments(called: Json) -> Json:
    """Return the call of a tool with its arguments in one spelling: spaces are nothing in JSON."""
    arguments = called.get("arguments")
    if not isinstance(arguments, str):
        return called
    try:
        return {**called, "arguments": ordered(decode(arguments.encode())).decode()}
    except ApiError:
        return called
