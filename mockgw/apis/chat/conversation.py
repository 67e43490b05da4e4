"""What the real API refuses of the messages of a chat taken together."""

from mockgw.errors import ApiError
from mockgw.model import Json


def check(messages: list[Json]) -> None:
    """Raise ApiError for messages without content and for tool messages out of order."""
    for index, message in enumerate(messages):
        _check_content(message, index)
    called: set[str] = set()
    open_calls: list[str] = []
    for index, message in enumerate(messages):
        if message["role"] == "tool":
            _check_answer(message["tool_call_id"], called, index)
            open_calls = [name for name in open_calls if name != message["tool_call_id"]]
            continue
        _check_answered(open_calls, index)
        open_calls = _called(message)
        called = set(open_calls)
    _check_answered(open_calls, len(messages) - 1)


def _called(message: Json) -> list[str]:
    calls = message.get("tool_calls") if message["role"] == "assistant" else None
    return [call["id"] for call in calls or ()]


def _check_content(message: Json, index: int) -> None:
    # Clients send an assistant's empty turn back as it came: with content null, or without any.
    if message.get("content") is not None or message["role"] in {"assistant", "function"}:
        return
    text = "Invalid value for 'content': expected a string, got null."
    raise ApiError(400, text, param=f"messages.[{index}].content")


def _check_answer(name: str, called: set[str], index: int) -> None:
    if not called:
        raise ApiError(
            400,
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding "
            "message with 'tool_calls'.",
            param=f"messages.[{index}].role",
        )
    if name not in called:
        raise ApiError(
            400,
            f"Invalid parameter: 'tool_call_id' of '{name}' not found in 'tool_calls' of previous "
            "message.",
            param=f"messages.[{index}].tool_call_id",
        )


def _check_answered(open_calls: list[str], index: int) -> None:
    if open_calls:
        raise ApiError(
            400,
            "An assistant message with 'tool_calls' must be followed by tool messages responding "
            "to each 'tool_call_id'. The following tool_call_ids did not have response messages: "
            f"{', '.join(open_calls)}",
            param=f"messages.[{index}].role",
        )
