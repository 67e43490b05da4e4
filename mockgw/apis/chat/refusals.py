"""What the real API refuses of `POST /chat/completions`."""

from typing import Any

from mockgw.apis import abilities
from mockgw.apis.chat import conversation, reading, usage
from mockgw.apis.chat.request import REQUEST
from mockgw.apis.content import text_of
from mockgw.apis.tools_request import (
    ABSENT,
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
from mockgw.shape import quoted

_DEFAULTS = {"top_p": 1, "presence_penalty": 0, "frequency_penalty": 0, "logprobs": False}


def check(call: Call, *, max_tokens_refused: bool = True) -> None:
    """Raise ApiError for what the real API would refuse.

    `max_tokens_refused` says whether a reasoning model refuses `max_tokens`. `stop` always passes,
    though newer models of the real API refuse it.
    """
    if not call.model:
        raise ApiError(BAD, "you must provide a model parameter")
    model = known_model(call.model)
    if model.responses_only:
        message = "This model is only supported in v1/responses and not in v1/chat/completions."
        raise ApiError(ABSENT, message, param="model")
    body = call.body
    REQUEST.check(body, "")
    if model.reasons:
        _check_reasoning(body, model, max_tokens_refused=max_tokens_refused)
    elif body.get("reasoning_effort") is not None:
        refuse_parameter("reasoning_effort", "unsupported_parameter")
    abilities.check_verbosity(model, body.get("verbosity"), "verbosity")
    _check_output(body, model)
    conversation.check(body["messages"])
    _check_tools(body)
    _check_functions(body)
    if any(tool.kind == "function" for tool in reading.tools(body)):
        given, effort = body.get("reasoning_effort"), reading.effort_of(call)
        abilities.check_functions(model, given, effort)
    _check_format(body)
    check_stream_options(call)
    _check_input(call, model)


def _check_output(body: Json, model: Model) -> None:
    if body.get("top_logprobs") and not body.get("logprobs"):
        message = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled."
        raise ApiError(BAD, message, param="top_logprobs")
    most = abilities.most_output(model)
    for name in ("max_completion_tokens", "max_tokens"):
        asked = body.get(name)
        if most is not None and asked is not None and asked > most:
            message = (
                f"max_tokens is too large: {asked}. This model supports at most {most} completion "
                f"tokens, whereas you provided {asked}."
            )
            raise ApiError(BAD, message, param=name, code="invalid_value")


def _check_input(call: Call, model: Model) -> None:
    most = abilities.most_input(model)
    if check_size(model, [text_of(one.get("content")) for one in call.body["messages"]]):
        return
    spent = usage.prompt_tokens(call)
    if model.reasons:
        message = (
            f"Input tokens exceed the configured limit of {most} tokens. Your messages resulted in "
            f"{spent} tokens. Please reduce the length of the messages."
        )
    else:
        message = (
            f"This model's maximum context length is {most} tokens. However, your messages "
            f"resulted in {spent} tokens. Please reduce the length of the messages."
        )
    raise ApiError(BAD, message, param="messages", code="context_length_exceeded")


def _check_format(body: Json) -> None:
    form = body.get("response_format")
    if not form:
        return
    if form["type"] == "json_schema":
        check_format(form["json_schema"], "response_format")
    told = (text_of(message.get("content")) for message in body["messages"])
    if form["type"] == "json_object" and not any("json" in text.lower() for text in told):
        message = (
            "'messages' must contain the word 'json' in some form, to use 'response_format' of "
            "type 'json_object'."
        )
        raise ApiError(BAD, message, param="messages")


def _check_reasoning(body: Json, model: Model, *, max_tokens_refused: bool) -> None:
    if max_tokens_refused and body.get("max_tokens") is not None:
        message = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' instead."
        )
        raise ApiError(BAD, message, param="max_tokens", code="unsupported_parameter")
    for name in ("logit_bias", "prediction"):
        if body.get(name):
            refuse_parameter(name, "unsupported_parameter")
    effort = body.get("reasoning_effort") or model.default_effort
    if effort not in model.efforts:
        rule = f"Supported values are: {quoted(model.efforts)}."
        raise _unsupported("reasoning_effort", f"'{effort}'", rule)
    if effort != "none":
        _check_sampling(body)


def _check_sampling(body: Json) -> None:
    temperature = body.get("temperature")
    if temperature is not None and temperature != 1:
        rule = "Only the default (1) value is supported."
        raise _unsupported("temperature", str(temperature), rule)
    for name, default in _DEFAULTS.items():
        value = body.get(name)
        if value is not None and value != default:
            refuse_parameter(name, "unsupported_parameter")


def _unsupported(name: str, value: str, rule: str) -> ApiError:
    message = f"Unsupported value: '{name}' does not support {value} with this model. {rule}"
    return ApiError(BAD, message, param=name, code="unsupported_value")


def _check_tools(body: Json) -> None:
    tools = body.get("tools") or []
    for index, tool in enumerate(tools):
        if tool["type"] == "function":
            check_function(tool["function"], f"tools[{index}].function.parameters")
    check_unique([tool[tool["type"]]["name"] for tool in tools], "tools")
    choice = body.get("tool_choice")
    if body.get("tools") is None:
        for name in ("tool_choice", "parallel_tool_calls"):
            _check_alone(body, name, "tools")
    elif tools and isinstance(choice, dict) and choice["type"] != "allowed_tools":
        _check_named(choice, tools)


def _check_alone(body: Json, name: str, needed: str) -> None:
    if body.get(name) is not None:
        message = (
            f"Invalid value for '{name}': '{name}' is only allowed when '{needed}' are specified."
        )
        raise ApiError(BAD, message, param=name)


def _check_named(choice: Json, tools: list[Json]) -> None:
    kind = choice["type"]
    offered = {tool[kind]["name"] for tool in tools if tool["type"] == kind}
    _check_offered(choice[kind]["name"], offered)


def _check_offered(name: Any, offered: set[Any]) -> None:
    # The API speaks of the older parameters here, whichever pair the request used.
    if name not in offered:
        message = (
            f"Invalid value for 'function_call': no function named '{name}' was specified in the "
            "'functions' parameter."
        )
        raise ApiError(BAD, message, param="function_call")


def _check_functions(body: Json) -> None:
    functions = body.get("functions") or []
    for index, function in enumerate(functions):
        check_function(function, f"functions[{index}].parameters")
    check_unique([function["name"] for function in functions], "functions")
    choice = body.get("function_call")
    if not functions:
        _check_alone(body, "function_call", "functions")
    elif isinstance(choice, dict):
        _check_offered(choice["name"], {function["name"] for function in functions})
