"""Input items as the API files them: each with an id, messages with their parts."""

from collections.abc import Iterable, Iterator

from mockgw.ids import Ids
from mockgw.model import Json

# The prefix of an id tells the kind of the item; those of outputs end with an `o`.
_PREFIXES = {
    "apply_patch_call": "apc",
    "apply_patch_call_output": "apco",
    "code_interpreter_call": "ci",
    "compaction": "cmp",
    "computer_call": "cu",
    "computer_call_output": "cuo",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "file_search_call": "fs",
    "function_call": "fc",
    "function_call_output": "fco",
    "image_generation_call": "ig",
    "local_shell_call": "lsh",
    "local_shell_call_output": "lsho",
    "mcp_approval_request": "mcpr",
    "mcp_approval_response": "mcpr",
    "mcp_call": "mcp",
    "mcp_list_tools": "mcpl",
    "message": "msg",
    "program": "cm",
    "program_output": "cmo",
    "reasoning": "rs",
    "shell_call": "sh",
    "shell_call_output": "sho",
    "tool_search_call": "tsc",
    "tool_search_output": "tso",
    "web_search_call": "ws",
}
# Kinds whose items have no status.
_TIMELESS = frozenset(
    "compaction mcp_approval_request mcp_approval_response mcp_list_tools program reasoning".split()
)


def filed(items: Iterable[Json], ids: Ids) -> Iterator[Json]:
    """Yield the items as they are kept and listed; an item that has an id keeps it."""
    for item in items:
        kind = str(item.get("type") or "message")
        identifier = item.get("id") or ids.new(_PREFIXES.get(kind, "item"))
        if kind == "message":
            yield _message(item, str(identifier))
            continue
        told = {name: value for name, value in item.items() if name not in {"id", "type"}}
        if kind not in _TIMELESS:
            told["status"] = told.get("status") or "completed"
        yield {"id": identifier, "type": kind, **told}


def _message(item: Json, identifier: str) -> Json:
    told: Json = {
        "id": identifier,
        "type": "message",
        "status": item.get("status") or "completed",
        "content": _parts(item.get("content"), assistant=item.get("role") == "assistant"),
    }
    if item.get("phase"):
        told["phase"] = item["phase"]
    return {**told, "role": item.get("role")}


def _parts(content: object, *, assistant: bool) -> list[Json]:
    kind = "output_text" if assistant else "input_text"
    given = [{"type": kind, "text": content}] if isinstance(content, str) else content
    return [_part(part) for part in given or ()] if isinstance(given, list) else []


def _part(part: Json) -> Json:
    if part.get("type") == "output_text":
        return {
            "type": "output_text",
            "annotations": part.get("annotations") or [],
            "logprobs": part.get("logprobs") or [],
            "text": part.get("text"),
        }
    if part.get("type") == "input_image":
        # Which detail `auto` stands for depends on the model; the list says what was asked.
        return {"file_id": None, "image_url": None, **part, "detail": part.get("detail") or "auto"}
    return part
