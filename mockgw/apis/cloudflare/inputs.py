"""What Cloudflare's catalogue refuses of a model's inputs before the provider sees them.

The words are those of recorded refusals (`Required value missing: …`, `Invalid value at …`). The
check holds what the published schemas say of required keys, types and bounds. What a schema names
or closes beyond that is left to the provider, whose own refusals come through word for word; an
explicit null counts as left out.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from mockgw.apis.cloudflare.schemas import CHAT_INPUT, RESPONSES_INPUT
from mockgw.errors import ApiError
from mockgw.model import Json

_KINDS: Mapping[type, str] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}


def check(body: Json, *, responses: bool) -> None:
    """Raise ApiError 400 for inputs of Responses, or else of chat, that go to no model."""
    _check_object(RESPONSES_INPUT if responses else CHAT_INPUT, body, "")


def _check(schema: Json, value: Any, path: str) -> None:
    if "anyOf" in schema:
        if _KINDS[type(value)] not in {one["type"] for one in schema["anyOf"]}:
            _refuse(path, "Invalid input")
        return
    wanted, given = schema.get("type"), _KINDS[type(value)]
    if wanted is None:
        return
    if given != wanted:
        _refuse(path, f"Invalid input: expected {wanted}, received {given}")
    if wanted == "object":
        _check_object(schema, value, path)
    elif wanted == "array":
        for index, item in enumerate(value):
            _check(schema["items"], item, f"{path}.{index}")
    elif wanted == "number":
        _check_bounds(schema, value, path)


def _check_object(schema: Json, value: Json, path: str) -> None:
    properties = schema["properties"]
    for name in schema.get("required", ()):
        # Where a value may be null, only its absence is a fault.
        nullable = {"type": "null"} in properties[name].get("anyOf", ())
        if name not in value if nullable else value.get(name) is None:
            raise ApiError(400, f"Required value missing: {_below(path, name)}", param=name)
    for name, inner in properties.items():
        if value.get(name) is not None:
            _check(inner, value[name], _below(path, name))


def _check_bounds(schema: Json, value: float, path: str) -> None:
    least, most, above = map(schema.get, ("minimum", "maximum", "exclusiveMinimum"))
    if most is not None and value > most:
        _refuse(path, f"Too big: expected number to be <={most}")
    if least is not None and value < least:
        _refuse(path, f"Too small: expected number to be >={least}")
    if above is not None and value <= above:
        _refuse(path, f"Too small: expected number to be >{above}")


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _refuse(path: str, words: str) -> NoReturn:
    raise ApiError(400, f"Invalid value at {path}: {words}", param=path)
