"""What the real API refuses of the items of `input` taken together."""

from mockgw.errors import ApiError
from mockgw.model import Json

_CALLS = {"function_call": "function call", "custom_tool_call": "custom tool call"}
_OUTPUTS = {f"{kind}_output": name for kind, name in _CALLS.items()}


def check(items: list[Json], *, continued: bool) -> None:
    """Raise ApiError for items that do not belong together.

    `continued` says that earlier items, which are not in the list, come before it.
    """
    _check_ids(items)
    _check_calls(items, continued=continued or any(_is_reference(item) for item in items))
    last = items[-1] if items else {}
    if last.get("type") == "reasoning" and last.get("id"):
        raise _refusal(
            f"Item '{last['id']}' of type 'reasoning' was provided without its required following "
            "item."
        )


def _check_ids(items: list[Json]) -> None:
    seen: set[str] = set()
    for item in items:
        name = item.get("id")
        if name and name in seen:
            raise _refusal(
                f"Duplicate item found with id {name}. Remove duplicate items from your input and "
                "try again."
            )
        seen.add(name or "")


def _check_calls(items: list[Json], *, continued: bool) -> None:
    called = _ids(items, _CALLS)
    answered = _ids(items, _OUTPUTS)
    for item in items:
        kind, name = item.get("type"), item.get("call_id")
        if kind in _CALLS and name not in answered:
            raise _refusal(f"No tool output found for {_CALLS[kind]} {name}.")
        if kind in _OUTPUTS and name and name not in called and not continued:
            raise _refusal(f"No tool call found for {_OUTPUTS[kind]} output with call_id {name}.")


def _ids(items: list[Json], kinds: dict[str, str]) -> set[str | None]:
    return {item.get("call_id") for item in items if item.get("type") in kinds}


def _is_reference(item: Json) -> bool:
    kind = item.get("type")
    return kind == "item_reference" or (kind is None and "role" not in item)


def _refusal(message: str) -> ApiError:
    return ApiError(400, message, param="input")
