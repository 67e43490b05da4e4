"""The events of hosted tools' items, between their announcement and their end."""

from collections.abc import Callable, Iterator

from mockgw.apis.responses.event import Events
from mockgw.model import Json

# The steps of an item: one event each, with nothing but its place.
_STEPS: dict[str, tuple[str, ...]] = {
    "web_search_call": ("in_progress", "searching", "completed"),
    "file_search_call": ("in_progress", "searching", "completed"),
    "compaction": ("compacting",),
}
# What is not yet known of an item when it is announced, and what stands there instead.
_UNKNOWN: dict[str, Json] = {
    "code_interpreter_call": {"code": "", "outputs": None},
    "file_search_call": {"queries": [], "results": None},
    "mcp_call": {"arguments": "", "error": None, "output": None},
    "mcp_list_tools": {"tools": []},
    "shell_call_output": {"output": []},
    "tool_search_call": {"arguments": {}},
    "tool_search_output": {"tools": []},
}
_BARE = ("web_search_call", "image_generation_call")
_MOST_PARTIAL = 3


def announced(item: Json) -> Json:
    """Return the item as `response.output_item.added` shows it."""
    kind = str(item.get("type"))
    begun = {**item, "status": "in_progress"} if "status" in item else item
    if kind in _BARE:
        return {key: value for key, value in begun.items() if key in {"id", "type", "status"}}
    if kind == "shell_call_output":
        begun = item
    if kind == "shell_call":
        return {**begun, "action": {**(item.get("action") or {}), "commands": []}}
    if kind == "apply_patch_call" and "diff" in (item.get("operation") or {}):
        return {**begun, "operation": {**item["operation"], "diff": ""}}
    told = _UNKNOWN.get(kind, {})
    return {key: told.get(key, value) for key, value in begun.items()} if told else begun


def events(stream: Events, response: Json, item: Json, index: int) -> Iterator[bytes]:
    """Yield what happens to the item; nothing for a kind that has no events of its own."""
    kind = str(item.get("type"))
    own = {"item_id": item.get("id"), "output_index": index}
    if kind in _STEPS:
        for step in _STEPS[kind]:
            yield stream.event(f"response.{kind}.{step}", {}, own)
    elif kind == "image_generation_call":
        yield from _image(stream, item, own, _partial(response) if item.get("result") else 0)
    elif kind in _TELLERS:
        yield from _TELLERS[kind](stream, item, own)


def _code(stream: Events, item: Json, own: Json) -> Iterator[bytes]:
    name, code = "response.code_interpreter_call", str(item.get("code") or "")
    yield stream.event(f"{name}.in_progress", {}, own)
    yield from stream.deltas(f"{name}_code.delta", code, own)
    yield stream.event(f"{name}_code.done", {}, {"code": code, **own})
    yield stream.event(f"{name}.interpreting", {}, own)
    yield stream.event(f"{name}.completed", {}, own)


def _image(stream: Events, item: Json, own: Json, partial: int) -> Iterator[bytes]:
    name = "response.image_generation_call"
    yield stream.event(f"{name}.in_progress", {}, own)
    yield stream.event(f"{name}.generating", {}, own)
    shown = ("background", "output_format", "quality", "size")
    told = {key: item[key] for key in shown if key in item}
    for number in range(partial):
        image = {"partial_image_b64": item["result"], "partial_image_index": number}
        yield stream.event(f"{name}.partial_image", {}, {**image, **told, **own})
    yield stream.event(f"{name}.completed", {}, own)


def _partial(response: Json) -> int:
    """Return how many partial images the request wanted."""
    for tool in response.get("tools") or ():
        if isinstance(tool, dict) and tool.get("type") == "image_generation":
            wanted = tool.get("partial_images")
            return min(wanted, _MOST_PARTIAL) if isinstance(wanted, int) else 0
    return 0


def _listing(stream: Events, item: Json, own: Json) -> Iterator[bytes]:
    yield stream.event("response.mcp_list_tools.in_progress", {}, own)
    end = "failed" if item.get("error") else "completed"
    yield stream.event(f"response.mcp_list_tools.{end}", {}, own)


def _mcp(stream: Events, item: Json, own: Json) -> Iterator[bytes]:
    arguments = str(item.get("arguments") or "")
    yield stream.event("response.mcp_call.in_progress", {}, own)
    # Recorded arguments of MCP calls come as one delta, not token by token.
    yield stream.delta("response.mcp_call_arguments.delta", arguments, own)
    yield stream.event("response.mcp_call_arguments.done", {}, {"arguments": arguments, **own})
    end = "failed" if item.get("error") else "completed"
    yield stream.event(f"response.mcp_call.{end}", {}, own)


def _shell(stream: Events, item: Json, own: Json) -> Iterator[bytes]:
    name = "response.shell_call_command"
    for number, command in enumerate((item.get("action") or {}).get("commands") or ()):
        place = {"command_index": number, "output_index": own["output_index"]}
        yield stream.event(f"{name}.added", {}, {"command": "", **place})
        yield from stream.deltas(f"{name}.delta", str(command), place)
        yield stream.event(f"{name}.done", {}, {"command": command, **place})


def _shell_output(stream: Events, item: Json, own: Json) -> Iterator[bytes]:
    name = "response.shell_call_output_content"
    for number, output in enumerate(item.get("output") or ()):
        place = {"command_index": number, **own}
        told = {key: output[key] for key in ("stderr", "stdout") if output.get(key)}
        yield stream.event(f"{name}.delta", {}, {"delta": told, **place})
        yield stream.event(f"{name}.done", {}, {"output": [output], **place})


def _patch(stream: Events, item: Json, own: Json) -> Iterator[bytes]:
    operation = item.get("operation") or {}
    if "diff" not in operation:
        return
    # These are on the wire, though neither the specification nor the packages have them.
    name, diff = "response.apply_patch_call_operation_diff", str(operation["diff"])
    yield from stream.deltas(f"{name}.delta", diff, own)
    yield stream.event(f"{name}.done", {}, {"diff": diff, **own})


_TELLERS: dict[str, Callable[[Events, Json, Json], Iterator[bytes]]] = {
    "apply_patch_call": _patch,
    "code_interpreter_call": _code,
    "mcp_call": _mcp,
    "mcp_list_tools": _listing,
    "shell_call": _shell,
    "shell_call_output": _shell_output,
}
