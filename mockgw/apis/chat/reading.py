"""What a chat request says: its messages, its tools, and what it wants."""

from collections.abc import Iterator, Sequence
from typing import Any

from mockgw.apis.content import model_of, text_of
from mockgw.draft import Ask, Tool
from mockgw.model import Call, Json


def messages(body: Json) -> list[Json]:
    """Return the messages of the request."""
    given = body.get("messages")
    return [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []


def tools(body: Json) -> tuple[Tool, ...]:
    """Return the tools on offer, those of the older `functions` parameter included."""
    functions = [{"type": "function", "function": one} for one in body.get("functions") or ()]
    return tuple(_tools([*(body.get("tools") or ()), *functions]))


def _tools(given: Sequence[Any]) -> Iterator[Tool]:
    for tool in given:
        kind = tool.get("type") if isinstance(tool, dict) else None
        inner = tool.get(kind) if kind in {"function", "custom"} else None
        if isinstance(inner, dict):
            yield Tool(
                name=str(inner.get("name", "")),
                kind=str(kind),
                description=str(inner.get("description") or ""),
                parameters=inner.get("parameters"),
                grammar=_grammar(inner.get("format")),
            )


def _grammar(form: Any) -> tuple[str, str] | None:
    grammar = form.get("grammar") if isinstance(form, dict) else None
    if not isinstance(grammar, dict):
        return None
    return str(grammar.get("syntax")), str(grammar.get("definition"))


def effort_of(call: Call) -> str | None:
    """Return the reasoning effort in force, or None when the model does not reason."""
    model = model_of(call.model)
    return (call.body.get("reasoning_effort") or model.default_effort) if model.reasons else None


def ask(call: Call) -> Ask:
    """Return what the request wants of its answer."""
    body = call.body
    said = messages(body)
    form = body.get("response_format") or {}
    offered = tools(body)
    stop = body.get("stop")
    return Ask(
        text=_last_user_text(said),
        tools=_allowed(body, offered),
        choice=_choice(body),
        parallel=body.get("parallel_tool_calls") is not False and not body.get("functions"),
        answered=_last_role(said) in {"tool", "function"},
        schema=_schema(form),
        json_object=form.get("type") == "json_object",
        effort=effort_of(call),
        verbosity=str(body.get("verbosity") or "medium"),
        budget=_budget(body),
        stop=(stop,) if isinstance(stop, str) else tuple(stop or ()),
        used=_used(said),
        predicted=predicted(body),
        searches=body.get("web_search_options") is not None or "-search" in call.model,
    )


def predicted(body: Json) -> str:
    """Return the text that the caller expects the answer to hold, "" when it expects none."""
    return text_of((body.get("prediction") or {}).get("content"))


def _last_role(said: Sequence[Json]) -> Any:
    """Return who spoke last; guidance that comes after it does not count."""
    roles = (message.get("role") for message in reversed(said))
    return next((role for role in roles if role not in {"system", "developer"}), None)


def _used(said: Sequence[Json]) -> frozenset[str]:
    """Return the names of the tools that were called since the user spoke."""
    names: set[str] = set()
    for message in reversed(said):
        if message.get("role") == "user":
            break
        calls = message.get("tool_calls") or ()
        inner = [one.get("function") or one.get("custom") or {} for one in calls]
        inner.append(message.get("function_call") or {})
        names |= {str(one["name"]) for one in inner if one.get("name")}
    return frozenset(names)


def _schema(form: Json) -> Any:
    if form.get("type") != "json_schema":
        return None
    return (form.get("json_schema") or {}).get("schema") or {"type": "object"}


def _budget(body: Json) -> int | None:
    asked = body.get("max_completion_tokens")
    if asked is None:
        asked = body.get("max_tokens")
    return None if asked is None else int(asked)


def _last_user_text(said: Sequence[Json]) -> str:
    for message in reversed(said):
        if message.get("role") == "user":
            return text_of(message.get("content"))
    return ""


def _choice(body: Json) -> str:
    given = body.get("tool_choice")
    if given is None:
        given = body.get("function_call")
    if isinstance(given, str):
        return given
    if not isinstance(given, dict):
        return "auto"
    if given.get("type") == "allowed_tools":
        return str((given.get("allowed_tools") or {}).get("mode") or "auto")
    inner = given.get("function") or given.get("custom") or given
    name = inner.get("name") if isinstance(inner, dict) else None
    return f"named:{name}" if isinstance(name, str) else "auto"


def _allowed(body: Json, offered: tuple[Tool, ...]) -> tuple[Tool, ...]:
    choice = body.get("tool_choice")
    if not isinstance(choice, dict) or choice.get("type") != "allowed_tools":
        return offered
    listed = (choice.get("allowed_tools") or {}).get("tools") or ()
    names = {tool.name for tool in _tools(listed)}
    return tuple(tool for tool in offered if tool.name in names)
