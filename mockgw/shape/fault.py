"""The words in which OpenAI's API refuses a value."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from mockgw.errors import ApiError

KINDS: dict[type, str] = {
    str: "a string",
    int: "an integer",
    float: "a decimal number",
    bool: "a boolean",
    list: "an array",
    dict: "an object",
    type(None): "null",
}
_LONGEST_ECHO = 1000
_LONGEST_INTEGER = 1024


def wrong_type(expected: str, value: Any, path: str) -> ApiError:
    """Return the refusal of a value of the wrong JSON type."""
    got = KINDS.get(type(value), "an unsupported value")
    message = f"Invalid type for '{path}': expected {expected}, but got {got} instead."
    return ApiError(400, message, param=path, code="invalid_type")


def out_of_bounds(path: str, code: str, problem: str) -> ApiError:
    """Return the refusal of a value of the right type that breaks a bound."""
    return ApiError(400, f"Invalid '{path}': {problem}", param=path, code=code)


def missing(path: str) -> ApiError:
    """Return the refusal of a body that lacks the path."""
    message = f"Missing required parameter: '{path}'."
    return ApiError(400, message, param=path, code="missing_required_parameter")


def unknown(name: str, prefix: str, known: Iterable[str]) -> ApiError:
    """Return the refusal of a key nobody knows, with the known keys that look like it."""
    near = sorted(f"'{found}'" for found in difflib.get_close_matches(name, known, cutoff=0.75))
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    message = f"Unknown parameter: '{prefix}{name}'.{hint}"
    return ApiError(400, message, param=prefix + name, code="unknown_parameter")


def invalid_value(value: str, supported: Sequence[str], path: str) -> ApiError:
    """Return the refusal of a string that is none of the supported ones."""
    message = f"Invalid value: '{shown(value)}'. Supported values are: {quoted(supported)}."
    return ApiError(400, message, param=path, code="invalid_value")


def quoted(values: Sequence[str], conjunction: str = "and") -> str:
    """Return the values in quotes as an English list: 'a', 'b', and 'c'."""
    *rest, last = [f"'{value}'" for value in values]
    if not rest:
        return last
    comma = "," if len(rest) > 1 else ""
    return f"{', '.join(rest)}{comma} {conjunction} {last}"


def article(noun: str) -> str:
    """Return the article that goes with the noun."""
    return "an" if noun[0] in "aeiou" else "a"


def shown(value: str | float) -> str:
    """Return the value as messages show it, bounded in length."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_ECHO else f"{value[:_LONGEST_ECHO]}..."
    if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
        return "a number of several hundred digits"
    return str(value)
