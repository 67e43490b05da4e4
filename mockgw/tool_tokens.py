"""What offered tools cost: they are shown to the model as TypeScript declarations.

The form and the correction were fitted on recorded usage numbers and are exact on those; a schema
with keywords that no recording had is rendered by analogy.
"""

from collections.abc import Sequence
from typing import Any

from mockgw import tokens
from mockgw.canonical import encode
from mockgw.draft import Tool

_HEAD = "# Tools\n\n## functions\n\nnamespace functions {\n\n"
_FOOT = "\n\n} // namespace functions"
_NAMES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
_DEEPEST = 12


def tool_tokens(tools: Sequence[Tool]) -> int:
    """Return the input tokens that the declarations of the tools cost."""
    if not tools:
        return 0
    declared = "\n\n".join(_declaration(tool) for tool in tools)
    with_parameters = sum(1 for tool in tools if _properties(tool.parameters))
    described = sum(1 for tool in tools if tool.description)
    return tokens.count(_HEAD + declared + _FOOT) + 3 - len(tools) - with_parameters + described


def _declaration(tool: Tool) -> str:
    comment = f"// {tool.description}\n" if tool.description else ""
    if not _properties(tool.parameters):
        return f"{comment}type {tool.name} = () => any;"
    return f"{comment}type {tool.name} = (_: {_object(tool.parameters, 0)}) => any;"


def _properties(schema: Any) -> dict[str, Any]:
    found = schema.get("properties") if isinstance(schema, dict) else None
    return found if isinstance(found, dict) else {}


def _object(schema: Any, depth: int) -> str:
    required = schema.get("required")
    needed = required if isinstance(required, list) else []
    lines = ["{"]
    for name, value in _properties(schema).items():
        described = value.get("description") if isinstance(value, dict) else None
        if isinstance(described, str) and described:
            lines.append(f"// {described}")
        mark = "" if name in needed else "?"
        lines.append(f"{name}{mark}: {_type(value, depth + 1)},")
    return "\n".join([*lines, "}"])


def _type(schema: Any, depth: int) -> str:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return "any"
    if isinstance(schema.get("enum"), list):
        return " | ".join(encode(value).decode() for value in schema["enum"])
    branches = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(branches, list):
        return " | ".join(_type(branch, depth + 1) for branch in branches)
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_type({**schema, "type": one}, depth + 1) for one in kind)
    return _plain(schema, kind, depth)


def _plain(schema: dict[str, Any], kind: Any, depth: int) -> str:
    if kind == "array":
        return f"{_type(schema.get('items'), depth + 1)}[]"
    if kind == "object":
        return _object(schema, depth) if _properties(schema) else "object"
    return _NAMES.get(kind, "any") if isinstance(kind, str) else "any"
