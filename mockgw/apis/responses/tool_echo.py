"""Tools as a Response object repeats them: every key there, and schemas made strict."""

from typing import Any

from mockgw.model import Json

_DEEPEST = 64
_HIDDEN = "<redacted>"
_ANYWHERE = {
    "type": "approximate",
    "city": None,
    "country": "US",
    "region": None,
    "timezone": None,
}
_SEARCH: Json = {"search_context_size": "medium", "user_location": _ANYWHERE}
# The settings of hosted tools that were left out, as recorded responses show them.
_USUAL: dict[str, Json] = {
    "file_search": {
        "filters": None,
        "max_num_results": 20,
        "ranking_options": {"ranker": "auto", "score_threshold": 0.0},
    },
    "image_generation": {
        "background": "auto",
        "moderation": "auto",
        "n": 1,
        "output_compression": 100,
        "output_format": "png",
        "quality": "auto",
        "size": "auto",
    },
    "mcp": {
        "allowed_tools": None,
        "headers": None,
        "require_approval": "always",
        "server_description": None,
    },
    "tool_search": {"description": None, "parameters": None},
    "web_search": {"filters": None, **_SEARCH},
    "web_search_preview": _SEARCH,
}


def echo(tool: Json) -> Json:
    """Return the tool as the API repeats it.

    A function without `strict` is taken to be strict: its parameters then forbid further keys
    and require all they have. Hosted tools show their usual settings, where recorded ones do; a
    key to an MCP server is not repeated.
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
    return _hosted(tool)


def _hosted(tool: Json) -> Json:
    kind = str(tool.get("type"))
    usual = _USUAL.get(kind, {})
    given = {key: value for key, value in tool.items() if value is not None or key not in usual}
    if kind == "mcp":
        given.pop("authorization", None)
        headers = given.get("headers")
        if isinstance(headers, dict):
            given["headers"] = dict.fromkeys(headers, _HIDDEN)
    own = {key: given.get(key, value) for key, value in usual.items()}
    return {"type": kind} | own | {key: value for key, value in given.items() if key not in own}


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
