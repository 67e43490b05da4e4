"""The error forms of the three parties: OpenAI's object, the gateway's `error`, REST's `errors`."""

from http import HTTPStatus
from urllib.parse import unquote

from mockgw.canonical import encode, pretty
from mockgw.errors import ApiError
from mockgw.model import Json

# Internal codes of Cloudflare by what happened; everything else a model refuses is 7003.
_USER_INPUT = 7003
_INTERNAL = 7000
_METHOD = 7001
_NO_NATIVE = "5007"
_NO_ROUTE = "no_route"
_CODES = {401: 2009, 405: _METHOD, 429: 2003, 500: _INTERNAL}
_WORDS = {2009: "Unauthorized", 2003: "Rate limited", _USER_INPUT: "User Input Error"}


def openai(error: ApiError) -> bytes:
    """Return OpenAI's error object, printed with two spaces as the API does."""
    told = {
        "message": error.message,
        "type": error.type,
        "param": error.param,
        "code": error.code,
    }
    return pretty({"error": told})


def gateway(error: ApiError, model: str, trace: str) -> bytes:
    """Return the AI Gateway's error: `error` in the singular, with `internalCode`."""
    code, message = _told(error, model)
    if error.code == str(_INTERNAL) and error.origin == "gateway":
        # A defect of Cloudflare's own comes without the list of errors.
        return encode({"description": message, "internalCode": code, "name": "Internal Error"})
    shown = message if error.origin == "mockgw" else _WORDS.get(code, message)
    return encode(
        {
            "success": False,
            "result": [],
            "messages": [],
            "error": [{"code": code, "message": message}],
            "name": "AiGatewayError",
            "httpCode": error.status,
            "internalCode": code,
            "message": message,
            # The Workers binding shows its caller nothing but code and description.
            "description": error.description or shown,
            "requestId": as_uuid(trace),
        }
    )


def rest(error: ApiError, model: str) -> bytes:
    """Return the envelope of api.cloudflare.com with `errors` in the plural."""
    code, message = _told(error, model)
    if error.status == HTTPStatus.UNAUTHORIZED:
        code, message = 10000, "Authentication error"
    listed: list[Json] = [{"code": code, "message": message}]
    if error.name == _NO_ROUTE:
        listed.append({"code": _INTERNAL, "message": "No route for that URI"})
    if error.code == str(_METHOD) and error.param:
        # Cloudflare's validator has the same code, and names the place.
        listed[0]["path"] = error.param.split(".")
    return encode({"result": None, "success": False, "errors": listed, "messages": []})


def native(error: ApiError, model: str) -> ApiError:
    """Return the refusal of a model that is not there as Workers AI says it of one of its own."""
    name = model.removeprefix("openai/")
    if error.code != "model_not_found" or not name.startswith("@"):
        return error
    return ApiError(400, f"No such model {name} or task", code=_NO_NATIVE, origin="gateway")


def workers_ai(error: ApiError, trace: str) -> bytes:
    """Return the error of a model of Cloudflare's own, of which the binding makes an `AiError`."""
    return encode(
        {
            "description": error.message,
            "httpCode": error.status,
            "internalCode": int(error.code or _INTERNAL),
            "message": f"AiError: {error.message}",
            "name": "AiError",
            "requestId": as_uuid(trace),
        }
    )


def _told(error: ApiError, model: str) -> tuple[int, str]:
    """Return Cloudflare's code and words for an error, wherever it comes from."""
    if error.code == "model_not_found":
        return _USER_INPUT, f"Model not found: {model}"
    code = _CODES.get(error.status, _USER_INPUT)
    if error.status == HTTPStatus.UNAUTHORIZED:
        return code, _WORDS[code]
    if error.origin == "gateway" and (error.code or "").isdecimal():
        # A recorded error keeps the code that Cloudflare gave it.
        return int(error.code or 0), error.message
    if error.origin == "provider" and code == _USER_INPUT:
        return code, f"Model execution failed (User Input Error): {error.message}"
    return code, error.message


def as_uuid(trace: str) -> str:
    """Return 32 hex digits in the form of a UUID of version 4."""
    return f"{trace[:8]}-{trace[8:12]}-4{trace[13:16]}-a{trace[17:20]}-{trace[20:]}"


def no_route(path: str) -> ApiError:
    """Return Cloudflare's refusal of a path that leads nowhere."""
    return ApiError(
        404,
        f"Could not route to {path}, perhaps your object identifier is invalid?",
        origin="gateway",
        name=_NO_ROUTE,
    )


def no_method(method: str) -> ApiError:
    """Return Cloudflare's refusal of a method that the path does not take."""
    message = f"{method} not supported for requested URI."
    return ApiError(405, message, origin="gateway", allow=("POST",))


def not_here(path: str) -> ApiError:
    """Return the refusal of what Cloudflare has and mockgw has not."""
    message = (
        f"mockgw does not answer {path}. It runs models at ai/run, ai/v1/responses and "
        "ai/v1/chat/completions, and tells of models, gateways and logs."
    )
    return ApiError(404, message, code="not_here", origin="mockgw")


def bearer(value: str | None) -> str:
    """Return the key inside an authorization header, "" when there is none."""
    given = _text(value or "").strip()
    return given[7:].strip() if given[:7].lower() == "bearer " else ""


def model_name(name: str) -> str:
    """Return a model's name as the provider spells it: decoded, without `openai/`."""
    return unquote(_text(name)).removeprefix("openai/")


def _text(value: str) -> str:
    """Return a header's value with a question mark for every byte that is not UTF-8."""
    return value.encode("utf-8", "replace").decode()


def inputs_of(body: Json, key: str) -> Json:
    """Return the model's inputs that a wrapped body holds under the key.

    Raises ApiError 400 when there is something else in their place.
    """
    inputs = body.get(key)
    if isinstance(inputs, dict):
        return inputs
    raise ApiError(
        400,
        f"Required value missing: {key}"
        if inputs is None
        else f"Invalid value at {key}: Invalid input: expected object, received {_kind(inputs)}",
        param=key,
    )


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "array" if isinstance(value, list) else "string"
