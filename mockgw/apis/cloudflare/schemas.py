"""The JSON Schemas that Cloudflare's catalogue publishes of its two models' inputs and outputs.

Source: the parameters and schemas of the two model pages.
"""

from mockgw.catalogue import Model
from mockgw.model import Json

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ANY: Json = {}
_TEXT, _NULL, _NUMBER, _FLAG = ({"type": kind} for kind in ("string", "null", "number", "boolean"))
_MANY: Json = {"type": "array", "items": _ANY}
_ABOVE_ZERO: Json = {"type": "number", "exclusiveMinimum": 0}
_TEMPERATURE: Json = {"type": "number", "minimum": 0, "maximum": 2}
_PENALTY: Json = {"type": "number", "minimum": -2, "maximum": 2}
_SHARE: Json = {"type": "number", "minimum": 0, "maximum": 1}


def _either(*schemas: Json) -> Json:
    return {"anyOf": list(schemas)}


def _object(fields: Json, *required: str, more: object = _ANY) -> Json:
    """Return the schema of an object; `more` is what further keys must be, False for none."""
    found: Json = {"type": "object", "properties": fields}
    if required:
        found["required"] = list(required)
    return {**found, "additionalProperties": more}


def _list(item: Json) -> Json:
    return {"type": "array", "items": item}


_MESSAGE = _object(
    {
        "role": {"type": "string", "enum": ["system", "developer", "user", "assistant", "tool"]},
        "content": _either(_TEXT, _NULL, _MANY),
    },
    "role",
    "content",
)
_ANSWERED = _object(
    {"role": _TEXT, "content": _either(_TEXT, _NULL), "tool_calls": _MANY},
    "role",
)
_CHOICE = _object(
    {"index": _NUMBER, "message": _ANSWERED, "finish_reason": _either(_TEXT, _NULL)},
    "index",
    "message",
    "finish_reason",
)


def _counts(*names: str) -> Json:
    return _object(dict.fromkeys(names, _NUMBER), *names)


CHAT_INPUT: Json = {
    "$schema": _DIALECT,
    **_object(
        {
            "messages": _list(_MESSAGE),
            "temperature": _TEMPERATURE,
            "max_tokens": _ABOVE_ZERO,
            "max_completion_tokens": _ABOVE_ZERO,
            "top_p": _SHARE,
            "frequency_penalty": _PENALTY,
            "presence_penalty": _PENALTY,
            "stream": _FLAG,
            "stream_options": _object({"include_usage": _FLAG}, more=False),
            "tools": _MANY,
            "tool_choice": _ANY,
            "response_format": _ANY,
        },
        "messages",
    ),
}
CHAT_OUTPUT: Json = {
    "$schema": _DIALECT,
    **_object(
        {
            "id": _TEXT,
            "object": _TEXT,
            "created": _NUMBER,
            "model": _TEXT,
            "choices": _list(_CHOICE),
            "usage": _counts("prompt_tokens", "completion_tokens", "total_tokens"),
        },
        *("id", "object", "created", "model", "choices"),
    ),
}
RESPONSES_INPUT: Json = {
    "$schema": _DIALECT,
    **_object(
        {
            "input": _either(_TEXT, _MANY),
            "instructions": _TEXT,
            "temperature": _TEMPERATURE,
            "max_output_tokens": _ABOVE_ZERO,
            "top_p": _SHARE,
            "stream": _FLAG,
            "tools": _MANY,
            "tool_choice": _ANY,
            "text": _object({"format": _ANY}),
            "reasoning": _object(
                {"effort": {"type": "string", "enum": ["none", "low", "medium", "high"]}}
            ),
        },
        "input",
        more=False,
    ),
}
RESPONSES_OUTPUT: Json = {
    "$schema": _DIALECT,
    **_object(
        {
            "id": _TEXT,
            "object": {"type": "string", "const": "response"},
            "created_at": _NUMBER,
            "model": _TEXT,
            "output": _MANY,
            "output_text": _TEXT,
            "status": {
                "type": "string",
                "enum": ["in_progress", "completed", "failed", "incomplete"],
            },
            "usage": _counts("input_tokens", "output_tokens", "total_tokens"),
        },
        *("id", "object", "created_at", "model", "output"),
    ),
}


def schemas(model: Model) -> Json:
    """Return the schemas of a model's `input` and `output`."""
    if model.responses_only:
        return {"input": RESPONSES_INPUT, "output": RESPONSES_OUTPUT}
    return {"input": CHAT_INPUT, "output": CHAT_OUTPUT}
