"""What a Responses request says: its items, its texts, its tools, and what it wants."""

from collections.abc import Iterator, Sequence
from typing import Any

from mockgw.apis.content import model_of, text_of
from mockgw.apis.responses import tool_echo
from mockgw.context import Context
from mockgw.draft import Ask, Hosted, Tool
from mockgw.model import Call, Json

CALLERS = ("function", "custom")
# Items with which a caller answers what the model wanted done.
_OUTPUTS = frozenset(
    "function_call_output custom_tool_call_output computer_call_output shell_call_output "
    "local_shell_call_output apply_patch_call_output mcp_approval_response".split()
)
_BETWEEN = frozenset({"reasoning", "additional_tools", "configuration_update"})


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
    """Return the function and custom tools on offer, those of namespaces included."""
    given = body.get("tools")
    return tuple(_tools(given)) if isinstance(given, list) else ()


def _tools(given: Sequence[Any], namespace: str = "") -> Iterator[Tool]:
    for tool in given:
        if not isinstance(tool, dict):
            continue
        if tool.get("type") in CALLERS:
            yield _tool(tool, namespace)
        elif tool.get("type") == "namespace" and isinstance(tool.get("tools"), list):
            yield from _tools(tool["tools"], str(tool.get("name") or ""))


def _tool(tool: Json, namespace: str) -> Tool:
    form = tool.get("format") or {}
    grammar = form if form.get("type") == "grammar" else None
    name = str(tool.get("name", ""))
    deferred = tool.get("defer_loading") is True
    return Tool(
        name=name,
        kind=str(tool["type"]),
        description=str(tool.get("description") or ""),
        parameters=tool.get("parameters"),
        grammar=(str(grammar["syntax"]), str(grammar["definition"])) if grammar else None,
        # A tool that was searched for is called by a namespace, its own name for want of another.
        namespace=namespace or (name if deferred else ""),
        deferred=deferred,
        told=tool_echo.echo(tool) if deferred else {},
    )


def family(kind: str) -> str:
    """Return a tool's type without its version: `web_search_preview_2025_03_11` is `web_search`."""
    return kind.partition("_preview")[0].partition("_2025")[0].removesuffix("_use")


def _hosted(body: Json) -> Iterator[Hosted]:
    given = body.get("tools")
    for tool in given if isinstance(given, list) else ():
        kind = tool.get("type") if isinstance(tool, dict) else None
        if kind is not None and kind not in CALLERS and kind != "namespace":
            yield Hosted(family(str(kind)), tool)


def effort_of(call: Call) -> str | None:
    """Return the reasoning effort in force, or None when the model does not reason."""
    reasoning = call.body.get("reasoning")
    asked = reasoning.get("effort") if isinstance(reasoning, dict) else None
    model = model_of(call.model)
    return (asked or model.default_effort) if model.reasons else None


def ask(call: Call, before: Context) -> Ask:
    """Return what the request wants of its answer."""
    body = call.body
    said = [*before.items, *items(body)]
    last = _last(said)
    form = _format(body)
    reasoning = body.get("reasoning") or {}
    offered = (*tools(body), *_found(said))
    return Ask(
        text=_last_user_text(said),
        tools=tuple(tool for tool in offered if _is_allowed(body, tool.kind, tool.name)),
        choice=_choice(body.get("tool_choice")),
        parallel=body.get("parallel_tool_calls") is not False,
        answered=last.get("type") in _OUTPUTS,
        schema=form.get("schema") if form.get("type") == "json_schema" else None,
        json_object=form.get("type") == "json_object",
        effort=effort_of(call),
        summary=reasoning.get("summary") or reasoning.get("generate_summary"),
        verbosity=str((body.get("text") or {}).get("verbosity") or "medium"),
        budget=_whole(body.get("max_output_tokens")),
        hosted=tuple(_offered_hosted(body, said)),
        most_hosted=_whole(body.get("max_tool_calls")),
        listed=frozenset(
            str(item.get("server_label")) for item in said if item.get("type") == "mcp_list_tools"
        ),
        approved=_approved(last, said),
        used=_used(said),
    )


def _whole(value: Any) -> int | None:
    return int(value) if value is not None else None


def _format(body: Json) -> Json:
    text = body.get("text")
    form = text.get("format") if isinstance(text, dict) else None
    return form if isinstance(form, dict) else {}


def _last(said: Sequence[Json]) -> Json:
    """Return the last item that somebody said or did; guidance in between does not count."""
    for item in reversed(said):
        guides = is_message(item) and item.get("role") in {"system", "developer"}
        if not guides and item.get("type") not in _BETWEEN:
            return item
    return {}


def _found(said: Sequence[Json]) -> Iterator[Tool]:
    """Yield the tools that items of the context brought: searched for, or added."""
    for item in said:
        brings = item.get("type") in {"tool_search_output", "additional_tools"}
        if brings and isinstance(item.get("tools"), list):
            for tool in _tools(item["tools"]):
                yield Tool(
                    tool.name,
                    tool.kind,
                    tool.description,
                    tool.parameters,
                    tool.grammar,
                    tool.namespace,
                )


def _approved(last: Json, said: Sequence[Json]) -> Json | None:
    """Return the MCP request that the last item allows, or None."""
    if last.get("type") != "mcp_approval_response" or last.get("approve") is not True:
        return None
    wanted = last.get("approval_request_id")
    for item in said:
        if item.get("type") == "mcp_approval_request" and item.get("id") == wanted:
            return item
    return None


def _used(said: Sequence[Json]) -> frozenset[str]:
    """Return the names of the tools that were called since the user spoke."""
    names: set[str] = set()
    for item in reversed(said):
        if is_message(item) and item.get("role") == "user":
            break
        if item.get("type") in {"function_call", "custom_tool_call"}:
            names.add(str(item.get("name")))
    return frozenset(names)


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
    kind = str(given.get("type"))
    if kind == "allowed_tools":
        return str(given.get("mode") or "auto")
    if kind in CALLERS:
        return f"named:{given.get('name')}"
    parts = ["hosted", family(kind), given.get("server_label"), given.get("name")]
    return ":".join(str(part) for part in parts if part)


def _offered_hosted(body: Json, said: Sequence[Json]) -> Iterator[Hosted]:
    searched = any(item.get("type") == "tool_search_output" for item in said)
    for tool in _hosted(body):
        # What a search has found is in the context; a second search would find the same.
        if tool.kind == "tool_search" and searched:
            continue
        if _is_allowed(body, tool.kind, str(tool.settings.get("server_label") or "")):
            yield tool


def _is_allowed(body: Json, kind: str, name: str) -> bool:
    choice = body.get("tool_choice")
    if not isinstance(choice, dict) or choice.get("type") != "allowed_tools":
        return True
    return any(
        _names(one, kind, name) for one in choice.get("tools") or () if isinstance(one, dict)
    )


def _names(one: Json, kind: str, name: str) -> bool:
    if kind in CALLERS:
        return one.get("name") == name and one.get("type", kind) == kind
    if kind == "mcp":
        return one.get("type") == "mcp" and one.get("server_label") == name
    return family(str(one.get("type"))) == kind
