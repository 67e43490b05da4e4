"""What somebody wants answered next, said by its meaning."""

import difflib
import json as stdlib_json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from mockgw.draft import Calls, Draft, Says
from mockgw.errors import ApiError, MockgwError
from mockgw.model import Json, Timing

_INCOMPLETE = ("max_output_tokens", "content_filter")
_USAGE = ("input", "output", "reasoning", "cached")
_ORIGINS = ("provider", "gateway")
_TWICE = "An answer says one thing."
_ONE_OF = "a text, a dict or a model, text, json, refusal, body, choices"
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


_USUAL = {401: "unauthorized", 429: "rate_limit", 500: "server_error", 503: "overloaded"}


@dataclass(frozen=True, slots=True)
class Scripted:
    """One answer that waits for its call.

    Exactly one of `drafts`, `body`, `error` and `make` is set: an answer by its meaning, an exact
    object, a refusal, or a function of the call that gives one of these. A single draft is what
    every choice of the answer says; several are a choice each. `usage` overrides the counts;
    `where` is the place that queued it, for people.
    """

    drafts: tuple[Draft, ...] = ()
    body: Json | None = None
    error: ApiError | None = None
    make: Callable[[Any], Any] | None = None
    usage: Mapping[str, int] = field(default_factory=dict)
    timing: Timing | None = None
    where: str = ""


def reply(answer: Any = None, **meaning: Any) -> Scripted:
    """Return an answer that says what was meant.

    `answer` is a text, a dict or pydantic model (structured output), a function of the call, or
    what `reply` or `fail` returned before. The rest are `text`, `reasoning` (tokens), `summary`
    (texts), `tool_calls` (name and arguments), `json`, `refusal`, `incomplete` (a reason),
    `choices` (an answer for each choice of a chat), `usage` (`input`, `output`, `reasoning`,
    `cached`), `body` (the exact object), `delay` and `pace` (seconds before the first event and
    between two).

    Raises MockgwError for what no answer can be.
    """
    known = _Meaning(meaning)
    if isinstance(answer, Scripted):
        known.done()
        return answer
    made = replace(_said(answer, known), usage=known.usage(), timing=known.timing())
    known.done()
    return made


def _said(answer: Any, known: "_Meaning") -> Scripted:
    if callable(answer) and not isinstance(answer, type):
        return Scripted(make=answer)
    body = known.take("body", Mapping, "a dict")
    choices = known.take("choices", list | tuple, "a list of answers")
    if body is None and choices is None:
        return Scripted(drafts=(_draft(answer, known),))
    if answer is not None or (body is not None and choices is not None):
        raise MockgwError(_TWICE, f"Give only one of: {_ONE_OF}.")
    if body is not None:
        return Scripted(body=dict(body))
    if not choices:
        raise MockgwError("choices=[] has no answer in it.", "Give one for each choice.")
    return Scripted(drafts=tuple(_draft(one, _Meaning({})) for one in choices))


def placed(scripted: Scripted, where: str) -> Scripted:
    """Return the answer with the place that queued it."""
    return replace(scripted, where=where)


def fail(error: int | str = 500, message: str | None = None, **details: Any) -> Scripted:
    """Return a refusal: an HTTP status or a name, with the API's usual words for it.

    `details` are `type`, `code` and `param` of the error object; `origin`, who refuses: the
    `provider` or the `gateway` in front of it, which the doors of Cloudflare tell apart; and
    `retry_after`, the seconds that the headers tell the caller to wait. Raises MockgwError for an
    unknown name or a status that is no error.
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
    origin = known.take("origin", str, _one_of(_ORIGINS)) or "provider"
    if origin not in _ORIGINS:
        raise _not_among("origin", origin, _ORIGINS)
    made = ApiError(
        status,
        message if message is not None else words,
        type=known.take("type", str, "a text") or kind,
        code=known.take("code", str, "a text") or code,
        param=known.take("param", str, "a text"),
        origin=origin,
        retry_after=known.seconds("retry_after"),
    )
    known.done()
    return Scripted(error=made)


def _one_of(known: Sequence[str]) -> str:
    return f"one of {', '.join(known)}"


def _not_among(name: str, value: object, known: Sequence[str]) -> MockgwError:
    return MockgwError(f"{name}={value!r} is not {_one_of(known)}.", f"Give {_one_of(known)}.")


def _usual(status: int) -> tuple[int, str, str | None, str]:
    """Return what the API usually says with a status that has one usual reason."""
    if status in _USUAL:
        return _NAMES[_USUAL[status]]
    kind = "server_error" if status >= 500 else "invalid_request_error"  # noqa: PLR2004
    return status, kind, None, f"The request failed with status {status}."


class _Meaning:
    """The keywords of a reply, taken one by one; what is left over is a mistake."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._left = dict(given)
        self._asked: list[str] = []

    def take(self, name: str, kind: Any, wanted: str) -> Any:
        """Return the keyword's value, None when it was not given."""
        self._asked.append(name)
        value = self._left.pop(name, None)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise MockgwError(f"{name}={value!r} is not {wanted}.", f"Give {wanted}.")
        return value

    def value(self, name: str) -> tuple[Any, ...]:
        """Return the keyword's value, whatever it is, as a tuple of one; of none if not given."""
        self._asked.append(name)
        return (self._left.pop(name),) if name in self._left else ()

    def timing(self) -> Timing | None:
        """Return the times in it, None when it has none."""
        delay, pace = self.seconds("delay") or 0.0, self.seconds("pace") or 0.0
        return Timing(delay, pace) if delay or pace else None

    def seconds(self, name: str) -> float | None:
        """Return a time in it, None when it has none."""
        given = self.take(name, int | float, "a number of seconds")
        if given is None:
            return None
        if not 0 <= given < inf:
            raise MockgwError(f"{name}={given} is no time to wait.", "Give seconds of at least 0.")
        return float(given)

    def usage(self) -> Mapping[str, int]:
        """Return the counts in it."""
        given = self.take("usage", Mapping, "a dict") or {}
        for name, value in given.items():
            if name not in _USAGE or type(value) is not int or value < 0:
                known = ", ".join(_USAGE)
                raise MockgwError(
                    f"usage has {name}={value!r}.", f"Give whole numbers of tokens for {known}."
                )
        return dict(given)

    def done(self) -> None:
        """Raise MockgwError for a keyword that nobody took."""
        for name in self._left:
            near = difflib.get_close_matches(name, self._asked, n=1)
            known = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(self._asked)}."
            raise MockgwError(
                f"{name!r} has no meaning here.", known if self._asked else "Leave it away."
            )


def _draft(answer: Any, known: _Meaning) -> Draft:
    reasoning = known.take("reasoning", int, "a number of tokens") or 0
    if reasoning < 0:
        raise MockgwError(f"reasoning={reasoning} is no number of tokens.", "Give at least 0.")
    summary = known.take("summary", str | list | tuple, "a text or a list of texts") or ()
    incomplete = known.take("incomplete", str, _one_of(_INCOMPLETE)) or ""
    if incomplete and incomplete not in _INCOMPLETE:
        raise _not_among("incomplete", incomplete, _INCOMPLETE)
    given = known.take("tool_calls", list | tuple, "a list of calls") or ()
    parts: tuple[Says | Calls, ...] = (*_says(answer, known), *(_call(one) for one in given))
    if not parts and not incomplete and not reasoning:
        parts = (Says(""),)
    summaries = (summary,) if isinstance(summary, str) else tuple(summary)
    return Draft(reasoning, summaries, parts, incomplete)


def _says(answer: Any, known: _Meaning) -> tuple[Says, ...]:
    text = known.take("text", str, "a text")
    refusal = known.take("refusal", str, "a text")
    told: list[Says] = []
    if isinstance(answer, str):
        told.append(Says(answer))
    elif answer is not None:
        told.append(Says(_json(answer), structured=True))
    if text is not None:
        told.append(Says(text))
    told += [Says(_json(value), structured=True) for value in known.value("json")]
    if refusal is not None:
        told.append(Says(refusal, refusal=True))
    if len(told) > 1:
        raise MockgwError(_TWICE, f"Give only one of: {_ONE_OF}.")
    return tuple(told)


def _json(value: Any) -> str:
    dump = getattr(value, "model_dump_json", None)
    if callable(dump) and not isinstance(value, type):
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
            f"{one!r} is no tool call.",
            'Give ("name", {"argument": 1}), or a text in place of the dict.',
        )
    payload = arguments if isinstance(arguments, str) else _json(dict(arguments))
    return Calls(name, payload)
