"""What a Responses request says: its items, its texts, its tools, and what it wants."""

from collections.abc import Iterator, Sequence
from typing import Any

from mockgw.apis.content import model_of, text_of
from mockgw.context import Context
from mockgw.draft import Ask, Tool
from mockgw.model import Call, Json

_OUTPUTS = frozenset({"function_call_output", "custom_tool_call_output"})


def items(body: Json) -> list[Json]:
    """Return the input as a list of items; a bare string is one user message."""
    given = body.get("input")
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    return [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []


def is_message(item: Json) -> bool:
    """Tell whether an input item is a message, with or without its `type`."""
    return item.get("type", "message") == "message" and "role" in item


def tools(body: Json) -> tuple[Tool, ...]:
    """Return the function and custom tools on offer."""
    given = body.get("tools")
    return tuple(_tools(given)) if isinstance(given, list) else ()


def _tools(given: Sequence[Any]) -> Iterator[Tool]:
    for tool in given:
        if isinstance(tool, dict) and tool.get("type") in {"function", "custom"}:
            yield Tool(
                name=str(tool.get("name", "")),
                kind=str(tool["type"]),
                description=str(tool.get("description") or ""),
                parameters=tool.get("parameters"),
            )


def effort_of(call: Call) -> str | None:
    """Return the reasoning effort in force, or None when the model does not reason."""
    reasoning = call.body.get("reasoning")
    asked = reasoning.get("effort") if isinstance(reasoning, dict) else None
    model = model_of(call.model)
    return (asked or model.default_effort) if model.reasons else None


def ask(call: Call, before: Context) -> Ask:
    """Return what the request wants of its answer."""
    body = call.body
    said = items(body)
    last = said[-1] if said else (before.items[-1] if before.items else {})
    form = _format(body)
    reasoning = body.get("reasoning") or {}
    return Ask(
        text=_last_user_text([*before.items, *said]),
        tools=_allowed(body, tools(body)),
        choice=_choice(body.get("tool_choice")),
        parallel=body.get("parallel_tool_calls") is not False,
        answered=last.get("type") in _OUTPUTS,
        schema=form.get("schema") if form.get("type") == "json_schema" else None,
        json_object=form.get("type") == "json_object",
        effort=effort_of(call),
        summary=reasoning.get("summary") or reasoning.get("generate_summary"),
        verbosity=str((body.get("text") or {}).get("verbosity") or "medium"),
        budget=_whole(body.get("max_output_tokens")),
    )


def _whole(value: Any) -> int | None:
    return int(value) if value is not None else None


def _format(body: Json) -> Json:
    text = body.get("text")
    form = text.get("format") if isinstance(text, dict) else None
    return form if isinstance(form, dict) else {}


def _last_user_text(said: Sequence[Json]) -> str:
    for item in reversed(said):
        if is_message(item) and item.get("role") == "user":
            return text_of(item.get("content"))
    return ""


def _choice(given: Any) -> str:
    if isinstance(given, str):
        return given
    if not isinstance(given, dict):
        return "auto"
    if given.get("type") == "allowed_tools":
        return str(given.get("mode") or "auto")
    name = given.get("name")
    return f"named:{name}" if isinstance(name, str) else "auto"


def _allowed(body: Json, offered: tuple[Tool, ...]) -> tuple[Tool, ...]:
    choice = body.get("tool_choice")
    if not isinstance(choice, dict) or choice.get("type") != "allowed_tools":
        return offered
    names = {tool.get("name") for tool in choice.get("tools") or () if isinstance(tool, dict)}
    return tuple(tool for tool in offered if tool.name in names)
