"""The items of hosted tools, each with every key in the order the provider writes it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec

from mockgw import ids
from mockgw.apis.responses import sealed
from mockgw.digits import Digits
from mockgw.draft import Does
from mockgw.model import Json

_COMPACTED = 256


class Making(msgspec.Struct, frozen=True):
    """What an item's usual values are drawn from: ids, digits, moment, and the call before it.

    `included` is the request's `include`.
    """

    made: ids.Ids
    digits: Digits
    at: float
    after: float
    call_id: str
    included: Collection[str]


_Usual = Callable[[Making], Any]


class _Kind(msgspec.Struct, frozen=True):
    """The prefix of an item's id, and its keys with their usual values; `status` unless bare."""

    prefix: str
    usual: Mapping[str, Any]
    bare: bool = False


def _call_id(making: Making) -> str:
    return making.made.call()


def _same_call_id(making: Making) -> str:
    return making.call_id or making.made.call()


def _container(making: Making) -> str:
    return "cntr_" + making.digits.take(48)


def _sealed(making: Making) -> str:
    return sealed.seal(_COMPACTED, making.at, making.digits.take(32))


_SEARCH = {"type": "search", "queries": [], "query": ""}
_SHELL: Json = {"commands": [], "max_output_length": None, "timeout_ms": None}
_EXEC: Json = {"type": "exec", "command": [], "env": {}, "working_directory": None}
_IMAGE = {
    "background": "opaque",
    "output_format": "png",
    "quality": "medium",
    "result": None,
    "revised_prompt": None,
    "size": "1024x1024",
}
_MCP = {"arguments": "{}", "name": "", "server_label": ""}
# The order of keys is that of recorded items.
_KINDS: dict[str, _Kind] = {
    "apply_patch_call": _Kind(
        "apc", {"call_id": _call_id, "operation": {"type": "delete_file", "path": "notes.md"}}
    ),
    "code_interpreter_call": _Kind("ci", {"code": "", "container_id": _container, "outputs": []}),
    "compaction": _Kind("cmp", {"encrypted_content": _sealed}, bare=True),
    "computer_call": _Kind("cu", {"call_id": _call_id, "pending_safety_checks": []}),
    "file_search_call": _Kind("fs", {"queries": [], "results": []}),
    "image_generation_call": _Kind("ig", _IMAGE),
    "local_shell_call": _Kind("lsh", {"action": _EXEC, "call_id": _call_id}),
    "mcp_approval_request": _Kind("mcpr", _MCP, bare=True),
    "mcp_call": _Kind(
        "mcp",
        {
            "approval_request_id": None,
            "arguments": "{}",
            "error": None,
            "name": "",
            "output": None,
            "server_label": "",
        },
    ),
    "mcp_list_tools": _Kind("mcpl", {"server_label": "", "tools": []}, bare=True),
    "shell_call": _Kind("sh", {"action": _SHELL, "call_id": _call_id, "environment": None}),
    "shell_call_output": _Kind(
        "sho", {"call_id": _same_call_id, "max_output_length": None, "output": []}
    ),
    "tool_search_call": _Kind("tsc", {"arguments": {}, "call_id": _call_id, "execution": "client"}),
    "tool_search_output": _Kind("tso", {"call_id": None, "execution": "server", "tools": []}),
    "web_search_call": _Kind("ws", {"action": _SEARCH}),
}


def item(part: Does, making: Making) -> Json:
    """Return the item that says what was done.

    What the request did not include is left out of it: results, outputs, sources.
    """
    kind, data = _KINDS[part.kind], part.data
    told: Json = {"id": making.made.new(kind.prefix, making.after), "type": part.kind}
    if not kind.bare:
        told["status"] = data.get("status") or ("failed" if data.get("error") else "completed")
    for key, usual in kind.usual.items():
        told[key] = data[key] if key in data else usual(making) if callable(usual) else usual
    told |= {key: value for key, value in data.items() if key not in told}
    return _without(told, making.included)


def _without(told: Json, included: Collection[str]) -> Json:
    kind = told["type"]
    if kind == "file_search_call" and "file_search_call.results" not in included:
        return {**told, "results": None}
    if kind == "code_interpreter_call" and "code_interpreter_call.outputs" not in included:
        return {**told, "outputs": None}
    if kind == "web_search_call" and "web_search_call.action.sources" not in included:
        action = {key: value for key, value in told["action"].items() if key != "sources"}
        return {**told, "action": action}
    return told
