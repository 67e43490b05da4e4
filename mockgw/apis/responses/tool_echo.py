"""Tools as a Response object repeats them: every key there, and schemas made strict."""

from typing import Any

from mockgw.model import Json

_DEEPEST = 64


def echo(tool: Json) -> Json:
    """Return the tool as the API repeats it.

    A function without `strict` is taken to be strict: its parameters then forbid further keys
    and require all they have. Hosted tools are repeated as they came.
    """
    if tool.get("type") == "function":
        return _function(tool)
    if tool.get("type") == "custom":
        own = {
            "type": "custom",
            "description": tool.get("description"),
            "format": tool.get("format") or {"type": "text"},
            "name": tool.get("name"),
        }
        return own | {key: value for key, value in tool.items() if key not in own}
    return tool


def _function(tool: Json) -> Json:
    strict, parameters = tool.get("strict"), tool.get("parameters")
    own = {
        "type": "function",
        "description": tool.get("description"),
        "name": tool.get("name"),
        "output_schema": tool.get("output_schema"),
        "parameters": _strict(parameters, 0) if strict is None else parameters,
        "strict": True if strict is None else strict,
    }
    return own | {key: value for key, value in tool.items() if key not in own}


def _strict(schema: Any, depth: int) -> Any:
    if isinstance(schema, list):
        return [_strict(one, depth + 1) for one in schema]
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return schema
    made = {key: _strict(value, depth + 1) for key, value in schema.items()}
    properties = schema.get("properties")
    if schema.get("type") == "object" and isinstance(properties, dict):
        made["additionalProperties"] = False
        made["required"] = list(properties)
    return made
