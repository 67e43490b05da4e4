"""What some models can do and others cannot: one table, read by what both APIs refuse.

Reasoning efforts stand in the catalogue. The tables follow the model pages and refusals that were
recorded; a model that no row speaks of takes everything.
"""

import re
from collections.abc import Mapping
from typing import Any

from mockgw.catalogue import Model
from mockgw.errors import ApiError
from mockgw.model import Json
from mockgw.shape import quoted

# The models that take a tool of that type. A type that is not listed is for all of them.
TOOLS: Mapping[str, str] = {
    "apply_patch": r"gpt-5\.[1-9].*|gpt-[6-9].*|.*codex.*",
    "code_interpreter": r"(?!gpt-5-pro$).*",
    "computer": r"gpt-5\.([4-9]|\d\d)(?!.*nano).*|gpt-[6-9].*",
    "computer_use_preview": r"computer-use-preview.*",
    "local_shell": r".*codex.*",
    "shell": r"gpt-5\.[1-9].*|gpt-[6-9].*|.*codex.*",
    "tool_search": r"gpt-5\.([4-9]|\d\d).*|gpt-[6-9].*",
    "web_search": r"(?!gpt-4\.1-nano).*",
    "web_search_preview": r"(?!gpt-4\.1-nano).*",
}
# What a model thinks too little for, at an effort.
TOO_LITTLE: Mapping[str, tuple[str, ...]] = {
    "minimal": ("web_search", "web_search_preview", "image_generation", "file_search"),
}
# The verbosities of a model; those that no row speaks of take `medium` only.
VERBOSE = r"gpt-5(?!-chat).*|gpt-[6-9].*"
VERBOSITIES, MEDIUM = ("low", "medium", "high"), ("medium",)
# Chat takes functions only from a model that does not reason, from these on: where the effort is
# given, and later where it is not `none`.
NO_FUNCTIONS_WITH_EFFORT = (5, 4)
NO_FUNCTIONS_WITH_REASONING = (5, 6)
# The most tokens that an older model's chat may be asked for, and that any input may have.
MOST_OUTPUT: Mapping[str, int] = {
    r"gpt-4o.*|chatgpt-4o.*": 16_384,
    r"gpt-4\.1.*": 32_768,
    r"gpt-4-turbo.*|gpt-3\.5.*": 4_096,
}
MOST_INPUT: Mapping[str, int] = {
    r"gpt-4o.*|chatgpt-4o.*|gpt-4-turbo.*": 128_000,
    r"gpt-4\.1.*": 1_047_576,
    r"gpt-5(\.[1-3])?(-.*)?": 272_000,
    r"gpt-5\.[4-9].*": 922_000,
    r"o\d.*": 200_000,
}


def check_tools(model: Model, tools: list[Json], effort: str | None) -> None:
    """Raise ApiError for a tool that the model, or its effort, does not take."""
    kinds = [str(tool["type"]) for tool in tools]
    for kind in kinds:
        if not re.fullmatch(TOOLS.get(kind, ".*"), model.name):
            message = f"Tool '{kind}' is not supported with {model.name}."
            raise ApiError(400, message, param="tools")
    weak = [kind for kind in kinds if kind in TOO_LITTLE.get(effort or "", ())]
    if weak:
        message = (
            f"The following tools cannot be used with reasoning.effort '{effort}': "
            f"{', '.join(dict.fromkeys(weak))}."
        )
        raise ApiError(400, message, param="tools")


def verbosities(model: Model) -> tuple[str, ...]:
    """Return the verbosities that the model takes."""
    return VERBOSITIES if re.fullmatch(VERBOSE, model.name) else MEDIUM


def check_verbosity(model: Model, value: Any, param: str) -> None:
    """Raise ApiError for a verbosity that the model does not take."""
    takes = verbosities(model)
    if value is None or value in takes:
        return
    if param == "verbosity":
        words = f"'verbosity' does not support '{value}' with this model."
    else:
        words = f"'{value}' is not supported with the '{model.name}' model."
    raise ApiError(
        400,
        f"Unsupported value: {words} Supported values are: {quoted(takes)}.",
        param=param,
        code="unsupported_value",
    )


def check_functions(model: Model, given: str | None, effort: str | None) -> None:
    """Raise ApiError for a chat that has functions and a model that reasons about them.

    `given` is the effort that the request asks for, `effort` the one in force.
    """
    asked = model.generation >= NO_FUNCTIONS_WITH_EFFORT and given not in {None, "none"}
    reasons = model.generation >= NO_FUNCTIONS_WITH_REASONING and effort not in {None, "none"}
    if asked or reasons:
        message = (
            f"Function tools with reasoning_effort are not supported for {model.name} in "
            "/v1/chat/completions. To use function tools, use /v1/responses or set "
            "reasoning_effort to 'none'."
        )
        raise ApiError(400, message, param="reasoning_effort")


def most_output(model: Model) -> int | None:
    """Return the most tokens that a chat of the model may be asked for, None when unknown."""
    return _of(MOST_OUTPUT, model)


def most_input(model: Model) -> int | None:
    """Return the most tokens that the model's input may have, None when unknown."""
    return _of(MOST_INPUT, model)


def _of(table: Mapping[str, int], model: Model) -> int | None:
    found = (most for pattern, most in table.items() if re.fullmatch(pattern, model.name))
    return next(found, None)
