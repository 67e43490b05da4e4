"""What somebody wants answered next, said by its meaning."""

import json as stdlib_json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mockgw.draft import Calls, Draft, Says
from mockgw.errors import ApiError, MockgwError
from mockgw.model import Json, Timing

_INCOMPLETE = ("max_output_tokens", "content_filter")
_USAGE = ("input", "output", "reasoning", "cached")
_NAMES: dict[str, tuple[int, str, str | None, str]] = {
    "rate_limit": (429, "requests", "rate_limit_exceeded", "Rate limit reached."),
    "insufficient_quota": (
        429,
        "insufficient_quota",
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.",
    ),
    "server_error": (
        500,
        "server_error",
        "server_error",
        "The server had an error while processing your request. Sorry about that!",
    ),
    "overloaded": (
        503,
        "service_unavailable_error",
        "server_is_overloaded",
        "The server is overloaded. Please try again later.",
    ),
    "unauthorized": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key."),
    "context_length": (
        400,
        "invalid_request_error",
        "context_length_exceeded",
        "Your input exceeds the context window of this model.",
    ),
}


@dataclass(frozen=True, slots=True)
class Scripted:
    """One answer that waits for its call.

    Exactly one of `draft`, `body`, `error` and `make` is set: an answer by its meaning, an exact
    object, a refusal, or a function of the call that gives one of these. `usage` overrides the
    counts; `where` is the place that queued it, for people.
    """

    draft: Draft | None = None
    body: Json | None = None
    error: ApiError | None = None
    make: Callable[[Any], Any] | None = None
    usage: Mapping[str, int] = field(default_factory=dict)
    timing: Timing | None = None
    where: str = ""


def reply(answer: Any = None, **meaning: Any) -> Scripted:
    """Return an answer that says what was meant.

    `answer` is a text, a dict or pydantic model (structured output), or a function of the call.
    The rest are `text`, `reasoning` (tokens), `summary` (texts), `tool_calls` (name and arguments),
    `json`, `refusal`, `incomplete` (a reason), `usage` (`input`, `output`, `reasoning`, `cached`),
    `body` (the exact object), `delay` and `pace` (seconds before the first event and between two).

    Raises MockgwError for what no answer can be.
    """
    known = _Meaning(meaning)
    if callable(answer) and not hasattr(answer, "model_dump_json"):
        made = Scripted(make=answer)
    elif (body := known.take("body", Mapping, "a dict")) is not None:
        made = Scripted(body=dict(body))
    else:
        made = Scripted(draft=_draft(answer, known))
    made = replace(made, usage=known.usage(), timing=known.timing())
    known.done()
    return made


def placed(scripted: Scripted, where: str) -> Scripted:
    """Return the answer with the place that queued it."""
    return replace(scripted, where=where)


def fail(error: int | str = 500, message: str | None = None, **details: Any) -> Scripted:
    """Return a refusal: an HTTP status or a name, with the API's usual words for it.

    `details` are `type`, `code` and `param` of the error object. Raises MockgwError for an unknown
    name or a status that is no error.
    """
    if isinstance(error, str):
        if error not in _NAMES:
            raise MockgwError(f"There is no error named {error!r}.", f"Known: {', '.join(_NAMES)}.")
        status, kind, code, words = _NAMES[error]
    else:
        if not 400 <= error <= 599:  # noqa: PLR2004 - the statuses of errors
            raise MockgwError(f"{error} is no error's status.", "Give one from 400 to 599.")
        status, kind, code, words = _usual(error)
    known = _Meaning(details)
    made = ApiError(
        status,
        message if message is not None else words,
        type=known.take("type", str, "a text") or kind,
        code=known.take("code", str, "a text") or code,
        param=known.take("param", str, "a text"),
    )
    known.done()
    return Scripted(error=made)


def _usual(status: int) -> tuple[int, str, str | None, str]:
    for known in _NAMES.values():
        if known[0] == status:
            return known
    kind = "server_error" if status >= 500 else "invalid_request_error"  # noqa: PLR2004
    return status, kind, None, f"The request failed with status {status}."


class _Meaning:
    """The keywords of a reply, taken one by one; what is left over is a mistake."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._left = dict(given)
        self._asked: list[str] = []

    def take(self, name: str, kind: Any, wanted: str) -> Any:
        self._asked.append(name)
        value = self._left.pop(name, None)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise MockgwError(f"{name}={value!r} is not {wanted}.", f"Give {wanted}.")
        return value

    def timing(self) -> Timing | None:
        delay = self.take("delay", int | float, "a number of seconds") or 0
        pace = self.take("pace", int | float, "a number of seconds") or 0
        if delay < 0 or pace < 0:
            raise MockgwError("Time does not run backwards.", "Give delay and pace of at least 0.")
        return Timing(float(delay), float(pace)) if delay or pace else None

    def usage(self) -> Mapping[str, int]:
        given = self.take("usage", Mapping, "a dict") or {}
        for name, value in given.items():
            if name not in _USAGE or type(value) is not int or value < 0:
                known = ", ".join(_USAGE)
                raise MockgwError(
                    f"usage has {name}={value!r}.", f"Give whole numbers of tokens for {known}."
                )
        return dict(given)

    def done(self) -> None:
        if self._left:
            name = next(iter(self._left))
            raise MockgwError(
                f"An answer has no {name!r}.", f"It may have: {', '.join(self._asked)}."
            )


def _draft(answer: Any, known: _Meaning) -> Draft:
    reasoning = known.take("reasoning", int, "a number of tokens") or 0
    summary = known.take("summary", str | Sequence, "a text or a list of texts") or ()
    incomplete = known.take("incomplete", str, f"one of {', '.join(_INCOMPLETE)}") or ""
    if incomplete and incomplete not in _INCOMPLETE:
        raise MockgwError(
            f"incomplete={incomplete!r} is no reason.", f"Give one of {', '.join(_INCOMPLETE)}."
        )
    calls = tuple(_call(one) for one in known.take("tool_calls", Sequence, "a list of calls") or ())
    parts: tuple[Says | Calls, ...] = (*_says(answer, known), *calls)
    if not parts and not incomplete and not reasoning:
        parts = (Says(""),)
    summaries = (summary,) if isinstance(summary, str) else tuple(summary)
    return Draft(reasoning, summaries, parts, incomplete)


def _says(answer: Any, known: _Meaning) -> tuple[Says, ...]:
    text = known.take("text", str, "a text")
    refusal = known.take("refusal", str, "a text")
    value = known.take("json", object, "a value that JSON can say")
    told: list[Says] = []
    if isinstance(answer, str):
        told.append(Says(answer))
    elif answer is not None:
        told.append(Says(_json(answer), structured=True))
    if text is not None:
        told.append(Says(text))
    if value is not None:
        told.append(Says(_json(value), structured=True))
    if refusal is not None:
        told.append(Says(refusal, refusal=True))
    if len(told) > 1:
        raise MockgwError(
            "An answer has one message.", "Give only one of: a text, json, a model, refusal."
        )
    return tuple(told)


def _json(value: Any) -> str:
    dump = getattr(value, "model_dump_json", None)
    if callable(dump):
        return str(dump())
    try:
        return stdlib_json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as problem:
        message = f"{value!r} cannot be said in JSON: {problem}."
        raise MockgwError(message, "Give plain data.") from None


def _call(one: Any) -> Calls:
    if isinstance(one, Mapping):
        name, arguments = one.get("name"), one.get("arguments", {})
    elif isinstance(one, tuple | list) and len(one) == 2:  # noqa: PLR2004 - name and arguments
        name, arguments = one
    else:
        name, arguments = None, None
    if not isinstance(name, str) or not name or not isinstance(arguments, Mapping | str):
        raise MockgwError(
            f"{one!r} is no tool call.", 'Give ("name", {"argument": 1}), or a text for its input.'
        )
    payload = arguments if isinstance(arguments, str) else _json(dict(arguments))
    return Calls(name, payload)
