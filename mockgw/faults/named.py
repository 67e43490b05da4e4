"""The errors of OpenAI and of Cloudflare by name: what each says, word for word."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from mockgw.errors import ApiError, MockgwError
from mockgw.phrase import nearest

_INVALID = "invalid_request_error"
_QUOTA = "insufficient_quota"
_LIMITS = "Visit https://platform.openai.com/account/rate-limits to learn more."
_KEYS = "You can find your API key at https://platform.openai.com/account/api-keys."
_BILLING = (
    "please check your plan and billing details. For more information on this error, read the "
    "docs: https://platform.openai.com/docs/guides/error-codes/api-errors."
)
_SORRY = "The server had an error while processing your request. Sorry about that!"
_SERVER = (
    "An error occurred while processing your request. You can retry your request, or contact us "
    "through our help center at help.openai.com if the error persists."
)
_TOO_LONG = (
    "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 "
    "tokens. Please reduce the length of the messages."
)
_SPENT = (
    "Spend limit exceeded: rule 'default' (cost limit 0.002 per 3600s, fixed) for openai {model}"
)
_GATEWAY = "gateway."


class Named(msgspec.Struct, frozen=True):
    """An error that has a name.

    `{model}` in a message is the model of the call. `chat` is what Chat Completions says instead
    of `message`, and `run` what a run of Cloudflare's catalogue says; `retry_after` (seconds) and
    `headers` come with it; `description` is what the Workers binding shows of it.
    """

    status: int
    message: str
    type: str = _INVALID
    code: str | None = None
    param: str | None = None
    retry_after: float | None = None
    headers: tuple[tuple[str, str], ...] = ()
    chat: tuple[str, str | None, str | None] | None = None
    run: str = ""
    description: str = ""


def _used_up(kind: str, limit: int, reset: str) -> tuple[tuple[str, str], ...]:
    return (
        (f"x-ratelimit-limit-{kind}", str(limit)),
        (f"x-ratelimit-remaining-{kind}", "0"),
        (f"x-ratelimit-reset-{kind}", reset),
    )


def _limit(words: str) -> str:
    return f"Rate limit reached for {{model}} in organization org-mockgw on {words} {_LIMITS}"


_OPENAI = {
    "rate_limit": Named(
        429,
        _limit(
            "requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in 120ms."
        ),
        "requests",
        "rate_limit_exceeded",
        retry_after=0.12,
        headers=_used_up("requests", 500, "120ms"),
    ),
    "rate_limit_tokens": Named(
        429,
        _limit(
            "tokens per min (TPM): Limit 30000, Used 29937, Requested 385. "
            "Please try again in 644ms."
        ),
        "tokens",
        "rate_limit_exceeded",
        retry_after=0.644,
        headers=_used_up("tokens", 30_000, "644ms"),
    ),
    "request_too_large": Named(
        429,
        "Request too large for {model} in organization org-mockgw on tokens per min (TPM): "
        "Limit 30000, Requested 35000. The input or output tokens must be reduced in order to run "
        f"successfully. {_LIMITS}",
        "tokens",
        "rate_limit_exceeded",
    ),
    "slow_down": Named(
        429,
        "The engine is currently overloaded, please slow down.",
        "rate_limit_error",
        "slow_down",
    ),
    "insufficient_quota": Named(
        429, f"You exceeded your current quota, {_BILLING}", _QUOTA, _QUOTA
    ),
    **{
        name: Named(429, f"{said}, {_BILLING}", _QUOTA, name)
        for name, said in {
            "credit_balance_exhausted": "Your credit balance is exhausted",
            "organization_spend_limit_exceeded": "Your organization reached its spend limit",
            "project_spend_limit_exceeded": "Your project reached its spend limit",
            "organization_usage_limit_exceeded": "Your organization reached its usage limit",
        }.items()
    },
    "server_error": Named(
        500,
        _SERVER,
        "server_error",
        "server_error",
        chat=(_SORRY, None, None),
    ),
    "overloaded": Named(
        503,
        "Our servers are currently overloaded. Please try again later.",
        "service_unavailable_error",
        "server_is_overloaded",
        retry_after=1.0,
    ),
    "unauthorized": Named(
        401, f"Incorrect API key provided: sk-proj-********MxYA. {_KEYS}", code="invalid_api_key"
    ),
    "missing_scope": Named(
        403,
        "You have insufficient permissions for this operation. Missing scopes: "
        "api.responses.write. Check that you have the correct role in your organization and "
        "project, and if you're using a restricted API key, that it has the necessary scopes.",
    ),
    "no_model_access": Named(
        403, "Project `proj_mockgw` does not have access to model `{model}`", code="model_not_found"
    ),
    "model_not_found": Named(
        404,
        "The model `{model}` does not exist or you do not have access to it.",
        code="model_not_found",
    ),
    "context_length": Named(
        400,
        "Your input exceeds the context window of this model. Please adjust your input and try "
        "again.",
        code="context_length_exceeded",
        param="input",
        chat=(_TOO_LONG, "context_length_exceeded", "messages"),
    ),
    "conversation_locked": Named(
        400,
        "Another process is currently operating on this conversation. Please retry in a few "
        "seconds.",
        code="conversation_locked",
        param="conversation",
    ),
}
_CLOUDFLARE = {
    "2001": Named(400, "Please configure AI Gateway in the Cloudflare dashboard"),
    "2002": Named(500, "Failed to parse model output"),
    "2003": Named(429, "Rate limited"),
    "2005": Named(400, "Failed to get response from provider"),
    "2009": Named(401, "Unauthorized"),
    "2016": Named(424, "Prompt blocked due to security configurations"),
    "2017": Named(424, "Response blocked due to security configurations"),
    "2021": Named(
        402,
        "Insufficient wholesale credits. Please add additional credits on the AI Gateway "
        "Cloudflare dashboard to continue using provider models.",
        run="Insufficient balance; add money to your gateway or use BYOK",
        description="Insufficient AI Gateway credits",
    ),
    "2029": Named(424, "Request content blocked due to DLP policy violations"),
    "2030": Named(424, "Response content blocked due to DLP policy violations"),
    "2040": Named(
        400,
        "Provider 'openai' has no BYOK credential named 'default'. Configured aliases: (none)",
    ),
    "2041": Named(429, _SPENT),
    "2045": Named(429, _SPENT),
    "2047": Named(
        402,
        "This model is not available via unified billing. Please use BYOK.",
        description="Invalid User Credentials",
    ),
    "2049": Named(402, "Insufficient balance; add money to your gateway or use BYOK"),
    "3040": Named(429, "Capacity exceeded"),
    "7000": Named(500, "Model ID missing"),
    "7003": Named(404, "Model not found: openai/{model}", description="User Input Error"),
}
NAMES: Mapping[str, Named] = {
    **_OPENAI,
    **{_GATEWAY + code: one for code, one in _CLOUDFLARE.items()},
}
_USUAL = {401: "unauthorized", 429: "rate_limit", 500: "server_error", 503: "overloaded"}


def named(name: str) -> ApiError:
    """Return the error of that name, its words still to be fitted to a call by `worded`.

    Raises MockgwError for a name that is none.
    """
    if name not in NAMES:
        raise MockgwError(f"There is no error named {name!r}.", nearest(name, NAMES))
    one = NAMES[name]
    code = name.removeprefix(_GATEWAY)
    gateway = code != name
    return ApiError(
        one.status,
        one.message,
        type=one.type,
        param=one.param,
        code=code if gateway else one.code,
        origin="gateway" if gateway else "provider",
        retry_after=one.retry_after,
        headers=one.headers,
        description=one.description,
        name=name,
    )


def usual(status: int) -> ApiError:
    """Return what the API usually says with a status.

    Raises MockgwError for a status that is no error.
    """
    if not 400 <= status <= 599:  # noqa: PLR2004 - the statuses of errors
        raise MockgwError(f"{status} is no error's status.", "Give one from 400 to 599.")
    if status in _USUAL:
        return named(_USUAL[status])
    kind = "server_error" if status >= 500 else _INVALID  # noqa: PLR2004 - an HTTP status
    return ApiError(status, f"The request failed with status {status}.", type=kind)


def worded(error: ApiError, *, model: str, chat: bool, run_path: bool) -> ApiError:
    """Return the error as this call is told it; what somebody chose himself stays.

    A run of Cloudflare's catalogue is told no time to wait: the live one has none.
    """
    made = replace(error)
    one = NAMES.get(error.name)
    if one is not None and error.message == one.message:
        if chat and one.chat is not None:
            made.message = one.chat[0]
            made.code = one.chat[1] if error.code == one.code else error.code
            made.param = one.chat[2] if error.param == one.param else error.param
        if run_path and one.run:
            made.message = one.run
        made.message = made.message.replace("{model}", model)
    if one is not None and run_path:
        made.headers = tuple(told for told in error.headers if told not in one.headers)
        made.retry_after = None if error.retry_after == one.retry_after else error.retry_after
    return made
