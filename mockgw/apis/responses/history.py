"""What the real API refuses of the items of `input` taken together."""

from mockgw.errors import ApiError
from mockgw.model import Json

_CALLS = {
    "function_call": "function call",
    "custom_tool_call": "custom tool call",
    "apply_patch_call": "apply patch call",
    "computer_call": "computer call",
    "local_shell_call": "local shell call",
    "shell_call": "shell call",
}
_LOCAL = "local_shell_call_output"
_OUTPUTS = {f"{kind}_output": name for kind, name in _CALLS.items()}


def check(items: list[Json], *, continued: bool) -> None:
    """Raise ApiError for items that do not belong together.

    `continued` says that earlier items, which are not in the list, come before it.
    """
    _check_ids(items)
    continued = continued or any(_is_reference(item) for item in items)
    _check_calls(items, continued=continued)
    if not continued:
        _check_approvals(items)
    last = items[-1] if items else {}
    if last.get("type") == "reasoning" and last.get("id"):
        raise _refusal(
            f"Item '{last['id']}' of type 'reasoning' was provided without its required following "
            "item."
        )


def _check_ids(items: list[Json]) -> None:
    seen: set[str] = set()
    for item in items:
        # The output of a local shell may name its call by the id of the call's own item.
        name = item.get("id") if item.get("type") != _LOCAL else None
        if name and name in seen:
            raise _refusal(
                f"Duplicate item found with id {name}. Remove duplicate items from your input and "
                "try again."
            )
        seen.add(name or "")


def _check_calls(items: list[Json], *, continued: bool) -> None:
    called = _names(items, _CALLS)
    answered = _names(items, _OUTPUTS)
    for item in items:
        kind, name = item.get("type"), item.get("call_id")
        if kind in _CALLS and not _called(item) & answered:
            raise _refusal(f"No tool output found for {_CALLS[kind]} {name}.")
        if kind in _OUTPUTS and name and name not in called and not continued:
            raise _refusal(f"No tool call found for {_OUTPUTS[kind]} output with call_id {name}.")


def _check_approvals(items: list[Json]) -> None:
    asked: set[str] = set()
    for item in items:
        if item.get("type") == "mcp_approval_request":
            asked.add(str(item.get("id")))
        name = item.get("approval_request_id")
        if item.get("type") == "mcp_approval_response" and name not in asked:
            raise _refusal(f"No approval request found for MCP approval response with id {name}.")


def _names(items: list[Json], kinds: dict[str, str]) -> set[str]:
    found: set[str] = set()
    for item in items:
        if item.get("type") in kinds:
            found |= _called(item)
    return found


def _called(item: Json) -> set[str]:
    """Return the names by which a call and its output know each other."""
    keys = ("call_id", "id") if "local_shell" in str(item.get("type")) else ("call_id",)
    return {str(item[key]) for key in keys if item.get(key)}


def _is_reference(item: Json) -> bool:
    kind = item.get("type")
    return kind == "item_reference" or (kind is None and "role" not in item)


def _refusal(message: str) -> ApiError:
    return ApiError(400, message, param="input")
