"""What both APIs refuse of models, functions and formats."""

from collections.abc import Sequence
from typing import Any, NoReturn

from mockgw import strict_schema, tokens
from mockgw.apis import abilities
from mockgw.catalogue import Model, find
from mockgw.errors import ApiError
from mockgw.model import Call, Json

BAD = 400
ABSENT = 404


def known_model(name: str) -> Model:
    """Return the model of that name; raise ApiError when there is none."""
    model = find(name)
    if model is None:
        message = f"The model `{name}` does not exist or you do not have access to it."
        raise ApiError(ABSENT, message, code="model_not_found")
    return model


def refuse_parameter(name: str, code: str | None) -> NoReturn:
    """Raise the ApiError of a parameter that the model does not support."""
    message = f"Unsupported parameter: '{name}' is not supported with this model."
    raise ApiError(BAD, message, param=name, code=code)


def check_size(model: Model, texts: Sequence[str]) -> bool:
    """Tell whether the model can take so much text; only a very long one is counted."""
    most = abilities.most_input(model)
    # A token has at least one byte, so that most inputs need no count.
    if most is None or sum(len(text.encode("utf-8", "replace")) for text in texts) <= most:
        return True
    return sum(tokens.count(text) for text in texts) <= most


def check_stream_options(call: Call) -> None:
    """Raise ApiError for `stream_options` without a stream."""
    if call.body.get("stream_options") is not None and not call.stream:
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise ApiError(BAD, message, param="stream_options")


def check_function(function: Json, param: str) -> None:
    """Raise ApiError for a function whose parameters are not the schema they have to be."""
    schema = function.get("parameters")
    if schema is None:
        return
    what, code = f"function '{function['name']}'", "invalid_function_parameters"
    strict_schema.check_function(schema, what=what, param=param, code=code)
    if function.get("strict") is True:
        strict_schema.check(schema, what=what, param=param, code=code)


def check_format(form: Json, param: str) -> None:
    """Raise ApiError for a json_schema format whose schema is not what it has to be."""
    what, code = f"response_format '{form['name']}'", "invalid_json_schema"
    if form.get("strict") is True:
        strict_schema.check(form["schema"], what=what, param=param, code=code)
    else:
        strict_schema.check_loose(form["schema"], what=what, param=param, code=code)


def check_unique(names: list[Any], param: str) -> None:
    """Raise ApiError when a name occurs twice."""
    seen: set[Any] = set()
    for name in names:
        if name in seen:
            message = f"Invalid '{param}': tool names must be unique, but '{name}' occurs twice."
            raise ApiError(BAD, message, param=param, code="invalid_value")
        seen.add(name)
