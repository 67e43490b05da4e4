"""What the real API refuses of `POST /responses`."""

from typing import Any

from mockgw.apis import abilities
from mockgw.apis.content import text_of
from mockgw.apis.responses import history, reading
from mockgw.apis.responses.request import REQUEST
from mockgw.apis.responses.resolving import check_one_past
from mockgw.apis.tools_request import (
    BAD,
    check_format,
    check_function,
    check_size,
    check_stream_options,
    check_unique,
    known_model,
    refuse_parameter,
)
from mockgw.catalogue import Model
from mockgw.errors import ApiError
from mockgw.model import Call, Json
from mockgw.shape import missing, quoted

_MOVED = {
    "messages": "input",
    "reasoning_effort": "reasoning.effort",
    "response_format": "text.format",
    "verbosity": "text.verbosity",
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
}
_DEFAULTS: dict[str, tuple[float, ...]] = {
    "temperature": (1,),
    "top_p": (1, 0.98),
    "presence_penalty": (0,),
    "frequency_penalty": (0,),
}
_LOGPROBS = "message.output_text.logprobs"
_NO_JSON = (
    "Response input messages must contain the word 'json' in some form to use 'text.format' of "
    "type 'json_object'."
)
_TOO_LONG = (
    "Your input exceeds the context window of this model. Please adjust your input and try again."
)


def check(call: Call) -> None:
    """Raise ApiError for what the real API would refuse."""
    if not call.model:
        raise missing("model")
    model = known_model(call.model)
    body = call.body
    _check_moved(body)
    REQUEST.check(body, "")
    _check_sources(body)
    if model.reasons:
        _check_reasoning(body, model)
    elif (body.get("reasoning") or {}).get("effort") is not None:
        refuse_parameter("reasoning.effort", "unsupported_parameter")
    abilities.check_verbosity(model, (body.get("text") or {}).get("verbosity"), "text.verbosity")
    abilities.check_tools(model, body.get("tools") or [], reading.effort_of(call))
    _check_tools(body)
    _check_format(body)
    check_stream_options(call)
    if isinstance(body.get("input"), list):
        history.check(body["input"], continued=_continued(body))
    if body.get("truncation") != "auto" and not check_size(model, _texts(body)):
        raise ApiError(BAD, _TOO_LONG, param="input", code="context_length_exceeded")


def _check_format(body: Json) -> None:
    form = (body.get("text") or {}).get("format")
    if not form:
        return
    if form["type"] == "json_schema":
        check_format(form, "text.format.schema")
    told = [item.get("content") for item in reading.items(body)]
    unseen = bool(body.get("prompt")) or _continued(body)
    if form["type"] == "json_object" and not unseen and not _mentions_json(told):
        raise ApiError(BAD, _NO_JSON, param="input")


def _texts(body: Json) -> list[str]:
    keys = ("content", "output", "arguments", "input")
    return [text_of(item[key]) for item in reading.items(body) for key in keys if key in item]


def _mentions_json(contents: list[Any]) -> bool:
    return any("json" in text_of(content).lower() for content in contents)


def _check_moved(body: Json) -> None:
    for old, new in _MOVED.items():
        if old in body:
            message = (
                f"Unsupported parameter: '{old}'. In the Responses API, this parameter has moved "
                f"to '{new}'. Try again with the new parameter. See the API documentation for more "
                "information: https://platform.openai.com/docs/api-reference/responses/create."
            )
            raise ApiError(BAD, message, code="unsupported_parameter")


def _continued(body: Json) -> bool:
    return bool(body.get("previous_response_id") or body.get("conversation"))


def _check_sources(body: Json) -> None:
    check_one_past(body)
    if body.get("input") is None and not body.get("prompt") and not _continued(body):
        raise missing("input")


def _check_reasoning(body: Json, model: Model) -> None:
    effort = (body.get("reasoning") or {}).get("effort") or model.default_effort
    if effort not in model.efforts:
        message = (
            f"Unsupported value: '{effort}' is not supported with the '{model.name}' model. "
            f"Supported values are: {quoted(model.efforts)}."
        )
        raise ApiError(BAD, message, param="reasoning.effort", code="unsupported_value")
    if effort == "none":
        return
    for name, defaults in _DEFAULTS.items():
        value = body.get(name)
        if value is not None and value not in defaults:
            refuse_parameter(name, None)
    logprobs = "logprobs are not supported with reasoning models."
    if body.get("top_logprobs"):
        raise ApiError(BAD, logprobs, param="top_logprobs", code="unsupported_parameter")
    if _LOGPROBS in (body.get("include") or ()):
        raise ApiError(BAD, logprobs, param="include", code="unsupported_parameter")


def _check_tools(body: Json) -> None:
    tools = body.get("tools") or []
    for index, tool in enumerate(tools):
        if tool["type"] == "function":
            check_function(tool, f"tools[{index}].parameters")
    check_unique(
        [tool["name"] for tool in tools if tool["type"] in {"function", "custom"}], "tools"
    )
    choice = body.get("tool_choice")
    if choice is not None and not _has_further_tools(body):
        _check_choice(choice, tools)


def _has_further_tools(body: Json) -> bool:
    """Tell whether tools may come from elsewhere: a stored prompt or an item of the input."""
    items = body.get("input")
    return bool(body.get("prompt")) or (
        isinstance(items, list) and any("tools" in item for item in items)
    )


def _check_choice(choice: Any, tools: list[Json]) -> None:
    if choice == "required" and not tools:
        message = "Tool choice 'required' must be specified with 'tools' parameter."
        raise ApiError(BAD, message, param="tool_choice")
    if not isinstance(choice, dict):
        return
    allowed = choice["type"] == "allowed_tools"
    for one in choice["tools"] if allowed else [choice]:
        if "type" in one and not _is_offered(one, tools):
            message = f"Tool choice '{one['type']}' not found in 'tools' parameter."
            raise ApiError(BAD, message, param="tool_choice")


def _is_offered(choice: Json, tools: list[Json]) -> bool:
    kind = str(choice["type"])
    if kind == "mcp":
        return any(tool.get("server_label") == choice.get("server_label") for tool in tools)
    if kind in {"function", "custom"}:
        spaces = [tool for tool in tools if tool["type"] == "namespace"]
        offered = [*tools, *(inner for space in spaces for inner in space["tools"])]
        return any(tool["type"] == kind and tool["name"] == choice.get("name") for tool in offered)
    return any(reading.family(tool["type"]) == reading.family(kind) for tool in tools)
